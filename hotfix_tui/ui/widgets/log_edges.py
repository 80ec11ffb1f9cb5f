"""What surrounds the text of a log: title, scrollbar, notices."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from hotfix_tui.ui.paint.rows import count, plural
from hotfix_tui.ui.widgets.log_file import LogFile


def title_strip(title: str, notes: list[str], width: int, style: Style, quiet: Style, line: Style) -> Strip:
    """Return the title on the left, the notes on the right; if both do not fit, notes are dropped, the last one
    last.
    """
    notes = list(notes)
    room = width - 7 - min(cell_len(title), width // 3)
    while len(notes) > 1 and cell_len(" · ".join(notes)) > room:
        notes.pop(-2 if len(notes) > 2 else -1)
    said = [Segment(f" {' · '.join(notes)} ", quiet)] if notes else []
    right = Strip([*said, Segment("─", line)])
    head = Strip([Segment("─ ", line), Segment(title, style), Segment(" ", quiet)])
    left_room = max(0, width - right.cell_length)
    head = head.crop(0, left_room)
    rule = Strip([Segment("─" * max(left_room - head.cell_length, 0), line)])
    return Strip.join([head, rule, right]).crop_extend(0, width, style)


def edge(thumb: bool, error: bool, bar: Style, warn: Style) -> Strip:
    """Return the last column of a row: the scrollbar's thumb, and a sign if the line looks like an error."""
    if error:
        return Strip([Segment("!", warn)], 1)
    return Strip([Segment("█", bar)], 1) if thumb else Strip([])


def thumb(first: int, last: int, size: int, height: int, at_end: bool) -> tuple[int, int]:
    """Return the first row of the scrollbar's thumb and the row after it, for the visible part of a log of `size`
    bytes.
    """
    shown = last - first
    length = max(1, min(height, height * shown // size))
    start = height - length if at_end else (height - length) * first // max(1, size - shown)
    return start, start + length


def new_lines_notice(log: LogFile, left_at: int) -> str:
    """Return how many lines were added since the log had `left_at` bytes, and the key that leads there."""
    before = log.lines_before(left_at)
    new = log.lines - before if before is not None and log.indexed else 0
    if new <= 0:
        return "↓ new output · End"
    return f"↓ {plural(new, 'new line')} · End"


def lines_counted(lines: int, all_of_them: bool) -> str:
    """Return how many lines a log has, as far as they are counted."""
    return plural(lines, "line") if all_of_them else f"{count(lines)}+ lines"


def with_note(strip: Strip, note: str, width: int, style: Style) -> Strip:
    """Return a row with a note on its right, left of the scrollbar; a row without room for one stays as it is."""
    if width <= 8:
        return strip
    said = Strip([Segment(f" {note} ", style)]).crop(0, width - 1)
    return Strip.join([strip.crop(0, width - 1 - said.cell_length), said, strip.crop(width - 1, width)])
