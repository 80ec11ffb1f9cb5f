"""Reading results while the log grows, from reports in files, and from logs that mean no good."""

import os
import time
from pathlib import Path

import pytest

from hotfix_tui.testresults import scan
from hotfix_tui.testresults.model import MOST
from hotfix_tui.testresults.scan import Scan, parse

LOGS = Path(__file__).with_name("logs")


@pytest.mark.parametrize(
    ("log", "seen_before"),
    [
        ("pytest", b"   [100%]"),
        ("pytest-verbose", b"tests/test_shop.py::test_till"),
        ("pytest-xdist", b"[gw0] [ 80%]"),
        ("unittest-verbose", b"test_nothing"),
        ("jest", b"it is refused"),
        ("vitest", b"Failed Suites"),
        ("mocha", b"passing"),
        ("node", b"duration_ms: 7.8"),
        ("node-spec", b"failing tests:"),
        ("go-verbose", b"TestSlow"),
        ("cargo-fail", b"failures:"),
        ("tsc", b"ts/shop.ts(4"),
        ("eslint", b"total"),
    ],
)
def test_the_first_failure_is_known_before_the_end(log, seen_before):
    text = (LOGS / f"{log}.log").read_bytes()
    begun = Scan({"unittest-verbose": ["unittest"], "node": ["node", "--test"]}.get(log, [log.split("-")[0]]))
    begun.feed(text[: text.index(seen_before)])
    found = begun.result()
    assert found.failures and found.failures[0].name
    assert found.summary.endswith(" so far")
    assert not found.could_not_run


@pytest.mark.parametrize("log", sorted(path.name for path in LOGS.glob("*.log")))
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_result_does_not_depend_on_how_the_bytes_come(log, size):
    text = (LOGS / log).read_bytes()
    whole, parts = Scan(["make"]), Scan(["make"])
    whole.feed(text)
    for start in range(0, len(text), size):
        parts.feed(text[start : start + size])
        if start % (size * 50) == 0:
            parts.result()
    assert parts.result(1) == whole.result(1)
    assert parts.offset == len(text)


def test_a_file_is_read_on_where_reading_ended(tmp_path):
    text = (LOGS / "pytest.log").read_bytes()
    path = tmp_path / "log"
    path.write_bytes(text[:600])
    begun = Scan(["pytest"])
    assert begun.read(str(path)) and not begun.read(str(path))
    path.write_bytes(text)
    while begun.read(str(path), 100):
        pass
    assert begun.result(1) == parse(str(path), ["pytest"], 1)
    assert parse(str(tmp_path / "none"), ["pytest"], 1).failures == ()


def test_a_long_log_is_read_without_being_kept(monkeypatch):
    noise = b"2026-03-02 14:23:01 INFO worker handled a request in 12 ms\n" * 4000
    begun = Scan(["make", "check"])
    for _ in range(20):
        begun.feed(noise)
    begun.feed((LOGS / "mocha.log").read_bytes())
    kept = [value for value in vars(begun).values() if isinstance(value, bytes)]
    assert max(map(len, kept)) <= scan._TAIL
    found = begun.result(2)
    assert found.summary == "2 of 3 tests failed"
    assert found.failures[0].log_line == 80_000 + 15
    assert found.failures[0].offset == 20 * len(noise) + (LOGS / "mocha.log").read_bytes().index(
        b"  1) totals"
    )


def test_thousands_of_failures_are_counted_and_some_are_kept():
    log = b"".join(b"not ok %d - test %d\n" % (n, n) for n in range(5000))
    found = parse(b"TAP version 13\n" + log, ["make"], 1)
    assert len(found.failures) == MOST and found.summary == "5000 tests failed"


def test_lines_without_end_and_rewritten_lines_do_no_harm():
    assert parse(b"x" * 3_000_000, ["make"], 1).last_errors[0].startswith("xxx")
    spinner = b"".join(b"\r%d%%" % n for n in range(100_000)) + b"\rfatal: no\n"
    assert parse(spinner, ["make"], 1).last_errors == ("fatal: no",)
    long = b"y" * 900_000 + b"\nshop.ts(2,3): error TS2322: wrong\n"
    found = parse(long, ["tsc"], 1).failures[0]
    assert (found.log_line, found.offset) == (2, 900_001)


def test_texts_of_a_log_are_clean():
    evil = "FAILED tests/x.py::test_\x1b]0;owned\x07a\u202eb - \x9b31mno\x00\n".encode()
    found = parse(b"=== short test summary info ===\n" + evil, ["pytest"], 1)
    text = "".join((found.failures[0].name, found.failures[0].message))
    assert text.isprintable() and "\u202e" not in text and "owned" not in text


def test_an_xml_document_with_entities_is_refused():
    case = b'<testcase name="x"><failure>&a;</failure></testcase>'
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuite>' + case + b"</testsuite>"
    assert parse(bomb, ["make"], 1).failures == ()
    junk = b"building\n<testsuite><testcase name='a'><failure message='no'/></testcase><broken\nafter\n"
    found = parse(junk + b"<testsuite><testcase name='b'/></testsuite>\nbye\n", ["make"], 1)
    assert (found.tool, found.passed, found.failed) == ("JUnit XML", 1, 1)


def test_reports_that_the_run_wrote_are_read(tmp_path):
    reports = tmp_path / "target" / "surefire-reports"
    reports.mkdir(parents=True)
    old, new = reports / "TEST-old.xml", reports / "TEST-shop.xml"
    old.write_text("<testsuite><testcase name='gone'><failure/></testcase></testsuite>")
    os.utime(old, (1, 1))
    new.write_text(
        "<testsuite name='shop.CartTest'><testcase classname='shop.CartTest' name='lastPrice'>"
        "<failure message='expected: 6 but was: 3'>org.opentest4j.AssertionFailedError: expected\n"
        "\tat org.junit.Assert.fail(Assert.java:89)\n"
        "\tat shop.CartTest.lastPrice(CartTest.java:11)\n</failure></testcase>"
        "<testcase classname='shop.CartTest' name='nothing'/></testsuite>"
    )
    found = parse(b"BUILD FAILURE\n", ["mvn", "test"], 1, folder=str(tmp_path), since=time.time() - 60)
    assert (found.tool, found.summary) == ("JUnit XML", "1 of 2 tests failed")
    assert found.failures[0][:3] == ("shop.CartTest.lastPrice", "CartTest.java", 11)
    assert found.failures[0].log_line == 0
    assert (
        parse(b"BUILD FAILURE\n", ["mvn", "test"], 1, folder=str(tmp_path), since=time.time() + 60).tool == ""
    )
    named = tmp_path / "out.xml"
    named.write_text("<testsuite><testcase name='a'/></testsuite>")
    found = parse(b"", ["tool", "--junitxml", "out.xml"], 0, folder=str(tmp_path), since=0)
    assert found.summary == "1 test passed"


def test_files_are_named_as_the_folder_knows_them(tmp_path):
    (tmp_path / "cart").mkdir()
    (tmp_path / "cart" / "cart_test.go").write_text("")
    log = b"--- FAIL: TestTotal (0.00s)\n    cart_test.go:11: no\nFAIL\nFAIL\tshop.example/shop/cart\t0.1s\n"
    assert parse(log, ["go", "test"], 1, folder=str(tmp_path)).failures[0].place == "cart/cart_test.go:11"
    inside = f"{tmp_path}/cart/cart_test.go(2,3): error TS1: x\n/etc/passwd(2,3): error TS1: x\n".encode()
    found = parse(inside, ["tsc"], 1, folder=str(tmp_path))
    assert [failure.place for failure in found.failures] == ["cart/cart_test.go:2", "/etc/passwd:2"]
