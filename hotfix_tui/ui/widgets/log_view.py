"""The log view: shows the output of a command; supports scrolling, searching, selecting, copying and saving."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar, Self

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import SuspendNotSupported
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import get_current_worker

from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint.rows import plural
from hotfix_tui.ui.widgets.log_cleaner import clean_text
from hotfix_tui.ui.widgets.log_copy import Point, paged, saved, selected_text
from hotfix_tui.ui.widgets.log_edges import edge, lines_counted, new_lines_notice, title_strip, with_note
from hotfix_tui.ui.widgets.log_feed import LogFeed
from hotfix_tui.ui.widgets.log_finder import LogFinder, find_in
from hotfix_tui.ui.widgets.log_pace import LogClock, clock_of
from hotfix_tui.ui.widgets.log_rows import TOP, LogRow, character_at, draw
from hotfix_tui.ui.widgets.log_search import ERRORS, Query, is_error
from hotfix_tui.ui.widgets.log_select import LogSelection, whole
from hotfix_tui.ui.widgets.log_window import LogWindow, Room

PARTS = ("title", "notes", "rule", "error", "hit", "selected", "time", "notice", "field", "bar")


class LogView(Widget, can_focus=True):
    """Shows the output of a running or finished command, reading only what it shows; follows the end until scrolled.

    It holds the file with its index (`LogFeed`), the visible part (`LogWindow`), the selection and the search, and
    draws them. The first row is the title; the last column is the scrollbar if the log is longer than the pane.
    """

    ALLOW_SELECT = False  # the log does its own selection: selected text may be scrolled out of view

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("log")

    COMPONENT_CLASSES = {f"log--{part}" for part in PARTS}

    DEFAULT_CSS = """
    LogView {
        height: 1fr;
        min-height: 2;
        background: $bg;
        color: $fg;
        & > .log--title { background: $bg; color: $fg; text-style: bold; }
        & > .log--notes { background: $bg; color: $muted; }
        & > .log--rule { background: $bg; color: $line; }
        &:focus > .log--title { background: $bg; color: $key; text-style: bold; }
        & > .log--error { color: $warn; }
        & > .log--hit { background: $out-bg; color: $out-fg; text-style: bold underline; }
        & > .log--selected { text-style: reverse; }
        & > .log--time { color: $muted; }
        & > .log--notice { background: $act-bg; color: $act-fg; text-style: bold; }
        & > .log--field { background: $idle-bg; color: $idle-fg; }
        & > .log--bar { color: $key; }
    }
    """

    class LinesChanged(Message, namespace="log_view"):
        """The number of lines has changed; at most once per frame."""

        def __init__(self, count: int, view: LogView) -> None:
            super().__init__()
            self.count = count
            self.view = view

        @property
        def control(self) -> LogView:
            return self.view

    class Zoom(Message, namespace="log_view"):
        """The view asks to fill the screen, or to leave that state."""

        def __init__(self, view: LogView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> LogView:
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
        """`path` may not exist yet. `idx_path` holds lines "offset unixtime"; without it times are as observed here."""
        super().__init__(**options)
        self._feed = LogFeed(self, clock)
        self._window = LogWindow(self._feed, self._room, self.refresh)
        self._selection, self._finder = LogSelection(), LogFinder()
        self._title, self._state, self._notice, self._alive = clean_text(title), "", "", False
        self._times = False
        self._mark: int | None = None
        """The line that was clicked or found."""
        self._dragging = ""
        """What the mouse drags: ``bar``, ``text`` or nothing."""
        self._strips: list[Strip] = []
        self._drawn_for = Size(0, 0)
        self._ticker: LogClock | None = None
        self._feed.open(path, idx_path)

    # -- its interface

    def show(self, path: str | None, title: str, idx_path: str | None = None) -> None:
        """Show another log, from its end, following."""
        self._title = clean_text(title)
        self._feed.open(path, idx_path)
        if self.is_attached:
            self._feed.look()
            self.has_grown(True)
        if self._ticker is not None:
            self._ticker.wake()

    def set_state(self, text: str, *, alive: bool = False) -> None:
        """Show the command's state on the right of the title, as in "running 12 s", and whether it is `alive`."""
        state = clean_text(text)
        if (state, alive) != (self._state, self._alive):
            self._state, self._alive = state, alive
            self.has_grown(False)

    def show_line(self, offset: int) -> None:
        """Mark the line that begins at this byte of the log and show it, with some lines above."""
        log = self._feed.log
        if log is None:
            return
        if offset >= log.size:  # the reader of the log was faster than the next frame
            self._feed.look()
        if offset < log.size:
            self._finder.query = ERRORS
            self._show_hit(ERRORS, True, offset)

    @property
    def path(self) -> str | None:
        """The log's file."""
        return self._feed.log.path if self._feed.log else None

    @property
    def feed(self) -> LogFeed:
        """The file and its index."""
        return self._feed

    @property
    def line_count(self) -> int:
        """Lines counted so far; all of them once the index has caught up."""
        return self._feed.lines

    @property
    def visible_text(self) -> list[str]:
        """The visible rows of the log, without colours; for screen readers and tests."""
        return [row.line.text[row.first : row.last] for row in self._window.rows()]

    @property
    def follow(self) -> bool:
        """Whether the view follows the end of the log as it grows."""
        return self._window.follow

    @follow.setter
    def follow(self, follow: bool) -> None:
        self._window.follow = follow

    @property
    def wrap(self) -> bool:
        """Whether long lines are wrapped."""
        return self._window.wrap

    @wrap.setter
    def wrap(self, wrap: bool) -> None:
        self._window.wrap = wrap

    # -- called by the feed

    def started_over(self) -> None:
        """The log was replaced: offsets have lost their meaning."""
        self._notice, self._mark = "", None
        self._window.start_over()
        self._selection.clear()
        self._finder.start_over()

    def has_grown(self, grown: bool) -> None:
        """Draw what has changed: the text too if the log has grown, otherwise only what surrounds it."""
        width, height = self.size
        if grown and (self.follow or self._window.reaches_end):
            self._window.make_anew()
        elif grown:  # not visible: only the surroundings of the text change, which saves a slow line
            self.refresh(
                Region(0, 0, width, 1), Region(0, height - 1, width, 1), Region(width - 1, 0, 1, height)
            )
        else:
            self.refresh(Region(0, 0, width, 1))

    def has_lines(self, count: int) -> None:
        """Report the number of lines."""
        self.post_message(self.LinesChanged(count, self))

    def on_mount(self) -> None:
        self._ticker = clock_of(self.app)
        self._ticker.add(self._feed)
        self._feed.look()

    def on_unmount(self) -> None:
        if self._ticker is not None:
            self._ticker.remove(self._feed)
        self._feed.close()

    def on_resize(self) -> None:
        self._window.make_anew()

    # -- moving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "leave":  # Esc belongs to the screen unless there is something to leave here
            return bool(self._finder or self._selection)
        return True

    def scroll_rows(self, rows: int) -> None:
        """Move by rows, down if positive. Moving up stops following, reaching the end resumes it."""
        if self._window.scroll(rows):
            self._notice = ""

    def action_rows(self, rows: int) -> None:
        if not self._selection.by_lines:
            self.scroll_rows(rows)
        elif (log := self._feed.log) is not None:
            line = self._selection.line_after(log, rows)
            if line is not None:
                self._select_to(line)

    def action_pages(self, pages: int) -> None:
        self.action_rows(pages * max(1, self._room().height - 1))

    def action_start(self) -> None:
        self._notice = ""
        self._window.go(TOP)
        if self._selection.by_lines:
            self._select_to(0)

    def action_end(self) -> None:
        self._notice = ""
        self.follow = True
        self._window.make_anew()
        last = self._feed.log.last() if self._feed.log else None
        if self._selection.by_lines and last is not None:
            self._select_to(last)

    def action_columns(self, direction: int) -> None:
        self._window.scroll_sideways(direction)

    def action_zoom(self) -> None:
        self.post_message(self.Zoom(self))

    def action_toggle_wrap(self) -> None:
        self.wrap = not self.wrap

    def action_toggle_follow(self) -> None:
        self.follow = not self.follow

    def action_toggle_times(self) -> None:
        self._feed.marks.refresh()
        self._times = not self._times
        self._window.make_anew()

    def action_leave(self) -> None:
        """Leave the selection or the search."""
        self._notice = ""
        self.workers.cancel_group(self, "log-find")
        if self._selection:
            self._selection.clear()
        else:
            self._finder.clear()
            self._mark = None
        self._window.make_anew()

    # -- searching

    def action_search(self) -> None:
        """Open the search field in the last row."""
        self._finder.open()
        self._window.make_anew()

    def on_key(self, event: events.Key) -> None:
        """Handle letters in the search field. It is opened here too, so that what follows immediately goes there."""
        if self._finder.prompt is None:
            if event.key == "slash":
                self.action_search()
                event.stop()
            return
        taken, query = self._finder.press(event)
        if query is not None:
            self._find(query, forward=not self.follow)
        if taken:
            event.stop()
            self._window.make_anew()

    def on_paste(self, event: events.Paste) -> None:
        """Paste the first line into the search field."""
        if self._finder.prompt is not None:
            event.stop()
            self._finder.prompt.insert((event.text.splitlines() or [""])[0])
            self._window.make_anew()

    def on_blur(self) -> None:
        self._finder.prompt = None
        self._window.make_anew()

    def action_hit(self, direction: int) -> None:
        if self._finder.term is None:
            self.action_search()
        else:
            self._find(self._finder.term, forward=direction > 0)

    def action_error(self, direction: int) -> None:
        self._find(ERRORS, forward=direction > 0)

    def _find(self, query: Query, forward: bool) -> None:
        """Search for the next line with a hit from the current position, and go there."""
        log, rows = self._feed.log, self._window.rows()
        if log is None or not rows:
            return
        marked = self._window.shows(self._mark)
        if forward:
            start = log.following(self._mark or 0) if marked else rows[0].place.offset
        else:
            start = self._mark if marked else log.following(rows[-1].place.offset)
        self._finder.query = query
        begin = log.size if start is None else start
        self._search(query, begin, forward, lambda hit: self._show_hit(query, forward, hit))

    def _search(self, query: Query, begin: int, forward: bool, then: Callable[[int | None], None]) -> None:
        """Search for a line in a thread, as the log may have gigabytes; drop the result if the log was replaced."""
        log = self._feed.log
        if log is None:
            return
        self._say(f"looking for “{query.name}” · Esc stops")
        generation = log.generation

        def finish(hit: int | None) -> None:
            if self._feed.log is log and log.generation == generation:
                then(hit)

        def work() -> None:
            worker = get_current_worker()
            hit, problem = find_in(log.path, query, begin, forward, lambda: worker.is_cancelled)
            if problem:
                self.app.call_from_thread(self._say, problem)
            elif not worker.is_cancelled:
                self.app.call_from_thread(finish, hit)

        self.run_worker(
            work, name="log find", group="log-find", exclusive=True, thread=True, exit_on_error=False
        )

    def _show_hit(self, query: Query, forward: bool, hit: int | None) -> None:
        """Show the line that was found, a third from the top; or say that there is none."""
        if hit is None or self._feed.log is None:
            self._say(f"no “{query.name}” {'below' if forward else 'above'}")
            return
        self._mark, self._notice = hit, ""
        self._window.show_with_more_above(hit)

    # -- selecting and copying

    def _current_line(self) -> int | None:
        """Return the marked line if it is visible, otherwise the last visible one."""
        rows = self._window.rows()
        if self._window.shows(self._mark):
            return self._mark
        return rows[-1].place.offset if rows else None

    def action_select(self) -> None:
        """Start selecting lines with the arrow keys, at the current line; again to stop."""
        line = self._current_line()
        if self._selection.by_lines or line is None:
            self._selection.clear()
            self._say("")
            return
        self.follow = False
        self._selection.begin_lines(line)
        self._select_to(line)
        self._say("↑ ↓ select lines · c copies · Esc ends")

    def _select_to(self, line: int) -> None:
        """Move the end of the selection to a line and make that visible."""
        self._notice = self._notice if self._window.shows(line) else ""
        self._selection.to_line(line)
        self._window.bring(line)
        self._window.make_anew()

    def action_copy(self) -> None:
        """Copy the selection, or the current line."""
        part, line, log = self._selection.part, self._current_line(), self._feed.log
        if part is None and line is not None:
            part = whole(line)
        if part is not None and log is not None:
            self._selection.clear()
            self._hand_over(selected_text(log, part))

    def action_copy_error(self) -> None:
        """Copy the last line that looks like an error."""
        if self._feed.log is not None:
            self._search(ERRORS, self._feed.log.size, forward=False, then=self._copy_found)

    def _copy_found(self, line: int | None) -> None:
        if line is None or self._feed.log is None:
            self._say("no error found in this log")
        else:
            self._hand_over(self._feed.log.line(line).text)

    def _hand_over(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        self._say(f"copied {plural(lines, 'line')}")

    # -- mouse

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-3)

    def _point_at(self, event: events.MouseEvent) -> Point | None:
        """Return the position in the text under the mouse."""
        rows = self._window.rows()
        number = event.y - 1
        if not 0 <= number < len(rows):
            return None
        row, column = rows[number], event.x - self._time_width + self._window.left
        return row.place.offset, character_at(row, column)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        self.focus()
        self.capture_mouse()
        if event.x == self.size.width - 1 and event.y > 0:
            self._dragging = "bar"
            self._drag_bar(event.y)
            return
        point = self._point_at(event)
        self._selection.press(point)
        self._dragging = "text" if point is not None else ""
        self._mark = point[0] if point else self._mark
        self._window.make_anew()

    def _drag_bar(self, y: int) -> None:
        self._notice = ""
        self._window.scroll_to_fraction((y - 1) / max(1, self._room().height - 1))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging == "bar":
            self._drag_bar(event.y)
        if self._dragging != "text":
            return
        if event.y < 1:
            self.scroll_rows(-1)
        elif event.y > self._room().height:
            self.scroll_rows(1)
        if self._selection.drag(self._point_at(event)):
            self.follow = False
            self._window.make_anew()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self.release_mouse()
        self._dragging = ""

    # -- other actions

    def action_pager(self) -> None:
        """Open the log, as clean text, in `$PAGER`."""
        log = self._feed.log
        if log is None or not log.size:
            return
        try:
            with self.app.suspend():
                problem = paged(log.path, log.size)
        except SuspendNotSupported:
            problem = "a pager cannot be opened from this terminal"
        if problem:
            self._say(problem)

    def action_save(self) -> None:
        """Save the log as clean text in the current folder, or in the home directory if that is a repository."""
        log = self._feed.log
        if log is None or not log.size:
            return
        path, size = log.path, log.size
        self._say("saving")

        def work() -> None:
            worker = get_current_worker()
            text = saved(path, size, lambda: worker.is_cancelled)
            if not worker.is_cancelled:
                self.app.call_from_thread(self._say, text)

        self.run_worker(
            work, name="log save", group="log-save", exclusive=True, thread=True, exit_on_error=False
        )

    # -- drawing

    @property
    def _time_width(self) -> int:
        return 9 if self._times and self.size.width > 24 else 0

    def _room(self) -> Room:
        width, height = self.size
        return Room(max(0, height - 1), max(1, width - 1 - self._time_width))

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        self._strips = []
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _say(self, text: str) -> None:
        """Show something in the last row, until the reader moves."""
        self._notice = text
        self._window.make_anew()

    def _style(self, name: str) -> Style:
        """Return the style of a component class; those that overlay the log's own colours are partial."""
        return self.get_component_rich_style(name, partial=name[5:] in ("error", "hit", "selected"))

    def render_line(self, y: int) -> Strip:
        if not self._strips or self._drawn_for != self.outer_size:  # `size` walks through the whole layout
            self._drawn_for = self.outer_size
            self._strips = self._draw(*self.size)
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def _draw(self, width: int, height: int) -> list[Strip]:
        """Return all rows of the widget."""
        base = self.visual_style.rich_style
        rows, strips = self._window.rows()[: height - 1], [self._title_strip(width)]
        on_thumb, room, time_width = self._window.thumb(), self._room(), self._time_width
        error, bar = self._style("log--error"), self._style("log--bar")
        for y, row in enumerate(rows):
            bad = is_error(row.line.text)
            under = base + error if bad else base
            strip = draw(row, under, self._overlays(row), self._window.left, room.width)
            if time_width:
                at = self._feed.marks.at(row.place.offset) if row.place.row == 0 or y == 0 else " " * 8
                strip = Strip.join([Strip([Segment(at + " ", self._style("log--time"))], 9), strip])
            strip = Strip.join([strip, edge(y in on_thumb, bad and row.first == 0, bar, base + error)])
            # Few segments are few bytes on a slow line.
            strips.append(strip.crop_extend(0, width, base).simplify())
        for y in range(len(strips), height):
            text = self._emptiness() if y == 1 else ""
            strips.append(Strip([Segment(text, base)]).crop_extend(0, width, base))
        if height > 1:
            strips[-1] = self._field(width) or self._with_notice(strips[-1], width)
        return strips[:height]

    def _overlays(self, row: LogRow) -> list[tuple[int, int, Style]]:
        """Return styles over the text of a row: (start, end, style) in characters of the line."""
        marked = row.place.offset == self._mark
        spans, selected = self._finder.spans(row, marked), self._selection.columns(row)
        hit = self._style("log--hit") + Style(reverse=marked) if spans else None
        overlays = [(start, end, hit) for start, end in spans if hit is not None]
        return [*overlays, (*selected, self._style("log--selected"))] if selected else overlays

    def _field(self, width: int) -> Strip | None:
        """Return the search field, which replaces the last row."""
        prompt = self._finder.prompt
        return None if prompt is None else prompt.strip(width, self._style("log--field"))

    def _with_notice(self, strip: Strip, width: int) -> Strip:
        """Return the last row with its notice on the right."""
        log, left_at = self._feed.log, self._window.left_at
        notice = self._notice
        if not notice and log is not None and left_at is not None and log.size > left_at:
            notice = new_lines_notice(log, left_at)
        return with_note(strip, notice, width, self._style("log--notice")) if notice else strip

    def _emptiness(self) -> str:
        problem = "" if self._feed.log is None else self._feed.log.problem
        return clean_text(problem) or "no output yet"

    def _title_strip(self, width: int) -> Strip:
        log = self._feed.log
        count = lines_counted(self._feed.lines, log is None or log.indexed)
        notes = [self._window.pace(alive=self._alive), self._state, "wrapped" if self.wrap else "", count]
        styles = (self._style(f"log--{name}") for name in ("title", "notes", "rule"))
        return title_strip(self._title, [note for note in notes if note], width, *styles)
