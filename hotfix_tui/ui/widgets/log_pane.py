"""The drawing half of the log view: title, rows, scrollbar, following and scrolling."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hotfix_tui.ui.widgets.log_cleaner import clean_text
from hotfix_tui.ui.widgets.log_edges import new_lines_notice, thumb, title_strip
from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_pace import LogClock, clock_of
from hotfix_tui.ui.widgets.log_rows import TOP, Place, Row, Rows, draw
from hotfix_tui.ui.widgets.log_times import TimeMarks

_INDEX_AT_ONCE = 1 << 20
_NOTHING = (0, 0, 0, "")


class LogPane(Widget, can_focus=True):
    """Shows a log file and scrolls in it. It reads what it shows, and follows the end until scrolled up.

    The first row is the title; the last column is the scrollbar when the log is longer than the pane.
    """

    ALLOW_SELECT = False  # the log selects by itself: what is selected may be scrolled away

    COMPONENT_CLASSES = {
        "log--title",
        "log--hit",
        "log--selected",
        "log--time",
        "log--notice",
        "log--field",
        "log--bar",
    }

    DEFAULT_CSS = """
    LogPane {
        height: 1fr;
        min-height: 2;
        & > .log--title { background: $panel; color: $foreground; text-style: bold; }
        &:focus > .log--title { background: $primary; color: $text; text-style: bold; }
        & > .log--hit { background: $warning; color: black; text-style: bold underline; }
        & > .log--selected { text-style: reverse; }
        & > .log--time { color: $text-muted; }
        & > .log--notice { background: $accent; color: $text; text-style: bold; }
        & > .log--field { background: $boost; color: $foreground; }
        & > .log--bar { color: $primary; }
    }
    """

    follow: reactive[bool] = reactive(True, repaint=False, init=False)
    """Whether the end of the log stays in sight as it grows."""
    wrap: reactive[bool] = reactive(False, init=False)
    """Whether long lines go on in the next row."""
    times: reactive[bool] = reactive(False, init=False)
    """Whether each line has its time before it."""

    class LinesChanged(Message, namespace="log_view"):
        """The log has another number of lines; at most once a frame."""

        def __init__(self, count: int, view: LogPane) -> None:
            super().__init__()
            self.count = count
            self.view = view

        @property
        def control(self) -> LogPane:
            return self.view

    def __init__(
        self,
        path: str | None = None,
        *,
        title: str = "",
        idx_path: str | None = None,
        clock: Callable[[], float] = time.time,
        **options: Any,
    ) -> None:
        """`path` may not exist yet. `idx_path` holds lines "offset unixtime"; without it times are as seen here."""
        super().__init__(**options)
        self._clock = clock
        self._log: LogFile | None = None
        self._marks = TimeMarks()
        self._live_marks = True
        self._title, self._state, self._notice = "", "", ""
        self._top, self._left = TOP, 0
        self._left_at: int | None = None
        self._rows: list[Row] | None = None
        self._reaches_end = True
        self._shown = _NOTHING
        self._dragging_bar = False
        self._lines = 0
        self._ticker: LogClock | None = None
        self._set_source(path, title, idx_path)

    # -- what is shown

    def show(self, path: str | None, title: str, idx_path: str | None = None) -> None:
        """Show another log, from its end, following."""
        self._set_source(path, title, idx_path)
        self._left, self._left_at, self._notice = 0, None, ""
        self.follow = True
        if self.is_attached:
            self._look()
            self._redraw()

    def set_state(self, text: str) -> None:
        """Say at the right of the title how the command does, as in "running 12 s"."""
        state = clean_text(text)
        if state != self._state:
            self._state = state
            self._redraw_title()

    @property
    def path(self) -> str | None:
        """The log's file."""
        return self._log.path if self._log else None

    @property
    def line_count(self) -> int:
        """Lines counted so far; all of them once the index has caught up."""
        return self._lines

    @property
    def visible_text(self) -> list[str]:
        """The rows of the log that are in sight, without colours; for screen readers and tests."""
        return [row.line.text[row.first : row.last] for row in self._visible()]

    def _set_source(self, path: str | None, title: str, idx_path: str | None) -> None:
        if self._log is not None:
            self._log.close()
        self._log = LogFile(path) if path is not None else None
        self._title = clean_text(title)
        self._marks = TimeMarks(idx_path)
        self._live_marks = idx_path is None
        self._top, self._rows = TOP, None
        self._shown, self._lines = _NOTHING, 0

    def on_mount(self) -> None:
        self._ticker = clock_of(self.app)
        self._ticker.add(self)
        self._look()

    def on_unmount(self) -> None:
        if self._ticker is not None:
            self._ticker.remove(self)
        if self._log is not None:
            self._log.close()

    def _look(self) -> None:
        """Look at the file without waiting for the index: its end is shown first."""
        if self._log is not None:
            self._log.poll()
            if self._log.size <= _INDEX_AT_ONCE:
                self._log.extend_index()
            self._note_growth(self._log)

    def tick(self) -> bool:
        """Called with each frame: take in what is new and draw it; True if anything is to be drawn."""
        log = self._log
        if log is None:
            return False
        size, generation = log.size, log.generation
        log.poll()
        log.extend_index()
        if self._shown == _state_of(log):
            return False
        if log.generation != generation:
            self._top, self._rows, self._left_at, self._marks = TOP, None, None, TimeMarks(self._marks.path)
            self._forget_places()
            self.follow = True
        self._note_growth(log, live=True)
        if log.size == size > 0 and log.generation == generation:
            self._redraw_title()
        elif self.follow or self._reaches_end:
            self._redraw()
        else:
            self._redraw_edges()
        return True

    def _note_growth(self, log: LogFile, live: bool = False) -> None:
        before = self._shown[0]
        grown = log.size > before
        self._shown = _state_of(log)
        if live and grown and self._live_marks:
            self._marks.add(before, self._clock())
        lines = log.lines
        if lines != self._lines:
            self._lines = lines
            self.post_message(self.LinesChanged(lines, self))

    def _forget_places(self) -> None:
        """Called when offsets lose their meaning because the file was cut or replaced."""

    # -- geometry and scrolling

    @property
    def _height(self) -> int:
        return max(0, self.size.height - 1)

    @property
    def _text_width(self) -> int:
        return max(1, self.size.width - 1 - self._time_width)

    @property
    def _time_width(self) -> int:
        return 9 if self.times and self.size.width > 24 else 0

    def _walker(self, log: LogFile) -> Rows:
        return Rows(log, self._text_width if self.wrap else 0)

    def _visible(self) -> list[Row]:
        """The rows in sight, made once a frame."""
        if self._rows is None:
            self._rows, self._reaches_end = [], True
            if self._log is not None and self._log.size:
                walker = self._walker(self._log)
                if self.follow:
                    self._top = walker.end(self._height)
                self._top = walker.clamp(self._top)
                self._rows = walker.at(self._top, self._height)
                self._reaches_end = not self._rows or walker.after(self._rows[-1].place) is None
        return self._rows

    def scroll_rows(self, rows: int) -> None:
        """Move by rows, down if positive. Moving up stops following, reaching the end follows again."""
        if self._log is None or not self._log.size:
            return
        self._visible()
        walker = self._walker(self._log)
        top = walker.move(self._top, rows)
        end = walker.end(self._height)
        self._go(min(top, end), follow=rows > 0 and top >= end)

    def _go(self, top: Place, follow: bool = False) -> None:
        """Put a place at the top."""
        self._notice = ""
        self._top = top
        self.follow = follow
        self._redraw()

    def watch_follow(self, follow: bool) -> None:
        self._left_at = None if follow or self._log is None else self._log.size
        self._redraw()

    def watch_wrap(self) -> None:
        self._top, self._left = Place(self._top.offset), 0
        self._redraw()

    def watch_times(self) -> None:
        self._redraw()

    def scroll_to_fraction(self, fraction: float) -> None:
        """Show the part of the log at this fraction of its bytes, from 0 to 1."""
        if self._log is not None and self._log.size:
            end = self._walker(self._log).end(self._height)
            offset = int(max(0.0, min(1.0, fraction)) * self._log.size)
            top = Place(self._log.line_start(min(offset, self._log.size - 1)))
            self._go(min(top, end), follow=top >= end)

    # -- drawing

    def _redraw(self) -> None:
        self._rows = None
        self.refresh()

    def _say(self, text: str) -> None:
        """Say something in the last row, until the reader moves on."""
        self._notice = text
        self._redraw()

    def _redraw_title(self) -> None:
        self.refresh(Region(0, 0, self.size.width, 1))

    def _redraw_edges(self) -> None:
        """Draw what changes when the log grows out of sight: title, notice and scrollbar; saves a slow line."""
        width, height = self.size
        self.refresh(Region(0, 0, width, 1), Region(0, height - 1, width, 1), Region(width - 1, 0, 1, height))

    def _style(self, name: str) -> Style:
        """The style of a component class; those that lie over the log's own colours are partial."""
        return self.get_component_rich_style(name, partial=name in ("log--hit", "log--selected"))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self._title_strip(width)
        last = y == self.size.height - 1
        field = self._field(width) if last else None
        if field is not None:
            return field
        base = self.rich_style
        rows = self._visible()
        if y > len(rows):
            text = self._emptiness() if y == 1 and not rows else ""
            strip = Strip([Segment(text, base)]).crop_extend(0, width, base)
        else:
            strip = self._row_strip(y, rows[y - 1], base)
            if self._on_thumb(y):
                strip = Strip.join([strip, Strip([Segment("█", self._style("log--bar"))], 1)])
            strip = strip.crop_extend(0, width, base).simplify()  # few segments: few bytes on a slow line
        notice = self._bottom_notice() if last else ""
        if notice and width > 8:
            note = Strip([Segment(f" {notice} ", self._style("log--notice"))]).crop(0, width - 1)
            room = width - 1 - note.cell_length
            strip = Strip.join([strip.crop(0, room), note, strip.crop(width - 1, width)])
        return strip

    def _emptiness(self) -> str:
        if self._log is None:
            return "no output yet"
        return clean_text(self._log.problem) or "no output yet"

    def _row_strip(self, y: int, row: Row, base: Style) -> Strip:
        strip = draw(row, base, self._overlays(row), self._left, self._text_width)
        if not self._time_width:
            return strip
        at = self._marks.at(row.place.offset) if row.place.row == 0 or y == 1 else " " * 8
        return Strip.join([Strip([Segment(at + " ", self._style("log--time"))], 9), strip])

    def _overlays(self, row: Row) -> list[tuple[int, int, Style]]:
        """Styles over the text of a row: (start, end, style) in characters of the line."""
        return []

    def _field(self, width: int) -> Strip | None:
        """What takes the place of the last row."""
        return None

    def _bottom_notice(self) -> str:
        """What is said at the right of the last row."""
        if self._notice:
            return self._notice
        if self._log is None or self._left_at is None or self._log.size <= self._left_at:
            return ""
        return new_lines_notice(self._log, self._left_at)

    def _title_strip(self, width: int) -> Strip:
        more = "" if self._log is None or self._log.indexed else "+"
        count = f"{self._lines:,}{more} line{'' if self._lines == 1 and not more else 's'}"
        notes = [self._state, "wrapped" if self.wrap else "", "" if self.follow else "not following", count]
        return title_strip(self._title, [note for note in notes if note], width, self._style("log--title"))

    def _on_thumb(self, y: int) -> bool:
        """Whether the scrollbar's thumb is beside a row; it says where in the log's bytes the visible part lies."""
        rows, log = self._visible(), self._log
        if log is None or not rows or (rows[0].place == TOP and self._reaches_end):
            return False
        start, end = thumb(rows[0].place.offset, rows[-1].place.offset, log.size, self._height, self.follow)
        return start < y <= end

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    # -- mouse

    def on_resize(self) -> None:
        self._redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-3)


def _state_of(log: LogFile) -> tuple[int, int, int, str]:
    """All that a frame depends on."""
    return log.size, log.generation, log.index.size, log.problem
