"""The number of lines before a position in a file, for files of any size, in a few bytes per block."""

from __future__ import annotations

import os
from array import array

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
