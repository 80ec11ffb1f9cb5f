"""Standard streams that cannot stop an action: if closed, full or of a narrow encoding, they lose text and nothing
else.
"""

import codecs
import io
import os
import sys

_ASCII = dict(
    zip("…·→←↑↓—–•“”’✓✗", ["...", "-", "->", "<-", "^", "v", "-", "-", "*", '"', '"', "'", "x", "!"])
)


def prepare() -> None:
    """Make the streams of this process safe to print to. Replacements by tests or callers are left alone."""
    _open_what_is_closed()
    codecs.register_error("plainly", _plainly)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _wrapped(os.open(os.devnull, os.O_WRONLY), "utf-8"))
        elif stream is getattr(sys, f"__{name}__") and isinstance(stream, io.TextIOWrapper):
            stream.flush()
            setattr(sys, name, _wrapped(stream.fileno(), stream.encoding, stream.line_buffering))


def problem() -> OSError | None:
    """Return why standard output did not accept everything; None if it did, or if its reader just went away."""
    lost = getattr(sys.stdout, "lost", None)
    return lost if isinstance(lost, OSError) and not isinstance(lost, BrokenPipeError) else None


def holds(text: str) -> bool:
    """Return whether standard output can encode `text`."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Output(io.TextIOWrapper):
    """A text stream whose first failure is stored in `lost`; from then on all output is dropped."""

    lost: OSError | None = None

    def write(self, text: str, /) -> int:
        """Write, or drop."""
        try:
            return super().write(text)
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        """Flush, or drop."""
        try:
            super().flush()
        except OSError as error:
            self._give_up(error)
        except ValueError:
            return  # closed at the end of the process

    def _give_up(self, error: OSError) -> None:
        self.lost = self.lost or error
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self.fileno())
            os.close(null)
            super().flush()
        except (OSError, ValueError):
            return


def _wrapped(fd: int, encoding: str, line_buffering: bool = False) -> "Output":
    raw = io.FileIO(fd, "wb", closefd=False)
    errors = "plainly"
    return Output(io.BufferedWriter(raw), encoding, errors, line_buffering=line_buffering)


def _open_what_is_closed() -> None:
    """Open 0, 1 and 2 on /dev/null if they are closed: the next opened file would take their place."""
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            null = os.open(os.devnull, os.O_RDWR)
            if null != fd:
                os.dup2(null, fd)
                os.close(null)


def _plainly(error: UnicodeError) -> "tuple[str | bytes, int]":
    """Replace what an encoding cannot represent by similar letters, or by an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    out = []
    for letter in error.object[error.start : error.end]:
        code = ord(letter)
        escape = (
            f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
        )
        out.append(_ASCII.get(letter, escape))
    return "".join(out), error.end
