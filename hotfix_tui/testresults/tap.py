"""TAP and node's own test runner: ``not ok`` lines with their details, or its ``✖`` lines."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot, Tool, frame

_NOT_OK = re.compile(r"\s*not ok\b(?: \d+)?(?: - | )?(?P<name>.*)$")
_YAML = re.compile(r"\s+(?P<key>location|failureType|error|at|message): *(?P<value>.*)$")
_PLACE = re.compile(r"'?(?:file://)?(?P<file>[^:'()]+):(?P<line>\d{1,7})(?::\d{1,7})?'?")
_COUNT = re.compile(r"[#ℹ] (?P<word>tests|pass|fail|cancelled|skipped|todo) +(?P<count>\d{1,9})$")
_CROSS = re.compile(r"\s*✖ (?P<name>.+?) \([\d.]+ms\)$")
_AT = re.compile(r"test at (?P<file>.+?):(?P<line>\d{1,7}):\d{1,7}$")


class Tap(Tool):
    """A suite that failed only because of a test in it is not a failure of its own."""

    name = "TAP"
    words = ("--test", "tap", "tape")
    pattern = (
        r"TAP version|\s*not ok\b|(?:#|ℹ) (?:tests|pass|fail|cancelled|skipped|todo) +\d+$|\s*✖ .+\([\d.]+ms\)$"
        r"|✖ failing tests:|test at .+:\d+:\d+$|\s+(?:location|failureType|error|at|message): "
        r"|\s+\S.*\([^()\s]+:\d+:\d+\)$|Could not find '|# Subtest: |# Error: Cannot find "
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._at: tuple[str, int] = ("", 0)
        self._open = False
        self._telling = False
        self._cause = ""

    def line(self, text: str, spot: Spot) -> int:
        if text.startswith("TAP version"):
            self.seen = spot.number
        elif text.startswith("# Error: Cannot find "):
            self._cause = text[9:]
        elif text.startswith("Could not find '") and self.named:
            self.seen, self.nothing = spot.number, True
        elif match := _COUNT.match(text):
            self._count(match["word"], int(match["count"]), spot)
        elif match := _NOT_OK.match(text):
            return self._not_ok(match["name"], spot)
        elif match := _YAML.match(text):
            return self._detail(match["key"], match["value"])
        elif text.startswith("✖ failing tests:"):
            self.seen, self._telling = spot.number, True
        elif match := _AT.match(text):
            self._at = match["file"], int(match["line"])
        elif match := _CROSS.match(text):
            return self._cross(match["name"], spot)
        elif self._open:
            self._inside(text)
        return 0

    def _not_ok(self, name: str, spot: Spot) -> int:
        self._open = False
        if re.search(r"# (?:todo|skip)\b", name, re.IGNORECASE):
            return 0
        self.seen, self._open = spot.number, True
        self.add(Failure(name or "a test", "", 0, "", *spot))
        return 1

    def _detail(self, key: str, value: str) -> int:
        if not self._open:
            return 0
        last = self.failures[-1]
        if key == "failureType" and "subtestsFailed" in value:
            if self.more:
                self.more -= 1
            else:
                self.failures.pop()
            self._open = False
        elif key in ("location", "at") and (match := _PLACE.search(value)):
            self.change(file=match["file"], line=int(match["line"]))
            if match["file"] == last.name:  # the whole file: it could not be loaded
                self.unload(last.name)
        elif key in ("error", "message") and not last.message:
            if value.startswith(("|", ">")):
                return 1
            self.change(
                message=self._cause if last.name in self.unloaded and self._cause else value.strip("'\"")
            )
        return 0

    def _cross(self, name: str, spot: Spot) -> int:
        if not self._telling:
            self.note(Failure(name, "", 0, "", *spot))
            return 0
        self._open = True
        self.add(Failure(name, *self._at, "", *spot))
        return 1

    def _inside(self, text: str) -> None:
        """Take the message, and the first stack line in the test's own file: more exact than where it begins."""
        last = self.failures[-1]
        if text.endswith(")") and (place := frame(f"at {text.strip().removeprefix('at ')}")):
            if not last.file or place[0].endswith(last.file) or last.file.endswith(place[0]):
                self.change(file=last.file or place[0], line=place[1])
                self._open = False
        elif text.strip() not in ("", "---", "...") and not last.message:
            self.change(message=text)

    def _count(self, word: str, count: int, spot: Spot) -> None:
        self.seen, self.counted, self._open = spot.number, True, False
        if word == "pass":
            self.passed = count
        elif word in ("fail", "cancelled"):
            self.failed = count + (self.failed if word == "cancelled" else 0)
        elif word in ("skipped", "todo"):
            self.skipped += count
        elif word == "tests":
            self.nothing = count == 0
        if word == "fail":
            self.failed = max(self.failed - len(self.unloaded), 0)
