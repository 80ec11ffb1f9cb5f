"""A growing log on disk, read a few lines at a time; never held in memory."""

from __future__ import annotations

import errno
import os
import stat
import threading
from array import array

from hotfix_tui.ui.widgets.log_cleaner import CleanLine, clean_line

LONG = 1 << 16
"""Bytes of one line that are read to show it."""

BREAK = 1 << 22
"""Bytes after which an unterminated line is split: it continues as another line at each multiple of this.

A short line never is: one is split only if the whole preceding block held no newline either.
"""

_INLINE = 1 << 20
_CACHED_LINES = 512


class LogFile:
    """Lines of a file by byte offset. A line is identified by the offset of its first byte.

    The file may not exist yet, grow, shrink or be replaced; `poll` notices. Nothing here raises: `problem` says in a
    sentence why there is nothing to read.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self.generation = 0
        """Incremented when the file is replaced or truncated: earlier offsets are then meaningless."""
        self.problem = ""
        self.index = BlockIndex()
        self._fd = -1
        self._identity = (0, 0)
        self._seen: tuple[int, ...] = ()
        self._thread: threading.Thread | None = None
        self._cache: dict[int, tuple[int, CleanLine]] = {}
        self._open_line = (0, 0)

    def poll(self) -> bool:
        """Check the file; True if anything has changed since the last check."""
        before = (self.size, self.generation, self.problem, self.index.size)
        self._seen = seen = self._sight()
        size = seen[-1]
        if len(seen) == 2:
            if seen[0] != errno.ENOENT:
                self.problem = f"cannot read {self.path}: {os.strerror(seen[0])}"
            elif self._fd < 0:
                self.problem = "no output yet"
        elif self._fd < 0 or seen[:2] != self._identity:
            self._open()
            size = os.fstat(self._fd).st_size if self._fd >= 0 else 0
        if self._fd >= 0:
            if size < self.size:
                self._forget()
            self.size = size
        return before != (self.size, self.generation, self.problem, self.index.size)

    def has_changed(self) -> bool:
        """Return whether the next `poll` may find a change; costs one stat of the file and changes nothing."""
        return self.index.size < self.size or self._sight() != self._seen

    def _sight(self) -> tuple[int, ...]:
        """Return device, inode, mode and size of what is at the path; else the errno and the size of what is open."""
        try:
            status = os.stat(self.path)
        except OSError as error:
            return error.errno or 0, os.fstat(self._fd).st_size if self._fd >= 0 else 0
        return status.st_dev, status.st_ino, status.st_mode, status.st_size

    def _open(self) -> None:
        """Open the file that is at the path now; a regular file only, since anything else may block or never end."""
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            self.problem = f"cannot read {self.path}: {error.strerror}"
            return
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            os.close(fd)
            self.problem = f"cannot read {self.path}: it is not a plain file"
            return
        if self._fd >= 0:
            self._forget()
            os.close(self._fd)
        self._fd, self._identity, self.problem = fd, (status.st_dev, status.st_ino), ""

    def _forget(self) -> None:
        """Start over: what was known was about other content."""
        self.generation += 1
        self.size = 0
        self._stop_indexing()
        self.index = BlockIndex()
        self._cache.clear()
        self._open_line = (0, 0)

    def _stop_indexing(self) -> None:
        """End the indexing thread, which must not outlive the file descriptor it reads."""
        self.index.stopped = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def extend_index(self) -> None:
        """Index what is new: at once if it is little, otherwise in a thread that ends when it has caught up."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = None
        missing = self.size - self.index.size
        if self._fd < 0 or missing <= 0:
            return
        if missing <= _INLINE:
            self.index.extend(self._fd, self.size)
            return
        target = (self._fd, self.size)
        self._thread = threading.Thread(target=self.index.extend, args=target, name="log index", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the file; the object is unusable afterwards."""
        self._stop_indexing()
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the file; fewer at its end."""
        if self._fd < 0 or length <= 0:
            return b""
        return os.pread(self._fd, length, start)

    @property
    def indexed(self) -> bool:
        """Whether every known byte is in the index."""
        return self.index.size >= self.size

    @property
    def lines(self) -> int:
        """The number of lines in the indexed part; text after the last newline is a line too."""
        size = self.index.size
        return self.index.newlines + (1 if size and self.read(size - 1, 1) != b"\n" else 0)

    def lines_before(self, offset: int) -> int | None:
        """Return the number of the line at an offset, counted from 0; None if that is not indexed yet."""
        return self.index.lines_before(self._fd, offset) if self._fd >= 0 else None

    def line_start(self, offset: int) -> int:
        """Return the line that the byte at `offset` belongs to (a newline belongs to the line that it ends)."""
        block = offset // BREAK * BREAK
        floor = max(0, block - BREAK - 1)
        known, scanned = self._open_line
        end, step = offset, 4096
        while end > floor:
            if known < end <= scanned:
                end = known  # no newline was found before that
                continue
            begin = max(floor, end - step)
            piece = self.read(begin, end - begin)
            place = piece.rfind(b"\n")
            if place >= 0:
                return begin + place + 1
            end, step = begin, min(step * 4, 1 << 18)
        if block <= BREAK:
            return 0
        if offset == block and self.read(block, 1) == b"\n":
            return self.line_start(block - 1)
        return block

    def line_end(self, start: int) -> int:
        """Return the offset of the newline that ends the line, of the split of a very long one, or the end."""
        known, scanned = self._open_line
        at, step = (scanned if known == start else start), 4096
        real = start == 0 or self.read(start - 1, 1) == b"\n"
        limit = (start // BREAK + (2 if real else 1)) * BREAK
        if at >= limit <= self.size:
            return limit
        stop = min(self.size, limit)
        while at < stop:
            piece = self.read(at, min(step, stop - at))
            place = piece.find(b"\n")
            if place >= 0:
                return at + place
            if not piece:
                break
            at, step = at + len(piece), min(step * 4, 1 << 18)
        if stop == limit:
            return limit
        self._open_line = (start, min(at, self.size))
        return self.size

    def last(self) -> int | None:
        """Return the last line, or None in an empty file."""
        return self.line_start(self.size - 1) if self.size else None

    def following(self, start: int) -> int | None:
        """Return the line after this one, or None at the end."""
        cached = self._cache.get(start)
        end = cached[0] if cached else self.line_end(start)
        after = end + 1 if self.read(end, 1) == b"\n" else end
        return after if start < after < self.size else None

    def preceding(self, start: int) -> int | None:
        """Return the previous line, or None at the beginning."""
        return self.line_start(start - 1) if start > 0 else None

    def line(self, start: int) -> CleanLine:
        """Return the clean text of a line. Of a very long one its beginning, or its end if that was rewritten."""
        cached = self._cache.get(start)
        if cached is not None:
            return cached[1]
        end = self.line_end(start)
        line = (
            clean_line(self.read(start, end - start)) if end - start <= LONG else self._long_line(start, end)
        )
        if end < self.size:
            if len(self._cache) >= _CACHED_LINES:
                self._cache.clear()
            self._cache[start] = (end, line)
        return line

    def _long_line(self, start: int, end: int) -> CleanLine:
        """Return the beginning of a very long line, or the last text of one that was rewritten again and again."""
        tail = self.read(end - LONG, LONG).rstrip(b"\r")
        if b"\r" in tail:
            return clean_line(tail[tail.index(b"\r") + 1 :])
        return clean_line(self.read(start, LONG), size=end - start)


BLOCK = 1 << 16
"""Block size in bytes: one number is kept for each block."""

_AT_ONCE = 4


class BlockIndex:
    """Newlines before each block of a file that only grows.

    One thread at a time calls `extend`; others may read meanwhile and see a slightly older state.
    """

    def __init__(self) -> None:
        self._before = array("Q", [0])
        self._state = (0, 0)
        self.stopped = False
        """When set, `extend` returns soon."""

    @property
    def size(self) -> int:
        """The number of indexed bytes."""
        return self._state[0]

    @property
    def newlines(self) -> int:
        """The number of newlines in the indexed bytes."""
        return self._state[1]

    def extend(self, fd: int, size: int) -> None:
        """Count the newlines up to `size` bytes. Large reads release the interpreter lock; stops at the end of file."""
        at, newlines = self._state
        buffers = [bytearray(BLOCK) for _ in range(min(_AT_ONCE, 1 + (size - at) // BLOCK))]
        while at < size and not self.stopped:
            into = at % BLOCK
            if into or size - at < BLOCK:
                piece = os.pread(fd, min(BLOCK - into, size - at), at)
                at, newlines = at + len(piece), newlines + piece.count(b"\n")
                got = len(piece)
                if at % BLOCK == 0 and got:
                    self._before.append(newlines)
            else:
                whole = buffers[: (size - at) // BLOCK]
                got = os.preadv(fd, whole, at)
                for number in range(got // BLOCK):
                    newlines += whole[number].count(b"\n")
                    self._before.append(newlines)
                rest = got % BLOCK
                if rest:
                    newlines += whole[got // BLOCK].count(b"\n", 0, rest)
                at += got
            self._state = (at, newlines)
            if not got:
                return

    def lines_before(self, fd: int, offset: int) -> int | None:
        """Return the newlines before a byte offset, or None if the index has not got there yet."""
        if offset > self.size:
            return None
        number = offset // BLOCK
        start = number * BLOCK
        return self._before[number] + os.pread(fd, offset - start, start).count(b"\n")
