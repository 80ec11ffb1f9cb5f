"""What was read from a log: counts, failures with their places, and why a command could not do its job."""

from typing import NamedTuple

MOST = 200
"""At most this many failures of one run are kept; further ones are only counted."""


class Failure(NamedTuple):
    """One failed test, or one error of a checker. All texts are clean and on one line.

    `file` is as the tool wrote it, or relative to the folder of the run if it was found there; empty and 0 mean
    unknown. `log_line` counts from 1; `offset` is the byte of the log at which that line begins.
    """

    name: str
    file: str = ""
    line: int = 0
    message: str = ""
    log_line: int = 0
    offset: int = 0

    @property
    def place(self) -> str:
        """The place, such as ``tests/test_shop.py:11``, as far as known."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file


class SuiteResult(NamedTuple):
    """What a log says so far. `tool` is empty if nothing in it is recognised; then counts are 0 and mean nothing.

    `errors` counts tests that broke outside of their own assertions, or what a checker complains about.
    `could_not_run` is a sentence with what to do, empty if the tool did its job. `summary` is a clause ("2 of 214
    tests failed"). `last_errors` are the last lines that look like errors, oldest first. `contradiction` is a clause
    that says who reports failures although the exit status is 0.
    """

    tool: str = ""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    errors: int = 0
    failures: tuple[Failure, ...] = ()
    could_not_run: str = ""
    summary: str = ""
    last_errors: tuple[str, ...] = ()
    contradiction: str = ""

    @property
    def bad(self) -> int:
        """How many tests failed or broke, or how many errors a checker found."""
        return self.failed + self.errors
