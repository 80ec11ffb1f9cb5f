"""minitest (also as Rails prints it), test-unit and RSpec."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot, Teller

_LIBRARIES = ("/gems/", "/ruby/", "/rubies/")
"""What the folder of a library's file contains: the failure's own place is in the project."""


class Minitest(Teller):
    """A failure is a head line, then the test's name and place; the summary comes last.

    Rails prints the same during the run, without numbers.
    """

    name = "minitest"
    pattern = (
        r" *(?:\d+\) )?(?:Failure|Error):$|\d+ (?:runs|tests), \d+ assertions, .* skips"
        r"|.+#test_.+ = [\d.]+ s = [FE]$"
    )

    _HEAD = re.compile(r" *(?:\d+\) )?(?P<kind>Failure|Error):$")
    _TEST = re.compile(r"(?P<name>\S.*#\S.*?)(?: \[(?P<file>[^\]]+):(?P<line>\d+)\])?:$")
    _LIVE = re.compile(r"(?P<name>.+#test_.+) = [\d.]+ s = [FE]$")
    _SUM = re.compile(
        r"(?P<ran>\d{1,9}) (?:runs|tests), \d+ assertions, (?P<failed>\d{1,9}) failures, (?P<errors>\d{1,9}) errors,"
        r" (?P<skipped>\d{1,9}) skips"
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._kind = ""

    def line(self, text: str, spot: Spot) -> int:
        if match := self._SUM.match(text):
            failed, errors = int(match["failed"]), int(match["errors"])
            self.sum_up(spot, int(match["ran"]), failed=failed, errors=errors, skipped=int(match["skipped"]))
        elif match := self._HEAD.match(text):
            self._kind, self.left = match["kind"], 0
            return 1
        elif self._kind:
            return self._begin(text, spot)
        elif self.left:
            return self._inside(text)
        elif match := self._LIVE.match(text):
            self.seen = self.seen or spot.number
            self.note(Failure(match["name"], "", 0, "", *spot))
        return 0

    def _begin(self, text: str, spot: Spot) -> int:
        match, self._kind = self._TEST.match(text), ""
        if match is None:
            return 0
        failure = Failure(match["name"], match["file"] or "", int(match["line"] or 0), "", *spot)
        return self.begin(failure, spot)

    def _inside(self, text: str) -> int:
        """Take the first line as the message, and the project's first place if the name had none."""
        if not text.strip() or not self.failures:
            return self.end()
        self.left -= 1
        last = self.failures[-1]
        if not last.message:
            self.change(message=text)
        elif not last.file and (place := _place(text.strip())):
            self.change(file=place[0], line=place[1])
        return self.left


class TestUnit(Teller):
    """A failure is told when it happens, between two rules; the summary comes last."""

    name = "test-unit"
    pattern = r"(?:Failure|Error): .+\(.+\)|\d+ tests, \d+ assertions, .* omissions"

    _HEAD = re.compile(
        r"(?P<kind>Failure|Error): (?P<name>[^()]+)\((?P<where>[^()]+)\)(?:: (?P<message>.*)|:?)$"
    )
    _SOURCE = re.compile(r"\s*(?:=>)?\s*\d+: ")
    _SUM = re.compile(
        r"(?P<ran>\d{1,9}) tests, \d+ assertions, (?P<failed>\d{1,9}) failures, (?P<errors>\d{1,9}) errors,"
        r" (?P<pending>\d{1,9}) pendings, (?P<omitted>\d{1,9}) omissions"
    )

    def line(self, text: str, spot: Spot) -> int:
        if match := self._SUM.match(text):
            skipped = int(match["pending"]) + int(match["omitted"])
            failed, errors = int(match["failed"]), int(match["errors"])
            self.sum_up(spot, int(match["ran"]), failed=failed, errors=errors, skipped=skipped)
        elif match := self._HEAD.match(text):
            name = f"{match['where']}#{match['name'].strip()}"
            return self.begin(Failure(name, "", 0, match["message"] or "", *spot), spot)
        elif self.left:
            return self._inside(text)
        return 0

    def _inside(self, text: str) -> int:
        if text.startswith("====") or not self.failures:
            return self.end()
        self.left -= 1
        last, place = self.failures[-1], _place(text)
        if place:
            if not last.file:
                self.change(file=place[0], line=place[1])
        elif text.strip() and not last.message and not self._SOURCE.match(text):
            self.change(message=text)
        return self.left


class Rspec(Teller):
    """Failures are numbered at the end; those that are expected stand under a heading of their own before them."""

    name = "RSpec"
    words = ("rspec",)
    things = ("example", "examples")
    pattern = (
        r"Failures:$|Pending: |Finished in |\d+ examples?, \d+ failures?|An error occurred while loading |  \d+\) "
        r"| +(?:# )?\S*\.rb:\d+|     Failure/Error:|.* \(FAILED - \d+\)$|Failure/Error:"
    )

    _HEAD = re.compile(r"  \d+\) (?P<name>.+)$")
    _LIVE = re.compile(r"\s*(?P<name>.+) \(FAILED - \d+\)$")
    _PLACE = re.compile(r"\s*# (?P<place>.+)$")
    _SUM = re.compile(
        r"(?P<ran>\d{1,9}) examples?, (?P<failed>\d{1,9}) failures?(?:, (?P<pending>\d{1,9}) pending)?"
        r"(?:, (?P<outside>\d{1,9}) errors? occurred outside of examples)?"
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._telling = self._code = False

    def line(self, text: str, spot: Spot) -> int:
        if match := self._SUM.match(text):
            skipped, outside = int(match["pending"] or 0), int(match["outside"] or 0)
            self.sum_up(spot, int(match["ran"]), failed=int(match["failed"]), skipped=skipped)
            self.nothing = self.nothing and not outside
        elif text == "Failures:":
            self._telling = True
        elif text.startswith(("Pending: ", "Finished in ")):
            self._telling, self.left = False, 0
        elif text.startswith("An error occurred while loading "):
            file = text.removeprefix("An error occurred while loading ").rstrip(".")
            self.unload(file)
            return self.begin(Failure(file, file, 0, "", *spot), spot)
        elif self._telling and (match := self._HEAD.match(text)):
            return self.begin(Failure(match["name"], "", 0, "", *spot), spot)
        elif self.left:
            return self._inside(text)
        elif match := self._LIVE.match(text):
            self.note(Failure(match["name"], "", 0, "", *spot))
        return 0

    def _inside(self, text: str) -> int:
        self.left -= 1
        last = self.failures[-1]
        if (match := self._PLACE.match(text)) and (place := _place(match["place"])):
            if not last.line:
                self.change(file=place[0], line=place[1])
        elif not text.strip():
            self._code = False
        elif text.lstrip().startswith("Failure/Error:"):
            self._code = True  # the message comes after an empty line
        elif not self._code and (not last.message or last.message.endswith("Error:")):
            self.change(message=f"{last.message} {text.strip()}".strip())
        return self.left


def _place(text: str) -> tuple[str, int] | None:
    """Return file and line of a Ruby stack line (``a.rb:1:in `f'``) in the project itself."""
    match = re.match(r"(?P<file>[^\s:][^:]*\.\w+):(?P<line>\d{1,7})(?::in |$)", text)
    if match is None or any(part in match["file"] for part in _LIBRARIES):
        return None
    return match["file"], int(match["line"])
