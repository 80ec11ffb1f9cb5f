"""Search finds what a naive search over the clean lines finds."""

import random

import pytest

from hotfix_tui.ui.widgets import log_search
from hotfix_tui.ui.widgets.log_cleaner import clean_line
from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_search import ERRORS, TextQuery, find


def opened(path, data):
    path.write_bytes(data)
    log = LogFile(str(path))
    log.poll()
    return log


WORDS = [
    b"ok",
    b"\x1b[31mNeedle\x1b[0m",
    b"nee\x1b[1mdle",
    b"NEEDLE",
    b"error",
    b"0 errors",
    b"old needle\rnew",
    b"x" * 400,
]


@pytest.mark.parametrize("seed", range(4))
def test_both_ways_agree_with_a_naive_search(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(log_search, "_CHUNK", 1000)
    random_source = random.Random(seed)
    lines = [b" ".join(random_source.choices(WORDS, k=random_source.randrange(3))) for _ in range(300)]
    log = opened(tmp_path / "log", b"\n".join(lines))
    offsets = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    for query in (TextQuery("needle"), TextQuery("Needle"), TextQuery("NEEDLE"), ERRORS):
        hits = [at for at, line in zip(offsets, lines) if query.spans(clean_line(line).text)]
        forward, at = [], 0
        while (hit := find(log, query, at, True)) is not None:
            forward.append(hit)
            at = log.following(hit) or log.size
        backward, at = [], log.size
        while (hit := find(log, query, at, False)) is not None:
            backward.insert(0, hit)
            at = hit
        assert len(hits) > 20
        assert forward == hits
        assert backward == hits
    log.close()


def test_small_letters_find_capitals_and_not_the_other_way():
    assert TextQuery("fail").spans("FAIL Fail fail") == [(0, 4), (5, 9), (10, 14)]
    assert TextQuery("Fail").spans("FAIL Fail fail") == [(5, 9)]
    assert TextQuery("a.b[").spans("a.b[ axb[") == [(0, 4)]


@pytest.mark.parametrize(
    "line",
    [
        "error: no such file",
        "ERROR in ./src/app.ts",
        "src/app.ts(3,4): error TS2304: Cannot find name",
        "npm ERR! code ELIFECYCLE",
        "FAILED tests/test_checkout.py::test_total - assert 1 == 2",
        "--- FAIL: TestTotal (0.00s)",
        "FAIL src/app.test.ts",
        "Traceback (most recent call last):",
        "TypeError: 'NoneType' object is not subscriptable",
        "java.lang.NullPointerException: at com.example",
        "thread 'main' panicked at src/main.rs:2",
        "panic: runtime error: index out of range",
        "fatal: not a git repository",
        "Segmentation fault (core dumped)",
        "not ok 3 - adds up",
        "  ✗ totals add up",
        "3 failed, 12 passed",
        "make: *** [Makefile:3: test] Error 1",
        "bash: foo: command not found",
    ],
)
def test_errors_are_seen(tmp_path, line):
    log = opened(tmp_path / "log", b"fine\n\x1b[1m" + line.encode() + b"\nfine\n")
    assert find(log, ERRORS, 0, True) == 5
    assert ERRORS.spans(line)
    log.close()


@pytest.mark.parametrize(
    "line",
    [
        "0 errors, 0 failed",
        "found no errors",
        "errors: 0",
        "failed=0",
        "error: null",
        "compiling src/error.ts",
        "tests/test_errors.py ....",
        "pytest --fail-fast",
        "wrote error_log",
        "error-handler.js 12 kB",
        "failover is ready",
        "terror",
    ],
)
def test_what_only_looks_like_an_error_is_not(tmp_path, line):
    log = opened(tmp_path / "log", line.encode() + b"\n")
    assert find(log, ERRORS, 0, True) is None
    assert not ERRORS.spans(line)
    log.close()


def test_a_hit_in_a_line_longer_than_a_chunk(tmp_path):
    log = opened(tmp_path / "log", b"a\n" + b"y" * 400_000 + b"needle" + b"z" * 400_000 + b"\nend\n")
    query = TextQuery("needle")
    assert find(log, query, 0, True) == 2
    assert find(log, query, log.size, False) == 2
    assert find(log, query, 800_009, True) is None
    log.close()


def test_a_search_can_be_stopped(tmp_path):
    log = opened(tmp_path / "log", b"x\n" * 500_000 + b"needle\n")
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 2

    assert find(log, TextQuery("needle"), 0, True, stop) is None
    assert len(asked) == 3
    log.close()
