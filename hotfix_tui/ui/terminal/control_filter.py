"""The last line of defence: no control character reaches the terminal inside a drawn line.

Text from outside is cleaned where it enters. This filter covers the places where that was forgotten, for every
widget.

Apart from the app: it holds for every widget, because it knows none.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from hotfix_tui.ui.paint.glyphs import TABLE

_LIBRARY = {
    **dict.fromkeys("▏▍▌▋▊▉▐▕", "|"),
    **dict.fromkeys("▔▀", "-"),
    **dict.fromkeys("┌┐└┘", "+"),
    "•": "*",
}
"""Characters of the library's borders, scroll bars and notices."""

_ASCII = {**str.maketrans(_LIBRARY), **TABLE}

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _picture(match: re.Match[str]) -> str:
    """Return a visible character for a C0 control or DEL, the replacement character for the rest."""
    number = ord(match[0])
    if number < 0x20:
        return chr(0x2400 + number)
    return "\u2421" if number == 0x7F else "\ufffd"


class ControlFilter(LineFilter):
    """Makes C0, C1 and bidirectional controls visible in every line; for `App.get_line_filters`.

    A piece of text keeps its width, so that its neighbours stay in place.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        cleaned = segments
        for at, (text, style, control) in enumerate(segments):
            if text.isprintable() or not _CONTROLS.search(text):
                continue
            if cleaned is segments:
                cleaned = list(segments)
            cleaned[at] = Segment(
                set_cell_size(_CONTROLS.sub(_picture, text), cell_len(text)), style, control
            )
        return cleaned


class PlainFilter(LineFilter):
    """Draws every sign, border and scroll bar in ASCII, for a terminal whose font has nothing else."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(_ASCII), segment.style, segment.control)
            for segment in segments
        ]


GUARD, PLAIN = ControlFilter(), PlainFilter()
"""The single instance of each: lines are cached by filter."""
