"""The selection in a log: a part by the mouse, or lines by the keys.

Apart from the view: a selection is two places in the file, and stays when the visible part moves.
"""

from __future__ import annotations

from hotfix_tui.ui.widgets.log_copy import Point, columns
from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_rows import LogRow

_WHOLE_LINE = 1 << 30


class LogSelection:
    """A selected part, kept by byte offsets: it may extend out of view."""

    def __init__(self) -> None:
        self._anchor: Point | None = None
        self._head: Point | None = None
        self.by_lines = False
        """Whether lines are being selected with the arrow keys."""

    def __bool__(self) -> bool:
        return self.by_lines or self.part is not None

    def clear(self) -> None:
        """Select nothing."""
        self._anchor = self._head = None
        self.by_lines = False

    @property
    def part(self) -> tuple[Point, Point] | None:
        """The selected part, in order."""
        if self._anchor is None or self._head is None:
            return None
        first, last = sorted((self._anchor, self._head))
        if self.by_lines:
            return (first[0], 0), (last[0], _WHOLE_LINE)
        return (first, last) if first != last else None

    def columns(self, row: LogRow) -> tuple[int, int] | None:
        """Return the selected characters of a row, None if there are none."""
        return columns(self.part, row.place.offset, len(row.line.text))

    def press(self, point: Point | None) -> None:
        """Start a selection where the mouse was pressed."""
        self.clear()
        self._anchor = self._head = point

    def drag(self, point: Point | None) -> bool:
        """Extend the selection to the mouse position; return whether that changed it."""
        if point is None or point == self._head:
            return False
        self._head = point
        return True

    def begin_lines(self, line: int) -> None:
        """Start selecting lines at this one."""
        self.by_lines, self._anchor = True, (line, 0)
        self.to_line(line)

    def to_line(self, line: int) -> None:
        """Select up to this line."""
        self._head = (line, 0)

    def line_after(self, log: LogFile, lines: int) -> int | None:
        """Return the line that many lines below the end of the selection, or as far as the log goes."""
        if self._head is None:
            return None
        at = self._head[0]
        for _ in range(abs(lines)):
            neighbour = log.following(at) if lines > 0 else log.preceding(at)
            if neighbour is None:
                break
            at = neighbour
        return at


def whole(line: int) -> tuple[Point, Point]:
    """Return one whole line as a selection."""
    return (line, 0), (line, _WHOLE_LINE)
