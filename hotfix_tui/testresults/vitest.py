"""Vitest: its list of files, its blocks of failures, and the last counts."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot, Tool, number

_HEAD = re.compile(r" ?FAIL {1,2}(?:\|[^|]+\| )?(?P<file>\S+\.\w+)(?: > (?P<name>.+)| \[ .+ \])$")
_PLACE = re.compile(r" ❯ (?:.* )?(?P<file>[^\s():]+):(?P<line>\d{1,7}):\d{1,7}\)?$")
_FILE = re.compile(r" ❯ (?:\|[^|]+\| )?(?P<file>\S+\.\w+) \(\d+ tests?\b")
_LIVE = re.compile(r"\s+[×✗] (?P<name>.+?)(?: \d+m?s)?$")
_COUNTS = re.compile(r"\s*Tests {2}(?P<counts>(?:no tests|\d+ \w+.*))$")


class Vitest(Tool):
    """A failure is ``FAIL file > group > test``, then its message, then ``❯ file:line:column``."""

    name = "vitest"
    words = ("vitest",)
    pattern = (
        r" ?FAIL {1,2}(?:\|[^|]+\| )?\S+\.\w+(?: > | \[ )| ❯ \S+|\s+(?:×|✗) .+|\s*Tests {2}(?:no tests|\d)"
        r"|No test files found| RUN +v\d"
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._file = ""
        self._open = False
        self._known: set[tuple[str, str]] = set()

    def line(self, text: str, spot: Spot) -> int:
        if text.startswith(" RUN "):
            self.seen = spot.number
        elif match := _HEAD.match(text):
            return self._begin(match["file"], match["name"] or "", spot)
        elif match := _FILE.match(text):
            self._file = match["file"]
        elif match := _PLACE.match(text):
            if self._open and not self.failures[-1].line and "node_modules/" not in match["file"]:
                self.change(file=match["file"], line=int(match["line"]))
        elif match := _COUNTS.match(text):
            self._sum_up(match["counts"], spot)
        elif text.startswith("No test files found"):
            self.seen, self.nothing = spot.number, True
        elif self._open:
            if text.strip() and not self.failures[-1].message:
                self.change(message=text)
        elif self.seen and (match := _LIVE.match(text)):
            file, _, name = match["name"].partition(" > ")
            self.note(Failure(name or file, file if name else self._file, 0, "", *spot))
        return 0

    def _begin(self, file: str, name: str, spot: Spot) -> int:
        self.seen, self._open = spot.number, False
        if (file, name) in self._known:
            return 0
        if not self.more:
            self._known.add((file, name))
        self._open = True
        if not name:
            self.unload(file)
        self.add(Failure(name or file, file, 0, "", *spot))
        return 2

    def _sum_up(self, counts: str, spot: Spot) -> None:
        self.again()
        self.seen, self.counted, self._open = spot.number, True, False
        self.failed, self.passed = number(counts, "failed"), number(counts, "passed")
        self.skipped = number(counts, "skipped") + number(counts, "todo")
        self.nothing = counts.startswith("no tests") and not self.unloaded
