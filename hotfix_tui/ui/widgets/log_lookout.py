"""Looking at quiet logs beside the event loop: a thread that wakes up costs a quarter of a timer of the loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

EVERY = 0.25
"""Seconds between looks at logs that do not grow: the first new line comes at most that much late."""


class Lookout(threading.Thread):
    """Asks `stirs` now and then, in a thread of its own, until it says yes; then calls `found` on the running loop."""

    def __init__(self, stirs: Callable[[], bool], found: Callable[[], None]) -> None:
        super().__init__(name="log lookout", daemon=True)
        self._stirs, self._found = stirs, found
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
            return self._stirs()
        except OSError:
            return True  # a file was closed meanwhile, because another one is shown

    def _tell(self) -> None:
        if not self._ended.is_set():
            self._found()

    def end(self) -> None:
        """Look no more; `found` is not called any more."""
        self._ended.set()
