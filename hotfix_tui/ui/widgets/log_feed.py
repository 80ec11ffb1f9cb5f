"""The file behind a log view: opening it, noticing growth, timestamps of its lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_times import TimeMarks

_INDEX_AT_ONCE = 1 << 20
_NOTHING = (0, 0, 0, "")

_FLOOD = 10e6
"""Bytes per second beyond which nobody reads along, and each drawn frame slows down the writing command."""

_FLOOD_FRAME = 0.3
"""Seconds between frames during a flood. The first check that finds less is drawn at once, so that the end is never
late.
"""


class FeedState(Protocol):
    """What a feed reports about its file."""

    def started_over(self) -> None:
        """The log was replaced: offsets have lost their meaning."""
        ...

    def has_grown(self, grown: bool) -> None:
        """Something has changed: the text too if the log has grown, otherwise only what surrounds it."""
        ...

    def has_lines(self, count: int) -> None:
        """The number of lines has changed; reported at most once per frame."""
        ...


class LogFeed:
    """Follows a log file, frame by frame, with the index of its lines and their timestamps."""

    def __init__(self, shown: FeedState, clock: Callable[[], float] = time.time) -> None:
        self.log: LogFile | None = None
        self.marks = TimeMarks()
        self.lines = 0
        """Lines counted so far; all of them once the index has caught up."""
        self.held = False
        """Whether the last `tick` skipped a frame because too much is coming in."""
        self._told, self._clock = shown, clock
        self._live_marks = True
        self._shown = _NOTHING
        self._looked_at = self._drawn_at = 0.0

    def now(self) -> float:
        """Return the current time, in seconds since 1970."""
        return self._clock()

    def open(self, path: str | None, idx_path: str | None = None) -> None:
        """Follow another file, which may not exist yet; none if `path` is None.

        `idx_path` holds lines "offset unixtime"; without it times are as observed here.
        """
        self.close()
        self.log = LogFile(path) if path is not None else None
        self.marks = TimeMarks(idx_path)
        self._live_marks = idx_path is None
        self._shown, self.lines = _NOTHING, 0
        self._told.started_over()

    def close(self) -> None:
        """Close the file."""
        if self.log is not None:
            self.log.close()

    def look(self) -> None:
        """Read the file without waiting for the index: its end is shown first."""
        if self.log is not None:
            self.log.poll()
            if self.log.size <= _INDEX_AT_ONCE:
                self.log.extend_index()
            self._note_growth(self.log)

    def tick(self) -> bool:
        """Called with each frame: read what is new and have it drawn; True if anything is to be drawn."""
        log = self.log
        if log is None:
            return False
        size, generation = self._shown[:2]
        self.held = self._is_flooding(log)
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

    def has_changed(self) -> bool:
        """Called now and then while all logs are quiet: return whether `tick` may find something to draw."""
        return self.log is not None and self.log.has_changed()

    def _is_flooding(self, log: LogFile) -> bool:
        """Check the file; return whether it grows too fast for a frame so soon after the last one."""
        size, at = log.size, self._looked_at
        log.poll()
        self._looked_at = now = monotonic()
        return log.size - size > _FLOOD * (now - at) and now < self._drawn_at + _FLOOD_FRAME

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
    """Return everything that a frame depends on."""
    return log.size, log.generation, log.index.size, log.problem
