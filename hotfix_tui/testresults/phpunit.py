"""PHPUnit, and what prints through it (Laravel's `artisan test` has a printer of its own)."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot, Teller

_HEADING = re.compile(r"There (?:was|were) \d+ (?P<kind>[\w ]+?)s?:$")
_HEAD = re.compile(r"\d+\) (?P<name>\S+::.+)$")
_PLACE = re.compile(r"(?P<file>\S.*\.php(?:t)?):(?P<line>\d{1,7})$")


class Phpunit(Teller):
    """Errors and failures are numbered at the end, each kind under its heading."""

    name = "PHPUnit"
    words = ("phpunit", "paratest")
    pattern = r"There (?:was|were) \d+ |\d+\) \S+::|Tests: \d+, |OK \(\d+ tests?|OK, but |No tests executed!|PHPUnit \d"

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._telling = False

    def line(self, text: str, spot: Spot) -> int:
        if match := _HEADING.match(text):
            self._telling, self.left = match["kind"] in ("error", "failure"), 0
        elif match := re.match(r"OK \((\d{1,9}) tests?", text):
            self.sum_up(spot, int(match[1]))
        elif text.startswith("Tests: "):
            skipped = _count(text, "Skipped") + _count(text, "Incomplete")
            failed, errors = _count(text, "Failures"), _count(text, "Errors")
            self.sum_up(spot, _count(text, "Tests"), failed=failed, errors=errors, skipped=skipped)
        elif text == "No tests executed!":
            self.seen, self.nothing = spot.number, True
        elif self._telling and (match := _HEAD.match(text)):
            return self.begin(Failure(match["name"], "", 0, "", *spot), spot)
        elif self.left:
            return self._inside(text)
        return 0

    def _inside(self, text: str) -> int:
        if text == "--":
            return self.end()
        self.left -= 1
        last, match = self.failures[-1], _PLACE.match(text)
        if match and "/vendor/" not in match["file"]:
            if not last.line:
                self.change(file=match["file"], line=int(match["line"]))
        elif text.strip() and not match and not last.message:
            self.change(message=text)
        return self.left


def _count(text: str, word: str) -> int:
    match = re.search(rf"\b{word}: (\d{{1,9}})", text)
    return int(match[1]) if match else 0
