"""When the logs on the screen may be drawn anew.

A log that floods could fill a slow line (ssh over a bad network) with frames, and the answer to a key would wait
behind them. So after each frame of logs the terminal is asked something that it always answers, and the next
frame waits for the answer and then for a few times as long as the answer took. Logs then use
a part of the line only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from textual.app import App
    from textual.timer import Timer

FRAME = 1 / 12
"""Seconds between frames on a fast line; files are looked at as often."""

QUESTION = "\x1b[?2026$p"
"""Asks for the state of synchronized output; Textual asks the same at start and reports the answer as a message."""

_SHARE = 3
_CAP = 2.0


class FramePacer:
    """Decides when the next frame may be drawn; times are seconds of a monotonic clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked_at: float | None = None
        self._next = 0.0
        self.answers = False
        """Whether this terminal has ever answered; one that never did is not asked."""

    def is_open(self) -> bool:
        """Whether a frame may be drawn now. An answer that does not come is not waited for longer than two seconds."""
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < _CAP:
            return False
        return now >= self._next

    def drawn(self) -> bool:
        """Note that a frame has been written; True if the terminal should be asked now."""
        now = self._clock()
        # A tick is a little early or late: half a frame of tolerance keeps every one of them.
        self._next = now + FRAME / 2
        self._asked_at = now if self.answers else None
        return self.answers

    def answered(self) -> None:
        """Note that the terminal has answered."""
        self.answers = True
        if self._asked_at is not None:
            now = self._clock()
            self._next = self._asked_at + max(FRAME / 2, _SHARE * (now - self._asked_at))
            self._asked_at = None


class Ticking(Protocol):
    """A view that is driven by a `LogClock`."""

    def tick(self) -> bool:
        """Look at the file, draw what is new; True if anything is to be drawn."""
        ...


class LogClock:
    """One clock for all the logs of an app, so that panes side by side share each frame."""

    def __init__(self, app: App[Any]) -> None:
        self.pacer = FramePacer()
        self._app = app
        self._views: list[Ticking] = []
        self._timer: Timer | None = None

    def add(self, view: Ticking) -> None:
        """Call the view's `tick` with each frame from now on."""
        self._views.append(view)
        if self._timer is None:
            self._timer = self._app.set_interval(FRAME, self._tick, name="logs")

    def remove(self, view: Ticking) -> None:
        """Forget the view."""
        if view in self._views:
            self._views.remove(view)
        if not self._views and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tick(self) -> None:
        if not self.pacer.is_open():
            return
        drawn = [view.tick() for view in tuple(self._views)]
        if any(drawn):
            self._app.call_after_refresh(self._after_frame)

    def _after_frame(self) -> None:
        """Ask the terminal, behind the frame that has just been written."""
        # Textual has no public way to send a query; its own are sent through the driver too.
        driver = self._app._driver
        if self.pacer.drawn() and driver is not None and not self._app.is_headless:
            driver.write(QUESTION)
            driver.flush()


_CLOCKS: WeakKeyDictionary[App[Any], LogClock] = WeakKeyDictionary()


def clock_of(app: App[Any]) -> LogClock:
    """The one log clock of an app."""
    clock = _CLOCKS.get(app)
    if clock is None:
        clock = _CLOCKS[app] = LogClock(app)
    return clock


class AcknowledgedFrames:
    """Mix into the `App` class, before `App`: tells its log clock that the terminal has answered."""

    def on_terminal_supports_synchronized_output(self) -> None:
        clock_of(self).pacer.answered()  # type: ignore[arg-type]  # mixed into an App
