"""Type checkers and linters: mypy, TypeScript's compiler, ESLint. Their findings are errors with a place."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import NOT_INSTALLED, Cure, Spot, Tool


class Checker(Tool):
    """Counts errors; nothing in it ever passes."""

    things = ("error", "errors")

    @property
    def bad(self) -> int:
        return len(self.failures) + self.more

    def summary(self) -> str:
        if not self.bad:
            return "no errors" if self.counted else ""
        files = {failure.file for failure in self.failures}
        where = f" in {len(files)} files" if len(files) > 1 and not self.more else ""
        return f"{self.bad} {'error' if self.bad == 1 else 'errors'}{where}"

    def counts(self) -> tuple[int, int]:
        return 0, self.bad

    def ended(self, exit_code: int) -> None:
        if self.failures:
            self.broken = ""  # it did say what is wrong
        self.counted = self.counted and not self.broken


class Mypy(Checker):
    """Lines of the form ``file:line: error: message  [code]``."""

    name = "mypy"
    words = ("mypy", "dmypy")
    pattern = (
        r"\S.*?:\d+:(?:\d+:)? error: |Found \d+ errors? in \d+ files? \(|Success: no issues found"
        r"|\S+: error: |.*: No module named mypy$"
    )
    _line = re.compile(
        r"(?P<file>\S.*?):(?P<line>\d{1,7}):(?:\d{1,7}:)? error: (?P<why>.*?)(?:  \[[\w-]+\])?$"
    )

    def line(self, text: str, spot: Spot) -> int:
        if match := self._line.match(text):
            if self.named or text.endswith("]"):
                self.seen = spot.number
            self.add(Failure(match["why"], match["file"], int(match["line"]), "", *spot))
        elif text.startswith(("Found ", "Success: ")):
            self.seen, self.counted = spot.number, True
        elif self.named and text.endswith("No module named mypy"):
            self.broken, self.cure = NOT_INSTALLED, Cure.INSTALL
        elif " error: " in text:
            self.broken = text
        return 0


class Tsc(Checker):
    """``file(line,column): error TS1: …``, or ``file:line:column - error TS1: …`` when it is pretty."""

    name = "tsc"
    words = ("tsc", "vue-tsc", "tspc")
    pattern = r"\S.*\(\d+,\d+\): error TS\d+: |\S.*:\d+:\d+ - error TS\d+: |error TS\d+: |tsc: The TypeScript Compiler"
    _line = re.compile(
        r"(?P<file>\S.*?)(?:\((?P<line>\d{1,7}),\d{1,7}\):|:(?P<line2>\d{1,7}):\d{1,7} -) error TS\d+: (?P<why>.*)$"
    )

    @property
    def reported(self) -> bool:
        return bool(self.failures)  # it sums up only when it is pretty

    def line(self, text: str, spot: Spot) -> int:
        self.seen = spot.number
        if match := self._line.match(text):
            line = int(match["line"] or match["line2"])
            self.add(Failure(match["why"], match["file"], line, "", *spot))
        elif text.startswith("tsc: "):
            self.broken = "it found no tsconfig.json and only printed its help"
        elif text.startswith("error TS"):
            self.broken = text.partition(": ")[2]
        return 0


class Eslint(Checker):
    """Its usual output: a line with the file, then the problems of that file. Warnings are not counted."""

    name = "eslint"
    words = ("eslint",)
    pattern = (
        r"(?:/|[A-Za-z]:\\)\S.*\.\w{1,6}$|\s+\d+:\d+ +(?:error|warning) |✖ \d+ problems? \(|Oops! Something went wrong"
        r"|Error: .*|ESLint couldn't find"
    )
    _problem = re.compile(r"\s+(?P<line>\d{1,7}):\d{1,7} +error +(?P<why>.*?)(?:  +(?P<rule>[\w@/-]+))?$")

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._file = ""
        self._oops = False

    def line(self, text: str, spot: Spot) -> int:
        if match := self._problem.match(text):
            if self._file:
                self.seen = spot.number
                self.add(Failure(match["why"], self._file, int(match["line"]), match["rule"] or "", *spot))
        elif text.startswith("✖ "):
            self.seen, self.counted = spot.number, True
        elif text.startswith("Oops! "):
            self.seen, self._oops = spot.number, True
        elif text.startswith(("Error: ", "ESLint couldn't")):
            if self._oops or self.named:
                self.broken = self.broken or text.removeprefix("Error: ")
        elif text.startswith(("/", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")) and not text.startswith("Error"):
            self._file = text
        return 0
