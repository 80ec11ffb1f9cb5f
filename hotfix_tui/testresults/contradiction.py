"""Failures behind an exit status of 0: what tools report of a run whose command hides its status.

Apart from `scan`, which reads one log: this compares what was read with how the command ended, which only happens once,
and knows the last words of tools that have no reader.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from hotfix_tui.testresults.checkers import Checker
from hotfix_tui.testresults.junit import Junit
from hotfix_tui.testresults.tap import Tap
from hotfix_tui.testresults.tool import Sum, Tool


class Told(NamedTuple):
    """Who contradicts an exit status of 0, if it is a tool that was read, and the clause that says so."""

    tool: Tool | None = None
    clause: str = ""


_LAST_WORDS = tuple(
    (name, re.compile(pattern, re.MULTILINE))
    for name, pattern in (
        ("ctest", r"^\d+% tests passed, (?P<n>\d+) tests? failed out of \d+"),
        ("ExUnit", r"^(?:\d+ (?:doctest|propert(?:y|ie))s?, )*\d+ tests?, (?P<n>\d+) failures?(?:,|$| \()"),
        ("Deno", r"^(?:FAILED|ok) \| \d+ passed(?: \(.*?\))? \| (?P<n>\d+) failed"),
        ("XCTest", r"^\s*Executed \d+ tests?, with (?P<n>\d+) failures?"),
        ("Bun", r"^ +(?P<n>\d+) fail$"),
        ("nextest", r"^\s+Summary \[.*\] +\d+.* tests? run: (?:.*?(?P<n>\d+) failed)?"),
        ("Karma", r"Executed \d+ of \d+(?: \((?P<n>\d+) FAILED\))?"),
        ("Jasmine", r"^\d+ specs?, (?P<n>\d+) failures?"),
        ("AVA", r"^ +(?P<n>\d+) tests? failed$"),
        ("Playwright", r"^Running \d+ tests? using \d+ workers?$(?:[\s\S]*?^ {2}(?P<n>\d+) failed$)?"),
        ("Pester", r"^Tests Passed: \d+, Failed: (?P<n>\d+)"),
        ("busted", r"^\d+ successes / (?P<n>\d+) failures?"),
        ("Bazel", r"^Executed \d+ out of \d+ tests?: (?:.*?(?P<n>\d+) fails?)?"),
        ("Meson", r"^Fail: +(?P<n>\d+)"),
        ("Zig", r"^\d+ passed; \d+ skipped; (?P<n>\d+) failed\.$"),
    )
)
"""The last words of tools without a reader: of several runs the last one counts, as it may mend what was before."""

_EACH = tuple(
    (name, re.compile(pattern, re.MULTILINE))
    for name, pattern in (
        (
            "Maven",
            r"^\[\w+\] Tests run: \d+, Failures: (?P<n>\d+), Errors: (?P<m>\d+), Skipped: \d+(?:, Flakes: \d+)?$",
        ),
        ("dotnet test", r"^Failed!\s+-\s+Failed:\s+(?P<n>\d+), Passed:"),
        ("automake", r"^# (?:FAIL|ERROR|XPASS): +(?P<n>\d+)$"),
        ("GoogleTest", r"^\[  FAILED  \] (?P<n>\d+) tests?, listed below"),
        ("sbt", r"^\[\w+\] Failed: Total \d+, Failed (?P<n>\d+), Errors (?P<m>\d+)"),
        ("Cypress", r"^\s+✖ +(?P<n>\d+) of \d+ failed \("),
    )
)
"""What is said once for each module or program, and only when what was tried again has failed, too."""

_PLAIN = tuple(
    (name, re.compile(pattern, re.MULTILINE))
    for name, pattern in (
        ("Gradle", r"^(?:> )?There were failing tests\. See the report at: "),
        ("npm", r"^npm (?:ERR!|error) (?:Test failed\.|Lifecycle script `test\S*` failed)"),
        ("Flutter", r"^.* -\d+: Some tests failed\."),
        ("Xcode", r"^\*\* TEST FAILED \*\*$"),
        ("tox", r"^  \S+: FAIL(?: code \d+| ✖| \()"),
    )
)
"""What says that tests failed, without a count."""

_TRIED_AGAIN = re.compile(
    r"\|\| *(?!true\b|:|exit 0|echo\b)|\bre-?(?:run|try)|\battempt \d|\bflak[ey]", re.IGNORECASE
)
_GOTESTSUM_AGAIN = re.compile(r"^DONE (?!1 )\d+ runs, ", re.MULTILINE)
_HIDDEN = re.compile(
    r"(?P<or>\|\| *(?:true|:|exit 0|echo)\b|; *(?:true|exit 0)\b|\|\| *:)|(?P<pipe>(?<!\|) \|&? (?!\|))"
    r"|(?P<option>-Dmaven\.test\.failure\.ignore(?:=true)?|--exit-zero|--exit-code[= ]0"
    r"|--suppress-tests-failed-exit-code)"
)
_SPACED = re.compile(r"^([|;]+) *")
_IGNORED = re.compile(r"^g?make(?:\[\d+\])?: \[.*\] Error \d+ \(ignored\)$", re.MULTILINE)


def contradiction(tools: Sequence[Tool], argv: Sequence[str], tail: str, *, tests: bool) -> Told:
    """Return what contradicts that the command `argv` ended with 0; empty if nothing does.

    `tools` are all readers of its log, and `tail` is its clean end. What another run of the tests mended, and what a
    test only printed, is no contradiction.
    """
    named = [tool for tool in tools if tool.named]
    checkers = not tests or bool(named and all(isinstance(tool, Checker) for tool in named))
    asked = [tool for tool in tools if isinstance(tool, Checker) == checkers]
    others = any(tool.counted and tool.seen for tool in asked if not isinstance(tool, (Tap, Junit)))
    again = bool(_TRIED_AGAIN.search(" ".join(argv)) or _TRIED_AGAIN.search(tail))
    for tool in sorted(asked, key=lambda tool: -tool.seen):
        if tool.seen and (said := _said_by(tool, tail, others=others, again=again)):
            return Told(tool, f"{tool.source or tool.name} says that {said}{_hidden_by(argv, tail)}")
    if tests and not any(tool.seen for tool in named) and (said := _unread(tail)):
        return Told(None, f"{said}{_hidden_by(argv, tail)}")
    return Told()


def _said_by(tool: Tool, tail: str, *, others: bool, again: bool) -> str:
    """Return what a tool says went wrong, as a clause; empty if it is content in the end."""
    if isinstance(tool, Tap):
        if not tool.counted and others:
            return ""  # a line "not ok" without a plan, beside another tool's report
        if tool.broken and not tool.bad:
            return tool.broken
    elif isinstance(tool, Junit) and not tool.source and others:
        return ""  # a document in the log of another tool that has summed up: what a test printed
    elif not tool.reported:
        return ""
    if tool.name == "go test" and _GOTESTSUM_AGAIN.search(tail):
        return ""
    if tool.bad > tool.mended:
        return _clause(tool.summary())
    worst = next((sum_ for sum_ in tool.sums if sum_.bad and not _mended(tool, sum_, again=again)), None)
    if worst is None:
        return ""
    tool.combine()
    return f"{worst.bad} of {worst.total} {tool.things[1]} failed in an earlier run"


def _mended(tool: Tool, earlier: Sum, *, again: bool) -> bool:
    """Return whether a later run passed that repeats the failures of `earlier`, or that ran around it."""
    later = [*tool.sums[tool.sums.index(earlier) + 1 :], tool.sum()]
    only_those = any(not run.bad and run.total == earlier.bad < earlier.total for run in later)
    return (
        earlier.nested
        or only_those
        or (again and any(not run.bad and run.total == earlier.total for run in later))
    )


def _clause(summary: str) -> str:
    """Return a summary as the end of "it says that …"."""
    return re.sub(r"^(\d+ errors?\b.*)", r"there are \1", re.sub(r"^1 error\b", "there is 1 error", summary))


def _unread(tail: str) -> str:
    """Return what a tool without a reader says went wrong; empty if none does."""
    for name, pattern in _LAST_WORDS:
        found = list(pattern.finditer(tail))
        if found and (count := int(found[-1]["n"] or 0)):
            return f"{name} says that {_failed(count)}"
    for name, pattern in _EACH:
        if count := sum(int(number or 0) for match in pattern.finditer(tail) for number in match.groups()):
            return f"{name} says that {_failed(count)}"
    return next((f"{name} says that tests failed" for name, pattern in _PLAIN if pattern.search(tail)), "")


def _failed(count: int) -> str:
    return "1 test failed" if count == 1 else f"{count} tests failed"


def _hidden_by(argv: Sequence[str], tail: str) -> str:
    """Return the clause that names what keeps the command from passing the failure on; empty if it is not seen."""
    match = _HIDDEN.search(" ".join(argv))
    if match and match["pipe"] and "pipefail" not in " ".join(argv) and len(argv) > 2:
        return "; the pipe hides it"
    if match and not match["pipe"]:
        shown = _SPACED.sub(r"\1 ", match.group())
        return f"; `{shown}` hides it"
    return "; make ignored it" if _IGNORED.search(tail) else ""
