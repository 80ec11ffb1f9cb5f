"""The file behind a log view: opening it, noticing what it grows by, times of its lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from time import monotonic
from typing import Any

from textual.message import Message
from textual.widget import Widget

from hotfix_tui.ui.widgets.log_cleaner import clean_text
from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_pace import LogClock, clock_of
from hotfix_tui.ui.widgets.log_times import TimeMarks

_INDEX_AT_ONCE = 1 << 20
_NOTHING = (0, 0, 0, "")

_TORRENT = 10e6
"""Bytes a second beyond which nobody reads along, and each frame drawn takes its time from the command that writes."""

_TORRENT_FRAME = 0.3
"""Seconds between frames then. The first look that finds less is drawn at once, so that the end is never late."""


class LogFeed(Widget):
    """A widget that is told of a log file's growth, frame by frame. What it looks like is up to its subclass."""

    class LinesChanged(Message, namespace="log_view"):
        """The log has another number of lines; at most once a frame."""

        def __init__(self, count: int, view: LogFeed) -> None:
            super().__init__()
            self.count = count
            self.view = view

        @property
        def control(self) -> LogFeed:
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
        self._title, self._state = "", ""
        self._shown = _NOTHING
        self._lines = 0
        self.held = False
        """Whether the last `tick` held a frame back because too much comes at once."""
        self._looked_at = self._drawn_at = 0.0
        self._ticker: LogClock | None = None
        self._set_source(path, title, idx_path)

    def show(self, path: str | None, title: str, idx_path: str | None = None) -> None:
        """Show another log, from its end, following."""
        self._set_source(path, title, idx_path)
        if self.is_attached:
            self._look()
            self._show_growth(True)
        if self._ticker is not None:
            self._ticker.wake()

    def set_state(self, text: str) -> None:
        """Say at the right of the title how the command does, as in "running 12 s"."""
        state = clean_text(text)
        if state != self._state:
            self._state = state
            self._show_growth(False)

    @property
    def path(self) -> str | None:
        """The log's file."""
        return self._log.path if self._log else None

    @property
    def line_count(self) -> int:
        """Lines counted so far; all of them once the index has caught up."""
        return self._lines

    def _start_over(self) -> None:
        """The log is another one: offsets have lost their meaning."""
        raise NotImplementedError

    def _show_growth(self, grown: bool) -> None:
        """Draw what has changed: the text too if the log has grown, else only what is said about it."""
        raise NotImplementedError

    def _set_source(self, path: str | None, title: str, idx_path: str | None) -> None:
        if self._log is not None:
            self._log.close()
        self._log = LogFile(path) if path is not None else None
        self._title = clean_text(title)
        self._marks = TimeMarks(idx_path)
        self._live_marks = idx_path is None
        self._shown, self._lines = _NOTHING, 0
        self._start_over()

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
        size, generation = self._shown[:2]
        self.held = self._in_torrent(log)
        if self.held:
            return False
        log.extend_index()
        if self._shown == _state_of(log):
            return False
        self._drawn_at = self._looked_at
        if log.generation != generation:
            self._marks = TimeMarks(self._marks.path)
            self._start_over()
        self._note_growth(log, live=True)
        self._show_growth(log.size != size or log.generation != generation or not log.size)
        return True

    def _in_torrent(self, log: LogFile) -> bool:
        """Look at the file; return whether it grows too fast for a frame so soon after the last one."""
        size, at = log.size, self._looked_at
        log.poll()
        self._looked_at = now = monotonic()
        return log.size - size > _TORRENT * (now - at) and now < self._drawn_at + _TORRENT_FRAME

    def stirs(self) -> bool:
        """Called now and then while all logs are quiet: whether `tick` may find something to draw."""
        return self._log is not None and self._log.stirs()

    def _note_growth(self, log: LogFile, live: bool = False) -> None:
        before = self._shown[0]
        self._shown = _state_of(log)
        if live and log.size > before and self._live_marks:
            self._marks.add(before, self._clock())
        elif log.size > before:
            self._marks.refresh()
        lines = log.lines
        if lines != self._lines:
            self._lines = lines
            self.post_message(self.LinesChanged(lines, self))


def _state_of(log: LogFile) -> tuple[int, int, int, str]:
    """All that a frame depends on."""
    return log.size, log.generation, log.index.size, log.problem
