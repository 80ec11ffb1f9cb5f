"""The visible part of a log: where it begins, how its lines are wrapped, and whether it follows the end.

Apart from the view: which lines are visible is arithmetic, and needs no terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from hotfix_tui.ui.widgets.log_edges import thumb
from hotfix_tui.ui.widgets.log_feed import LogFeed
from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_rows import TOP, LogRow, RowPosition, Rows


class Room(NamedTuple):
    """How many rows, and how many columns of text, there is room for."""

    height: int
    width: int


class LogWindow:
    """Knows the visible rows, and moves through the log. It draws nothing: `changed` is called when rows have moved."""

    def __init__(self, feed: LogFeed, room: Callable[[], Room], changed: Callable[[], object]) -> None:
        self._feed, self._room, self._changed = feed, room, changed
        self.top, self.left = TOP, 0
        self.reaches_end = True
        """Whether the last row of the log was visible when the rows were made."""
        self.left_at: int | None = None
        """The size of the log when the reader left its end; None while its end is followed."""
        self._left_when = 0.0
        self._follow, self._wrap = True, False
        self._rows: list[LogRow] | None = None

    @property
    def follow(self) -> bool:
        """Whether the end of the log stays visible as it grows."""
        return self._follow

    @follow.setter
    def follow(self, follow: bool) -> None:
        if follow != self._follow:
            self._follow = follow
            log = self._feed.log
            self.left_at = None if follow or log is None else log.size
            self._left_when = self._feed.now()
            self.make_anew()

    def pace(self, *, alive: bool) -> str:
        """Return whether the end is followed, or since when it is not; nothing for a finished log at its end."""
        if self._follow:
            return "following" if alive else ""
        return f"stopped at {datetime.fromtimestamp(self._left_when, UTC):%H:%M}, F follows"

    @property
    def wrap(self) -> bool:
        """Whether long lines are wrapped."""
        return self._wrap

    @wrap.setter
    def wrap(self, wrap: bool) -> None:
        if wrap != self._wrap:
            self._wrap = wrap
            self.top, self.left = RowPosition(self.top.offset), 0
            self.make_anew()

    def start_over(self) -> None:
        """The log was replaced: show its end."""
        self.top, self.left, self._rows = TOP, 0, None
        self.follow = True
        self.left_at = None

    def make_anew(self) -> None:
        """Discard the visible rows: they are rebuilt when they are drawn."""
        self._rows = None
        self._changed()

    def walker(self, log: LogFile) -> Rows:
        """Return an iterator over the rows of the log in the current wrapping."""
        return Rows(log, self._room().width if self.wrap else 0)

    def rows(self) -> list[LogRow]:
        """Return the visible rows, built once per frame."""
        if self._rows is None:
            self._rows, self.reaches_end = [], True
            log, height = self._feed.log, self._room().height
            if log is not None and log.size:
                walker = self.walker(log)
                if self.follow:
                    self.top = walker.end(height)
                self.top = walker.clamp(self.top)
                self._rows = walker.at(self.top, height)
                self.reaches_end = not self._rows or walker.after(self._rows[-1].place) is None
        return self._rows

    def shows(self, line: int | None) -> bool:
        """Return whether the line that begins at this byte is visible."""
        return line is not None and any(row.place.offset == line for row in self.rows())

    def go(self, top: RowPosition, follow: bool = False) -> None:
        """Put a position at the top."""
        self.top = top
        self.follow = follow
        self.make_anew()

    def scroll(self, rows: int) -> bool:
        """Move by rows, down if positive; return whether there is anything to scroll.

        Moving up stops following, reaching the end resumes it.
        """
        log = self._feed.log
        if log is None or not log.size:
            return False
        self.rows()
        walker = self.walker(log)
        top, end = walker.move(self.top, rows), walker.end(self._room().height)
        self.go(min(top, end), follow=rows > 0 and top >= end)
        return True

    def scroll_to_fraction(self, fraction: float) -> None:
        """Show the part of the log at this fraction of its bytes, from 0 to 1."""
        log = self._feed.log
        if log is not None and log.size:
            end = self.walker(log).end(self._room().height)
            offset = int(max(0.0, min(1.0, fraction)) * log.size)
            top = RowPosition(log.line_start(min(offset, log.size - 1)))
            self.go(min(top, end), follow=top >= end)

    def scroll_sideways(self, direction: int) -> None:
        """Scroll sideways by a quarter of the pane; does nothing if lines are wrapped."""
        if self.wrap:
            return
        widest = max((len(row.line.text) for row in self.rows()), default=0)
        step = max(1, self._room().width // 4)
        self.left = max(0, min(self.left + direction * step, max(self.left, widest - step)))
        if direction < 0 or self.left < widest:
            self.make_anew()

    def bring(self, line: int) -> None:
        """Make a line visible with as little scrolling as possible."""
        rows, log = self.rows(), self._feed.log
        if log is None or not rows:
            return
        if line < rows[0].place.offset:
            self.go(RowPosition(line))
        elif line > rows[-1].place.offset:
            self.go(self.walker(log).move(RowPosition(line), 1 - self._room().height))

    def show_with_more_above(self, line: int) -> None:
        """Show a line a third from the top; a visible one stays where it is."""
        log = self._feed.log
        if log is None or self.shows(line):
            self.go(self.top)
            return
        walker, height = self.walker(log), self._room().height
        self.go(min(walker.move(RowPosition(line), -(height // 3)), walker.end(height)))

    def thumb(self) -> range:
        """Return the rows of the scrollbar's thumb: where in the log's bytes the visible part is."""
        rows, log = self.rows(), self._feed.log
        if log is None or not rows or (rows[0].place == TOP and self.reaches_end):
            return range(0)
        first, last = rows[0].place.offset, rows[-1].place.offset
        return range(*thumb(first, last, log.size, self._room().height, self.follow))
