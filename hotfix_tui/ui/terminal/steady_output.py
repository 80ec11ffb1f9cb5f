"""Output that goes on when the terminal is gone.

Textual writes in a thread of its own, from a queue. An error ends that thread, the queue fills, and whoever writes next
waits for ever: the process would stay after its terminal was closed.

Apart from the app: it knows the driver, and no screen.
"""

import errno
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from textual.app import App
    from textual.driver import Driver

    _App = App[int]
else:
    _App = object

_GONE = (errno.EIO, errno.ENXIO, errno.EPIPE)
"""What a write to a terminal that was closed, or taken away, fails with."""


class SteadyOutput:
    """Writes to `file` as long as its terminal is there; what is written after that is dropped."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write, or drop. Raises OSError for any other reason than a terminal that is gone."""
        try:
            return self._file.write(text)
        except OSError as problem:
            if problem.errno not in _GONE:
                raise
            return len(text)

    def flush(self) -> None:
        """Flush, or drop. Raises as `write` does."""
        try:
            self._file.flush()
        except OSError as problem:
            if problem.errno not in _GONE:
                raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class SteadyTerminal(_App):
    """Mix into the `App` class, before `App`."""

    def _build_driver(self, *args: Any, **options: Any) -> "Driver":
        driver = super()._build_driver(*args, **options)
        file = getattr(driver, "_file", None)
        if file is not None:  # what the writer's thread is given when it starts
            driver._file = SteadyOutput(file)  # type: ignore[attr-defined]
        return driver
