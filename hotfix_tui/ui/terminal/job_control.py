"""Continuing after the process was stopped from outside, without ever having a second reader of the keyboard.

Apart from the app: it replaces a handler of Textual's driver, and nothing else here knows that one.
"""

import contextlib
import signal
from collections.abc import Callable
from typing import Any


def take_over(driver: Any, repaint: Callable[[], object]) -> None:
    """Handle SIGCONT instead of `driver`, Textual's own, if it listens to that signal at all; call `repaint` after
    that, from the signal's handler.

    After SIGSTOP it would start reading while its first reader still runs: the two steal keys from each other, one of
    them hangs at exit, and the raw mode is saved as the terminal's original state. After SIGTSTP it has ended
    everything itself, and simply continues.
    """
    if not hasattr(driver, "_sigcont_application"):
        return

    def go_on(number: int, frame: object) -> None:
        if driver._must_signal_resume:
            driver._sigcont_application()
        elif driver._auto_restart:
            _again(driver)
        repaint()

    with contextlib.suppress(ValueError):  # not the main thread: a test
        signal.signal(signal.SIGCONT, go_on)


def _again(driver: Any) -> None:
    """Stop reading and writing, and start over: a shell may have used the terminal meanwhile."""
    before = driver.attrs_before
    driver.disable_input()
    driver.close()
    driver.resume_application_mode()
    driver.attrs_before = before
