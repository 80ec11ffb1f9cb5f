"""Background threads: one lane for changes, in order, and one for queries.

A change never runs on the screen's own loop (it waits for the disk), and a slow query never delays a change. The
threads are daemons: a hanging network call does not keep the wizard from exiting.
"""

import asyncio
import queue
import threading
from collections.abc import Callable

Done = Callable[[object, BaseException | None], None]


class SerialExecutor:
    """One thread that makes calls in the order in which they were submitted."""

    def __init__(self, name: str) -> None:
        self._queue: queue.SimpleQueue[tuple[Callable[[], object], Done, asyncio.AbstractEventLoop] | None]
        self._queue = queue.SimpleQueue()
        self._idle = threading.Event()
        self._idle.set()
        self._waiting = 0
        self._untaken = 0
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, call: Callable[[], object], done: Done) -> None:
        """Make `call` in the thread; then call `done` with its result or its error on the running loop."""

        def taken(result: object, error: BaseException | None) -> None:
            self._untaken -= 1
            done(result, error)

        self._untaken += 1
        with self._guard:
            self._waiting += 1
            self._idle.clear()
        self._queue.put((call, taken, asyncio.get_running_loop()))

    @property
    def busy(self) -> bool:
        """Whether calls are waiting or running, or a result is on its way to the loop; query it on the loop."""
        return self._untaken > 0

    def drain(self, seconds: float) -> bool:
        """Wait until every submitted call was made, at most `seconds`; return whether that happened."""
        return self._idle.wait(seconds)

    def _work(self) -> None:
        while True:
            item = self._queue.get()
            if item is None:
                return
            call, done, loop = item
            result: object = None
            error: BaseException | None = None
            try:
                result = call()
            except BaseException as problem:  # handed to the screen, which decides
                error = problem
            with self._guard:
                self._waiting -= 1
                if self._waiting == 0:
                    self._idle.set()
            try:
                loop.call_soon_threadsafe(done, result, error)
            except RuntimeError:
                return  # the loop has ended: so has the wizard
