"""Calls a command and turns what stops it into one line a reason on stderr and an exit status."""

import sys
from collections.abc import Callable

from hotfix_tui.engine.failures import (
    BUSY,
    DONE,
    FAILED,
    NEEDS,
    NO_INCIDENT,
    NOT_SAVED,
    REFUSED,
    UNKNOWN,
    USAGE,
    status_of,
)

__all__ = [
    "BUSY",
    "DONE",
    "FAILED",
    "NEEDS",
    "NOT_SAVED",
    "NO_INCIDENT",
    "REFUSED",
    "UNKNOWN",
    "USAGE",
    "Stop",
    "call",
]


class Stop(Exception):
    """End the command with an exit status after its one line on stderr."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status


def call(command: Callable[[], int]) -> int:
    """Call `command`; print what stops it as one line a reason, and return the exit status."""
    try:
        status = command()
        sys.stdout.flush()
        return status
    except Stop as stop:
        _say(str(stop))
        return stop.status
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        return 130
    except Exception as problem:
        found = status_of(problem)
        if found is None:
            raise
        _say(str(problem))
        for name in getattr(problem, "names", []):
            _say(f"  {name}")
        return found


def _say(text: str) -> None:
    from hotfix_tui.base.text import clean

    for line in clean(text).splitlines():
        print(f"hotfix-tui: {line}" if not line.startswith(" ") else line, file=sys.stderr)
