"""What a command prints: where it comes from (a terminal or a pipe) and the log it goes to.

Standard library only: the supervisor imports this module without the rest of the package.
"""

import contextlib
import errno
import fcntl
import os
import struct
import termios
import time

_PIPE_SIZE = 1 << 20
_READ = 1 << 18
_TTY_READ = 1 << 14
_MARK_EVERY = 1.0
_SIZE = (24, 80)
"""Rows and columns reported to programs on the terminal: a log outlives the window that shows it."""


class Log:
    """The log file and its index. What cannot be stored is counted in `dropped`, and never blocks a command.

    The index holds lines "offset unixtime", about one per second: bytes from that offset on arrived at or after
    that time.
    """

    def __init__(self, path: str) -> None:
        flags = os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        self.fd = os.open(path, os.O_RDWR | flags, 0o600)
        self._index = os.open(path + ".idx", os.O_WRONLY | flags, 0o600)
        self.dropped = 0
        self._next_mark = 0.0

    def size(self) -> int:
        """Bytes in the log."""
        return os.fstat(self.fd).st_size

    def write(self, data: bytes) -> None:
        """Append bytes; those that the disk does not accept are counted."""
        now = time.monotonic()
        if now >= self._next_mark:
            self._mark(self.size(), time.time())
            self._next_mark = now + _MARK_EVERY
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self.fd, view) :]
            except OSError:
                self.dropped += len(view)
                return

    def note(self, text: str) -> None:
        """Append a line from the supervisor, at the start of a line."""
        size = self.size()
        at_start = size == 0 or os.pread(self.fd, 1, size - 1) == b"\n"
        self.write((b"" if at_start else b"\n") + os.fsencode(text) + b"\n")

    def sync(self) -> None:
        """Make the log durable, as far as the disk allows: the record of the run is already written."""
        with contextlib.suppress(OSError):
            os.fsync(self.fd)

    def _mark(self, offset: int, when: float) -> None:
        try:
            os.write(self._index, b"%d %.3f\n" % (offset, when))
        except OSError:
            # A missing time mark is fine; the bytes themselves matter.
            self._next_mark = time.monotonic() + _MARK_EVERY


class Source:
    """The supervisor's end of a command's output: a pipe, or a terminal that controls no session."""

    def __init__(self, tty: bool) -> None:
        # A terminal returns 4 kB at a time, whatever size is asked for; allocating more costs more than
        # reading.
        self._at_once = _TTY_READ if tty else _READ
        self.fd, self.other = os.openpty() if tty else os.pipe()
        os.set_blocking(self.fd, False)
        if tty:
            attributes = termios.tcgetattr(self.other)
            # The log must hold "\n" as written; without output processing a flood is faster too.
            attributes[1] &= ~(termios.ONLCR | termios.OPOST)
            termios.tcsetattr(self.other, termios.TCSANOW, attributes)
            fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
        elif hasattr(fcntl, "F_SETPIPE_SZ"):
            try:
                fcntl.fcntl(self.fd, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
            except OSError:
                # Beyond this user's quota of pipe memory: the usual size works, only slower.
                pass

    def handed_over(self) -> None:
        """Close the command's end here, so that end of output becomes visible."""
        os.close(self.other)

    def pump(self, log: Log) -> bool:
        """Copy available output to the log, up to about 256 kB; False at the end of all output."""
        chunks: list[bytes] = []
        size, more = 0, True
        while size < _READ:
            try:
                data = os.read(self.fd, self._at_once)
            except BlockingIOError:
                break
            except OSError as error:
                # Linux returns EIO when nobody has the terminal open any more, macOS an empty read.
                if error.errno != errno.EIO:
                    raise
                data = b""
            if not data:
                more = False
                break
            chunks.append(data)
            size += len(data)
        if chunks:
            log.write(b"".join(chunks))
        return more

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self.fd)
