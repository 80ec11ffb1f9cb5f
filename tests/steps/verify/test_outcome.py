"""What the end of a command means: a test failed, all passed, or nothing could be run at all."""

import shlex

import pytest

from hotfix_tui.steps.verify.outcome import judge

NOTHING = [
    ("go test ./...", 1, "no packages to test\n"),
    ("go test ./...", 0, "?   \tx/y\t[no test files]\n"),
    ("cargo test", 0, "test result: ok. 0 passed; 0 failed; 0 ignored\n"),
    ("ctest", 0, "No tests were found!!!\n"),
    ("make check", 0, "# TOTAL: 0\n# PASS:  0\n"),
    (
        "make check",
        0,
        "make  all-am\nmake[1]: Nothing to be done for 'all-am'.\nmake: Nothing to be done for 'check'.\n",
    ),
    ("make test", 0, "make: 'test' is up to date.\n"),
    ("gmake tests", 0, "gmake: `tests' is up to date.\n"),
    ("mix test", 0, "There are no tests to run\n"),
    ("swift test", 1, "error: no tests found; create a target in the 'Tests' directory\n"),
    ("swift test", 0, "\t Executed 0 tests, with 0 failures\n"),
    ("./gradlew test", 0, "> Task :compileJava\n> Task :test NO-SOURCE\nBUILD SUCCESSFUL\n"),
    ("./mvnw -B test", 0, "[INFO] Building x\n[INFO] BUILD SUCCESS\n"),
    ("./mvnw -B test", 0, "[INFO] No tests to run.\n[INFO] BUILD SUCCESS\n"),
    ("dotnet test", 0, "  Determining projects to restore...\n"),
    ("bin/rails test", 0, "0 runs, 0 assertions, 0 failures\n"),
    ("bundle exec rspec", 0, "0 examples, 0 failures\n"),
    ("vendor/bin/phpunit", 0, "No tests executed!\n"),
    ("node --test", 0, "# tests 0\n# pass 0\n"),
    ("npm test", 1, 'npm error Missing script: "test"\n'),
    ("npx jest", 1, "No tests found, exiting with code 1\n"),
    ("pnpm -r test", 0, "No projects matched the filters\n"),
    ("prove -lr t", 0, "Result: NOTESTS\n"),
    ("deno test", 1, "error: No test modules found\n"),
    ("zig build test", 0, "All 0 tests passed.\n"),
    ("bazel test //...", 4, "ERROR: No test targets were found, yet testing was requested\n"),
]
COULD_NOT = [
    ("cargo nextest run", 101, "error: no such command: `nextest`\n"),
    ("bundle exec rspec", 127, "bundler: command not found: rspec\n"),
    ("bundle exec rspec", 7, "Could not find rack-3.0.0 in locally installed gems\n"),
    ("yarn test", 1, 'error Command "vitest" not found.\n'),
    ("make test", 2, "make: pytest: command not found\nmake: *** [Makefile:2: test] Error 127\n"),
    ("mix test", 1, "Unchecked dependencies for environment test:\n* x (Hex package)\n"),
    ("go test ./...", 1, "a.go:3:8: no required module provides package x.org/y; to add it:\n"),
    ("dotnet test", 1, "error NETSDK1004: Assets file 'obj/project.assets.json' not found.\n"),
    ("./gradlew test", 1, "ERROR: JAVA_HOME is not set and no 'java' command could be found\n"),
    ("./gradlew test", 1, "> Compilation failed; see the compiler error output for details.\n"),
    ("php artisan test", 255, "Failed to open stream: No such file or directory vendor/autoload.php\n"),
    ("vendor/bin/phpunit", 1, "Could not open input file: vendor/bin/phpunit\n"),
    ("python3 -m pytest", 1, "/usr/bin/python3: No module named pytest\n"),
    ("npm test", 1, "Error: connect ECONNREFUSED 127.0.0.1:5432\n"),
    ("bin/rails test", 1, "could not connect to server: Connection refused\n"),
    ("sh -c 'cmake --build build && ctest --test-dir build'", 1, "CMake Error: could not load cache\n"),
]
COVERED_TOO_LITTLE = [
    (
        "npx jest",
        'Tests:       2 passed, 2 total\nJest: "global" coverage threshold for lines (100%) not met: 77%\n',
    ),
    (
        "npx vitest run",
        " Test Files  1 passed (1)\n      Tests  2 passed (2)\nERROR: Coverage for lines (77%) does not meet global"
        " threshold (90%)\n",
    ),
    (
        "python3 -m pytest",
        "FAIL Required test coverage of 90% not reached. Total coverage: 12.00%\n===== 2 passed in 0.10s =====\n",
    ),
    (
        "npx mocha",
        "  2 passing (4ms)\n\nERROR: Coverage for lines (10%) does not meet global threshold (90%)\n",
    ),
]
FAILED = [
    (
        "npx jest",
        'Tests:       1 failed, 1 passed, 2 total\nJest: "global" coverage threshold for lines (9%) not met: 7%\n',
    ),
    (
        "python3 -m pytest",
        "FAILED tests/test_a.py::test_a - assert 1 == 2\n===== 1 failed, 1 passed in 0.10s =====\n",
    ),
    ("go test ./...", "--- FAIL: TestA (0.00s)\nFAIL\nFAIL\tx/y\t0.1s\n"),
    ("cargo test", "test a ... FAILED\ntest result: FAILED. 1 passed; 1 failed; 0 ignored\n"),
]


@pytest.mark.parametrize(("line", "code", "log"), NOTHING)
def test_where_no_test_ran_nothing_is_proven(line, code, log):
    assert judge(line.split(), code, log.encode()).state == "no-tests"


@pytest.mark.parametrize(("line", "code", "log"), COULD_NOT)
def test_what_is_not_there_is_no_failure_of_a_test(line, code, log):
    found = judge(line.split(), code, log.encode())
    assert found.state == "could-not-run" and found.why


@pytest.mark.parametrize(("line", "log"), COVERED_TOO_LITTLE)
def test_too_little_coverage_is_no_failed_test(line, log):
    found = judge(line.split(), 1, log.encode())
    assert (found.state, found.tests_failed) == ("failed", False)
    assert "all 2 tests passed" in found.why and "overage" in found.why


@pytest.mark.parametrize(("line", "log"), FAILED)
def test_a_failed_test_is_one_whatever_is_covered(line, log):
    found = judge(line.split(), 1, log.encode())
    assert (found.state, found.tests_failed) == ("failed", True)


def test_an_unknown_program_that_fails_says_nothing_of_tests():
    assert judge(["./check"], 3, b"something\n").tests_failed is None


def test_a_build_need_not_run_tests():
    assert (
        judge(["cargo", "build"], 0, b"test result: ok. 0 passed; 0 failed\n", tests=False).state == "passed"
    )


UNKNOWN = [
    ("make build", 2, "make: *** No rule to make target 'build'.  Stop.\n"),
    (
        "npm run build",
        1,
        'npm error Missing script: "build"\nnpm error\nnpm error To see a list of scripts, run:\n',
    ),
    ("just build", 1, "error: Justfile does not contain recipe `build`\n"),
    ("task build", 200, 'task: Task "build" does not exist\n'),
    (
        "rake build",
        1,
        "rake aborted!\nDon't know how to build task 'build' (See the list of available tasks)\n",
    ),
    ("./gradlew dist", 1, "* What went wrong:\nTask 'dist' not found in root project 'shop'.\n"),
]


@pytest.mark.parametrize(("line", "status", "log"), UNKNOWN)
def test_a_target_that_the_project_does_not_have_is_another_command_and_no_missing_dependency(
    line, status, log
):
    outcome = judge(line.split(), status, log.encode(), tests=False)
    assert (outcome.state, outcome.unknown_target) == ("could-not-run", True)
    assert outcome.why and not outcome.why.endswith(".")


@pytest.mark.parametrize(
    ("line", "log"),
    [
        ("make all", "make: *** No rule to make target 'gone.c', needed by 'a.o'.  Stop.\n"),
        ("cargo nextest run", "error: no such command: `nextest`\n"),
        ("python3 -m pytest", "/usr/bin/python3: No module named pytest\n"),
    ],
)
def test_what_is_missing_to_a_command_that_there_is_is_no_unknown_target(line, log):
    outcome = judge(line.split(), 2, log.encode(), tests=False)
    assert (outcome.state, outcome.unknown_target) == ("could-not-run", False)


@pytest.mark.parametrize(
    ("line", "log", "name"),
    [
        ("npm run build", "> build-js\n> rollup -c\n\nsh: 1: rollup: not found\n", "rollup"),
        ("yarn build", "/bin/sh: line 1: tsc: command not found\n", "tsc"),
        ("./scripts/test", "./scripts/test: line 3: bundle: command not found\n", "bundle"),
        ("make check", "sh: 1: ./run-tests: Permission denied\n", "./run-tests"),
        ("rollup -c", "", "rollup"),
    ],
)
def test_the_program_that_is_missing_is_named_and_not_the_one_that_called_it(line, log, name):
    seen = judge(shlex.split(line), 127, log.encode())
    assert (seen.state, seen.why) == ("could-not-run", f"{name} was not found or may not be run")


@pytest.mark.parametrize(
    ("line", "log", "summary"),
    [
        ("npx mocha t.js", "  19 passing (212ms)\n  1 failing\n\n  1) res\n", "1 failing, 19 passing"),
        ("npx mocha t.js", "  19 passing (2s)\n  3 pending\n  2 failing\n", "2 failing, 19 passing"),
        ("node --test", "# tests 5\n# pass 4\n# fail 1\n", "1 failed, 4 passed"),
        (
            "ruby -Itest t.rb",
            "1139 runs, 4982 assertions, 1 failures, 0 errors, 2 skips\n",
            "1139 runs, 4982 assertions, 1 failures, 0 errors, 2 skips",
        ),
        (
            "pytest -q",
            "1 failed, 48 passed, 43 subtests passed in 3.90s\n",
            "1 failed, 48 passed, 43 subtests passed",
        ),
    ],
)
def test_what_failed_is_said_with_what_passed(line, log, summary):
    seen = judge(shlex.split(line), 1, log.encode())
    assert (seen.state, seen.summary, seen.why) == ("failed", summary, f"exit status 1: {summary}")
    assert seen.tests_failed


@pytest.mark.parametrize(
    "log",
    ["3 examples, 0 failures\nSimpleCov failed\n", "9 runs, 9 assertions, 0 failures, 0 errors, 0 skips\n"],
)
def test_a_summary_without_failures_says_nothing_of_a_failed_test(log):
    assert not judge(["bundle", "exec", "rspec"], 2, log.encode()).tests_failed
