"""Screen rows made from lines of a log: wrapping, moving up and down, and drawing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from hotfix_tui.ui.widgets.log_cleaner import (
    BOLD,
    DIM,
    ITALIC,
    REVERSE,
    STRIKE,
    UNDERLINE,
    CleanLine,
    Colour,
    TextStyle,
)
from hotfix_tui.ui.widgets.log_file import LogFile


class RowPosition(NamedTuple):
    """A row of a log: the line's byte offset, and the number of the row in it (0 if lines are not wrapped)."""

    offset: int
    row: int = 0


class LogRow(NamedTuple):
    """The content of one row: the characters `first` to `last` of a line."""

    place: RowPosition
    line: CleanLine
    first: int
    last: int


TOP = RowPosition(0)


def character_at(row: LogRow, column: int) -> int:
    """Return the character of a row's line in a column, 0 being the start of the row."""
    at = row.first
    while at < row.last and column > 0:
        column -= get_character_cell_size(row.line.text[at])
        at += 1
    return at


def breaks(text: str, width: int) -> list[int]:
    """Return where the rows of a wrapped text begin; wide characters are not split, combining ones stay with theirs."""
    if text.isascii():
        return list(range(0, max(1, len(text)), width))
    starts, used = [0], 0
    for at, character in enumerate(text):
        size = get_character_cell_size(character)
        if used + size > width and at > starts[-1]:
            starts.append(at)
            used = 0
        used += size
    return starts


class Rows:
    """Iterates over the rows of a log, `width` columns wide; 0 means that lines are not wrapped."""

    def __init__(self, log: LogFile, width: int) -> None:
        self.log = log
        self.width = width

    def _starts(self, offset: int) -> list[int]:
        return breaks(self.log.line(offset).text, self.width) if self.width else [0]

    def after(self, place: RowPosition) -> RowPosition | None:
        """Return the next row, or None at the end of the log."""
        if self.width and place.row + 1 < len(self._starts(place.offset)):
            return RowPosition(place.offset, place.row + 1)
        following = self.log.following(place.offset)
        return None if following is None else RowPosition(following)

    def before(self, place: RowPosition) -> RowPosition | None:
        """Return the row above, or None at the beginning of the log."""
        if place.row:
            return RowPosition(place.offset, place.row - 1)
        preceding = self.log.preceding(place.offset)
        return None if preceding is None else RowPosition(preceding, len(self._starts(preceding)) - 1)

    def last(self) -> RowPosition | None:
        """Return the last row of the log, or None if it is empty."""
        offset = self.log.last()
        return None if offset is None else RowPosition(offset, len(self._starts(offset)) - 1)

    def move(self, place: RowPosition, rows: int) -> RowPosition:
        """Return the position that many rows below (above, if negative), or as far as the log goes."""
        for _ in range(abs(rows)):
            neighbour = self.after(place) if rows > 0 else self.before(place)
            if neighbour is None:
                break
            place = neighbour
        return place

    def end(self, height: int) -> RowPosition:
        """Return the top row that puts the log's last row at the bottom of `height` rows."""
        last = self.last()
        return TOP if last is None else self.move(last, 1 - height)

    def clamp(self, place: RowPosition) -> RowPosition:
        """Return the same position, made valid for the current wrapping."""
        return RowPosition(place.offset, min(place.row, len(self._starts(place.offset)) - 1))

    def at(self, place: RowPosition | None, height: int) -> list[LogRow]:
        """Return the rows from a position on, at most `height`."""
        rows: list[LogRow] = []
        while place is not None and len(rows) < height and place.offset < self.log.size:
            line = self.log.line(place.offset)
            starts = self._starts(place.offset)
            number = min(place.row, len(starts) - 1)
            last = starts[number + 1] if number + 1 < len(starts) else len(line.text)
            rows.append(LogRow(place, line, starts[number], last))
            place = self.after(place)
        return rows


_EITHER_END = (0, 7, 15)
"""Black, white and bright white, by their numbers in the palette."""


@lru_cache(maxsize=1024)
def style_of(look: TextStyle) -> Style:
    """Return the style of a look; the palette's first sixteen colours stay the theme's.

    Black or white on no background of its own is the text's own colour: the other ground would hide it.
    """
    flags = look.flags
    hidden = look.background is None and look.foreground in _EITHER_END
    return Style(
        color=None if hidden else _colour(look.foreground),
        bgcolor=_colour(look.background),
        bold=True if flags & BOLD else None,
        dim=True if flags & DIM else None,
        italic=True if flags & ITALIC else None,
        underline=True if flags & UNDERLINE else None,
        reverse=True if flags & REVERSE else None,
        strike=True if flags & STRIKE else None,
    )


def _colour(colour: Colour | None) -> Color | None:
    if colour is None:
        return None
    return Color.from_ansi(colour) if isinstance(colour, int) else Color.from_rgb(*colour)


def draw(
    row: LogRow, base: Style, overlays: Iterable[tuple[int, int, Style]], left: int, width: int
) -> Strip:
    """Return the strip of a row: colours of the log over the base style, overlays (start, end, style) over both.

    `left` columns are scrolled away; the strip is `width` columns wide. A line that continues beyond it ends with an
    ellipsis.
    """
    text, first, last = row.line.text, row.first, row.last
    goes_on = cell_len(text[first : min(last, first + 2 * (left + width) + 1)]) > left + width
    if text.isascii():  # one character per column: what is not visible need not be built
        first, left = min(first + left, last), 0
        last = min(last, first + width)
    layers = [
        *(
            (start, end, style_of(look))
            for start, end, look in row.line.spans
            if start < last and end > first
        ),
        *((start, end, style) for start, end, style in overlays if start < last and end > first),
    ]
    if not layers:
        segments = [Segment(text[first:last], base)]
    else:
        cuts = sorted({first, last, *(min(max(at, first), last) for layer in layers for at in layer[:2])})
        segments = []
        for start, end in pairwise(cuts):
            style = base
            for begin, finish, over in layers:
                if begin < end and finish > start:
                    style += over
            segments.append(Segment(text[start:end], style))
    if goes_on and width > 1:
        return Strip.join(
            [Strip(segments).crop_extend(left, left + width - 1, base), Strip([Segment("…", base)], 1)]
        )
    return Strip(segments).crop_extend(left, left + width, base)
