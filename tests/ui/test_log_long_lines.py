"""A log whose lines do not end is shown in parts: each look at it reads a bounded piece, whatever its size."""

import random

import pytest

from hotfix_tui.ui.widgets import log_file
from hotfix_tui.ui.widgets.log_cleaner import clean_line
from hotfix_tui.ui.widgets.log_file import LogFile


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(log_file, "BREAK", 1000)


def opened(tmp_path, data):
    path = tmp_path / "log"
    path.write_bytes(data)
    log = LogFile(str(path))
    log.poll()
    return log


def forwards(log):
    out, at = [], 0
    while at is not None and log.size:
        out.append(at)
        at = log.following(at)
    return out


def backwards(log):
    out, at = [], log.last()
    while at is not None:
        out.append(at)
        at = log.preceding(at)
    return out[::-1]


def texts():
    random.seed(7)
    yield b""
    yield b"x" * 10_000
    yield b"x" * 10_000 + b"\n"
    yield b"\n" * 3000
    yield b"a\n" + b"x" * 5_000 + b"\nb\n"
    yield (b"x" * 999 + b"\n") * 5
    yield (b"x" * 1000 + b"\n") * 5
    yield (b"x" * 1999 + b"\n") * 5
    yield b"x" * 1000 + b"\n" + b"y" * 3000 + b"\nz"
    for _ in range(40):
        lengths = [random.choice([0, 1, 10, 998, 999, 1000, 1001, 1999, 2000, 2001, 4500]) for _ in range(6)]
        yield b"\n".join(b"x" * length for length in lengths) + random.choice([b"", b"\n"])


@pytest.mark.parametrize("data", texts(), ids=lambda data: str(len(data)))
def test_the_lines_are_the_same_from_both_ends_and_from_every_byte(tmp_path, data):
    log = opened(tmp_path, data)
    starts = forwards(log)
    assert backwards(log) == starts
    for start, after in zip(starts, [*starts[1:], len(data)]):
        assert {log.line_start(at) for at in range(start, after)} == {start}
        assert log.line_end(start) in (after, after - 1)
    for start in starts:
        assert start == 0 or data[start - 1 : start] == b"\n" or start % 1000 == 0
    real = {0} | {at + 1 for at, byte in enumerate(data[:-1]) if byte == 10} if data else set()
    assert real <= set(starts)


def test_lines_that_are_not_very_long_are_whole(tmp_path):
    data = b"".join(b"x" * length + b"\n" for length in range(0, 1001, 7))
    assert len(forwards(opened(tmp_path, data))) == data.count(b"\n")


def test_a_growing_line_goes_on(tmp_path):
    log = opened(tmp_path, b"a\n")
    path = tmp_path / "log"
    for _ in range(60):
        with path.open("ab") as file:
            file.write(b"x" * 97)
        log.poll()
        log.line(log.last())
        assert backwards(log) == forwards(log)
    with path.open("ab") as file:
        file.write(b"\nlast\n")
    log.poll()
    assert log.line(log.last()).text == "last"


def test_a_look_at_a_huge_line_reads_little(tmp_path, monkeypatch):
    monkeypatch.setattr(log_file, "BREAK", 1 << 22)
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    log = LogFile(str(path))
    log.poll()
    read = []
    real = LogFile.read
    monkeypatch.setattr(LogFile, "read", lambda self, at, n: read.append(n) or real(self, at, n))
    last = log.last()
    log.line(last)
    log.line(log.preceding(last))
    log.line(log.following(0))
    assert sum(read) < 100 << 20


@pytest.mark.parametrize("unit", [b" \r", b"\x1b[K\r", "\u200b\r".encode(), b"\x1b[31m\r", b"\x1b]\r"])
def test_a_line_rewritten_with_nothing_costs_what_its_bytes_cost(unit):
    """With a look back over the whole line for each text of it this would take hours."""
    assert clean_line(unit * 200_000).text.strip("\ufffd\u241b]") == ""
