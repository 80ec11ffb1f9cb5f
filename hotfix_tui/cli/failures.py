"""Calls a command and turns what stops it into one line per reason on stderr and an exit status."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from hotfix_tui.base.errors import (
    BUSY,
    DONE,
    FAILED,
    NEEDS,
    NO_INCIDENT,
    NOT_SAVED,
    REFUSED,
    UNKNOWN,
    USAGE,
    HotfixError,
    sentence_of,
    status_of,
    touches_record,
)
from hotfix_tui.base.text import clean
from hotfix_tui.cli import streams
from hotfix_tui.engine import way_back

if TYPE_CHECKING:
    from argparse import Namespace

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
    "say",
]


class Stop(HotfixError):
    """End the command with an exit status after its one line on stderr."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.exit_status = status


def call(command: Callable[[], int], options: "Namespace | None" = None, *, reads: bool = False) -> int:
    """Call `command`; print what stops it as one line per reason, and return the exit status.

    A broken standard output changes no status, since what was done is done; only a command that `reads` has failed
    then: printing is all it does.
    """
    try:
        status = command()
    except KeyboardInterrupt:
        return 130
    except Exception as problem:
        status_ = status_of(problem)
        if status_ is None or os.environ.get("HOTFIX_TUI_RAISE"):
            raise
        say(sentence_of(problem))
        _say_the_way_back(problem, options)
        status = status_
    sys.stdout.flush()
    lost = streams.problem()
    if lost is not None:
        say(
            f"What was printed did not arrive: {lost.strerror}."
            + ("" if reads else " What was done is done.")
        )
        return (status or FAILED) if reads else status
    return status


def _say_the_way_back(problem: BaseException, options: "Namespace | None") -> None:
    """Say how to roll back production without the record, if somebody may need that now."""
    asked = getattr(options, "command", "") == "rollback" and status_of(problem) in (NO_INCIDENT, FAILED)
    if options is None or not (touches_record(problem) or asked):
        return

    try:
        start = options.directory or os.getcwd()
    except OSError:
        return
    for line in way_back.by_hand(start):
        say(line)


def say(text: str) -> None:
    """Print `text` on stderr, one line per reason."""
    for line in clean(text).splitlines():
        print(f"hotfix-tui: {line}" if not line.startswith(" ") else line, file=sys.stderr)
