"""Watching quiet logs outside the event loop: waking a thread costs a quarter of a timer of the loop.

Apart from the pace of the log: it runs in a thread of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

EVERY = 0.25
"""Seconds between checks of logs that do not grow: the first new line is shown at most that much late."""


class IdleWatcher(threading.Thread):
    """Calls `has_changed` now and then in its own thread; once it returns True, calls `on_change` on the loop."""

    def __init__(self, has_changed: Callable[[], bool], on_change: Callable[[], None]) -> None:
        super().__init__(name="idle log watcher", daemon=True)
        self._has_changed, self._on_change = has_changed, on_change
        self._loop = asyncio.get_running_loop()
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(EVERY):
            if self._look():
                with contextlib.suppress(RuntimeError):  # the loop has ended: so has the app
                    self._loop.call_soon_threadsafe(self._tell)
                return

    def _look(self) -> bool:
        try:
            return self._has_changed()
        except OSError:
            return True  # a file was closed meanwhile, because another one is shown

    def _tell(self) -> None:
        if not self._ended.is_set():
            self._on_change()

    def end(self) -> None:
        """Stop checking; `on_change` is not called any more."""
        self._ended.set()
