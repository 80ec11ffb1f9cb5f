"""JUnit XML, in a log or in a file: parsed as a stream, never held as a whole."""

import re
from typing import TYPE_CHECKING

from hotfix_tui.testresults.model import MOST, Failure
from hotfix_tui.testresults.tool import Spot, Tool

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_PLACE = re.compile(
    r"(?P<file>[^\s:()'\"]+\.(?:py|rb|js|jsx|ts|tsx|mjs|cjs|java|kt|scala|groovy|go|rs|php|cs|ex|exs)):(?P<line>\d{1,7})"
)
_ROOT = b"<testsuite"
"""Documents are read from here on: anything before, such as entities, is ignored."""
_BEFORE = 190
"""Bytes of its line before a document that are looked at."""
_LABEL = re.compile(rb"\s*(?:[\w@./:-]+ *[|:] *)?(?:<[?!][^\n]*>\s*)?$")
"""What may stand before a document in its line: a declaration, and the label of the service that wrote it. A document
after anything else, such as the ``# `` of a failed test, is quoted: it is what a test saw, no report of the run."""
_KEPT = 20_000
"""Characters of a failure's text that are searched for its place."""


class Junit(Tool):
    """Counts test cases itself, since the totals in the header mean different things in different tools."""

    name = "JUnit XML"
    pattern = r"(?!)"

    def __init__(self, named: bool = False) -> None:
        super().__init__(named)
        self._parser: XMLParserType | None = None
        self._begun = Spot(0, 0)
        self._case: dict[str, str] = {}
        self._outcome = ""
        self._message = ""
        self._text: list[str] = []
        self._collecting = False
        self._held = b""
        self._failed: set[tuple[str, str]] = set()

    def line(self, text: str, spot: Spot) -> int:
        return 0

    def feed(self, data: bytes, spot: Spot) -> None:
        """Process the next bytes of the log, which begin at `spot`: every document in them, nothing around them."""
        from xml.parsers.expat import ExpatError

        data, at = self._held + data, 0
        spot = Spot(spot.number, spot.offset - len(self._held))
        self._held = b""
        over = 0
        while True:
            if self._parser is None:
                at = data.find(_ROOT, at)
                if at < 0:
                    self._held = data[max(over, data.rfind(b"\n") + 1) :][-_BEFORE - len(_ROOT) :]
                    return
                if not _stands_alone(data, over, at):
                    at += len(_ROOT)
                    continue
                self._start(Spot(spot.number + data.count(b"\n", 0, at), spot.offset + at))
            parser = self._parser
            assert parser is not None
            try:
                parser.Parse(data[at:], False)
                return
            except ExpatError:
                # The document is over, or broken; another one may follow.
                self._parser = None
                over = at = max(at + 1, self._begun.offset + parser.CurrentByteIndex - spot.offset)

    @property
    def seen_any(self) -> bool:
        """Whether there was any test case."""
        return bool(self.passed or self.failed or self.errors or self.skipped)

    def ended(self, exit_code: int) -> None:
        self.counted = bool(self.seen)
        self.nothing = bool(self.seen) and not self.seen_any

    def _start(self, spot: Spot) -> None:
        from xml.parsers import expat

        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.EndElementHandler = self._element_end
        parser.CharacterDataHandler = self._data
        self._parser, self._begun = parser, spot

    def _spot(self) -> Spot:
        assert self._parser is not None
        line = self._begun.number + self._parser.CurrentLineNumber - 1
        return Spot(line, self._begun.offset + self._parser.CurrentByteIndex)

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("testsuite", "testsuites"):
            self.seen = self._begun.number or 1
        elif name == "testcase":
            self._case, self._outcome, self._message, self._text = attributes, "", "", []
            self._at = self._spot()
        elif name in ("failure", "error") and self._outcome in ("", "skipped"):
            self._outcome, self._collecting = name, True
            self._message = attributes.get("message", "")
        elif name == "skipped":
            self._outcome = self._outcome or "skipped"

    def _data(self, text: str) -> None:
        if self._collecting and sum(map(len, self._text)) < _KEPT:
            self._text.append(text[:_KEPT])

    def _element_end(self, name: str) -> None:
        if name in ("failure", "error"):
            self._collecting = False
        if name != "testcase":
            return
        key = self._case.get("classname", ""), self._case.get("name", "")
        if self._outcome == "skipped":
            self.skipped += 1
        elif not self._outcome:
            self.passed += 1
            self.mended += key in self._failed  # Gradle's test-retry writes each attempt as a case of its own
            self._failed.discard(key)
        else:
            if len(self._failed) < MOST:
                self._failed.add(key)
            self.failed += self._outcome == "failure"
            self.errors += self._outcome == "error"
            self.add(self._failure())
        self._case = {}

    def _failure(self) -> Failure:
        case, text = self._case, "".join(self._text)
        group, name = case.get("classname", ""), case.get("name", "a test")
        file, line = _place(text, case)
        message = self._message or next(filter(None, map(str.strip, text.splitlines())), "")
        shown = f"{group}.{name}" if group and group not in ("test", name) else name
        return Failure(
            shown, file, line, message.strip().splitlines()[0] if message.strip() else "", *self._at
        )


def _stands_alone(data: bytes, over: int, at: int) -> bool:
    """Return whether the document at `at` begins its line, or follows the one that was `over` before."""
    before = data[max(over, data.rfind(b"\n", 0, at) + 1) : at]
    return len(before) < _BEFORE and _LABEL.match(before) is not None


def _place(text: str, case: dict[str, str]) -> tuple[str, int]:
    """Return where a test failed: in its own file if known, otherwise in the first file of its class, or in any."""
    own = case.get("file", "")
    given = int(case["line"]) if case.get("line", "").isdecimal() and len(case["line"]) < 8 else 0
    places = [
        (match["file"], int(match["line"]))
        for match in _PLACE.finditer(text)
        if "node_modules/" not in match["file"] and not match["file"].startswith("node:")
    ]
    last = case.get("classname", "").rpartition(".")[2].partition("$")[0]
    for file, line in places:
        if (own and (own.endswith(file) or file.endswith(own))) or (not own and last and f"{last}." in file):
            return own or file, line
    if own:
        return own, given
    return places[0] if places else ("", given)
