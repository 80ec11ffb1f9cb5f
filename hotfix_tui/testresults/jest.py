"""Jest: the file of each failure, its place from the first stack line of the project, and the last counts."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot, Tool, frame, number

_FILE = re.compile(r" ?FAIL +(?P<file>\S+\.\S+)(?: \([\d.]+ m?s\))?$")
_LIVE = re.compile(r"\s+[✕×] (?P<name>.+?)(?: \([\d.]+ m?s\))?$")
_LOAD = "Test suite failed to run"


class Jest(Tool):
    """A failure is a line ``● group › test`` below the line ``FAIL file``; the message follows."""

    name = "jest"
    words = ("jest", "react-scripts")
    pattern = (
        r" ?FAIL +\S+\.\S+|\s+● .+|\s+(?:✕|×) .+|\s+at .+:\d+:\d+\)?$|Tests: +\d+|Test Suites: +\d+"
        r"|Summary of all failing tests|No tests found, exiting"
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._file = ""
        self._known: set[tuple[str, str]] = set()
        self._open = False
        self._listing = False

    def line(self, text: str, spot: Spot) -> int:
        if match := _FILE.match(text):
            self._file, self._open, self._listing = match["file"], False, True
        elif text.startswith(("Test Suites: ", "Tests: ")):
            self._sum_up(text, spot)
        elif text.startswith("No tests found, exiting"):
            self.seen, self.nothing = spot.number, True
        elif text.startswith("  ● ") and self._file:
            return self._begin(text[4:].strip(), spot)
        elif self._open:
            self._inside(text)
        elif self._listing and (match := _LIVE.match(text)):
            self.note(Failure(match["name"], self._file, 0, "", *spot))
        return 0

    def _begin(self, title: str, spot: Spot) -> int:
        """Record a failure; those that the summary repeats are known already."""
        self._open = False
        if " › Console" in title or (self._file, title) in self._known:
            return 0
        if not self.more:
            self._known.add((self._file, title))
        self._open, self.seen = True, spot.number
        if title == _LOAD:
            self.unload(self._file)
            title = self._file
        self.add(Failure(title, self._file, 0, "", *spot))
        return 4

    def _inside(self, text: str) -> None:
        last = self.failures[-1]
        if place := frame(text):
            if not last.line or (last.file != self._file and place[0].endswith(self._file)):
                self.change(file=place[0], line=place[1])
        elif text.strip() and not last.message and not text.strip().startswith("at "):
            self.change(message=text)

    def _sum_up(self, text: str, spot: Spot) -> None:
        self._open, self._listing = False, False
        if text.startswith("Tests: "):
            self.again()
            self.seen, self.counted = spot.number, True
            self.failed, self.passed = number(text, "failed"), number(text, "passed")
            self.skipped = number(text, "skipped") + number(text, "todo")
            self.nothing = number(text, "total") == 0 and not self.unloaded
