"""Log bytes in, harmless text and colours out.

Whatever a tool prints, only printable text and SGR colours may reach the screen. Every function is pure and works on
whole lines, so that the result does not depend on how the bytes happened to arrive.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

LIMIT = 4000
"""Characters of a line that are shown; the rest is only counted."""

LONGEST = 16 << 20
"""Bytes of one line that `clean_stream` holds before it splits the line."""

_TRIES = 50
"""How many versions of a rewritten line are tried, from the last one back, to find a visible one."""

BOLD, DIM, ITALIC, UNDERLINE, REVERSE, STRIKE = 1, 2, 4, 8, 16, 32
_FLAGS = {1: BOLD, 2: DIM, 3: ITALIC, 4: UNDERLINE, 7: REVERSE, 9: STRIKE, 21: UNDERLINE}
_UNFLAGS = {22: BOLD | DIM, 23: ITALIC, 24: UNDERLINE, 27: REVERSE, 29: STRIKE}

Colour = int | tuple[int, int, int]
"""A number of the 256 colour palette, or red, green, blue."""


class TextStyle(NamedTuple):
    """Colours and attributes of a piece of text. Blink and conceal do not exist here: a log hides nothing."""

    foreground: Colour | None = None
    background: Colour | None = None
    flags: int = 0


PLAIN = TextStyle()


class CleanLine(NamedTuple):
    """One line, ready to be drawn: printable text, and (start, end, look) where it is not plain, in order."""

    text: str
    spans: tuple[tuple[int, int, TextStyle], ...] = ()


# Zero width characters are dropped, bidirectional controls and separators are spelled out, other unprintable ones
# are shown as a control picture or as the replacement character.
_DROPPED = "\xad\u180e\u200b-\u200d\u2060-\u2064\ufeff"
_SPELLED = "\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_REPLACED = "\u206a-\u206f\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f\ud800-\udfff"
_UNPRINTABLE = re.compile(f"[\x00-\x1f\x7f{_SPELLED}{_DROPPED}{_REPLACED}]")
_DROPPED_ONE = re.compile(f"[{_DROPPED}]")
_SPELLED_ONE = re.compile(f"[{_SPELLED}]")

# An unterminated control string is shown, not swallowed: otherwise it would hide what follows.
_TOKEN = re.compile(
    "\x1b\\[([0-9;:]*)m"
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b\\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"
    "|(?:\x1b[P_^X]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\\\|\x9c)"
    "|\x1b[ #%()*+./-][0-~]"
    "|\x1b[0-OQ-WYZ\\\\`-~]"
    f"|{_UNPRINTABLE.pattern}"
)
_SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
_ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)"
    rb"|[P_^X][^\x1b\n]*\x1b\\|[ #%()*+./-][0-~]|[0-OQ-WYZ`-~])"
)


def visible(character: str) -> str:
    """Return the replacement for an unprintable character: a picture, its number, or nothing if it has no width."""
    number = ord(character)
    if number < 0x20:
        return chr(0x2400 + number)
    if number == 0x7F:
        return "\u2421"
    if _SPELLED_ONE.match(character):
        return f"<U+{number:04X}>"
    return "" if _DROPPED_ONE.match(character) else "\ufffd"


def clean_text(text: str) -> str:
    """Return one line of outside text (a command, a title) with every unprintable character made visible."""
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub(lambda match: visible(match[0]), text)


def strip_escapes(raw: bytes) -> bytes:
    """Return bytes without escape sequences and with every newline in place, for searching."""
    return _ESCAPES.sub(b"", raw) if b"\x1b" in raw else raw


def apply_sgr(look: TextStyle, parameters: str) -> TextStyle:
    """Return the look after one SGR sequence with these parameters (`"1;38;5;196"`).

    Unknown parameters change nothing, nor does a sequence longer than any tool writes.
    """
    return _apply_sgr(look, parameters) if len(parameters) < 100 else look


@lru_cache(maxsize=2048)
def _apply_sgr(look: TextStyle, parameters: str) -> TextStyle:
    """Do `apply_sgr` without the length check, so that the cache stays small."""
    foreground, background, flags = look
    numbers = [[int(n[:9]) if n else 0 for n in part.split(":")] for part in parameters.split(";")]
    at = 0
    while at < len(numbers):
        part, at = numbers[at], at + 1
        code = part[0]
        if code in (38, 48):
            if len(part) == 1:
                part = [code, *(n[0] for n in numbers[at : at + 4])]
                at += {5: 2, 2: 4}.get(part[1] if len(part) > 1 else 0, 1)
            elif len(part) == 6:  # 38:2:colour space:red:green:blue
                part = [*part[:2], *part[3:]]
            colour = _extended(part)
            foreground, background = (colour, background) if code == 38 else (foreground, colour)
        elif code == 0:
            foreground, background, flags = PLAIN
        elif code == 4 and part[1:] == [0]:
            flags &= ~UNDERLINE
        elif code in _FLAGS:
            flags |= _FLAGS[code]
        elif code in _UNFLAGS:
            flags &= ~_UNFLAGS[code]
        elif 30 <= code <= 37 or 90 <= code <= 97:
            foreground = code - 30 if code < 90 else code - 82
        elif 40 <= code <= 47 or 100 <= code <= 107:
            background = code - 40 if code < 100 else code - 92
        elif code == 39:
            foreground = None
        elif code == 49:
            background = None
    return TextStyle(foreground, background, flags)


def _extended(part: list[int]) -> Colour | None:
    """Return the colour of `38 5 n` or `38 2 r g b`; None if it is not one."""
    if len(part) >= 3 and part[1] == 5 and part[2] < 256:
        return part[2]
    if len(part) >= 5 and part[1] == 2 and max(part[2:5]) < 256:
        return part[2], part[3], part[4]
    return None


def clean_line(raw: bytes, limit: int | None = LIMIT, size: int | None = None) -> CleanLine:
    """Clean one line, given without its newline. A carriage return restarts it: the last text printed stays.

    Lines of more than `limit` characters are truncated with a note, as are those of which `raw` is only the
    beginning: `size` is then the length of the whole line in bytes.
    """
    whole = len(raw) if size is None else size
    if b"\r" not in raw:
        return _cut(_clean(raw, PLAIN, limit), len(raw), whole, limit)
    pieces = raw.split(b"\r")
    line = CleanLine("")
    tries = _TRIES
    for number in range(len(pieces) - 1, -1, -1):
        if strip_escapes(pieces[number]).strip():
            line = _clean(pieces[number], _look_after(b"\r".join(pieces[:number])), limit)
            tries -= 1
            if line.text.strip() or not tries:
                break
    return _cut(line, len(raw), whole, limit)


def _look_after(raw: bytes) -> TextStyle:
    """Return the look that the SGR sequences of a line's overwritten part left behind."""
    look = PLAIN
    for match in _SGR.finditer(raw):
        look = apply_sgr(look, match[1].decode())
    return look


def _cut(line: CleanLine, given: int, size: int, limit: int | None) -> CleanLine:
    """Return the first `limit` characters, with a note of the line's size in bytes if any of it is missing."""
    if limit is None or (len(line.text) <= limit and given == size):
        return line
    spans = tuple((start, min(end, limit), look) for start, end, look in line.spans if start < limit)
    return CleanLine(f"{line.text[:limit]} … (cut: the line has {size:,} bytes)", spans)


def _clean(raw: bytes, look: TextStyle, limit: int | None) -> CleanLine:
    """Clean bytes without carriage returns; may exceed the limit by less than a token."""
    text = raw.decode("utf-8", "replace")
    if text.isprintable():
        spans = ((0, len(text), look),) if look != PLAIN and text else ()
        return CleanLine(text, spans)
    out = _Writer(look)
    at = 0
    for match in _TOKEN.finditer(text):
        out.write(text[at : match.start()])
        at = match.end()
        token = match[0]
        if match[1] is not None:
            out.restyle(apply_sgr(out.look, match[1]))
        elif token == "\t":
            out.tab()
        elif token == "\b":
            out.back()
        elif len(token) == 1:
            out.write(visible(token))
        if limit is not None and out.length > limit:
            return out.line()
    out.write(text[at:])
    return out.line()


class _Writer:
    """Collects the text and the spans of one line."""

    def __init__(self, look: TextStyle) -> None:
        self.look = look
        self.length = 0
        self._since = 0
        self._parts: list[str] = []
        self._spans: list[tuple[int, int, TextStyle]] = []

    def write(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self.length += len(text)

    def restyle(self, look: TextStyle) -> None:
        if self.look != PLAIN and self.length > self._since:
            self._spans.append((self._since, self.length, self.look))
        self.look, self._since = look, self.length

    def tab(self) -> None:
        text = "".join(self._parts)
        self._parts = [text]
        width = self.length if text.isascii() else sum(map(_width, text))
        self.write(" " * (8 - width % 8))

    def back(self) -> None:
        """Remove one character, as spinners do; the style before it is not restored."""
        if self._parts:
            self._parts[-1] = self._parts[-1][:-1]
            if not self._parts[-1]:
                self._parts.pop()
            self.length -= 1
            self._since = min(self._since, self.length)
            while self._spans and self._spans[-1][1] > self.length:
                start, _, look = self._spans.pop()
                if start < self.length:
                    self._spans.append((start, self.length, look))

    def line(self) -> CleanLine:
        self.restyle(PLAIN)
        return CleanLine("".join(self._parts), tuple(self._spans))


def _width(character: str) -> int:
    """Return the columns that a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clean_stream(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the clean lines, without newlines, of a log that comes in chunks of any size; for copies of it.

    Holds one line at a time; a line over `LONGEST` bytes comes out in pieces.
    """
    pending = bytearray()
    for chunk in chunks:
        pending += chunk
        start = 0
        while True:
            end = pending.find(b"\n", start, start + LONGEST + 1)
            if end >= 0:
                yield clean_line(bytes(pending[start:end]), None).text
                start = end + 1
            elif len(pending) - start > LONGEST:
                yield clean_line(bytes(pending[start : start + LONGEST]), None).text
                start += LONGEST
            else:
                break
        del pending[:start]
    if pending:
        yield clean_line(bytes(pending), None).text
