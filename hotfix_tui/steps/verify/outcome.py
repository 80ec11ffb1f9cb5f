"""What the end of a test run, a type check or a build means: passed, failed, could not run, or nothing was run."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.testresults.scan import parse
from hotfix_tui.testresults.trouble import missing_program

State = Literal["passed", "failed", "no-tests", "could-not-run"]


class Outcome(NamedTuple):
    """How a command ended: `summary` is its own last word ("214 passed"), `why` a clause about what went wrong.

    `tests_failed` is whether a test failed; None if the output does not tell. `counted` says that the summary itself
    states how many failed. `unknown_target` says that the command names a target or script that the project does not
    have. `contradicted` says that failures were reported although the exit status is 0.
    """

    state: State
    summary: str = ""
    why: str = ""
    tests_failed: bool | None = None
    counted: bool = False
    unknown_target: bool = False
    contradicted: bool = False


_SUMMARIES = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^=* ?(?P<s>(?:\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?"
        r"|subtests (?:passed|failed))(?:, )?)+)"
        r" in [\d.]+s",
        r"^(?P<s>Ran \d+ tests?) in [\d.]+s",
        r"^Tests:\s+(?P<s>\d+.*total)$",
        r"^\s*Tests\s+(?P<s>\d+ (?:passed|failed).*)$",
        r"^\s*(?P<s>\d+ passing)\b",
        r"^test result: (?:ok|FAILED)\. (?P<s>\d+ passed; \d+ failed)",
        r"^(?P<s>\d+ examples?, \d+ failures?)",
        r"^(?P<s>\d+ runs, \d+ assertions, \d+ failures, \d+ errors(?:, \d+ skips)?)",
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
_PASSED_APART = re.compile(r"\d+ passing$|# pass \d+$")
_FAILED_APART = re.compile(r"^(?:\s*(?P<n>[1-9]\d*) failing\b|# fail (?P<m>[1-9]\d*)$)", re.MULTILINE)
_NOTHING = re.compile(
    r"^=* ?no tests ran|^Ran 0 tests?|^NO TESTS RAN|^No tests? found|^No test files found|^\s*0 passing\b"
    r"|^0 examples, 0 failures|^No tests executed|^Tests:\s+0 total|no packages to test|No tests were found!!!"
    r"|^# TOTAL: +0\b|^0 runs, 0 assertions|There are no tests to run|^\s*Executed 0 tests\b(?![\s\S]*Executed [1-9])"
    r"|No test targets were found|No tests to run\b|^Result: NOTESTS|No test modules found|All 0 tests passed"
    r"|^(?:#|.) tests 0$|^0 tests,? 0|^No tests defined|Error: No test files found|No test is available in"
    r"|Couldn't find any files to test|[Ee]rror: no tests found|[Nn]o tests? suites?\b.*(?:found|package)"
    r"|Missing script: \"test\""
    r"|no test specified|No tasks were (?:executed|run)|No projects matched the filters|No projects with.*were found"
    r"|None of the selected packages has a \"test\" script|Total tests: 0\b|^\s*0 tests completed"
    r"|The following filters .*0 tests",
    re.MULTILINE,
)
_MADE_NOTHING = re.compile(
    r"^g?make: (?:Nothing to be done for [`'](?:tests?|check)'|[`'](?:tests?|check)' is up to date)",
    re.MULTILINE,
)
"""A target without a recipe, or one that make takes for the folder of the tests."""

_NO_SOURCE = re.compile(r"^> Task :(?:\S+:)?test NO-SOURCE", re.MULTILINE)
_GRADLE_RAN = re.compile(
    r"^> Task :(?:\S+:)?(?:test|check|\w*Test)(?: (?:UP-TO-DATE|FROM-CACHE|FAILED))?$", re.MULTILINE
)
_MAVEN_RAN = re.compile(r"Tests run: \d|No tests to run|There are test failures|BUILD FAILURE")
_CARGO = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed", re.MULTILINE)
_GO_OK = re.compile(r"^(?:ok|FAIL|---)\s", re.MULTILINE)
_GO_NONE = re.compile(r"^\?\s+\S+\s+\[no test files\]", re.MULTILINE)
_CANNOT = re.compile(
    r"(?P<s>(?:ModuleNotFoundError|ImportError): .*|No module named \S+|Cannot find module .*"
    r"|Error \[ERR_MODULE_NOT_FOUND\].*|(?:sh|bash|make|npm ERR!|npm error|env|\S+\.sh).*: (?:command )?not found"
    r"|(?:bundler|yarn|bun|pnpm|poetry)?:? ?(?:error )?[Cc]ommand (?:not found: .*|\"\S+\" not found.*)"
    r"|cannot import name .*|SyntaxError: .*|could not compile .*|\[build failed\].*|\[setup failed\].*"
    r"|error: cannot find .*|COMPILATION ERROR.*|cannot find package .*|Could not resolve dependencies.*"
    r"|error: no such command: .*|could not determine executable to run.*|Could not find \S+ in (?:any|locally).*"
    r"|Could not locate Gemfile.*|Could not open input file: .*|Failed to open stream: .*vendor/autoload.*"
    r"|Unchecked dependencies for environment.*|the dependency is not available, run \"mix deps.get\".*"
    r"|no required module provides package .*|missing go\.sum entry.*|error NETSDK1004.*|error MSB1003.*"
    r"|A compatible \.NET SDK was not found.*|JAVA_HOME is not (?:set|defined).*"
    r"|Could not find or load main class org.gradle.*"
    r"|toolchain '\S+' is not installed.*|version [`'\"]\S+ is not installed.*"
    r"|Couldn't find the node_modules state file.*"
    r"|node_modules missing.*|Compilation failed; see the compiler .*|error: linking with .* failed.*|CMake Error: .*"
    r"|could not load cache.*|ninja: error: .*|make: \*\*\* No (?:rule to make target|targets).*"
    r"|Compile error .*|error CS\d+: .*"
    r"|== Compilation error .*|\[error\] .*Compilation failed|Interpreters? not found.*"
    r"|Python interpreter \S+ not found.*)"
)
_NO_TARGET = re.compile(
    r"No rule to make target [`'\"][^`'\"\n]+['\"]\.|[Mm]issing script:|[Jj]ustfile does not contain recipe"
    r"|[Tt]ask \S+ (?:does not exist|not found in root project)|Don't know how to build task"
    r"|error: [Ss]cript not found\b"
)
_REFUSED = re.compile(
    r"(?P<s>.*(?:ECONNREFUSED|[Cc]onnection refused|could not connect to server"
    r"|Can't connect to (?:local )?(?:MySQL|MariaDB)).*)"
)
_COVERAGE = re.compile(
    r"(?P<s>.*(?:coverage threshold .*not met|Required test coverage of .*not reached|does not meet (?:global"
    r"|per.file)? ?threshold"
    r"|SimpleCov failed|minimum coverage|Coverage failure|coverage (?:\S+ )?(?:is )?(?:below|less than)).*)",
    re.IGNORECASE,
)
_LAST_WORDS = re.compile(
    r"^(?:E\s+)?(?:\w+(?:Error|Exception|Failure)\b.*|error(?:\[\w+\])?: .*|FAILED .*)$", re.M
)


def judge(
    argv: Sequence[str], exit_code: int | None, log: bytes, *, tests: bool = True, strict: bool = True
) -> Outcome:
    """Return what the end of `argv` means; `log` is the end of its output, `exit_code` None after a signal.

    `strict` says that an exit status of 0 does not count against failures that its output reports.

    If the command is there to run `tests`, having run none is not a success, and a failure is a test failure only if
    its output says so: `tests_failed` is None if it does not tell.
    """
    text = clean(log.decode("utf-8", "replace").replace("\r", "\n"))
    summary = _summary(text)
    if exit_code in (126, 127):
        return Outcome(
            "could-not-run", summary, f"{missing_program(argv, text)} was not found or may not be run"
        )
    if exit_code is None:
        return Outcome("failed", summary, "it was ended by a signal")
    if tests and _nothing(argv, exit_code, text):
        return Outcome("no-tests", summary, "no tests were run, which proves nothing")
    if exit_code == 0 and not strict:
        return Outcome("passed", summary, tests_failed=False)
    result = parse(log, argv, exit_code, tests=tests)
    if exit_code == 0:
        return contradicted(result.contradiction, summary)
    if tests and result.tool and not result.bad and result.passed and not result.could_not_run:
        return Outcome("failed", summary, _passed_but(exit_code, result.passed, text), tests_failed=False)
    wrong = None if summary else _NO_TARGET.search(text)
    if reason := _could_not(argv, exit_code, text, summary) or (_line_of(text, wrong) if wrong else ""):
        return Outcome("could-not-run", summary, reason.rstrip(" ."), unknown_target=wrong is not None)
    refused = _REFUSED.search(text)
    if tests and refused and not result.passed:
        said = one_line(refused["s"], 120)
        return Outcome("could-not-run", summary, f"a service that it needs is not running: {said}")
    counted = re.search(r"fail|error", summary, re.IGNORECASE) is not None
    last = (result.summary if result.bad and not counted else "") or summary or _last_words(text)
    none_failed = re.search(r", 0 failures(?:, 0 errors|$)", summary) is not None
    broken = True if result.bad or (summary and not result.tool and not none_failed) else None
    return Outcome(
        "failed", summary, f"exit status {exit_code}" + (f": {last}" if last else ""), broken, counted
    )


def contradicted(clause: str, summary: str = "") -> Outcome:
    """Return what an exit status of 0 means beside a report that contradicts it; `clause` is empty if none does."""
    if not clause:
        return Outcome("passed", summary, tests_failed=False)
    return Outcome("failed", summary, f"exit status 0, but {clause}", tests_failed=True, contradicted=True)


def _passed_but(exit_code: int, passed: int, text: str) -> str:
    """Return why a command failed although its tests all passed."""
    all_of_them = f"all {passed} tests passed" if passed != 1 else "its test passed"
    cover = _COVERAGE.search(text)
    if cover:
        return f"{all_of_them}, but too little is covered: {one_line(cover['s'], 120)}"
    last = _last_words(text)
    return f"{all_of_them}, but it ended with exit status {exit_code}" + (f": {last}" if last else "")


def missing_name(log: bytes) -> str:
    """Return what a failing run says about a name that does not exist, or an empty text.

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
    """Return whether a command line runs pytest."""
    return any(word.rpartition("/")[2] in ("pytest", "py.test") for word in argv)


def _nothing(argv: Sequence[str], exit_code: int, text: str) -> bool:
    """Return whether a runner ended without having run any test."""
    if is_pytest(argv):
        return exit_code == 5
    if _NOTHING.search(text):
        return True
    if exit_code == 0 and _MADE_NOTHING.search(text) and not _summary(text):
        return True
    if _NO_SOURCE.search(text) and not _GRADLE_RAN.search(text):
        return True
    if (
        exit_code == 0
        and _ran_by(argv, "mvn", "mvnw")
        and "BUILD SUCCESS" in text
        and not _MAVEN_RAN.search(text)
    ):
        return True
    if (
        exit_code == 0
        and _ran_by(argv, "dotnet")
        and not re.search(r"^(?:Passed|Failed|Skipped)!|Total tests:|Test run", text, re.M)
    ):
        return True
    cargo = _CARGO.findall(text)
    if cargo and exit_code == 0:
        return all(passed == failed == "0" for passed, failed in cargo)
    return bool(_GO_NONE.search(text)) and not _GO_OK.search(text) and exit_code == 0


def _ran_by(argv: Sequence[str], *programs: str) -> bool:
    return bool(argv) and argv[0].rpartition("/")[2] in programs


def _could_not(argv: Sequence[str], exit_code: int, text: str, summary: str) -> str:
    """Return why the command could not do its job, empty if it did and found something wrong."""
    match = _CANNOT.search(text)
    said = one_line(match["s"], 120) if match else ""
    if is_pytest(argv):
        return {
            2: f"the tests could not be loaded{': ' + said if said else ''}",
            3: "pytest had an internal error",
            4: f"pytest was called wrongly{': ' + said if said else ''}",
        }.get(exit_code, said if match and not summary else "")
    if re.search(
        r"^(?:ERROR: \S+ \(unittest\.loader\._FailedTest|ImportError: Failed to import test)", text, re.M
    ):
        return f"the tests could not be loaded{': ' + said if said else ''}"
    return said if match and not re.search(r"\d+ (?:passed|failed|passing|failures?)\b", summary) else ""


def _line_of(text: str, match: re.Match[str]) -> str:
    """Return the line in which something was found."""
    begin, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.start())
    return one_line(text[begin : end if end >= 0 else len(text)], 120)


def _summary(text: str) -> str:
    """Return the last line in which a known tool sums up, without its decoration."""
    best: tuple[int, str] = (-1, "")
    for pattern in _SUMMARIES:
        for match in pattern.finditer(text):
            if match.start() > best[0]:
                best = (match.start(), match["s"])
    summary = one_line(best[1], 100)
    # Some tools write what failed on a line of its own, after what passed: alone, that line would read as success.
    apart = _FAILED_APART.search(text, best[0]) if _PASSED_APART.match(summary) else None
    if apart and apart["n"]:
        return f"{apart['n']} failing, {summary}"
    if apart:
        return f"{apart['m']} failed, {summary.removeprefix('# pass ')} passed"
    if summary.startswith("Ran "):
        number = summary.split()[1]
        end = re.search(r"^(?:FAILED \((.*)\)|OK.*)$", text[best[0] :], re.M)
        return f"{number} tests" + (f", {end[1]}" if end and end[1] else ", OK" if end else "")
    return summary


def _last_words(text: str) -> str:
    lines = _LAST_WORDS.findall(text)
    return one_line(lines[-1], 120) if lines else ""
