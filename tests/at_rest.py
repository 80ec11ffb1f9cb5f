"""How long a program was at rest: who waits for it to be ready waits for that, not for a time on the wall.

On a machine that is busy with others a program that has work to do is not let on: the system shows it as ready to run.
Time counts only while it waits for something itself.
"""

import time
from collections.abc import Callable
from pathlib import Path

AT_MOST = 120.0
"""Seconds after which a program that never rests is let be."""


def rests(pid: int) -> bool:
    """Whether every thread of a process waits for something; True where the system does not show that."""
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            state = stat.read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue  # it has ended
        if state in "RD":
            return False
    return True


def wait(pid: int, seconds: float, read: Callable[[float], object]) -> None:
    """Let `read` take what comes until the process was at rest for `seconds`; `read` is told how long it may take."""
    left, until = seconds, time.monotonic() + AT_MOST
    while left > 0 and time.monotonic() < until:
        before = time.monotonic()
        read(min(left, 0.05))
        if rests(pid):
            left -= time.monotonic() - before
