"""When the logs on the screen may be redrawn.

A flooding log could fill a slow line (ssh over a bad network) with frames, and the answer to a key would wait behind
them. So after each frame of logs the terminal is sent a query that it always answers, and the next frame waits for
the answer and then for a few times as long as the answer took. Logs then use only part of the line.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from hotfix_tui.ui.widgets.idle_watcher import IdleWatcher

if TYPE_CHECKING:
    from textual.app import App
    from textual.timer import Timer

FRAME = 0.1
"""Seconds between frames on a fast line; files are checked as often."""

QUESTION = "\x1b[?2026$p"
"""Queries the state of synchronized output. Textual sends the same at its start, and reports answers as a message."""

PLAIN_QUESTION = "\x1b[6n"
"""Queries the cursor position: for terminals that do not support the other query."""

_REST_AFTER = 5
_SOON = 0.03
"""Seconds until a skipped frame is tried again; a try is one check of the file."""

_SHARE = 3
_CAP = 2.0
_PATIENCE = 2
_BLIND_FRAME = 0.4


class FramePacer:
    """Decides when the next frame may be drawn; times are seconds of a monotonic clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked_at: float | None = None
        self._next = 0.0
        self._question = PLAIN_QUESTION
        self._unanswered = 0

    def is_open(self) -> bool:
        """Return whether a frame may be drawn now. A missing answer is waited for at most two seconds."""
        now = self._clock()
        if self._asked_at is not None:
            if now - self._asked_at < _CAP:
                return False
            self._asked_at = None
            self._unanswered += 1
        return now >= self._next

    def drawn(self) -> str:
        """Record that a frame has been written; return the query to send after it.

        A terminal that does not answer is not queried any more, and gets few frames: the line may be slow.
        """
        now = self._clock()
        if self._unanswered >= _PATIENCE:
            self._next = now + _BLIND_FRAME
            return ""
        # A tick is a little early or late: half a frame of tolerance keeps every one of them.
        self._next = now + FRAME / 2
        self._asked_at = now
        return self._question

    def answered(self, question: str = QUESTION) -> None:
        """Record that the terminal has answered a query; the better of those that it supports is used from then on."""
        self._unanswered = 0
        if question == QUESTION:
            self._question = QUESTION
        if self._asked_at is not None:
            now = self._clock()
            self._next = self._asked_at + max(FRAME / 2, _SHARE * (now - self._asked_at))
            self._asked_at = None


class Ticking(Protocol):
    """A view that is driven by a `LogClock`."""

    def tick(self) -> bool:
        """Check the file, draw what is new; True if anything is to be drawn."""
        ...

    held: bool
    """Whether the last `tick` skipped a frame that should be tried again soon."""

    def has_changed(self) -> bool:
        """Return whether `tick` may find something to draw; cheap, and draws nothing."""
        ...


class LogClock:
    """One clock for all the logs of an app, so that panes side by side share each frame.

    When none of them has changed for a few frames it goes idle: the files are only checked, and less often, until one
    of them changes.
    """

    def __init__(self, app: App[object]) -> None:
        self.pacer = FramePacer()
        self._app = app
        self._views: list[Ticking] = []
        self._timer: Timer | None = None
        self._quiet = 0
        self._rest: IdleWatcher | None = None
        self._soon: asyncio.TimerHandle | None = None

    @property
    def resting(self) -> bool:
        """Whether all logs are quiet, so that no frames are made."""
        return self._rest is not None

    def add(self, view: Ticking) -> None:
        """Call the view's `tick` with each frame from now on."""
        self._views.append(view)
        if self._timer is None:
            self._timer = self._app.set_interval(FRAME, self._tick, name="logs")
        self.wake()

    def remove(self, view: Ticking) -> None:
        """Remove the view."""
        if view in self._views:
            self._views.remove(view)
        if not self._views and self._timer is not None:
            self.wake()
            self._timer.stop()
            self._timer = None

    def wake(self) -> None:
        """Resume making frames: something has arrived or is about to."""
        self._quiet = 0
        if self._rest is not None and self._timer is not None:
            self._rest.end()
            self._rest = None
            self._timer.resume()

    def _tick(self) -> None:
        if not self.pacer.is_open():
            return
        drawn = [view.tick() for view in tuple(self._views)]
        if any(drawn):
            self._quiet = 0
            self._app.call_after_refresh(self._after_frame)
            return
        if any(view.held for view in self._views):
            self._try_soon()
            return
        self._quiet += 1
        if self._quiet >= _REST_AFTER and self._rest is None and self._timer is not None:
            self._timer.pause()
            self._rest = IdleWatcher(self._has_changed, self.wake)

    def _try_soon(self) -> None:
        """Check once more before the next frame: a flood may have ended, and its last line is awaited."""
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(_SOON, self._tick_again)

    def _tick_again(self) -> None:
        self._soon = None
        if self._timer is not None:
            with self._app._context():
                self._tick()

    def _has_changed(self) -> bool:
        return any(view.has_changed() for view in tuple(self._views))

    def _after_frame(self) -> None:
        """Query the terminal, after the frame that has just been written."""
        # Textual has no public way to send a query; its own go through the driver too.
        driver = self._app._driver
        if driver is None or self._app.is_headless or not isinstance(self._app, AcknowledgedFrames):
            return  # nobody would answer
        question = self.pacer.drawn()
        if question:
            driver.write(question)
            driver.flush()


_CLOCKS: WeakKeyDictionary[App[object], LogClock] = WeakKeyDictionary()


def clock_of(app: App[object]) -> LogClock:
    """Return the one log clock of an app."""
    clock = _CLOCKS.get(app)
    if clock is None:
        clock = _CLOCKS[app] = LogClock(app)
    return clock


class AcknowledgedFrames:
    """Mix into the `App` class, before `App`: tells its log clock that the terminal has answered."""

    def on_terminal_supports_synchronized_output(self) -> None:
        clock_of(self).pacer.answered(QUESTION)  # type: ignore[arg-type]  # mixed into an App

    def on_cursor_position(self) -> None:
        clock_of(self).pacer.answered(PLAIN_QUESTION)  # type: ignore[arg-type]
