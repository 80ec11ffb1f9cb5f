"""A command that ends with 0 although the tests say that some failed: it is told, and what a rerun mended is not."""

import shlex

import pytest

from hotfix_tui.steps.verify.outcome import judge
from hotfix_tui.testresults.scan import parse
from tests.testresults.test_results import LOGS

PYTEST = "===== test session starts =====\n"
FAILED = [
    # command line, log, what is said
    ("make test", "1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c\n", "TAP says that 1 of 3 tests failed"),
    ("sh run", "ok 1 - a\nnot ok 2 - b\n", "TAP says that 1 test failed"),
    ("bats t", "1..2\nok 1 a\nBail out! no database\n", "TAP says that it bailed out: no database"),
    ("bats t", "1..3\nok 1 a\nok 2 b\n", "TAP says that 1 planned test did not run"),
    (
        "sh -c 'pytest || true'",
        f"{PYTEST}FAILED t.py::a - x\n==== 2 failed, 6 passed in 0.1s ====\n",
        "pytest says that 2 of 8 tests failed; `|| true` hides it",
    ),
    (
        "sh -c 'npx jest | tee log'",
        "Tests:       1 failed, 1 passed, 2 total\n",
        "jest says that 1 of 2 tests failed; the pipe hides it",
    ),
    ("npm test", "Tests:       1 failed, 1 passed, 2 total\n", "jest says that 1 of 2 tests failed"),
    (
        "npm test",
        " RUN  v1.0\n      Tests  1 failed | 5 passed (6)\n",
        "vitest says that 1 of 6 tests failed",
    ),
    ("npm test", "  4 passing (2ms)\n  1 failing\n\n", "mocha says that 1 of 5 tests failed"),
    ("make", "--- FAIL: TestA (0.00s)\nFAIL\nFAIL\tx/y\t0.1s\n", "go test says that 1 test failed"),
    (
        "cargo test",
        "test result: FAILED. 1 passed; 1 failed; 0 ignored\n",
        "cargo says that 1 of 2 tests failed",
    ),
    (
        "rake",
        "3 runs, 3 assertions, 1 failures, 0 errors, 0 skips\n",
        "minitest says that 1 of 3 tests failed",
    ),
    ("rake", "5 examples, 2 failures\n", "RSpec says that 2 of 5 examples failed"),
    ("composer test", "Tests: 5, Assertions: 9, Failures: 2.\n", "PHPUnit says that 2 of 5 tests failed"),
    (
        "make test",
        "==== 1 failed, 2 passed in 0.10s ====\nmake: [Makefile:2: test] Error 1 (ignored)\n",
        "pytest says that 1 of 3 tests failed; make ignored it",
    ),
    # An earlier one of several suites is hidden by the last.
    (
        "make test",
        "==== 2 failed, 6 passed in 0.10s ====\n==== 40 passed in 0.30s ====\n",
        "pytest says that 2 of 8 tests failed in an earlier run",
    ),
    (
        "yarn test",
        "Tests:       1 failed, 1 passed, 2 total\nTests:       30 passed, 30 total\n",
        "jest says that 1 of 2 tests failed in an earlier run",
    ),
    (
        "make test",
        "==== 2 failed, 6 passed in 0.10s ====\n==== 8 passed in 0.30s ====\n",
        "pytest says that 2 of 8 tests failed in an earlier run",
    ),
    (
        "npm test",
        "  2 passing (1ms)\n  1 failing\n\n\n  9 passing (1ms)\n",
        "mocha says that 1 of 3 tests failed",
    ),
    (
        "npm test",
        "1..2\nok 1\nnot ok 2\nTests:       30 passed, 30 total\n",
        "TAP says that 1 of 2 tests failed",
    ),
    # Tools whose logs are not read in full.
    (
        "./mvnw test",
        "[ERROR] Tests run: 5, Failures: 2, Errors: 0, Skipped: 0\n[INFO] BUILD SUCCESS\n",
        "Maven says that 2 tests failed",
    ),
    (
        "dotnet test",
        "Failed!  - Failed:     2, Passed:     3, Skipped:     0, Total:     5\n",
        "dotnet test says that 2 tests failed",
    ),
    ("make test", "90% tests passed, 1 tests failed out of 10\n", "ctest says that 1 test failed"),
    ("make check", "# TOTAL: 4\n# PASS:  2\n# FAIL:  2\n# ERROR: 0\n", "says that 2 tests failed"),
    ("mix test", "5 tests, 2 failures\n", "says that 2 tests failed"),
    (
        "./gradlew test",
        "5 tests completed, 2 failed\nThere were failing tests. See the report at: x\n",
        "Gradle says that",
    ),
    ("npm test", "npm error Test failed.  See above for more details.\n", "npm says that tests failed"),
    ("deno test", "FAILED | 3 passed | 2 failed (5ms)\n", "says that 2 tests failed"),
    (
        "swift test",
        "\t Executed 5 tests, with 2 failures (0 unexpected) in 0.1 seconds\n",
        "says that 2 tests failed",
    ),
    ("bun test", " 3 pass\n 2 fail\n", "says that 2 tests failed"),
    (
        "cargo nextest run",
        "     Summary [   0.1s] 5 tests run: 3 passed, 2 failed, 0 skipped\n",
        "says that 2 tests failed",
    ),
    (
        "./unit",
        "[==========] 5 tests ran.\n[  PASSED  ] 3 tests.\n[  FAILED  ] 2 tests, listed below:\n",
        "says that 2 tests failed",
    ),
]
PASSED = [
    ("make test", "1..3\nok 1 - a\nnot ok 2 - b # TODO later\nok 3 - c # SKIP no\n"),
    ("npm test", "# tests 3\n# pass 2\n# fail 0\n# todo 1\n"),
    ("pytest", f"{PYTEST}==== 2 passed, 1 xfailed, 1 xpassed in 0.1s ====\n"),
    ("pytest --reruns 2", f"{PYTEST}==== 2 passed, 1 rerun in 0.1s ====\n"),
    ("python -m unittest", "Ran 3 tests in 0.1s\n\nOK (skipped=1, expected failures=1)\n"),
    # A rerun of what failed, or of everything, mended it.
    (
        "sh -c 'pytest || pytest --lf'",
        f"{PYTEST}= 2 failed, 6 passed in 0.1s =\n{PYTEST}= 2 passed in 0.1s =\n",
    ),
    (
        "make",
        "Tests:       1 failed, 1 passed, 2 total\nretrying (attempt 2)\nTests:       2 passed, 2 total\n",
    ),
    ("./gradlew test", "5 tests completed, 1 failed\n\nBUILD SUCCESSFUL in 3s\n"),
    ("make", "5 examples, 2 failures\n2 examples, 0 failures\n"),
    (
        "gotestsum --rerun-fails",
        "--- FAIL: TestA (0.00s)\nFAIL\tx/y\t0.1s\nDONE 2 runs, 5 tests, 1 failure in 1s\n",
    ),
    (
        "./mvnw test",
        "[ERROR] Tests run: 5, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE!\n"
        "[WARNING] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0, Flakes: 1\n",
    ),
    # A session within the session: a test of a plugin shows what its run wrote.
    ("pytest -s", f"{PYTEST}t.py {PYTEST}= 1 failed in 0.01s =\n.\n==== 3 passed in 0.1s ====\n"),
    # What a test prints is no report of the run.
    ("npx jest", "not ok 1 - an example\nTests:       2 passed, 2 total\n"),
    ("npm test", "not ok 1 - an example\nTests:       2 passed, 2 total\n"),
    ("npm test", "a.ts(1,2): error TS2322: an example\nTests:       2 passed, 2 total\n"),
    ("pytest -s", f"{PYTEST}5 tests, 2 failures\n==== 3 passed in 0.1s ====\n"),
    ("./mvnw test", "[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0\n[INFO] BUILD SUCCESS\n"),
    ("make test", "100% tests passed, 0 tests failed out of 10\n"),
    (
        "go test -v ./...",
        "=== RUN TestA\nmain.go:3:4: said\n--- FAIL: TestInner (0.00s)\n--- PASS: TestA (0.00s)\nok  \tx\t1s\n",
    ),
    (
        "npx jest",
        '<testsuite><testcase name="a"><failure/></testcase></testsuite>\nTests:       2 passed, 2 total\n',
    ),
    ("make test", "nothing that anyone knows\nnot okay at all\n"),
]
TYPES = [
    (
        "sh -c 'mypy src; true'",
        "a.py:1: error: wrong  [misc]\nFound 1 error in 1 file (checked 2 source files)\n",
        True,
    ),
    ("sh -c 'npx tsc || exit 0'", "a.ts(1,2): error TS2322: wrong\n", True),
    ("npx eslint .", "/a.js\n  1:2  warning  w  r\n\n✖ 1 problem (0 errors, 1 warning)\n", False),
    ("mypy src", "Success: no issues found in 2 source files\n", False),
]


@pytest.mark.parametrize(("line", "log", "said"), FAILED)
def test_failures_behind_an_exit_status_of_0_are_told(line, log, said):
    found = judge(shlex.split(line), 0, log.encode())
    assert (found.state, found.tests_failed) == ("failed", True)
    assert said in found.why and "exit status 0" in found.why


@pytest.mark.parametrize(("line", "log"), PASSED)
def test_what_passed_in_the_end_has_passed(line, log):
    found = judge(shlex.split(line), 0, log.encode())
    assert (found.state, found.why) == ("passed", "")


@pytest.mark.parametrize(("line", "log", "bad"), TYPES)
def test_a_type_check_that_found_errors_has_not_passed(line, log, bad):
    assert judge(shlex.split(line), 0, log.encode(), tests=False).state == ("failed" if bad else "passed")


@pytest.mark.parametrize("log", sorted(LOGS.glob("*-pass.log")), ids=lambda log: log.stem)
def test_no_recorded_log_of_tests_that_passed_is_taken_for_failed(log):
    assert not parse(str(log), ["make", "check"], 0).contradiction


CASE = '<testcase classname="a.B" name="{}"{}>{}</testcase>'
BAD = CASE.format("one", "", '<failure message="no"/>')
GOOD = CASE.format("one", "", "")
OTHER = CASE.format("two", "", "")


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (BAD + OTHER, "JUnit XML (build/test-results/test/TEST-a.xml) says that 1 of 2 tests failed"),
        (BAD + GOOD, ""),  # Gradle's test-retry writes both
        (OTHER + CASE.format("one", "", '<flakyFailure message="no"/>'), ""),  # so does Surefire
    ],
    ids=["failed", "retried", "flaky"],
)
def test_a_report_that_names_failures_contradicts_an_exit_status_of_0(tmp_path, cases, said):
    report = tmp_path / "build/test-results/test/TEST-a.xml"
    report.parent.mkdir(parents=True)
    report.write_text(f'<testsuite name="a">{cases}</testsuite>')
    found = parse(b"BUILD SUCCESSFUL\n", ["./gradlew", "test"], 0, folder=str(tmp_path), since=0.0)
    assert found.contradiction.startswith(said) and bool(found.contradiction) == bool(said)


@pytest.mark.parametrize(
    ("line", "log", "failed", "passed"),
    [
        ("yarn test", "Tests:       1 failed, 1 passed, 2 total\nTests:       30 passed, 30 total\n", 1, 31),
        ("make", "==== 2 failed, 6 passed in 0.10s ====\n==== 40 passed in 0.30s ====\n", 2, 46),
        ("rake", "5 examples, 2 failures\n7 examples, 0 failures\n", 2, 10),
    ],
)
def test_the_failures_of_an_earlier_suite_are_counted(line, log, failed, passed):
    """That all tests passed is not said because the last of several suites did."""
    found = parse(log.encode(), shlex.split(line), 1)
    assert (found.failed, found.passed) == (failed, passed)
    assert "passed" not in judge(shlex.split(line), 1, log.encode()).why
