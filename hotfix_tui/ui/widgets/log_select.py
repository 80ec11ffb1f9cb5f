"""Selecting and copying in a log, with the mouse and with the keys."""

from __future__ import annotations

from rich.cells import get_character_cell_size
from rich.style import Style
from textual import events

from hotfix_tui.ui.widgets.log_copy import Point, columns, selected_text
from hotfix_tui.ui.widgets.log_pane import LogPane
from hotfix_tui.ui.widgets.log_rows import Place, Row

_WHOLE_LINE = 1 << 30


class SelectableLog(LogPane):
    """A log pane in which a line can be marked (a click) and a part selected (a drag, or lines with the keys).

    A selection is kept by byte offsets, so it may reach out of sight. The app's `copy_to_clipboard` takes the copies.
    """

    _mark: int | None = None
    _anchor: Point | None = None
    _head: Point | None = None
    _by_lines = False
    _pressed = False

    def _start_over(self) -> None:
        super()._start_over()
        self._mark = None
        self._unselect()

    def _unselect(self) -> None:
        self._anchor = self._head = None
        self._by_lines = False

    @property
    def _selection(self) -> tuple[Point, Point] | None:
        """The selected part, in order."""
        if self._anchor is None or self._head is None:
            return None
        first, last = sorted((self._anchor, self._head))
        if self._by_lines:
            return (first[0], 0), (last[0], _WHOLE_LINE)
        return (first, last) if first != last else None

    def _overlays(self, row: Row) -> list[tuple[int, int, Style]]:
        span = columns(self._selection, row.place.offset, len(row.line.text))
        return [(*span, self._style("log--selected"))] if span else []

    def _current_line(self) -> int | None:
        """The marked line if it is in sight, else the last one in sight."""
        rows = self._visible()
        if any(row.place.offset == self._mark for row in rows):
            return self._mark
        return rows[-1].place.offset if rows else None

    # -- keys

    def action_select(self) -> None:
        """Begin to select lines with the arrow keys, at the current line; again to stop."""
        line = self._current_line()
        if self._by_lines or line is None:
            self._unselect()
            self._say("")
            return
        self.follow = False
        self._by_lines, self._anchor = True, (line, 0)
        self._head_to(line)
        self._say("↑ ↓ select lines · c copies · Esc ends")

    def _move_head(self, lines: int) -> None:
        """Move the end of the selection by lines."""
        if self._log is None or self._head is None:
            return
        at = self._head[0]
        for _ in range(abs(lines)):
            found = self._log.following(at) if lines > 0 else self._log.preceding(at)
            if found is None:
                break
            at = found
        self._head_to(at)

    def _head_to(self, line: int) -> None:
        """Put the end of the selection on a line and bring that into sight."""
        self._head = (line, 0)
        rows = self._visible()
        if self._log is not None and rows:
            if line < rows[0].place.offset:
                self._go(Place(line))
            elif line > rows[-1].place.offset:
                self._go(self._walker(self._log).move(Place(line), 1 - self._height))
        self._redraw()

    def action_copy(self) -> None:
        """Copy the selection, or the current line."""
        selection, line = self._selection, self._current_line()
        if selection is None and line is not None:
            selection = ((line, 0), (line, _WHOLE_LINE))
        if selection is not None and self._log is not None:
            self._unselect()
            self._hand_over(selected_text(self._log, selection))

    def _hand_over(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        self._say(f"copied {lines:,} lines" if lines > 1 else "copied 1 line")

    # -- mouse

    def _point_at(self, event: events.MouseEvent) -> Point | None:
        """The place in the text under the mouse."""
        rows = self._visible()
        number = event.y - 1
        if not 0 <= number < len(rows):
            return None
        row = rows[number]
        wanted, at = event.x - self._time_width + self._left, row.first
        while at < row.last and wanted > 0:
            wanted -= get_character_cell_size(row.line.text[at])
            at += 1
        return row.place.offset, at

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        self.focus()
        self.capture_mouse()
        if event.x == self.size.width - 1 and event.y > 0:
            self._dragging_bar = True
            self._drag_bar(event.y)
            return
        self._unselect()
        point = self._point_at(event)
        self._pressed = point is not None
        self._anchor = self._head = point
        self._mark = point[0] if point else self._mark
        self._redraw()

    def _drag_bar(self, y: int) -> None:
        self.scroll_to_fraction((y - 1) / max(1, self._height - 1))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging_bar:
            self._drag_bar(event.y)
            return
        if not self._pressed:
            return
        if event.y < 1:
            self.scroll_rows(-1)
        elif event.y > self._height:
            self.scroll_rows(1)
        point = self._point_at(event)
        if point is not None and point != self._head:
            self._head = point
            self.follow = False
            self._redraw()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self.release_mouse()
        self._dragging_bar = self._pressed = False
