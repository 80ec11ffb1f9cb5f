"""The output of plain commands: everything they print is text, never something that a terminal interprets.

Texts are cleaned where they enter. Paths, names in the environment and old records did not pass there, so everything
that a plain command prints is cleaned here again.
"""

import sys
from collections.abc import Callable
from typing import Any, TextIO

from hotfix_tui.base import text

_LONGEST_LINE = 65_536
_LONGEST_SEQUENCE = 4_200


class Cleaned:
    """A stream that cleans what is written to it, and otherwise behaves like the stream it wraps."""

    def __init__(self, stream: TextIO) -> None:
        self.covered = stream

    def write(self, said: str) -> int:
        """Write `said` without control characters; newlines and tabs stay."""
        if not said.isprintable() and said != "\n":
            self.covered.write(text.clean(said))
        else:
            self.covered.write(said)
        return len(said)

    def writelines(self, lines: Any) -> None:
        """Write each of `lines`."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self.covered, name)


def cover() -> None:
    """Have everything printed from here on cleaned."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, Cleaned):
            setattr(sys, name, Cleaned(stream))


def cleaned(value: object) -> object:
    """Return a JSON-ready value with every text in it cleaned: whoever reads it may print it."""

    def cleaned_by_kind(value: Any) -> object:
        kind = type(value)
        if kind is str:
            return text.clean(value)
        if kind is dict:
            return {text.clean(str(key)): cleaned_by_kind(item) for key, item in value.items()}
        return [cleaned_by_kind(item) for item in value] if kind is list else value

    return cleaned_by_kind(value)


class LogPrinter:
    """Prints a log as it arrives, in pieces of any size, cleaned; holds back at most one short line.

    A carriage return ends a line too. A line longer than 64 kB is printed in parts.
    """

    def __init__(self, write: Callable[[str], object] | None = None) -> None:
        out = sys.stdout
        covered = out.covered if isinstance(out, Cleaned) else out
        self._write = write or covered.write
        self._flush = covered.flush
        self._held = b""
        self._within = False

    def feed(self, piece: bytes) -> None:
        """Print the lines that end in `piece`."""
        data = self._held + piece
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
        if end:
            self._print(data[:end])
            data = data[end:]
        if len(data) > _LONGEST_LINE:
            end = _safe_cut(data)
            self._print(data[:end])
            data = data[end:]
        self._held = data
        self._flush()

    def end(self) -> None:
        """Print what is left, and end its line."""
        self._print(self._held)
        self._held = b""
        if self._within:
            self._write("\n")
            self._within = False
        self._flush()

    def _print(self, data: bytes) -> None:
        said = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        if said:
            self._write(text.clean(said))
            self._within = not said.endswith("\n")


def _safe_cut(data: bytes) -> int:
    """Return where a long line can be split without breaking an escape sequence or a character."""
    end = len(data)
    escape = max(data.rfind(b"\x1b"), data.rfind(b"\x9b"))
    if escape > 0 and end - escape < _LONGEST_SEQUENCE:
        return escape
    while end > len(data) - 4 and data[end - 1] & 0xC0 == 0x80:
        end -= 1
    return end - 1 if data[end - 1] >= 0xC0 else len(data)
