"""What is read from the logs of the known tools: recorded runs, and runs of those that are here."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from hotfix_tui.testresults.model import SuiteResult
from hotfix_tui.testresults.scan import parse

LOGS = Path(__file__).with_name("logs")


def read(name: str, *argv: str, code: int = 1, tests: bool = True) -> SuiteResult:
    path = LOGS / (name if "." in name else f"{name}.log")
    assert path.exists()
    return parse(str(path), argv or ("make", "check"), code, tests=tests)


def places(result: SuiteResult) -> list[tuple[str, str]]:
    return [(failure.name, failure.place) for failure in result.failures]


COUNTS = [
    # log, command line, exit status, passed, failed, skipped, errors, summary
    ("pytest", "python -m pytest", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("pytest-quiet", "pytest -q", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("pytest-verbose", "pytest -v", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("pytest-xdist", "pytest -n 2", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("pytest-line", "pytest --tb=line", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("unittest", "python -m unittest", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("unittest-verbose", "./manage.py test", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("jest", "npx jest", 1, 1, 2, 1, 0, "2 of 3 tests failed; 1 file could not be loaded"),
    ("jest-verbose", "npx jest --verbose", 1, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("jest-pass", "npx jest", 0, 1, 0, 3, 0, "1 test passed, 3 skipped"),
    ("vitest", "npx vitest run", 1, 1, 2, 1, 0, "2 of 3 tests failed; 1 file could not be loaded"),
    ("vitest-verbose", "npx vitest run", 1, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("vitest-pass", "npx vitest run", 0, 1, 0, 3, 0, "1 test passed, 3 skipped"),
    ("mocha", "npx mocha", 2, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("mocha-color", "npx mocha --color", 2, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("mocha-pass", "npx mocha", 0, 1, 0, 0, 0, "1 test passed"),
    ("mocha-tap", "npx mocha -R tap", 2, 1, 2, 0, 0, "2 of 3 tests failed"),
    ("mocha-xunit", "npx mocha -R xunit", 2, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("bats", "bats test", 1, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("bats-trace", "bats -x test", 1, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("bats-tap13", "bats test", 1, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("bats-pass", "bats test", 0, 1, 0, 0, 0, "1 test passed"),
    ("prove", "prove t", 1, 3, 2, 1, 0, "2 of 5 tests failed; 2 planned tests did not run"),
    ("prove-verbose", "prove -v t", 1, 3, 2, 1, 0, "2 of 5 tests failed; 2 planned tests did not run"),
    ("perl", "prove t", 2, 2, 2, 2, 0, "2 of 4 tests failed"),
    ("tape", "npx tape test", 1, 1, 1, 0, 0, "1 of 2 tests failed"),
    ("node-tap", "npx tap", 1, 2, 1, 0, 0, "1 of 3 tests failed"),
    ("node-cut", "node --test", 1, 2, 1, 2, 0, "1 of 3 tests failed"),
    ("node", "node --test", 1, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("node-spec", "node --test", 1, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("node-junit", "node --test", 1, 1, 2, 1, 0, "2 of 3 tests failed"),
    ("pytest.xml", "cat pytest.xml", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("go", "go test ./...", 1, 0, 2, 0, 0, "2 tests failed"),
    ("go-verbose", "go test -v ./...", 1, 2, 2, 1, 0, "2 of 4 tests failed"),
    ("go-json", "go test -json ./...", 1, 1, 1, 0, 0, "1 of 2 tests failed"),
    ("go-panic", "go test ./...", 1, 0, 1, 0, 0, "1 test failed"),
    ("cargo-fail", "cargo test", 101, 1, 3, 1, 0, "3 of 4 tests failed"),
    ("minitest", "bundle exec rake test", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("minitest-verbose", "rake test", 1, 1, 2, 1, 1, "3 of 4 tests failed"),
    ("minitest-pass", "rake test", 0, 1, 0, 0, 0, "1 test passed"),
    ("rails", "bin/rails test", 1, 1, 1, 0, 1, "2 of 3 tests failed"),
    ("test-unit", "rake test", 1, 1, 1, 1, 1, "2 of 3 tests failed"),
    ("rspec", "bundle exec rspec", 1, 1, 2, 1, 0, "2 of 3 examples failed"),
    ("rspec-doc", "rake spec", 1, 1, 2, 1, 0, "2 of 3 examples failed"),
    ("rspec-pass", "rspec", 0, 1, 0, 0, 0, "1 example passed"),
    ("phpunit", "vendor/bin/phpunit", 2, 2, 2, 1, 1, "3 of 5 tests failed"),
    ("phpunit-pass", "composer test", 0, 1, 0, 0, 0, "1 test passed"),
    ("mypy", "mypy .", 1, 0, 0, 0, 3, "3 errors"),
    ("mypy-columns", "mypy .", 1, 0, 0, 0, 3, "3 errors"),
    ("tsc", "npx tsc", 1, 0, 0, 0, 3, "3 errors"),
    ("tsc-pretty", "npx tsc --pretty", 1, 0, 0, 0, 3, "3 errors"),
    ("eslint", "npx eslint lint", 1, 0, 0, 0, 3, "3 errors"),
    ("eslint-color", "npx eslint lint", 1, 0, 0, 0, 3, "3 errors"),
]


@pytest.mark.parametrize("known", ["by its command line", "by its output"])
@pytest.mark.parametrize(("log", "line", "code", "passed", "failed", "skipped", "errors", "summary"), COUNTS)
def test_what_passed_and_failed_is_counted(log, line, code, passed, failed, skipped, errors, summary, known):
    argv = line.split() if known == "by its command line" else ["make", "check"]
    found = read(log, *argv, code=code)
    assert found.tool
    assert (found.passed, found.failed, found.skipped, found.errors) == (passed, failed, skipped, errors)
    assert (found.summary, found.could_not_run) == (summary, "")
    assert len(found.failures) >= failed + errors
    text = (LOGS / (log if "." in log else f"{log}.log")).read_bytes()
    for failure in found.failures:
        assert failure.name and failure.name.isprintable()
        assert text[: failure.offset].count(b"\n") == failure.log_line - 1
        assert failure.place or log.startswith("cargo")


def test_pytest_tells_test_place_and_message():
    found = read("pytest", "pytest")
    assert found.failures[0][:4] == (
        "tests/test_shop.py::test_till",
        "tests/test_shop.py",
        18,
        "RuntimeError: no till",
    )
    test = "tests/test_shop.py::TestCarts::test_the_last_price_counts"
    assert places(found)[1:] == [
        (f"{test}[prices0]", "tests/test_shop.py:13"),
        (f"{test}[prices1]", "tests/test_shop.py:13"),
    ]
    assert found.failures[1].message == "assert 3 == 6"
    assert [f.place for f in read("pytest-line").failures][1:] == ["tests/test_shop.py:13"] * 2


def test_unittest_names_every_part_of_a_test():
    assert places(read("unittest")) == [
        ("test_cart.Totals.test_refused", "/srv/shop/u/test_cart.py:20"),
        ("test_cart.Totals.test_each (price=1)", "/srv/shop/u/test_cart.py:17"),
        ("test_cart.Totals.test_each (price=2)", "/srv/shop/u/test_cart.py:17"),
        ("test_cart.Totals.test_the_last_price_counts", "/srv/shop/u/test_cart.py:12"),
    ]
    assert read("unittest").failures[-1].message == "AssertionError: 3 != 6"


def test_javascript_runners_tell_the_place_in_the_project():
    assert places(read("jest"))[:2] == [
        ("totals › the last price counts", "test-jest/shop.test.js:9"),
        ("it is refused", "test-jest/shop.test.js:16"),
    ]
    assert places(read("vitest"))[1:] == [
        ("totals > the last price counts", "test-vitest/shop.test.mjs:10"),
        ("is refused", "test-vitest/shop.test.mjs:17"),
    ]
    assert places(read("mocha")) == [
        ("totals › is refused", "test-mocha/shop.js:16"),
        ("totals › of carts › the last price counts", "test-mocha/shop.js:11"),
    ]
    assert read("mocha").failures[1].message.startswith("AssertionError [ERR_ASSERTION]: Expected values")
    for log in ("node", "node-spec", "node-junit"):
        assert [p.removeprefix("/srv/shop/") for _, p in places(read(log))] == [
            "test-node/shop.test.js:8",
            "test-node/shop.test.js:13",
        ]


def test_tap_tells_test_place_and_message_and_not_what_a_test_printed():
    for log in ("bats", "bats-trace", "bats-tap13"):  # a failed test prints a report of JUnit
        assert [f[:4] for f in read(log).failures] == [
            ("prints a junit report", "test-bats/a.bats", 4, "`[ 1 = 2 ]' failed"),
            (
                "last price counts",
                "test-bats/a.bats",
                8,
                '`@test "last price counts" { run echo 3; [ "$output" = 6 ]; }\' failed',
            ),
        ]
    for log in ("prove", "prove-verbose", "perl"):  # not the known fault (TODO), nor what has subtests
        assert [f[:4] for f in read(log).failures] == [
            ("the last price counts", "t/a.t", 3, "got: '3'"),
            ("two", "t/a.t", 6, ""),
        ]
    assert places(read("node-tap")) == [("two", "nt.js:2")]
    assert places(read("node-cut")) == [("two", "/srv/shop/nodet/a.test.js:2")]


@pytest.mark.parametrize(
    ("text", "counts", "summary", "trouble"),
    [
        (
            "1..4\nok 1 a\nok 2 b # TODO later\nnot ok 3\n",
            (2, 1, 0),
            "1 of 3 tests failed; 1 planned test did",
            "",
        ),
        ("ok 1 a # SKIP no db\nnot ok 2 b # todo\nok 3 c\n1..3\n", (1, 0, 2), "1 test passed, 2 skipped", ""),
        (
            "1..3\nok 1 - a\n",
            (1, 0, 0),
            "1 test passed; 2 planned",
            "TAP: 2 planned tests did not run. Fix that",
        ),
        (
            "1..2\nok 1\nBail out! no db\n",
            (1, 0, 0),
            "1 test passed; it bailed",
            "bailed out: no db. Fix that first",
        ),
        ("1..0 # SKIP no db\n", (0, 0, 0), "", "No tests were run."),
        (
            "not ok 1 - a {\n    ok 1 - b\n    not ok 2 - c\n    1..2\n}\n1..1\n",
            (1, 1, 0),
            "1 of 2 tests",
            "",
        ),
        ("not ok 1 - a {\n    ok 1 - b\n    1..2\n}\n1..1\n", (1, 1, 0), "1 of 2 tests failed", ""),
        ("1..2\nok 1 a in 12ms\nnot ok 2 b in 3ms\n", (1, 1, 0), "1 of 2 tests failed", ""),
    ],
)
def test_plain_tap_is_counted(text, counts, summary, trouble):
    for argv in (["make", "check"], ["bats", "test"]):
        found = parse(text.encode(), argv, 1)
        assert (found.passed, found.failed, found.skipped) == counts
        assert found.summary.startswith(summary) and trouble in found.could_not_run
        assert bool(trouble) == bool(found.could_not_run)
        assert not any(failure.name.endswith("ms") for failure in found.failures)


@pytest.mark.parametrize(
    "text", ["ok 1 done\nfatal: no\n", "1..5\nfatal: no\n", "ok  \tshop/cart\t0.1s\nok then\n"]
)
def test_words_that_others_write_too_are_no_tap(text):
    assert parse(text.encode(), ["./check"], 1).tool in ("", "go test")


QUOTED = "<testsuite><testcase name='inner'><failure>no</failure></testcase></testsuite>"


@pytest.mark.parametrize(
    "before", ["# ", "#   got: '", "+ echo '", "E   AssertionError: ", "    assert x == b'"]
)
def test_a_report_that_a_test_quotes_is_no_result(before):
    assert parse(f"{before}{QUOTED}\n".encode(), ["make"], 1).tool == ""


@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>", "  ", "tests-1  | ", "web:test: "])
def test_a_report_in_the_log_is_read(before):
    found = parse(f"building\n{before}{QUOTED}\n".encode(), ["make"], 1)
    assert (found.tool, found.summary) == ("JUnit XML", "1 test failed")


def test_go_and_cargo_tell_the_parts_that_failed():
    expected = [
        ("TestTotal", "shop.example/shop/shop_test.go:11"),
        ("TestCarts/two_things", "shop.example/shop/shop_test.go:24"),
    ]
    assert places(read("go")) == places(read("go-verbose")) == expected
    assert read("go").failures[1].message == "Total([1 2]) = 1, want 3"
    assert read("go-panic").failures[0].place == "/srv/shop/shop.go:6"
    assert places(read("cargo-fail", code=101))[1:] == [
        ("tests::the_last_price_counts", "src/lib.rs:16"),
        ("two_things", "tests/carts.rs:3"),
    ]


def test_ruby_runners_tell_test_place_and_message():
    assert [f[:4] for f in read("minitest").failures] == [
        ("Cart::Sum#test_0001_rounds [up] to cents: always", "test_cart.rb", 18, "Expected: 2"),
        ("TestCart#test_total", "test_cart.rb", 7, "the total is wrong."),
        ("TestCart#test_empty", "test_cart.rb", 10, "ArgumentError: no items"),
    ]
    assert places(read("rails")) == [
        ("CartTest#test_the_total_is_right", "test/models/cart_test.rb:12"),
        ("CartTest#test_empty", "test/models/cart_test.rb:20"),  # not the place in the library that raised
    ]
    assert [f[:4] for f in read("test-unit").failures] == [
        ("CartTest#test_empty", "test_unit_cart.rb", 10, "ArgumentError: no items"),
        ("CartTest#test_total", "test_unit_cart.rb", 7, "the total is wrong"),
    ]
    for log in ("rspec", "rspec-doc"):  # not the pending example, which is numbered, too
        assert [f[:4] for f in read(log).failures] == [
            ("Cart has a total", "./spec/cart_spec.rb", 3, "expected: 3"),
            ("Cart when empty raises nothing", "./spec/cart_spec.rb", 5, "ArgumentError: no items"),
        ]


def test_phpunit_tells_test_place_and_message():
    assert [f[:4] for f in read("phpunit").failures] == [
        ("CartTest::testEmpty", "/src/tests/CartTest.php", 6, "InvalidArgumentException: no items"),
        ("CartTest::testTotal", "/src/tests/CartTest.php", 5, "the total is wrong"),
        (
            "CartTest::testSum with data set #1 (2)",
            "/src/tests/CartTest.php",
            9,
            "Failed asserting that 2 is identical to 1.",
        ),
    ]


def test_checkers_tell_what_is_wrong_where():
    assert places(read("mypy"))[1] == (
        'Incompatible return value type (got "list[str]", expected "int")',
        "m/shop.py:5",
    )
    for log in ("tsc", "tsc-pretty"):
        assert places(read(log))[2] == ("Expected 1 arguments, but got 2.", "ts/shop.ts:5")
    assert read("eslint").failures[2][:4] == ("'sum' is not defined", "/srv/shop/lint/shop.js", 3, "no-undef")


NOT_RUN = [
    ("pytest-broken", "pytest", 2, "No module named 'nowhere'. Install the dependencies (setup)"),
    ("pytest-none", "pytest", 5, "No tests were run. Look at the folder"),
    (
        "pytest-usage",
        "pytest nowhere.py",
        4,
        "called wrongly: file or directory not found: nowhere.py. Look at the command",
    ),
    ("unittest-broken", "python -m unittest", 1, "test_broken could not be loaded: ModuleNotFoundError"),
    ("unittest-none", "python -m unittest", 0, "No tests were run"),
    (
        "jest-broken",
        "jest",
        1,
        "test-jest/broken.test.js could not be loaded: Cannot find module '../src/missing'",
    ),
    ("jest-none", "jest", 1, "No tests were run"),
    ("vitest-broken", "vitest", 1, "test-vitest/broken.test.mjs could not be loaded"),
    ("vitest-none", "vitest", 1, "No tests were run"),
    ("mocha-broken", "mocha", 1, "Cannot find module '../src/missing'. Install the dependencies"),
    ("mocha-none", "mocha", 1, "No tests were run"),
    ("node-broken", "node --test", 1, "could not be loaded: Cannot find module"),
    ("node-none", "node --test", 1, "No tests were run"),
    (
        "prove-bail",
        "prove t",
        255,
        "TAP: it bailed out: no database. Fix that first: not every test has run.",
    ),
    ("perl-bail", "prove t", 255, "TAP: it bailed out: no database. Fix that first: not every test has run."),
    ("go-compile", "go test", 1, "does not compile: shop_test.go:11: undefined: Totel. Fix that first"),
    ("go-none", "go test", 0, "No tests were run"),
    ("cargo-compile", "cargo test", 101, "does not compile: src/lib.rs:2: cannot find value `price`"),
    ("cargo-none", "cargo test", 0, "No tests were run"),
    ("minitest-none", "rake test", 0, "No tests were run"),
    (
        "rspec-broken",
        "rspec",
        1,
        "./broken_spec.rb could not be loaded: NameError: uninitialized constant Nope",
    ),
    ("phpunit-none", "phpunit", 0, "No tests were run"),
    ("mypy-none", "mypy nowhere", 2, "nowhere: error: Cannot read file"),
    ("tsc-none", "tsc -p nowhere", 1, "The specified path does not exist"),
    ("tsc-help", "tsc", 1, "found no tsconfig.json"),
    ("eslint-config", "eslint", 2, "no such file or directory"),
    (
        "npm-notfound",
        "npm test",
        127,
        "no-such-runner was not found. Install it here (setup), or change the command.",
    ),
    ("npm-missing", "npm run nowhere", 1, 'Missing script: "nowhere". Change the command'),
    ("make-notfound", "make test", 2, "no-such-runner was not found"),
    ("make-none", "make nope", 2, "No rule to make target 'nope'. Change the command"),
]


@pytest.mark.parametrize(("log", "line", "code", "said"), NOT_RUN)
def test_could_not_run_is_told_apart_from_failed_with_what_to_do(log, line, code, said):
    found = read(log, *line.split(), code=code)
    assert said in found.could_not_run
    assert found.could_not_run.endswith(".")
    assert found.failed == 0


def test_a_build_that_does_not_compile_has_failed():
    found = read("cargo-compile", "cargo", "build", code=101, tests=False)
    assert (found.could_not_run, found.summary, found.errors) == ("", "1 error", 1)
    assert places(found) == [("cannot find value `price` in this scope", "src/lib.rs:2")]
    found = parse(b"# shop\n./shop.go:5:2: undefined: totel\n", ["go", "build", "./..."], 1, tests=False)
    assert (found.summary, places(found)) == ("1 error", [("undefined: totel", "shop.go:5")])


def test_of_unknown_tools_the_last_errors_are_shown():
    log = b"".join(b"step %d\n" % n for n in range(5000)) + b"\x1b[31mfatal: the disk is full\x1b[0m\nbye\n"
    found = parse(log, ["./check"], 3)
    assert (found.tool, found.summary, found.could_not_run) == ("", "", "")
    assert found.last_errors == ("fatal: the disk is full",)
    assert parse(b"$ ./check\none\ntwo\n", ["./check"], 3).last_errors == ("one", "two")
    assert parse(b"", ["no-such-program"], 127).could_not_run.startswith(
        "no-such-program was not found. Install"
    )
    assert parse(b"all good\n", ["./check"], 0) == SuiteResult()


def test_what_runs_here_is_read_as_recorded(tmp_path):
    (tmp_path / "test_shop.py").write_text(
        "import unittest\n\n\nclass Totals(unittest.TestCase):\n    def test_sum(self):\n"
        "        self.assertEqual(3, 6)\n"
        "    def test_nothing(self):\n        pass\n"
    )
    for argv, summary in (
        (
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", "."],
            "pytest",
        ),
        ([sys.executable, "-m", "unittest"], "unittest"),
    ):
        done = run(argv, cwd=tmp_path, capture_output=True, check=False)
        found = parse(done.stdout + done.stderr, argv, done.returncode, folder=str(tmp_path))
        assert (found.tool, found.summary) == (summary, "1 of 2 tests failed")
        assert found.failures[0].place == "test_shop.py:6"
        assert "test_sum" in found.failures[0].name and "3 != 6" in found.failures[0].message


@pytest.mark.full
def test_mypy_that_runs_here_is_read_as_recorded(tmp_path):
    (tmp_path / "shop.py").write_text("total: int = 'three'\n")
    argv = [sys.executable, "-m", "mypy", "--cache-dir=/dev/null", "shop.py"]
    done = run(argv, cwd=tmp_path, capture_output=True, check=False)
    found = parse(done.stdout + done.stderr, argv, done.returncode, folder=str(tmp_path))
    assert (found.tool, found.summary, found.failures[0].place) == ("mypy", "1 error", "shop.py:1")


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("92 passed, 43 subtests passed in 33.96s", (92, 0, 0)),
        ("1 failed, 48 passed, 2 skipped, 43 subtests passed in 3.90s", (48, 1, 2)),
        ("== 2 failed, 3 passed, 1 subtests failed in 0.10s ==", (3, 2, 0)),
    ],
)
def test_subtests_of_pytest_are_no_reason_to_lose_its_counts(line, counts):
    seen = parse(f"{line}\n".encode(), ["uv", "run", "pytest", "-q"], 0 if not counts[1] else 1)
    assert (seen.passed, seen.failed, seen.skipped) == counts
