"""What every reader of a tool's log has in common: it gets interesting lines, and counts."""

import re
from enum import Enum
from typing import ClassVar, NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.testresults.model import MOST, Failure


class Spot(NamedTuple):
    """The position of a line in the log: its number, from 1, and the byte at which it begins."""

    number: int
    offset: int


NOT_INSTALLED = "it is not installed here"


class Cure(Enum):
    """What helps when a tool could not do its job."""

    INSTALL = "install"
    FIX = "fix"
    REST = "rest"
    COMMAND = "command"
    SETTINGS = "settings"


class Sum(NamedTuple):
    """What a tool summed up of one run; `nested` if that run took place within another one."""

    passed: int
    failed: int
    errors: int
    skipped: int
    nested: bool = False

    @property
    def bad(self) -> int:
        """How many failed or broke."""
        return self.failed + self.errors

    @property
    def total(self) -> int:
        """How many ran."""
        return self.passed + self.bad


class Tool:
    """Reads the log of one tool. Lines come in order, without escape sequences, filtered by `pattern`.

    `pattern` is applied to bytes: no non-ASCII letters in character classes. A reader that needs the lines after one
    requests them by what `line` returns.
    """

    name: ClassVar[str] = ""
    words: ClassVar[tuple[str, ...]] = ()
    """Words of a command line that show that it runs this tool."""
    pattern: ClassVar[str] = ""
    """The beginning of every informative line, as a regular expression."""
    things: ClassVar[tuple[str, str]] = ("test", "tests")
    """What it counts."""

    def __init__(self, named: bool) -> None:
        self.named = named
        """Whether the command line itself names the tool."""
        self.wanted = 0
        """How many of the next lines it requested."""
        self.seen = 0
        """The number of the last line that only this tool writes; 0 if there was none."""
        self.passed = self.failed = self.skipped = self.errors = 0
        self.counted = False
        """Whether the tool itself has summed up; until then failures are counted as they come."""
        self.sums: list[Sum] = []
        """What it summed up of earlier runs, where the same tool ran more than once."""
        self.mended = 0
        """How many of the failures passed when they were tried again."""
        self.source = ""
        """Its name and the report that was read, if it was not the log."""
        self.failures: list[Failure] = []
        self.live: dict[str, Failure] = {}
        """Failures seen only in passing so far, by name: the tool will report them in full later."""
        self.more = 0
        """Failures that were not kept."""
        self.unloaded: list[str] = []
        """Files that could not be loaded, or why."""
        self.nothing = False
        """Whether it says that there was nothing to do."""
        self.broken = ""
        """Why it could not do its job at all, as a clause."""
        self.cure = Cure.SETTINGS
        """What helps against that."""

    def line(self, text: str, spot: Spot) -> int:
        """Process one line; return how many of the following lines to pass on as well, whatever they hold."""
        raise NotImplementedError

    def peek(self, text: str, spot: Spot) -> None:
        """Look at a line that is not finished yet; it may come again."""

    def ended(self, exit_code: int) -> None:
        """Process how the command ended, if that says more than the log."""

    def sum(self, *, nested: bool = False) -> Sum:
        """Return what it summed up last."""
        return Sum(self.passed, self.failed, self.errors, self.skipped, nested)

    def again(self, *, nested: bool = False) -> None:
        """Keep the last summary: another run sums up now. `nested` if the last one took place within that run."""
        if self.counted:
            self.sums.append(self.sum(nested=nested))

    def combine(self) -> None:
        """Count the failures of earlier runs, if the last one had none: they are what went wrong."""
        if self.counted and not self.bad and any(run.bad and not run.nested for run in self.sums):
            for run in self.sums:
                self.passed += run.passed
                self.failed += run.failed
                self.errors += run.errors
                self.skipped += run.skipped

    def forgive(self) -> None:
        """Forget the failures, which passed when they were tried again or were only printed by a test."""
        self.failed = self.errors = self.more = 0
        self.failures, self.live = [], {}

    def current(self) -> list[Failure]:
        """Return what failed so far."""
        return self.failures or list(self.live.values())

    def note(self, failure: Failure, key: str = "") -> None:
        """Keep a failure seen in passing; the same name is kept once."""
        key = key or failure.name
        if len(self.live) < MOST or key in self.live:
            self.live.setdefault(key, failure)

    def add(self, failure: Failure) -> None:
        """Keep a failure, or only count it when there are too many; its texts are cleaned."""
        if len(self.failures) >= MOST:
            self.more += 1
            return
        name, file, message = failure.name, failure.file, failure.message
        self.failures.append(
            failure._replace(
                name=one_line(name, 200), file=one_line(file, 300), message=one_line(message, 200)
            )
        )

    def unload(self, name: str) -> None:
        """Record that a test file could not be loaded."""
        if len(self.unloaded) < MOST:
            self.unloaded.append(name)

    def change(self, **what: str | int) -> None:
        """Complete the most recently kept failure."""
        if self.failures and not self.more:
            self.failures[-1] = self.completed(self.failures[-1], **what)

    @staticmethod
    def completed(failure: Failure, **what: str | int) -> Failure:
        """Return `failure` with some of its fields changed; their texts are cleaned."""
        clean = {
            key: one_line(value, 300) if isinstance(value, str) else value for key, value in what.items()
        }
        return failure._replace(**clean)  # type: ignore[arg-type]

    @property
    def reported(self) -> bool:
        """Whether what it says is a report of its own, and not a line that looks like one."""
        return self.counted

    @property
    def bad(self) -> int:
        """How many failures there are, by the tool's own count or by what came so far."""
        return self.failed + self.errors if self.counted else len(self.current()) + self.more

    def counts(self) -> tuple[int, int]:
        """Return how many failed, and how many broke."""
        return (self.failed, self.errors) if self.counted else (self.bad, 0)

    def summary(self) -> str:
        """Return the outcome as a clause; empty if there is none."""
        single, many = self.things
        total = self.passed + self.failed + self.errors
        extra = f"; {_loads(len(self.unloaded))}" if self.unloaded and self.bad else ""
        if self.bad and self.counted and total > self.bad:
            return f"{self.bad} of {total} {many} failed{extra}"
        if self.bad:
            return f"{self.bad} {single if self.bad == 1 else many} failed{extra}"
        if not self.counted or not total:
            return ""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{total} {single if total == 1 else many} passed{skipped}"


AFTER = 60
"""Maximum lines of a failure that are looked through for its message and its place."""


class Teller(Tool):
    """A tool that tells of a failure on several lines: its name first, then its message and its place."""

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self.left = 0
        """How many more lines may belong to the failure that was kept last."""

    def begin(self, failure: Failure, spot: Spot) -> int:
        """Keep a failure whose message and place may follow; return how many lines to pass on for them."""
        self.seen = spot.number
        self.add(failure)
        self.left = AFTER
        return self.left

    def end(self) -> int:
        """Stop looking for what belongs to the last failure."""
        self.left = 0
        return 0

    def sum_up(self, spot: Spot, ran: int, *, failed: int = 0, errors: int = 0, skipped: int = 0) -> None:
        """Take the tool's own count of its tests."""
        self.again()
        self.seen, self.counted, self.left = spot.number, True, 0
        self.failed, self.errors, self.skipped = failed, errors, skipped
        self.passed = max(ran - failed - errors - skipped, 0)
        self.nothing = ran == 0


def _loads(count: int) -> str:
    return "1 file could not be loaded" if count == 1 else f"{count} files could not be loaded"


def number(text: str, word: str) -> int:
    """Return the number before `word` in a summary line (``3 passed``), 0 if it is missing."""
    match = re.search(rf"(\d{{1,9}}) {word}", text)
    return int(match[1]) if match else 0


def frame(text: str) -> tuple[str, int] | None:
    """Return file and line of a JavaScript stack line (``at f (a.js:1:2)``) in the project itself."""
    text = text.strip()
    if not text.startswith("at "):
        return None
    head, _, column = text.removesuffix(")").rpartition(":")
    head, _, line = head.rpartition(":")
    file = re.split(r"[\s(]", head)[-1].removeprefix("file://")
    if not file or not (line.isdecimal() and column.isdecimal()) or len(line) > 7:
        return None
    if "node_modules/" in file or file.startswith("node:"):
        return None
    return file, int(line)
