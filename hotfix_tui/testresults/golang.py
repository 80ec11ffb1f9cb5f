"""``go test``, plain, with -v, or as JSON."""

import json
import re
from typing import Any

from hotfix_tui.base.text import one_line
from hotfix_tui.testresults.model import MOST, Failure
from hotfix_tui.testresults.tool import Cure, Spot, Tool

_END = re.compile(r"\s*--- (?P<word>FAIL|PASS|SKIP): (?P<name>\S+) \(")
_PLACE = re.compile(r"\s+(?P<file>[^\s:]+\.go):(?P<line>\d{1,7}): ?(?P<why>.*)$")
_FRAME = re.compile(r"\t(?P<file>\S+\.go):(?P<line>\d{1,7})(?: \+0x[0-9a-f]+)?$")
_COMPILER = re.compile(r"(?P<file>\S+\.go):(?P<line>\d{1,7}):\d{1,7}: (?P<why>.+)$")
_PACKAGE = re.compile(r"(?P<word>FAIL|ok {0,2}|\?)\s+(?P<package>\S+)(?:\s+(?P<rest>.*))?$")

_OUTSIDE = ("/src/testing/", "/src/runtime/", "/pkg/mod/")


class GoTest(Tool):
    """A test's place is below its end, or above it with -v. Go names files without their folder."""

    name = "go test"
    words = ("gotestsum",)
    pattern = (
        r"\s*--- (?:FAIL|PASS|SKIP): \S+ \(|\s+[^\s:]+\.go:\d+: |\t\S+\.go:\d+|\S+\.go:\d+:\d+: |FAIL\t|ok  \t"
        r"|\?\s+\S+\s+\[no test files\]|=== (?:RUN|CONT|NAME) +\S+|panic: |go: |\{\"(?:Time|Action|ImportPath)\":"
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._above: tuple[str, int, str] = ("", 0, "")
        self._in_package = 0
        self._verbose = False
        self._packages = self._bad_packages = 0
        self._compiler: list[Failure] = []
        self._panic = ""

    def line(self, text: str, spot: Spot) -> int:
        if text.startswith("{"):
            return self._event(text, spot)
        if text.startswith("=== "):
            self.seen, self._verbose, self._above = spot.number, True, ("", 0, "")
        elif match := _END.match(text):
            self._end(match["word"], match["name"], spot)
        elif text.startswith("panic: ") and self.seen:
            self._panic = text
            self.change(message=text)
        elif text.startswith("go: ") and self.named:
            self.broken = self.broken or text
        elif match := _PLACE.match(text) or _FRAME.match(text):
            self._place(match.groupdict())
        elif match := _COMPILER.match(text):
            if len(self._compiler) < MOST:
                file = one_line(match["file"].removeprefix("./"))
                self._compiler.append(Failure(one_line(match["why"]), file, int(match["line"]), "", *spot))
        elif match := _PACKAGE.match(text):
            self._package(match["word"].strip(), match["package"], match["rest"] or "", spot)
        return 0

    def current(self) -> list[Failure]:
        # A test fails with each of its subtests: the subtests are what failed.
        parents = {failure.name.rpartition("/")[0] for failure in self.failures}
        return [*self._compiler, *(failure for failure in self.failures if failure.name not in parents)]

    def counts(self) -> tuple[int, int]:
        return self.bad - len(self._compiler), len(self._compiler)

    @property
    def bad(self) -> int:
        return len(self.current()) + self.more

    @property
    def reported(self) -> bool:
        return self._bad_packages > 0

    def summary(self) -> str:
        if self._compiler and not self.failures:
            return "1 error" if len(self._compiler) == 1 else f"{len(self._compiler)} errors"
        self.failed, self.errors = self.counts()
        self.counted = self._verbose
        return super().summary()

    def ended(self, exit_code: int) -> None:
        self.nothing = bool(self.seen) and exit_code == 0 and not self._packages and not self.passed
        if self._compiler and self.seen and exit_code and not self.failures:
            why = self._compiler[0]
            self.cure = Cure.FIX
            self.broken = f"the code does not compile: {why.place}: {why.name}"

    def _end(self, word: str, name: str, spot: Spot) -> None:
        self.seen = spot.number
        if word == "PASS":
            self.passed += 1
            self._verbose = True
        elif word == "SKIP":
            self.skipped += 1
        else:
            file, line, why = self._above if self._verbose else ("", 0, "")
            parent = next((f for f in self.failures if f.name == name.rpartition("/")[0]), None)
            if parent is not None and not line:  # with -v the place of a subtest is above its parent's end
                file, line, why = parent.file, parent.line, parent.message
            self.add(Failure(name, file, line, why, *spot))
            self._in_package += 1
        self._above = ("", 0, "")

    def _place(self, match: dict[str, Any]) -> None:
        place = str(match["file"]), int(match["line"]), str(match.get("why") or "")
        if self._verbose and not self._panic:
            self._above = place if not self._above[1] else self._above
        elif self._in_package and not self.failures[-1].line:
            if self._panic and any(part in place[0] for part in _OUTSIDE):
                return
            self.change(file=place[0], line=place[1], **({"message": place[2]} if place[2] else {}))

    def _package(self, word: str, package: str, rest: str, spot: Spot) -> None:
        """Prefix the files of this package's failures with their folder."""
        self.seen = spot.number
        if word != "?":
            self._packages += 1
            self._bad_packages += word == "FAIL"
        for place in range(
            len(self.failures) - min(self._in_package, len(self.failures)), len(self.failures)
        ):
            known = self.failures[place]
            if known.file and "/" not in known.file:
                self.failures[place] = known._replace(file=f"{package}/{known.file}")
        self._in_package, self._panic = 0, ""
        if "[setup failed]" in rest:
            self.unload(package)

    def _event(self, text: str, spot: Spot) -> int:
        """Process one line of JSON; its output is read like plain output."""
        try:
            event = json.loads(text)
        except ValueError:
            return 0
        output = event.get("Output") if isinstance(event, dict) else None
        if isinstance(output, str):
            self._verbose = True
            return self.line(output.rstrip("\n"), spot) if not output.startswith("{") else 0
        if isinstance(event, dict) and event.get("Action") == "fail" and not event.get("Test"):
            self._package("FAIL", str(event.get("Package", "")), "", spot)
        return 0
