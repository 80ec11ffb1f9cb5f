"""The drawing half of the log view: title, rows, scrollbar, following and scrolling."""

from __future__ import annotations

from typing import Any, Self

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip

from hotfix_tui.ui.widgets.log_cleaner import clean_text
from hotfix_tui.ui.widgets.log_edges import new_lines_notice, thumb, title_strip
from hotfix_tui.ui.widgets.log_feed import LogFeed
from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_rows import TOP, Place, Row, Rows, draw


class LogPane(LogFeed, can_focus=True):
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
        background: $bg;
        color: $fg;
        & > .log--title { background: $bg; color: $muted; text-style: bold; }
        &:focus > .log--title { background: $bg; color: $key; text-style: bold; }
        & > .log--hit { background: $out-bg; color: $out-fg; text-style: bold underline; }
        & > .log--selected { text-style: reverse; }
        & > .log--time { color: $muted; }
        & > .log--notice { background: $act-bg; color: $act-fg; text-style: bold; }
        & > .log--field { background: $idle-bg; color: $idle-fg; }
        & > .log--bar { color: $key; }
    }
    """

    follow: reactive[bool] = reactive(True, repaint=False, init=False)
    """Whether the end of the log stays in sight as it grows."""
    wrap: reactive[bool] = reactive(False, init=False)
    """Whether long lines go on in the next row."""
    times: reactive[bool] = reactive(False, init=False)
    """Whether each line has its time before it."""

    def __init__(self, path: str | None = None, **options: Any) -> None:
        self._notice = ""
        self._top, self._left = TOP, 0
        self._left_at: int | None = None
        self._rows: list[Row] | None = None
        self._strips: list[Strip] = []
        self._drawn_for = Size(0, 0)
        self._reaches_end = True
        self._dragging_bar = False
        super().__init__(path, **options)

    @property
    def visible_text(self) -> list[str]:
        """The rows of the log that are in sight, without colours; for screen readers and tests."""
        return [row.line.text[row.first : row.last] for row in self._visible()]

    def _start_over(self) -> None:
        self._top, self._left, self._rows, self._notice = TOP, 0, None, ""
        if self.is_attached:
            self.follow = True
        self._left_at = None

    def _show_growth(self, grown: bool) -> None:
        width, height = self.size
        if grown and (self.follow or self._reaches_end):
            self._redraw()
        elif grown:  # out of sight: only what is around the text changes, which saves a slow line
            self.refresh(
                Region(0, 0, width, 1), Region(0, height - 1, width, 1), Region(width - 1, 0, 1, height)
            )
        else:
            self.refresh(Region(0, 0, width, 1))

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

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        self._strips = []
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _redraw(self) -> None:
        """Make the rows in sight anew and draw them."""
        self._rows = None
        self.refresh()

    def _say(self, text: str) -> None:
        """Say something in the last row, until the reader moves on."""
        self._notice = text
        self._redraw()

    def _style(self, name: str) -> Style:
        """The style of a component class; those that lie over the log's own colours are partial."""
        return self.get_component_rich_style(name, partial=name in ("log--hit", "log--selected"))

    def render_line(self, y: int) -> Strip:
        if not self._strips or self._drawn_for != self.outer_size:  # `size` walks through the whole layout
            self._drawn_for = self.outer_size
            self._strips = self._draw(*self.size)
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def _draw(self, width: int, height: int) -> list[Strip]:
        """All rows of the widget."""
        base = self.visual_style.rich_style
        rows = self._visible()[: height - 1]
        strips = [self._title_strip(width)]
        on_thumb = self._thumb_rows()
        for y, row in enumerate(rows, 1):
            strip = draw(row, base, self._overlays(row), self._left, self._text_width)
            if self._time_width:
                at = self._marks.at(row.place.offset) if row.place.row == 0 or y == 1 else " " * 8
                strip = Strip.join([Strip([Segment(at + " ", self._style("log--time"))], 9), strip])
            if y in on_thumb:
                strip = Strip.join([strip, Strip([Segment("█", self._style("log--bar"))], 1)])
            # Few segments are few bytes on a slow line.
            strips.append(strip.crop_extend(0, width, base).simplify())
        for y in range(len(strips), height):
            text = self._emptiness() if y == 1 else ""
            strips.append(Strip([Segment(text, base)]).crop_extend(0, width, base))
        if height > 1:
            strips[-1] = self._field(width) or self._with_notice(strips[-1], width)
        return strips[:height]

    def _with_notice(self, strip: Strip, width: int) -> Strip:
        """The last row with what is to be said at its right."""
        notice = self._bottom_notice()
        if not notice or width <= 8:
            return strip
        note = Strip([Segment(f" {notice} ", self._style("log--notice"))]).crop(0, width - 1)
        return Strip.join([strip.crop(0, width - 1 - note.cell_length), note, strip.crop(width - 1, width)])

    def _emptiness(self) -> str:
        if self._log is None:
            return "no output yet"
        return clean_text(self._log.problem) or "no output yet"

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

    def _thumb_rows(self) -> range:
        """The rows with the scrollbar's thumb, which says where in the log's bytes the visible part lies."""
        rows, log = self._visible(), self._log
        if log is None or not rows or (rows[0].place == TOP and self._reaches_end):
            return range(0)
        start, end = thumb(rows[0].place.offset, rows[-1].place.offset, log.size, self._height, self.follow)
        return range(start + 1, end + 1)

    # -- mouse

    def on_resize(self) -> None:
        self._redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-3)
