"""pytest: from its progress, its sections of failures and its short summary."""

import re

from hotfix_tui.base.text import one_line
from hotfix_tui.testresults.model import MOST, Failure
from hotfix_tui.testresults.tool import NOT_INSTALLED, Cure, Spot, Tool, number

_SECTION = re.compile(r"_{3,} (?P<name>.+?) _{3,}$")
_PLACE = re.compile(r"(?P<file>[^\s:][^:\n]*\.py):(?P<line>\d+): ?(?P<rest>.*)$")
_SUMMARY = re.compile(r"(?P<word>FAILED|ERROR) (?P<id>\S.*?)(?: - (?P<why>.*))?$")
_LIVE = re.compile(
    r"(?:(?P<id>\S+\.py::.*?) (?P<word>FAILED|ERROR)\b|\[gw\d+\] \[ *\d+%\] (?P<word2>FAILED|ERROR) (?P<id2>\S.*?) *$)"
)
_DOTS = re.compile(r"(?:(?P<file>\S+\.py) )?(?P<dots>[.FEsxXR]*[FE][.FEsxXR]*)(?:\s+\[ *\d+%\])?$")
_END = re.compile(r"=* ?(?P<counts>(?:\d+ (?:subtests )?[a-z]+(?:, )?)+|no tests ran) in [\d.]+s")
_CLAIM = re.compile(
    r"=+ (?:test session starts|FAILURES|ERRORS|short test summary info) =+$"
    r"|=* ?\d+ (?:passed|failed|errors?|skipped|deselected|xfailed)\b.* in [\d.]+s|=* ?no tests ran in [\d.]+s"
)
_CALLED_WRONGLY = 4
_BY_EXIT = {3: "it had an internal error", _CALLED_WRONGLY: "it was called wrongly"}


class Pytest(Tool):
    """Sections give line and message, the short summary gives the file; the progress shows what is running."""

    name = "pytest"
    words = ("pytest", "py.test")
    pattern = (
        r"=+ (?:test session starts|FAILURES|ERRORS|short test summary|\d+ [a-z]+|no tests ran)"
        r"|_{3,} .+ _{3,}$|E   |(?:FAILED|ERROR)[ :]|\[gw\d+\] \[ *\d+%\] (?:FAILED|ERROR)"
        r"|\S+\.py [.FEsxX]*=+ test session starts ="
        r"|\S+\.py(?:::.* (?:FAILED|ERROR)|:\d+: |(?: [.FEsxXR]+(?:\s+\[ *\d+%\])?$))"
        r"|[.sxXR]*[FE][.FEsxXR]*(?:\s+\[ *\d+%\])?$|\d+ [a-z]+.* in [\d.]+s|no tests ran in"
        r"|.*: No module named pytest$|!{3,} Interrupted: .* during collection"
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._in_section = False
        self._short: list[Failure] = []
        self._sessions = 0
        """How many sessions have begun and not summed up: more than one are within one another."""
        self._inner = False
        """Whether the last summary was that of a session within another."""

    def line(self, text: str, spot: Spot) -> int:
        if _CLAIM.match(text):
            self.seen = spot.number
        if not (self.seen or self.named):
            return 0
        self._sessions += "= test session starts =" in text
        if text.endswith("No module named pytest"):
            self.broken, self.cure = NOT_INSTALLED, Cure.INSTALL
        elif text.startswith("ERROR: "):
            self.broken = one_line(text[7:])
        elif match := _SECTION.match(text):
            self._section(match["name"], spot)
        elif match := _SUMMARY.match(text):
            self._in_section = False
            self._from_summary(match["word"], match["id"], match["why"] or "", spot)
        elif match := _END.match(text):
            self._sum_up(match["counts"], spot)
        elif text.startswith("="):
            self._in_section = False
        elif text.startswith("E   ") and self._in_section:
            if not self.failures[-1].message:
                self.change(message=text[4:].strip())
        elif (match := _PLACE.match(text)) and (self._in_section or match["rest"]):
            self._place(match["file"], int(match["line"]), match["rest"], spot)
        else:
            self.peek(text, spot)
        return 0

    def peek(self, text: str, spot: Spot) -> None:
        """Note failures that are only seen in passing, until their section comes."""
        if not (self.seen or self.named) or self.counted:
            return
        if match := _LIVE.match(text):
            name = match["id"] or match["id2"]
            self.note(_failure(name, spot))
        elif (match := _DOTS.match(text)) and not self.failures:
            file = match["file"] or ""
            self.note(Failure(f"a test in {file}" if file else "a test", one_line(file), 0, "", *spot))

    def _section(self, title: str, spot: Spot) -> None:
        self.seen, self._in_section = spot.number, True
        name = re.sub(r"^ERROR (?:at (?:setup|teardown) of|collecting) ", "", title)
        collecting = title.startswith("ERROR collecting ")
        self.add(Failure(name, name if collecting else "", 0, "", *spot))
        if collecting:
            self.unload(name)

    def _place(self, file: str, line: int, rest: str, spot: Spot) -> None:
        """Take the first place of a section; for a file that cannot be loaded, the last one."""
        last = self.failures[-1] if self.failures else None
        if self._in_section and last is not None:
            if last.file and last.file == file and not last.line:
                self.change(line=line)
            elif not last.file:
                self.change(file=file, line=line)
        elif last is None or last.message != rest:  # --tb=line has no sections
            self.note(Failure(one_line(rest), one_line(file), line, "", *spot), f"{file}:{line}")
            if len(self._short) < MOST:
                self._short.append(Failure(one_line(rest), file, line))

    def _from_summary(self, word: str, node: str, why: str, spot: Spot) -> None:
        self.seen = spot.number
        entry = _failure(node, spot, why)
        plain = ".".join(node.split("::")[1:])
        for place, known in enumerate(self.failures):
            if known.name in (plain, node) or (not plain and known.name == entry.file):
                line = known.line if known.file in ("", entry.file) else 0
                self.failures[place] = known._replace(
                    name=entry.name,
                    file=entry.file if line or not known.line else known.file,
                    line=line or known.line,
                    message=known.message or entry.message,
                )
                return
        for place, known in enumerate(self._short):
            if known.file.endswith(entry.file):
                del self._short[place]
                entry = entry._replace(line=known.line, message=known.name)
                break
        self.add(entry)

    def _sum_up(self, counts: str, spot: Spot) -> None:
        self.again(nested=self._inner)
        self._inner, self._sessions = self._sessions > 1, max(self._sessions - 1, 0)
        self.seen, self.counted, self._in_section = spot.number, True, False
        self.failed, self.passed = number(counts, "failed"), number(counts, "passed")
        self.errors, self.skipped = number(counts, "error"), number(counts, "skipped")
        self.passed += number(counts, "xfailed") + number(counts, "xpassed")
        self.nothing = not (self.failed or self.passed or self.errors or self.skipped)
        if self.unloaded and not self.failed and not self.passed:
            self.errors = 0

    def ended(self, exit_code: int) -> None:
        self.nothing = self.nothing or exit_code == 5
        if exit_code in _BY_EXIT:
            self.nothing = False
            self.broken = _BY_EXIT[exit_code] + (f": {self.broken}" if self.broken else "")
            self.cure = Cure.COMMAND if exit_code == _CALLED_WRONGLY else self.cure
        elif self.cure is not Cure.INSTALL:
            self.broken = ""


def _failure(node: str, spot: Spot, why: str = "") -> Failure:
    file = node.split("::")[0]
    return Failure(one_line(node, 200), one_line(file, 300), 0, one_line(why), *spot)
