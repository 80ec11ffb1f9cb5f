"""Mocha's usual reporters: failures are numbered during the run, and reported at the end under the same numbers."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot, Tool, frame

_NUMBERED = re.compile(r"\s+(?P<number>\d{1,6})\) (?P<name>.+)$")
_COUNT = re.compile(r"\s+(?P<count>\d{1,9}) (?P<word>passing|failing|pending)\b")
_TITLE_LINES = 12
"""Maximum lines of a failure's title: one per group, then the test."""


class Mocha(Tool):
    """A failure's title spans several lines and ends with a colon; the message is the line after it."""

    name = "mocha"
    words = ("mocha",)
    pattern = (
        r"\s+\d+\) .+|\s+\d+ (?:passing|failing|pending)\b|\s+at .+:\d+:\d+\)?$|Error: No test files found"
        r"| ?Exception during run: "
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._titles: list[str] | None = None
        self._begun = Spot(0, 0)
        self._telling = False

    def line(self, text: str, spot: Spot) -> int:
        if self._titles is not None:
            return self._title(text.strip(), spot)
        if match := _COUNT.match(text):
            self._count(int(match["count"]), match["word"], spot)
        elif text.startswith("Error: No test files found"):
            self.seen, self.nothing = spot.number, True
        elif "Exception during run: " in text:
            self.seen = spot.number
            self.broken = text.strip().removeprefix("Exception during run: ")
        elif match := _NUMBERED.match(text):
            if not self._telling:
                self.note(Failure(match["name"], "", 0, "", *spot))
            elif text.startswith("  ") and not text.startswith("     "):
                self._titles, self._begun = [], spot
                return self._title(match["name"], spot) or _TITLE_LINES
        elif self.failures and (place := frame(text)):
            if not self.failures[-1].line:
                self.change(file=place[0], line=place[1])
        elif self.failures and text.strip() and not self.failures[-1].message:
            self.change(message=text)
        return 0

    def current(self) -> list[Failure]:
        # Numbers in other logs look the same: they count only once mocha has been recognised.
        return super().current() if self.named or self.seen else []

    def _title(self, text: str, spot: Spot) -> int:
        """Collect the title; ask for the message when it is whole."""
        assert self._titles is not None
        if not text or len(self._titles) >= _TITLE_LINES:
            self._titles = None
            return 0
        self._titles.append(text.removesuffix(":"))
        if not text.endswith(":"):
            return _TITLE_LINES - len(self._titles)
        self.seen = spot.number
        self.add(Failure(" › ".join(self._titles), "", 0, "", *self._begun))
        self._titles = None
        return 3

    def _count(self, count: int, word: str, spot: Spot) -> None:
        if word == "passing":
            self.again()
            self.failed = self.skipped = 0
        self.seen, self.counted = spot.number, True
        if word == "passing":
            self.passed = count
            self.nothing = count == 0
        elif word == "pending":
            self.skipped = count
            self.nothing = False
        else:
            self.failed, self._telling, self.nothing = count, True, count == 0
