"""How long a program was idle: tests that wait for it to be ready wait for that, not for wall-clock time.

On a busy machine a program that has work to do may not get the processor: the system shows it as ready to run. Time
counts only while the program itself waits for something.
"""

import time
from collections.abc import Callable
from pathlib import Path

AT_MOST = 120.0
"""Seconds after which waiting for a program that is never idle ends."""


def rests(pid: int) -> bool:
    """Return whether every thread of a process waits for something; True if the system does not show that."""
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            state = stat.read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue  # it has ended
        if state in "RD":
            return False
    return True


def wait(pid: int, seconds: float, read: Callable[[float], object]) -> None:
    """Let `read` consume output until the process has been idle for `seconds`; `read` is told how long it may take."""
    left, until = seconds, time.monotonic() + AT_MOST
    while left > 0 and time.monotonic() < until:
        before = time.monotonic()
        read(min(left, 0.05))
        if rests(pid):
            left -= time.monotonic() - before
