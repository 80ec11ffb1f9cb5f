"""The file behind a log view: opening it, noticing what it grows by, times of its lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_times import TimeMarks

_INDEX_AT_ONCE = 1 << 20
_NOTHING = (0, 0, 0, "")

_TORRENT = 10e6
"""Bytes a second beyond which nobody reads along, and each frame drawn takes its time from the command that writes."""

_TORRENT_FRAME = 0.3
"""Seconds between frames then. The first look that finds less is drawn at once, so that the end is never late."""


class Shown(Protocol):
    """What a feed tells of its file."""

    def started_over(self) -> None:
        """The log is another one: offsets have lost their meaning."""
        ...

    def has_grown(self, grown: bool) -> None:
        """Something has changed: the text too if the log has grown, else only what is said about it."""
        ...

    def has_lines(self, count: int) -> None:
        """The log has another number of lines; said at most once a frame."""
        ...


class LogFeed:
    """Follows a log file, frame by frame, with the index of its lines and their times."""

    def __init__(self, shown: Shown, clock: Callable[[], float] = time.time) -> None:
        self.log: LogFile | None = None
        self.marks = TimeMarks()
        self.lines = 0
        """Lines counted so far; all of them once the index has caught up."""
        self.held = False
        """Whether the last `tick` held a frame back because too much comes at once."""
        self._told, self._clock = shown, clock
        self._live_marks = True
        self._shown = _NOTHING
        self._looked_at = self._drawn_at = 0.0

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._clock()

    def open(self, path: str | None, idx_path: str | None = None) -> None:
        """Follow another file, which may not exist yet; none where `path` is None.

        `idx_path` holds lines "offset unixtime"; without it times are as seen here.
        """
        self.close()
        self.log = LogFile(path) if path is not None else None
        self.marks = TimeMarks(idx_path)
        self._live_marks = idx_path is None
        self._shown, self.lines = _NOTHING, 0
        self._told.started_over()

    def close(self) -> None:
        """Let go of the file."""
        if self.log is not None:
            self.log.close()

    def look(self) -> None:
        """Look at the file without waiting for the index: its end is shown first."""
        if self.log is not None:
            self.log.poll()
            if self.log.size <= _INDEX_AT_ONCE:
                self.log.extend_index()
            self._note_growth(self.log)

    def tick(self) -> bool:
        """Called with each frame: take in what is new and have it drawn; True if anything is to be drawn."""
        log = self.log
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
            self.marks = TimeMarks(self.marks.path)
            self._told.started_over()
        self._note_growth(log, live=True)
        self._told.has_grown(log.size != size or log.generation != generation or not log.size)
        return True

    def stirs(self) -> bool:
        """Called now and then while all logs are quiet: whether `tick` may find something to draw."""
        return self.log is not None and self.log.stirs()

    def _in_torrent(self, log: LogFile) -> bool:
        """Look at the file; return whether it grows too fast for a frame so soon after the last one."""
        size, at = log.size, self._looked_at
        log.poll()
        self._looked_at = now = monotonic()
        return log.size - size > _TORRENT * (now - at) and now < self._drawn_at + _TORRENT_FRAME

    def _note_growth(self, log: LogFile, live: bool = False) -> None:
        before = self._shown[0]
        self._shown = _state_of(log)
        if live and log.size > before and self._live_marks:
            self.marks.add(before, self._clock())
        elif log.size > before:
            self.marks.refresh()
        lines = log.lines
        if lines != self.lines:
            self.lines = lines
            self._told.has_lines(lines)


def _state_of(log: LogFile) -> tuple[int, int, int, str]:
    """All that a frame depends on."""
    return log.size, log.generation, log.index.size, log.problem
