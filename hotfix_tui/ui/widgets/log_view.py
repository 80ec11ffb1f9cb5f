"""The log view: one widget for every output of the product.

`LogPane` draws and scrolls, `SelectableLog` selects and copies; here are keys, search, errors, pager and saving.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from rich.style import Style
from textual import events
from textual.app import SuspendNotSupported
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.worker import get_current_worker

from hotfix_tui.ui import keymap
from hotfix_tui.ui.widgets.log_copy import page, save_clean, save_folder
from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_prompt import Prompt
from hotfix_tui.ui.widgets.log_rows import TOP, Place, Row
from hotfix_tui.ui.widgets.log_search import ERRORS, Query, TextQuery, find
from hotfix_tui.ui.widgets.log_select import SelectableLog


class LogView(SelectableLog):
    """Shows the output of a command, alive or over. See `LogPane` for what it can be told."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("log")

    class Zoom(Message, namespace="log_view"):
        """The view asks to fill the screen, or to go back from that."""

        def __init__(self, view: LogView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> LogView:
            return self.view

    def __init__(self, path: str | None = None, **options: Any) -> None:
        self._query: Query | None = None
        self._term: TextQuery | None = None
        self._prompt: Prompt | None = None
        super().__init__(path, **options)

    def _start_over(self) -> None:
        super()._start_over()
        self._query = self._term = self._prompt = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "leave":  # Esc belongs to the screen unless there is something to leave here
            return bool(self._query or self._by_lines or self._selection)
        return True

    # -- moving

    def action_rows(self, rows: int) -> None:
        if self._by_lines:
            self._move_head(rows)
        else:
            self.scroll_rows(rows)

    def action_pages(self, pages: int) -> None:
        self.action_rows(pages * max(1, self._height - 1))

    def action_start(self) -> None:
        self._notice = ""
        self._go(TOP)
        if self._by_lines:
            self._head_to(0)

    def action_end(self) -> None:
        self._notice = ""
        self.follow = True
        self._redraw()
        last = self._log.last() if self._log else None
        if self._by_lines and last is not None:
            self._head_to(last)

    def action_columns(self, direction: int) -> None:
        """Move a quarter of the pane to the side; nothing to do where lines are wrapped."""
        if not self.wrap:
            widest = max((len(row.line.text) for row in self._visible()), default=0)
            step = max(1, self._text_width // 4)
            self._left = max(0, min(self._left + direction * step, max(self._left, widest - step)))
            if direction < 0 or self._left < widest:
                self._redraw()

    def action_zoom(self) -> None:
        self.post_message(self.Zoom(self))

    def action_toggle_wrap(self) -> None:
        self.wrap = not self.wrap

    def action_toggle_follow(self) -> None:
        self.follow = not self.follow

    def action_toggle_times(self) -> None:
        self._marks.refresh()
        self.times = not self.times

    def action_leave(self) -> None:
        """Leave the selection or the search."""
        self._notice = ""
        self.workers.cancel_group(self, "log-find")
        if self._by_lines or self._selection:
            self._unselect()
        else:
            self._query = self._term = self._mark = None
        self._redraw()

    # -- searching

    def action_search(self) -> None:
        """Open the search field in the last row."""
        self._prompt = Prompt("/", self._term.name if self._term else "")
        self._redraw()

    def on_key(self, event: events.Key) -> None:
        """Letters are letters in the search field. It is opened here too, so that what follows at once goes there."""
        if self._prompt is None:
            if event.key == "slash":
                self.action_search()
                event.stop()
            return
        if event.key == "enter":
            text, self._prompt = self._prompt.text, None
            if text:
                self._term = TextQuery(text)
                self._find(self._term, forward=not self.follow)
        elif event.key == "escape":
            self._prompt = None
        elif not self._prompt.press(event):
            return
        event.stop()
        self._redraw()

    def on_paste(self, event: events.Paste) -> None:
        """Paste the first line into the search field."""
        if self._prompt is not None:
            event.stop()
            self._prompt.insert((event.text.splitlines() or [""])[0])
            self._redraw()

    def on_blur(self) -> None:
        self._prompt = None
        self._redraw()

    def _field(self, width: int) -> Strip | None:
        return None if self._prompt is None else self._prompt.strip(width, self._style("log--field"))

    def action_hit(self, direction: int) -> None:
        if self._term is None:
            self.action_search()
        else:
            self._find(self._term, forward=direction > 0)

    def action_error(self, direction: int) -> None:
        self._find(ERRORS, forward=direction > 0)

    def _find(self, query: Query, forward: bool) -> None:
        """Look for the next line with a hit from where the reader is, and go there."""
        log, rows = self._log, self._visible()
        if log is None or not rows:
            return
        marked = self._mark is not None and any(row.place.offset == self._mark for row in rows)
        if forward:
            start = log.following(self._mark or 0) if marked else rows[0].place.offset
        else:
            start = self._mark if marked else log.following(rows[-1].place.offset)
        self._query = query
        begin = log.size if start is None else start
        self._search(query, begin, forward, lambda hit: self._show_hit(query, forward, hit))

    def _search(self, query: Query, begin: int, forward: bool, then: Callable[[int | None], None]) -> None:
        """Find a line in a thread, for the log may have gigabytes, and hand it on unless the log is another by then."""
        log = self._log
        if log is None:
            return
        self._say(f"looking for “{query.name}” · Esc stops")
        generation = log.generation

        def finish(hit: int | None) -> None:
            if self._log is log and log.generation == generation:
                then(hit)

        def work() -> None:
            worker = get_current_worker()
            reader = LogFile(log.path)
            reader.poll()
            try:
                hit = find(reader, query, begin, forward, lambda: worker.is_cancelled)
            except OSError as error:
                self.app.call_from_thread(self._say, f"the search stopped: {error.strerror}")
                return
            finally:
                reader.close()
            if not worker.is_cancelled:
                self.app.call_from_thread(finish, hit)

        self.run_worker(
            work, name="log find", group="log-find", exclusive=True, thread=True, exit_on_error=False
        )

    def _show_hit(self, query: Query, forward: bool, hit: int | None) -> None:
        """Show the line that was found, a third from the top; or say that there is none."""
        log = self._log
        if hit is None or log is None:
            self._say(f"no “{query.name}” {'below' if forward else 'above'}")
            return
        self._mark = hit
        if any(row.place.offset == hit for row in self._visible()):
            self._go(self._top)
            return
        walker = self._walker(log)
        self._go(min(walker.move(Place(hit), -(self._height // 3)), walker.end(self._height)))

    def show_line(self, offset: int) -> None:
        """Mark the line that begins at this byte of the log and show it, with what stands above."""
        if self._log is None:
            return
        if offset >= self._log.size:  # whoever read the log to this line was faster than the next frame
            self._look()
        if offset < self._log.size:
            self._query = ERRORS
            self._show_hit(ERRORS, True, offset)

    def action_copy_error(self) -> None:
        """Copy the last line that looks like an error."""
        if self._log is not None:
            self._search(ERRORS, self._log.size, forward=False, then=self._copy_found)

    def _copy_found(self, line: int | None) -> None:
        if line is None or self._log is None:
            self._say("no error found in this log")
        else:
            self._hand_over(self._log.line(line).text)

    def _overlays(self, row: Row) -> list[tuple[int, int, Style]]:
        found: list[tuple[int, int, Style]] = []
        marked = row.place.offset == self._mark
        if self._query is not None and (marked or self._query is not ERRORS):
            hit = self._style("log--hit") + Style(reverse=marked)
            found = [(start, end, hit) for start, end in self._query.spans(row.line.text)]
        return [*found, *super()._overlays(row)]

    # -- elsewhere

    def action_pager(self) -> None:
        """Open the log, as clean text, in `$PAGER`."""
        if self._log is None or not self._log.size:
            return
        problem = ""
        try:
            with self.app.suspend():
                try:
                    page(self._log.path, self._log.size)
                except (OSError, ValueError) as error:
                    problem = f"the pager did not start: {error}; set $PAGER to one that is installed"
        except SuspendNotSupported:
            problem = "a pager cannot be opened from this terminal"
        if problem:
            self._say(problem)

    def action_save(self) -> None:
        """Save the log as clean text in the current folder, or at home where that is a repository."""
        log = self._log
        if log is None or not log.size:
            return
        path, size = log.path, log.size
        self._say("saving")

        def work() -> None:
            worker = get_current_worker()
            try:
                folder = save_folder()
                saved = save_clean(path, size, folder, lambda: worker.is_cancelled)
                text = f"saved here as {saved.name}" if folder == Path.cwd() else f"saved as {saved}"
            except OSError as error:
                text = f"not saved: {error.strerror or error}"
            if not worker.is_cancelled:
                self.app.call_from_thread(self._say, text)

        self.run_worker(
            work, name="log save", group="log-save", exclusive=True, thread=True, exit_on_error=False
        )
