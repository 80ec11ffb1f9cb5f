"""unittest, and Django's test command, which prints the same."""

import re

from hotfix_tui.base.text import one_line
from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot, Tool

_HEAD = re.compile(r"(?P<word>FAIL|ERROR): (?P<test>\w+) \((?P<where>[\w.]+)\)(?P<more> [(\[].*)?$")
_LIVE = re.compile(r" *(?P<test>\w+) \((?P<where>[\w.]+)\)(?P<more> [(\[].*)? \.\.\. (?:FAIL|ERROR)$")
_FILE = re.compile(r'  File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>.+)$')
_RAN = re.compile(r"Ran (\d{1,9}) tests? in")


class Unittest(Tool):
    """Its failure blocks come at the end; with ``-v`` each failure is known at once."""

    name = "unittest"
    words = ("unittest", "manage.py", "unittest2")
    pattern = (
        r'(?:FAIL|ERROR): \w+ \(|  File "| *\w+ \([\w.]+\).* \.\.\. (?:FAIL|ERROR)$|[A-Za-z_][\w.]*(?:: |$)'
        r"|Ran \d+ tests? in|FAILED \(|OK(?: \(.*\))?$|NO TESTS RAN|[.sxu]*[FE][.sxuFE]*$"
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._loading = False
        self._open = False
        self._tests: dict[str, set[str]] = {"FAIL": set(), "ERROR": set()}

    def line(self, text: str, spot: Spot) -> int:
        if match := _HEAD.match(text):
            self._begin(match, spot)
        elif match := _RAN.match(text):
            self.again()
            self.failed = self.errors = self.skipped = 0
            self.seen, self._open, self.counted = spot.number, False, True
            self.passed = int(match[1])
            self.nothing = not self.passed
        elif self.counted and (text.startswith(("FAILED (", "OK"))):
            self._sum_up(text)
        elif text.startswith("NO TESTS RAN"):
            self.seen, self.nothing = spot.number, True
        elif self._open:
            self._inside(text)
        else:
            self.peek(text, spot)
        return 0

    def peek(self, text: str, spot: Spot) -> None:
        """Note a failure by its verbose line, or by a letter among the dots."""
        if match := _LIVE.match(text):
            self.seen = self.seen or spot.number
            name = _name(match)
            self.note(Failure(name, "", 0, "", *spot))
        elif self.named and not self.live and re.match(r"[.sxu]*[FE][.sxuFE]*$", text):
            self.note(Failure("a test", "", 0, "", *spot))

    def _begin(self, match: re.Match[str], spot: Spot) -> None:
        self.seen, self._open = spot.number, True
        self._loading = "_FailedTest" in match["where"]
        name = match["test"] if self._loading else _name(match)
        self.add(Failure(name, "", 0, "", *spot))
        if self._loading:
            self.unload(name)
        elif not self.more:
            self._tests[match["word"]].add(f"{match['where']}.{match['test']}")

    def _inside(self, text: str) -> None:
        """Take the first place in the traceback (the test), or the last if a file could not be loaded."""
        if match := _FILE.match(text):
            if self._loading or not self.failures[-1].file:
                self.change(file=match["file"], line=int(match["line"]))
        elif re.match(r"[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Failure|: )", text):
            self.change(message=text)

    def _sum_up(self, text: str) -> None:
        ran, self.skipped = self.passed, _count(text, "skipped")
        self.failed, self.errors = _count(text, "failures"), _count(text, "errors")
        if not self.more:
            # A test with subtests fails once per subtest; tests are counted here.
            self.failed = min(self.failed, len(self._tests["FAIL"]))
            self.errors = min(self.errors, len(self._tests["ERROR"] - self._tests["FAIL"]))
        self.passed = max(ran - self.failed - self.errors - self.skipped - len(self.unloaded), 0)


def _name(match: re.Match[str]) -> str:
    where, test = match["where"], match["test"]
    return one_line((where if where.endswith(f".{test}") else f"{where}.{test}") + (match["more"] or ""))


def _count(text: str, word: str) -> int:
    match = re.search(rf"\b{word}=(\d{{1,9}})", text)
    return int(match[1]) if match else 0
