"""What the end of a test run, a type check or a build means: passed, failed, could not run, or nothing was run."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from hotfix_tui.base.text import clean, one_line

State = Literal["passed", "failed", "no-tests", "could-not-run"]


class Outcome(NamedTuple):
    """How a command ended: `summary` is its own last word ("214 passed"), `why` a clause about what went wrong."""

    state: State
    summary: str = ""
    why: str = ""


_SUMMARIES = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^=* ?(?P<s>(?:\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?)(?:, )?)+)"
        r" in [\d.]+s",
        r"^(?P<s>Ran \d+ tests?) in [\d.]+s",
        r"^Tests:\s+(?P<s>\d+.*total)$",
        r"^\s*Tests\s+(?P<s>\d+ (?:passed|failed).*)$",
        r"^\s*(?P<s>\d+ passing)\b",
        r"^test result: (?:ok|FAILED)\. (?P<s>\d+ passed; \d+ failed)",
        r"^(?P<s>\d+ examples?, \d+ failures?)",
        r"^(?:OK \()?(?P<s>Tests: \d+, Assertions: \d+.*|\d+ tests?, \d+ assertions?)",
        r"^(?:\[\w+\] )?(?P<s>Tests run: \d+, Failures: \d+, Errors: \d+)",
        r"^(?:Passed|Failed)!\s+-\s+(?P<s>Failed:\s+\d+, Passed:\s+\d+)",
        r"^(?P<s>\d+% tests passed, \d+ tests failed out of \d+)",
        r"^(?P<s># pass \d+)$",
        r"^(?P<s>\d+ tests?, \d+ failures?)",
        r"^(?P<s>Found \d+ errors? in \d+ files?.*)$",
        r"^(?P<s>Found \d+ errors?)\b",
        r"^(?P<s>Success: no issues found in \d+ source files?)",
        r"^(?P<s>\d+ errors?, \d+ warnings?.*)$",
    )
)
_NOTHING = re.compile(
    r"^=* ?no tests ran|^Ran 0 tests|^NO TESTS RAN|^No tests? found|^No test files found|^\s*0 passing\b"
    r"|^0 examples, 0 failures|^No tests executed|^Tests:\s+0 total",
    re.MULTILINE,
)
_CARGO = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed", re.MULTILINE)
_GO_OK = re.compile(r"^(?:ok|FAIL|---)\s", re.MULTILINE)
_GO_NONE = re.compile(r"^\?\s+\S+\s+\[no test files\]", re.MULTILINE)
_CANNOT = re.compile(
    r"(?P<s>(?:ModuleNotFoundError|ImportError): .*|No module named \S+|Cannot find module .*"
    r"|Error \[ERR_MODULE_NOT_FOUND\].*|(?:sh|bash|make|npm ERR!).*: (?:command )?not found"
    r"|cannot import name .*|SyntaxError: .*|could not compile .*|\[build failed\].*|\[setup failed\].*"
    r"|error: cannot find .*|COMPILATION ERROR.*|cannot find package .*|Could not resolve dependencies.*)"
)
_LAST_WORDS = re.compile(
    r"^(?:E\s+)?(?:\w+(?:Error|Exception|Failure)\b.*|error(?:\[\w+\])?: .*|FAILED .*)$", re.M
)


def judge(argv: Sequence[str], exit_code: int | None, log: bytes) -> Outcome:
    """Return what the end of `argv` means; `log` is the end of its output, `exit_code` None after a signal."""
    text = clean(log.decode("utf-8", "replace").replace("\r", "\n"))
    summary = _summary(text)
    if exit_code in (126, 127):
        return Outcome("could-not-run", summary, f"{one_line(argv[0], 80)} was not found or may not be run")
    if exit_code is None:
        return Outcome("failed", summary, "it was ended by a signal")
    if _nothing(argv, exit_code, text):
        return Outcome("no-tests", summary, "no tests were run, which proves nothing")
    if exit_code == 0:
        return Outcome("passed", summary)
    if reason := _could_not(argv, exit_code, text, summary):
        return Outcome("could-not-run", summary, reason)
    last = summary or _last_words(text)
    return Outcome("failed", summary, f"exit status {exit_code}" + (f": {last}" if last else ""))


def missing_name(log: bytes) -> str:
    """Return what a failing run says of a name that does not exist, or an empty text.

    A test that fails for that reason alone may only show that it was written for the fixed code.
    """
    text = clean(log.decode("utf-8", "replace"))
    match = re.search(
        r"(?:AttributeError|NameError|ImportError): .*|TypeError: .* is not a function|\S+ is not defined"
        r"|undefined: \S+|cannot find symbol.*|undefined method .*|unexpected keyword argument .*"
        r"|cannot find (?:function|value|method|struct) .*",
        text,
    )
    return one_line(match.group(), 120) if match else ""


def is_pytest(argv: Sequence[str]) -> bool:
    """Say whether a command line runs pytest."""
    return any(word.rpartition("/")[2] in ("pytest", "py.test") for word in argv)


def _nothing(argv: Sequence[str], exit_code: int, text: str) -> bool:
    """Say whether a runner ended without having run any test."""
    if is_pytest(argv):
        return exit_code == 5
    if _NOTHING.search(text):
        return True
    cargo = _CARGO.findall(text)
    if cargo and exit_code == 0:
        return all(passed == failed == "0" for passed, failed in cargo)
    return bool(_GO_NONE.search(text)) and not _GO_OK.search(text) and exit_code == 0


def _could_not(argv: Sequence[str], exit_code: int, text: str, summary: str) -> str:
    """Return why the command could not do its work, empty when it did and found something wrong."""
    found = _CANNOT.search(text)
    said = one_line(found["s"], 120) if found else ""
    if is_pytest(argv):
        return {
            2: f"the tests could not be loaded{': ' + said if said else ''}",
            3: "pytest had an internal error",
            4: f"pytest was called wrongly{': ' + said if said else ''}",
        }.get(exit_code, said if found and not summary else "")
    if re.search(
        r"^(?:ERROR: \S+ \(unittest\.loader\._FailedTest|ImportError: Failed to import test)", text, re.M
    ):
        return f"the tests could not be loaded{': ' + said if said else ''}"
    return said if found and not re.search(r"\d+ (?:passed|failed|passing|failures?)\b", summary) else ""


def _summary(text: str) -> str:
    """Return the last line in which a known tool sums up, without its decoration."""
    best: tuple[int, str] = (-1, "")
    for pattern in _SUMMARIES:
        for match in pattern.finditer(text):
            if match.start() > best[0]:
                best = (match.start(), match["s"])
    found = one_line(best[1], 100)
    if found.startswith("Ran "):
        number = found.split()[1]
        end = re.search(r"^(?:FAILED \((.*)\)|OK.*)$", text[best[0] :], re.M)
        return f"{number} tests" + (f", {end[1]}" if end and end[1] else ", OK" if end else "")
    return found


def _last_words(text: str) -> str:
    lines = _LAST_WORDS.findall(text)
    return one_line(lines[-1], 120) if lines else ""
