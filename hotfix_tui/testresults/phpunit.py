"""PHPUnit, and what prints through it (Laravel's `artisan test` has a printer of its own)."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot, Tool

_HEADING = re.compile(r"There (?:was|were) \d+ (?P<kind>[\w ]+?)s?:$")
_HEAD = re.compile(r"\d+\) (?P<name>\S+::.+)$")
_PLACE = re.compile(r"(?P<file>\S.*\.php(?:t)?):(?P<line>\d{1,7})$")
_AFTER = 60
"""Maximum lines of a failure that are looked through for its message and its place."""


class Phpunit(Tool):
    """Errors and failures are numbered at the end, each kind under its heading."""

    name = "PHPUnit"
    words = ("phpunit", "paratest")
    pattern = r"There (?:was|were) \d+ |\d+\) \S+::|Tests: \d+, |OK \(\d+ tests?|OK, but |No tests executed!|PHPUnit \d"

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._telling = False
        self._left = 0

    def line(self, text: str, spot: Spot) -> int:
        if match := _HEADING.match(text):
            self._telling, self._left = match["kind"] in ("error", "failure"), 0
        elif match := re.match(r"OK \((\d{1,9}) tests?", text):
            self.again()
            self.failed = self.errors = self.skipped = 0
            self.seen, self.counted, self.passed = spot.number, True, int(match[1])
        elif text.startswith("Tests: "):
            self._sum_up(text, spot)
        elif text == "No tests executed!":
            self.seen, self.nothing = spot.number, True
        elif self._telling and (match := _HEAD.match(text)):
            self.seen = spot.number
            self.add(Failure(match["name"], "", 0, "", *spot))
            self._left = _AFTER
            return self._left
        elif self._left:
            return self._inside(text)
        return 0

    def _inside(self, text: str) -> int:
        if text == "--":
            self._left = 0
            return 0
        self._left -= 1
        last, match = self.failures[-1], _PLACE.match(text)
        if match and "/vendor/" not in match["file"]:
            if not last.line:
                self.change(file=match["file"], line=int(match["line"]))
        elif text.strip() and not match and not last.message:
            self.change(message=text)
        return self._left

    def _sum_up(self, text: str, spot: Spot) -> None:
        self.again()
        self.seen, self.counted, self._left = spot.number, True, 0
        self.failed, self.errors = _count(text, "Failures"), _count(text, "Errors")
        self.skipped = _count(text, "Skipped") + _count(text, "Incomplete")
        ran = _count(text, "Tests")
        self.passed = max(ran - self.failed - self.errors - self.skipped, 0)
        self.nothing = ran == 0


def _count(text: str, word: str) -> int:
    match = re.search(rf"\b{word}: (\d{{1,9}})", text)
    return int(match[1]) if match else 0
