"""``cargo test`` and what the Rust compiler says."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Cure, Spot, Tool, number

_LIVE = re.compile(r"test (?P<name>\S.*?) \.\.\. FAILED$")
_HEAD = re.compile(r"---- (?P<name>\S.*?) stdout ----$")
_PANIC = re.compile(
    r"thread '.*?' (?:\(\d+\) )?panicked at (?:'(?P<why>.*)', )?(?P<file>[^\s:]+):(?P<line>\d{1,7}):\d+:?$"
)
_ERROR = re.compile(r"error(?:\[E\d+\])?: (?P<why>.+)$")
_ARROW = re.compile(r"\s+--> (?P<file>[^\s:]+):(?P<line>\d{1,7}):\d+$")


class Cargo(Tool):
    """Counts of all test programs are added up; compile errors are failures too, but mean that no test ran."""

    name = "cargo"
    words = ("cargo",)
    pattern = (
        r"test \S.* \.\.\. FAILED$|---- \S.* stdout ----$|thread '.*' (?:\(\d+\) )?panicked at |test result: "
        r"|error(?:\[E\d+\])?: |\s+--> \S+:\d+:\d+$|running \d+ tests?$"
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._compiler: list[Failure] = []
        self._open = False
        self._error: tuple[str, Spot] | None = None

    def line(self, text: str, spot: Spot) -> int:
        if text.startswith("running "):
            self.seen = spot.number
        elif match := _LIVE.match(text):
            self.seen = spot.number
            self.note(Failure(match["name"], "", 0, "", *spot))
        elif match := _HEAD.match(text):
            self.seen, self._open = spot.number, True
            self.add(Failure(match["name"], "", 0, "", *spot))
            return 3
        elif text.startswith("test result: "):
            self._sum_up(text, spot)
        elif match := _PANIC.match(text):
            if self._open and not self.failures[-1].line:
                self.change(file=match["file"], line=int(match["line"]), message=match["why"] or "")
                return 1
        elif match := _ERROR.match(text):
            self._note_error(match["why"], spot)
        elif match := _ARROW.match(text):
            self._note_place(match["file"], int(match["line"]))
        elif self._open and text.strip() and not self.failures[-1].message:
            self.change(message=text)
        return 0

    def current(self) -> list[Failure]:
        # Failures are reported in full after each test program: those of the running one have only names so far.
        told = {failure.name for failure in self.failures}
        return [
            *self._compiler,
            *self.failures,
            *(failure for failure in self.live.values() if failure.name not in told),
        ]

    def ended(self, exit_code: int) -> None:
        self.errors = len(self._compiler)
        if self.counted:
            self.nothing = not (self.passed or self.failed or self.skipped) and exit_code == 0
        elif self._compiler:
            self.counted = True

    def summary(self) -> str:
        if self._compiler and not self.failed:
            return "1 error" if len(self._compiler) == 1 else f"{len(self._compiler)} errors"
        return super().summary()

    def _note_error(self, why: str, spot: Spot) -> None:
        """Keep an error that has a place; ``could not compile`` only says that there was one."""
        self._open = False
        self._error = why, spot
        if why.startswith("could not compile "):
            self.seen = spot.number
            first = self._compiler[0] if self._compiler else None
            where = f": {first.place}: {first.name}" if first else ""
            self.cure = Cure.FIX
            self.broken = f"the code does not compile{where}"

    def _note_place(self, file: str, line: int) -> None:
        if self._error is not None and len(self._compiler) < 100:
            why, spot = self._error
            failure = Failure(why, file, line, "", *spot)
            if not any(known[:3] == failure[:3] for known in self._compiler):
                self._compiler.append(failure)
        self._error = None

    def _sum_up(self, text: str, spot: Spot) -> None:
        self.seen, self.counted, self._open = spot.number, True, False
        self.passed += number(text, "passed")
        self.failed += number(text, "failed")
        self.skipped += number(text, "ignored")
