"""When the lines of a log were written.

Apart from the feed of lines: it reads another file.
"""

from __future__ import annotations

import os
import time
from array import array
from bisect import bisect_right


class TimeMarks:
    """Pairs (bytes in the log, Unix time), about one per second: from a file next to the log, or as observed live."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self._offsets = array("Q")
        self._times = array("d")
        self._read = 0

    def add(self, offset: int, at: float) -> None:
        """Record that the byte at `offset` arrived at this time; at most one mark per second is kept."""
        if not self._times or (at - self._times[-1] >= 1 and offset >= self._offsets[-1]):
            self._offsets.append(offset)
            self._times.append(at)

    def refresh(self) -> None:
        """Read what was added to the file. Lines that are not two numbers are skipped."""
        if self.path is None:
            return
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return
        try:
            size = os.fstat(fd).st_size
            if size < self._read:
                self._offsets, self._times, self._read = array("Q"), array("d"), 0
            new = os.pread(fd, size - self._read, self._read) if size > self._read else b""
        finally:
            os.close(fd)
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            try:
                offset, at = line.split()
                self.add(int(offset), float(at))
            except (ValueError, OverflowError):
                continue

    def at(self, offset: int) -> str:
        """Return the local time of day of the line at an offset, `HH:MM:SS`; blanks if unknown."""
        number = bisect_right(self._offsets, offset) - 1
        if number < 0:
            return " " * 8
        try:
            return time.strftime("%H:%M:%S", time.localtime(self._times[number]))
        except (ValueError, OverflowError, OSError):
            return " " * 8
