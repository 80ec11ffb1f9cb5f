"""One curve of the watch: columns of eighths, one per cell, with gaps where there are no samples.

A column is the mean of its samples. Missing samples are shown as ``·`` on the axis and never as a column of height 0;
right of the newest sample there is nothing, since the future is unknown.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import floor, isfinite, log10
from statistics import fmean, median
from typing import NamedTuple, TypeAlias

from textual.content import Content

from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, cut, text

Series = Sequence[tuple[float, float | None]]
"""Samples in time order, in seconds since 1970; None if one gave no value."""

LEAST_ROWS = 2
"""With fewer rows there is no curve to see."""

MISSING = "missing"
"""A column that should have samples, but has none."""

Column: TypeAlias = float | str | None
"""The mean of a column, `MISSING`, or nothing if nothing can be known yet."""


class Mark(NamedTuple):
    """A moment on the axis: its full name, and a short one for when space is short."""

    when: float
    name: str
    short: str


class PlotStyle(NamedTuple):
    """The colours left and right of the change, and when that was; `before` if nothing changed."""

    before: str
    after: str
    change: float


class Axis(NamedTuple):
    """The time span of a column."""

    start: float
    step: float
    columns: int

    def column(self, when: float) -> int:
        """Return the column of a moment; it may be outside."""
        return int((when - self.start) // self.step)


def axis(series: Sequence[Series], end: float, columns: int, start: float | None = None) -> Axis | None:
    """Return one time axis for all curves, None without a sample.

    A column never covers less time than lies between two samples: otherwise there would be false gaps.
    """
    times = [points[0] for points in series if points]
    begins = [point[0] for point in times if start is None or point[0] >= start] or [
        point[0] for point in times
    ]
    if not begins or columns < 1:
        return None
    first = min(begins)
    pace = max((_pace(points) for points in series), default=1.0)
    return Axis(first, max((max(end, first) - first) / max(columns - 0.001, 1), pace, 0.001), columns)


def _pace(series: Series) -> float:
    apart = [later[0] - point[0] for point, later in pairwise(series) if later[0] > point[0]]
    return median(apart) if apart else 1.0


def columns(series: Series, over: Axis, until: float, change: float | None = None) -> list[Column]:
    """Return the mean of each column; `MISSING` if there should be one, None after `until` and before the start.

    The column of the `change` begins with it: a mean of what was before and after would show what never was.

    A sample also covers the columns after it if the next one came as soon as those around it do: the time before the
    watch often has a coarser resolution. One that comes much later than its neighbours leaves a gap.
    """
    bins: dict[int, list[float]] = {}
    asked: set[int] = set()
    turn = over.column(change) if change is not None else -1

    def column(when: float) -> int:
        place = over.column(when)
        return place - 1 if change is not None and place == turn > 0 and when < change else place

    for when, value in series:
        place = column(when)
        asked.add(place)
        if value is not None and isfinite(value):
            bins.setdefault(place, []).append(value)
    for at, ((time, value), (later, _)) in enumerate(pairwise(series)):
        if value is None or not isfinite(value):
            continue
        late = 1.8 * max(_pace(series[max(at - 2, 0) : at + 4]), over.step)
        if later - time <= late:
            end = min(column(later), over.columns)
            if change is not None and time < change <= later:
                end = min(end, turn)
            for place in range(column(time) + 1, end):
                bins.setdefault(place, []).append(value)
    first = min(asked, default=over.columns)
    last = max(over.column(until - over.step), max(asked, default=-1))
    return [
        fmean(bins[place]) if place in bins else MISSING if first <= place <= last else None
        for place in range(over.columns)
    ]


def top(most: float) -> float:
    """Return the upper end of a scale for values up to `most`: the next of 1, 2 and 5 times a power of ten."""
    if not isfinite(most) or most <= 0:
        return 1.0
    power: float = 10.0 ** floor(log10(most))
    return next((step * power for step in (1, 2, 5, 10) if most <= step * power * 1.000001), 10 * power)


def number(value: float) -> str:
    """Return a value for an axis or a table: three significant digits, thin-space groups in large ones."""
    if not isfinite(value):
        return "no data"
    size = abs(value)
    if size >= 1e15:
        return f"{value:.3g}"
    if size >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    digits = 0 if value == int(value) else 2 if size < 1 else 1 if size < 100 else 0
    if 0 < size < 0.01:
        return f"{value:.2g}"
    short = f"{value:.{digits}f}"
    return short.rstrip("0").rstrip(".") if "." in short else short


def curve(
    series: Series,
    over: Axis,
    until: float,
    rows: int,
    label: int,
    look: PlotStyle,
    marks: Sequence[Mark] = (),
) -> list[Content]:
    """Return `rows` rows of columns, the axis, and the names of the marks; `label` cells are left of it."""
    values = columns(series, over, until, look.change)
    most = top(max((value for value in values if isinstance(value, float)), default=0.0))
    heights = [_eighths(value, most, rows) for value in values]
    styles = [
        look.before if over.start + (place + 0.5) * over.step < look.change else look.after
        for place in range(over.columns)
    ]
    at = {over.column(mark.when): mark for mark in marks if 0 <= over.column(mark.when) < over.columns}
    out = [
        _row(heights, styles, level, _name(most, rows, level, label), set(at))
        for level in range(rows - 1, -1, -1)
    ]
    return [*out, _axis(values, set(at), label), _names(at, over.columns, label)]


def _name(most: float, rows: int, level: int, label: int) -> tuple[str, str]:
    """Return the label left of a row, and the axis sign there: the top of the scale, and its middle."""
    if level == rows - 1:
        return f"{number(most)[:label]:>{label}}", "┤"
    if rows >= 6 and level == (rows - 1) // 2:
        return f"{number(most / 2)[:label]:>{label}}", "┤"
    return " " * label, glyphs.BAR


def _row(
    heights: Sequence[int], styles: Sequence[str], level: int, name: tuple[str, str], marked: set[int]
) -> Content:
    pieces: list[Text] = [(name[0], "$muted"), (name[1], "$line")]
    below = level * 8
    for place, height in enumerate(heights):
        if height > below:
            pieces.append((glyphs.COLUMNS[min(height - below, 8) - 1], styles[place]))
        else:
            pieces.append((glyphs.LOOSE, "$line") if place in marked else " ")
    return Content.assemble(*_joined(pieces))


def _eighths(value: Column, most: float, rows: int) -> int:
    """Return the height of a column in eighths of a row. A value above 0 shows at least one."""
    if not isinstance(value, float) or value <= 0:
        return 0
    return max(round(min(value / most, 1.0) * rows * 8), 1)


def _axis(values: Sequence[Column], marked: set[int], label: int) -> Content:
    pieces: list[Text] = [(f"{'0':>{label}}", "$muted"), (glyphs.TREE_END, "$line")]
    for place, value in enumerate(values):
        if place in marked:
            pieces.append(("┴", "$muted"))
        elif value == MISSING:
            pieces.append((glyphs.DOT, "$warn"))
        else:
            pieces.append((glyphs.RULE, "$line"))
    return Content.assemble(*_joined(pieces))


def _names(at: dict[int, Mark], columns: int, label: int) -> Content:
    """Return the names under their marks, in full if there is room; the later one takes precedence."""
    row = [" "] * columns
    for place in sorted(at, reverse=True):
        for name in (at[place].name, at[place].short):
            length = text(name).cell_length
            begin = min(max(place - length // 2, 0), columns - length)
            around = row[max(begin - 1, 0) : begin + length + 1]
            if length and begin >= 0 and all(char == " " for char in around):
                row[begin : begin + length] = list(name)
                break
    return cut((" " * (label + 1) + "".join(row), "$muted"), label + 1 + columns)


def _joined(pieces: Sequence[Text]) -> list[Text]:
    """Return the pieces with adjacent ones of the same style merged."""
    out: list[Text] = []
    for piece in pieces:
        if isinstance(piece, tuple) and out and isinstance(out[-1], tuple) and out[-1][1] == piece[1]:
            out[-1] = (out[-1][0] + piece[0], piece[1])
        elif isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        else:
            out.append(piece)
    return out
