"""Without colours in a terminal that has few: its own two, with bands in reverse video.

Textual decides at the start, before a theme is chosen, that NO_COLOR leaves greys. A terminal of sixteen colours has
none: all of them would become black on black.

Apart from the app: it knows only styles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter, Monochrome

_DEFAULT = RichColor.default()
_PLAIN = Style.from_color(_DEFAULT, _DEFAULT)
_BAND = _PLAIN + Style(reverse=True)


@lru_cache(1024)
def _without(style: Style) -> Style:
    """Return `style` without its colours; what had a ground of its own is reversed."""
    ground = style.bgcolor
    return style + (_PLAIN if ground is None or ground.is_default else _BAND)


class NoColour(LineFilter):
    """Takes the colours out of every line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return `segments` in the terminal's own two colours."""
        return [
            segment
            if segment.style is None
            else Segment(segment.text, _without(segment.style), segment.control)
            for segment in segments
        ]


_NO_COLOUR = NoColour()


def fitting(filters: Iterable[LineFilter], ansi: bool) -> Iterator[LineFilter]:
    """Yield `filters`; where the terminal's own colours are in use, greys give way to no colour at all."""
    return (_NO_COLOUR if ansi and isinstance(one, Monochrome) else one for one in filters)
