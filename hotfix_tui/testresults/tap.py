"""TAP (node's test runner, bats, Perl's Test::More, tape) with its details, prove's summary, and node's ``✖`` lines."""

import re

from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Cure, Spot, Tool, frame

_RESULT = re.compile(
    r"(?P<indent>\s*)(?P<no>not )?ok(?:$| (?P<number>\d+)\b(?: - | )?| - | (?=\S))(?P<name>.*)$"
)
_DIRECTIVE = re.compile(r"(?:^|\s)#\s*(?P<word>todo|skip)", re.IGNORECASE)
_TAKEN = re.compile(r"\s+(?:# (?:time=|\().*|in \d+ ?(?:ms|s|sec))$")
_PLAN = re.compile(r"(?P<indent>\s*)1\.\.(?P<count>\d{1,7})(?:\s*#.*)?$")
_BAIL = re.compile(r"(?:Bail out!|(?:FAILED--|Bailout called\.\s+)Further testing stopped:)\s*(?P<why>.*)$")
_YAML = re.compile(r"\s+(?P<key>location|failureType|error|at|message): *(?P<value>.*)$")
_PLACE = re.compile(r"'?(?:file://)?(?P<file>[^:'()]+):(?P<line>\d{1,7})(?::\d{1,7})?'?")
_COUNT = re.compile(r"[#ℹ] (?P<word>tests|pass|fail|cancelled|skipped|todo) +(?P<count>\d{1,9})$")
_CROSS = re.compile(r"\s*✖ (?P<name>.+?) \([\d.]+ms\)$")
_AT = re.compile(r"test at (?P<file>.+?):(?P<line>\d{1,7}):\d{1,7}$")
_IN_FILE = re.compile(r"in (?:test )?file (?P<file>.+), line (?P<line>\d{1,7})\)$")
_DIAGNOSED = re.compile(
    r"(?P<indent>\s*)#\s+Failed test(?: '(?P<name>.*?)')?"
    r"(?: (?:at|in) (?P<file>\S+)(?: at)? line (?P<line>\d{1,7})\.)?$"
)
_DIAGNOSED_AT = re.compile(r"\s*#\s+(?:at|in) (?P<file>\S+)(?: at)? line (?P<line>\d{1,7})\.$")
_PROVE_FILE = re.compile(
    r"(?P<file>\S.*?) +\(Wstat: .*?Tests: (?P<tests>\d{1,7}) Failed: (?P<failed>\d{1,7})\)$"
)
_PROVE_TOTAL = re.compile(r"Files=\d+, Tests=(?P<count>\d{1,9}),")
_PROVE_SKIPPED = re.compile(r"\s+\(less (?P<count>\d{1,7}) skipped subtests?:")
_BAD_PLAN = re.compile(
    r"\s*(?:Parse errors: )?Bad plan\.\s+You planned (?P<planned>\d{1,7}) tests? but ran (?P<ran>\d{1,7})\.$"
)
_NO_MESSAGE = ("---", "...", "Looks like you ", "at ")


class Tap(Tool):
    """Counts results itself unless a summary does. What has subtests is no test of its own, unless it alone failed."""

    name = "TAP"
    words = ("--test", "tap", "--tap", "tape", "bats", "prove", "pg_prove")
    pattern = (
        r"TAP version|\s*(?:not )?ok(?:$| \S)|\s*1\.\.\d+|\s*\}$|Bail out!|FAILED--Further|Bailout called"
        r"|(?:#|ℹ) (?:tests|pass|fail|cancelled|skipped|todo) +\d+$|\s*✖ .+\([\d.]+ms\)$"
        r"|✖ failing tests:|test at .+:\d+:\d+$|\s+(?:location|failureType|error|at|message): "
        r"|\s+\S.*\([^()\s]+:\d+:\d+\)$|Could not find '|# Subtest: |# Error: Cannot find "
        r"|\s*#\s+Failed test\b|\S.* \(Wstat: |Files=\d+, Tests=|\s+\(less \d+ skipped|\s+Parse errors: "
    )

    def __init__(self, named: bool) -> None:
        super().__init__(named)
        self._at: tuple[str, int] = ("", 0)
        self._open = False
        self._telling = False
        self._cause = ""
        self._begun = named
        """Whether a plan or a header was seen: a line "ok …" alone is nothing that only TAP writes."""
        self._summed = False
        self._tally = [0, 0, 0]
        """How many results passed, failed, were skipped."""
        self._planned = self._top = 0
        """How many results the plans announce, and how many came, both without subtests."""
        self._levels: dict[int, bool] = {}
        """By indentation whether a result there failed, until the result that they belong to is seen."""
        self._braces: list[tuple[int, bool, str, Spot]] = []
        """Results whose subtests follow in braces."""
        self._told = ""
        """The failed test that is named only by its diagnostics so far, and whose lines come now."""
        self._told_level = 0
        self._bailed = ""
        self._file = ""
        self._missing = self._less = 0

    def line(self, text: str, spot: Spot) -> int:
        if text.startswith("TAP version"):
            self.seen, self._begun = spot.number, True
        elif text.startswith("# Error: Cannot find "):
            self._cause = text[9:]
        elif text.startswith("Could not find '") and self.named:
            self.seen, self.nothing = spot.number, True
        elif match := _COUNT.match(text):
            self._count(match["word"], int(match["count"]), spot)
        elif match := _RESULT.match(text):
            return self._result(match, spot)
        elif match := _PLAN.match(text):
            self._plan(len(match["indent"]), int(match["count"]), spot)
        elif match := _BAIL.match(text):
            self._bailed = self._bailed or match["why"] or "no reason given"
        elif match := _DIAGNOSED.match(text):
            return self._diagnosed(match, spot)
        elif self._braces and text.strip() == "}" and len(text) - 1 == self._braces[-1][0]:
            self._close(*self._braces.pop())
        elif self._prove(text, spot):
            self._open = False
        elif match := _YAML.match(text):
            return self._detail(match["key"], match["value"])
        elif text.startswith("✖ failing tests:"):
            self.seen, self._telling = spot.number, True
        elif match := _AT.match(text):
            self._at = match["file"], int(match["line"])
        elif match := _CROSS.match(text):
            return self._cross(match["name"], spot)
        elif self._open:
            return self._inside(text)
        return 0

    def ended(self, exit_code: int) -> None:
        if self._summed or not self._begun:
            return
        self.nothing = self.nothing or (bool(self.seen) and not self._planned and not any(self._tally))
        self._missing = max(self._planned - self._top, 0)
        self._break()

    def summary(self) -> str:
        said = super().summary()
        return f"{said}; {self.broken}" if said and self.broken else said

    def _break(self) -> None:
        self.cure = Cure.REST
        if self._bailed:
            self.broken = f"it bailed out: {self._bailed}"
        elif self._missing:
            some = "1 planned test" if self._missing == 1 else f"{self._missing} planned tests"
            self.broken = f"{some} did not run"

    def _plan(self, indent: int, count: int, spot: Spot) -> None:
        self._begun, self._open = True, False
        if self.named or not count or any(self._tally):
            self.seen = spot.number  # a line "1..5" alone is nothing that only TAP writes
        if not indent:
            self._planned += count
        self._sum()

    def _result(self, match: re.Match[str], spot: Spot) -> int:
        self._open, self._told = False, ""
        indent, name = len(match["indent"]), match["name"]
        directive = _DIRECTIVE.search(name)
        word = directive["word"].lower() if directive else ""
        failed = bool(match["no"]) and not word
        self._top += not indent
        if self._begun or failed:
            self.seen = spot.number
        opens = name.endswith("{")
        name = _TAKEN.sub("", name[: directive.start()] if directive else name.removesuffix("{").rstrip())
        if opens:
            self._braces.append((indent, failed, name.strip(), spot))
            return 0
        below = self._below(indent)
        if below and (not failed or any(below)):
            self._levels[indent] = self._levels.get(indent, False) or failed
            return 0
        return self._leaf(
            indent, failed, name.strip(), spot, skipped=word == "skip" or bool(word and match["no"])
        )

    def _leaf(self, indent: int, failed: bool, name: str, spot: Spot, *, skipped: bool = False) -> int:
        self._levels[indent] = self._levels.get(indent, False) or failed
        self._tally[2 if skipped else failed] += 1
        if failed:
            known = self.live.pop(name, None)
            self.add(Failure(name or "a test", *(known[1:4] if known else ("", 0, "")), *spot))
            self._open = True
        self._sum()
        return int(failed)

    def _close(self, indent: int, failed: bool, name: str, spot: Spot) -> None:
        below = self._below(indent)
        if not below or (failed and not any(below)):
            self._leaf(indent, failed, name, spot)
            self._open = False

    def _below(self, indent: int) -> list[bool]:
        """Take what is known of results that are further in: they belong to the one that comes now."""
        return [self._levels.pop(level) for level in list(self._levels) if level > indent]

    def _sum(self) -> None:
        if not self._summed and self._begun:
            self.counted = any(self._tally)
            self.passed, self.failed, self.skipped = self._tally
            self.failed = max(self.failed - len(self.unloaded), 0)

    def _diagnosed(self, match: re.Match[str], spot: Spot) -> int:
        """Take name and place from Test::More's own words, which may come before the result, or without it (prove)."""
        name, indent = match["name"] or "a test", len(match["indent"])
        deeper, self._told_level = self._told_level > indent, indent
        place = (match["file"] or "", int(match["line"] or 0))
        self._open, self._told = True, ""
        if self.failures and self.failures[-1].name == name and not self.failures[-1].file:
            self.change(file=place[0], line=place[1])
        elif deeper:
            self._open = False  # it failed because of its subtests, which were named already
        else:
            self.seen = spot.number
            self.note(Failure(name, *place, "", *spot))
            self._told = name
        return int(self._open)

    def _prove(self, text: str, spot: Spot) -> bool:
        """Process a line of prove's summary; False if it is none."""
        if match := _PROVE_SKIPPED.match(text):
            self._less += int(match["count"])
        elif match := _PROVE_FILE.match(text):
            self._start_sum(spot)
            self._file = match["file"]
            self.failed += int(match["failed"])
        elif match := _BAD_PLAN.match(text):
            self._missing += max(int(match["planned"]) - int(match["ran"]), 0)
        elif "Parse errors: No plan found in TAP output" in text and self._file:
            self.unload(self._file)
        elif match := _PROVE_TOTAL.match(text):
            self._start_sum(spot)
            self.skipped = self._less
            self.passed = max(int(match["count"]) - self.failed - self.skipped, 0)
            self.nothing = match["count"] == "0" and not self.unloaded
            self._break()
        else:
            return False
        return True

    def _start_sum(self, spot: Spot) -> None:
        self.seen, self.counted = spot.number, True
        if not self._summed:
            self._summed = True
            self.passed = self.failed = self.skipped = 0

    def _detail(self, key: str, value: str) -> int:
        if not self._open:
            return 0
        last = self.failures[-1]
        if key in ("location", "at") and (match := _PLACE.search(value)):
            self.change(file=match["file"], line=int(match["line"]))
            if match["file"] == last.name:  # the whole file: it could not be loaded
                self.unload(last.name)
                self._sum()
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

    def _inside(self, text: str) -> int:
        """Take the message, and the first stack line in the test's own file: more exact than where it begins."""
        last = self._last()
        said = text.strip().removeprefix("#").strip()
        if text.endswith(")") and (place := frame(f"at {text.strip().removeprefix('at ')}")):
            if not last.file or place[0].endswith(last.file) or last.file.endswith(place[0]):
                self._tell(file=last.file or place[0], line=place[1])
                self._open = False
        elif match := _DIAGNOSED_AT.match(text) or _IN_FILE.search(text):
            if not last.file:
                self._tell(file=match["file"], line=int(match["line"]))
            return 1
        elif said.startswith(("(from function", "(in file")) and not last.message:
            return 1  # bats: the test's own place follows
        elif said and not last.message and not said.startswith(_NO_MESSAGE):
            self._tell(message=said)
        return 0

    def _last(self) -> Failure:
        return self.live[self._told] if self._told in self.live else self.failures[-1]

    def _tell(self, **what: str | int) -> None:
        """Complete the failure whose lines come now."""
        if self._told in self.live:
            self.live[self._told] = self.completed(self.live[self._told], **what)
        else:
            self.change(**what)

    def _count(self, word: str, count: int, spot: Spot) -> None:
        self._start_sum(spot)
        self._open = False
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
