"""Going on after the process was stopped from outside, so that there is never a second reader of the keyboard."""

import contextlib
import signal
from typing import Any


def take_over(driver: Any) -> None:
    """Handle SIGCONT in the place of `driver`, Textual's own, where it listens to that signal at all.

    After SIGSTOP it would start reading while its first reader still runs: the two take keys from each other, one of
    them waits for ever at the end, and the terminal's raw mode is taken for what it was like before. After SIGTSTP
    it has ended everything itself, and simply goes on.
    """
    if not hasattr(driver, "_sigcont_application"):
        return

    def go_on(number: int, frame: object) -> None:
        if driver._must_signal_resume:
            driver._sigcont_application()
        elif driver._auto_restart:
            _again(driver)

    with contextlib.suppress(ValueError):  # not the main thread: a test
        signal.signal(signal.SIGCONT, go_on)


def _again(driver: Any) -> None:
    """End what reads and writes, and begin anew: a shell may have used the terminal meanwhile."""
    before = driver.attrs_before
    driver.disable_input()
    driver.close()
    driver.resume_application_mode()
    driver.attrs_before = before
