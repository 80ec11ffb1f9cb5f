"""The index and the file agree with a naive split into lines, however the bytes arrive."""

import os
import random
import threading

import pytest

from hotfix_tui.ui.widgets import log_file
from hotfix_tui.ui.widgets.log_file import BLOCK, BlockIndex, LogFile


def starts_of(data):
    """Offsets of the lines, the naive way."""
    starts = [0] + [at + 1 for at, byte in enumerate(data) if byte == 10]
    return starts[:-1] if starts[-1] == len(data) else starts


def random_log(random_source, size):
    parts, total = [], 0
    while total < size:
        length = random_source.choice([0, 1, 5, 80, 300, 5000, 70_000])
        part = random_source.randbytes(length).replace(b"\n", b"x") + b"\n"
        parts.append(part)
        total += len(part)
    return b"".join(parts) + random_source.choice([b"", b"partial"])


@pytest.mark.parametrize("seed", range(6))
def test_index_and_lines_of_random_appends(tmp_path, seed):
    random_source = random.Random(seed)
    data = random_log(random_source, 600_000)
    path = tmp_path / "log"
    path.write_bytes(b"")
    log = LogFile(str(path))
    at = 0
    while at < len(data):
        size = random_source.choice([1, 100, BLOCK - 1, BLOCK, BLOCK + 1, 200_000])
        with path.open("ab") as file:
            file.write(data[at : at + size])
        at += size
        log.poll()
        log.extend_index()
        seen = data[:at]
        starts = starts_of(seen)
        assert (log.indexed, log.lines) == (True, len(starts))
        assert log.last() == starts[-1]
    for number in random_source.sample(range(len(starts)), min(100, len(starts))):
        start = starts[number]
        after = starts[number + 1] if number + 1 < len(starts) else None
        assert log.following(start) == after
        assert log.preceding(start) == (starts[number - 1] if number else None)
        assert log.lines_before(start) == number
        inside = random_source.randrange(start, after or len(data))
        assert log.line_start(inside) == start
    log.close()


def test_a_thread_counts_what_is_long(tmp_path, monkeypatch):
    monkeypatch.setattr(log_file, "_INLINE", 1000)
    data = random_log(random.Random(1), 3_000_000)
    path = tmp_path / "log"
    path.write_bytes(data)
    log = LogFile(str(path))
    log.poll()
    log.extend_index()
    for thread in threading.enumerate():
        if thread.name == "log index":
            thread.join()
    assert (log.indexed, log.lines) == (True, len(starts_of(data)))
    assert log.lines_before(len(data)) == data.count(b"\n")
    log.close()


def test_an_index_says_when_it_does_not_know(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"a\nb\n")
    fd = os.open(path, os.O_RDONLY)
    index = BlockIndex()
    assert index.lines_before(fd, 1) is None
    index.extend(fd, 4)
    assert (index.lines_before(fd, 2), index.lines_before(fd, 4), index.lines_before(fd, 5)) == (1, 2, None)
    index.extend(fd, 1000)  # the file is shorter than it was said to be
    assert (index.size, index.newlines) == (4, 2)
    os.close(fd)


def test_a_stopped_index_stops(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"a\n" * BLOCK)
    fd = os.open(path, os.O_RDONLY)
    index = BlockIndex()
    index.stopped = True
    index.extend(fd, 2 * BLOCK)
    assert index.size == 0
    os.close(fd)


def test_a_file_that_comes_later_shrinks_and_is_replaced(tmp_path):
    path = tmp_path / "log"
    log = LogFile(str(path))
    assert log.poll() and log.problem == "no output yet"
    assert not log.poll()
    path.write_bytes(b"one\ntwo\n")
    assert log.poll() and (log.problem, log.size, log.generation) == ("", 8, 0)
    log.extend_index()
    assert (log.lines, log.line(4).text) == (2, "two")

    path.write_bytes(b"new\n")
    assert log.poll() and (log.size, log.generation) == (4, 1)
    log.extend_index()
    assert (log.lines, log.line(0).text) == (1, "new")

    other = tmp_path / "other"
    other.write_bytes(b"rotated\nfile\n")
    os.replace(other, path)
    assert log.poll() and (log.size, log.generation) == (13, 2)
    log.extend_index()
    assert (log.lines, log.line(0).text) == (2, "rotated")

    path.unlink()
    assert not log.poll()
    assert log.line(8).text == "file"  # what is open can still be read
    log.close()
    assert log.read(0, 4) == b""


def test_what_is_no_plain_file_is_refused_in_a_sentence(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, reason in [(tmp_path / "pipe", "it is not a plain file"), (tmp_path, "it is not a plain file")]:
        log = LogFile(str(path))
        log.poll()
        assert log.problem == f"cannot read {path}: {reason}"
    log = LogFile(str(tmp_path / ("x" * 300)))
    log.poll()
    assert log.problem.endswith("File name too long")


def test_a_growing_line_without_end(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"first\n")
    log = LogFile(str(path))
    with path.open("ab") as file:
        for number in range(200):
            file.write(b"x" * 997 + b"\r%d%%" % number)
            file.flush()
            log.poll()
            assert log.last() == 6
            assert log.line(6).text == f"{number}%"
        file.write(b"\nlast")
        file.flush()
    log.poll()
    assert log.last() == log.size - 4
    assert log.preceding(log.size - 4) == 6
    assert log.line(6).text == "199%"
    log.close()


def test_a_line_of_a_megabyte(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"y" * 1_000_000 + b"\nnext")
    log = LogFile(str(path))
    log.poll()
    assert log.line(0).text == "y" * 4000 + " … (cut: the line has 1,000,000 bytes)"
    assert log.following(0) == 1_000_001
    log.close()


def test_a_file_stirs_until_it_was_looked_at(tmp_path):
    path, other = tmp_path / "log", tmp_path / "other"
    other.write_bytes(b"rotated, and longer\n")
    log = LogFile(str(path))

    def has_changed():
        """Whether there is something to look at; a look settles it."""
        before = log.has_changed()
        log.poll()
        log.extend_index()
        assert not log.has_changed()
        return before

    assert has_changed()
    assert not has_changed()
    changes = [
        lambda: path.write_bytes(b"one\n"),
        lambda: path.open("ab").write(b"two"),
        lambda: path.write_bytes(b"new\n"),
        lambda: os.replace(other, path),
    ]
    for number, change in enumerate(changes):
        change()
        assert has_changed(), number
    with path.open("ab") as held:
        path.unlink()
        assert has_changed()  # that it is gone
        held.write(b"what is open may grow\n")
        held.flush()
        assert has_changed()
        assert log.last() == len(b"rotated, and longer\n")
    path.mkdir()
    assert has_changed()
    log.close()


def test_a_file_whose_index_lags_stirs(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"x\n" * (1 << 20))
    log = LogFile(str(path))
    log.poll()
    assert log.has_changed()
    log.extend_index()
    log._thread.join()
    assert not log.has_changed()
    log.close()
