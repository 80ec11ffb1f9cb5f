"""Exit statuses: every way in which a command can fail, as one line on stderr and a number.

0 done, 1 failed, 2 wrong usage, 3 no such incident, 4 the same act is under way elsewhere, 5 refused by the
workflow, 6 needs trust or a confirm word, 7 result unknown, 8 could not save.
"""

import sys
from collections.abc import Callable

DONE, FAILED, USAGE, NO_INCIDENT, BUSY, REFUSED, NEEDS, UNKNOWN, NOT_SAVED = range(9)

_BY_NAME: dict[str, int] = {
    "Missing": NO_INCIDENT,
    "NoIncident": NO_INCIDENT,
    "Ambiguous": USAGE,
    "Exists": USAGE,
    "BadFact": USAGE,
    "BadTime": USAGE,
    "Busy": BUSY,
    "Locked": BUSY,
    "Refused": REFUSED,
    "NeedsTrust": NEEDS,
    "NeedsConfirmation": NEEDS,
    "SaveFailed": NOT_SAVED,
    "ReadOnly": NOT_SAVED,
    "NoLocks": NOT_SAVED,
    "NotSaved": NOT_SAVED,
    "EngineError": FAILED,
    "StoreError": FAILED,
    "Damaged": FAILED,
    "NoPlace": FAILED,
    "BadRecord": FAILED,
    "ConfigError": FAILED,
    "GitError": FAILED,
    "StartError": FAILED,
    "DemoError": FAILED,
    "BadDocument": USAGE,
}
"""Errors for people, by the name of their class, so that no room is imported for its errors alone."""


class Stop(Exception):
    """End the command with an exit status after its one line on stderr."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status


def status_of(problem: BaseException) -> int | None:
    """Return the exit status for an error that is meant for people, or None for a defect."""
    for kind in type(problem).__mro__:
        if kind.__name__ in _BY_NAME:
            return _BY_NAME[kind.__name__]
    return None


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
    for line in text.splitlines():
        print(f"hotfix-tui: {line}" if not line.startswith(" ") else line, file=sys.stderr)
