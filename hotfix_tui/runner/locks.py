"""Locks that a run holds while it lives: one production act per repository, one push per branch.

flock on a file that is never removed: it is free the moment its holder dies, so no lock can be left over.
Standard library only: the supervisor imports this module without the rest of the package.
"""

import contextlib
import fcntl
import os
import time
from typing import NoReturn

from hotfix_tui.runner import durable

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Taken(Exception):
    """A lock is held by someone else; the text says by whom."""


def try_lock(fd: int, *, shared: bool = False) -> bool:
    """Lock an open file without waiting; False when another holds it. Raises OSError where flock is missing."""
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_soon(fd: int, seconds: float) -> bool:
    """Lock an open file, giving a holder that only looks, or is about to end, a moment to let go."""
    until = time.monotonic() + seconds
    while not try_lock(fd):
        if time.monotonic() >= until:
            return False
        time.sleep(0.01)
    return True


def held(path: str) -> bool:
    """Whether anyone holds the lock file exclusively. Creates nothing."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        return not try_lock(fd, shared=True)
    finally:
        os.close(fd)


def describe(path: str) -> str:
    """Who holds a lock, as its file says: "deploy of ENG-7 by ann on web-1 since … (pid 4711)"."""
    # The holder writes its name a moment after it has won.
    for _ in range(10):
        entry = durable.read_json(path) or {}
        if entry:
            break
        time.sleep(0.02)
    else:
        return "someone who left no name"
    what, user, host, since, pid = (
        str(entry.get(key, "?")) for key in ("what", "user", "host", "since", "pid")
    )
    return f"{what} by {user} on {host} since {since} (pid {pid})"


def holder_of(path: str) -> str:
    """Who holds the lock file now; "" when it is free."""
    return describe(path) if held(path) else ""


def _refuse(path: str) -> NoReturn:
    raise Taken(describe(path))


def take(paths: list[str], entry: dict[str, object]) -> list[int]:
    """Hold every lock file for as long as the returned descriptors stay open; `entry` tells losers who it is.

    Raises Taken when one is held by someone else (then none is held), OSError when a file cannot be locked.
    """
    fds: list[int] = []
    try:
        for path in sorted({os.path.realpath(path) for path in paths}):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            fds.append(os.open(path, _FLAGS, 0o600))
            if not lock_soon(fds[-1], 0.2):
                _refuse(path)
            os.ftruncate(fds[-1], 0)
            # A full disk must not stop a rollback: the lock counts, the name in it is a help.
            with contextlib.suppress(OSError):
                os.pwrite(fds[-1], durable.encode(entry), 0)
    except BaseException:
        release(fds)
        raise
    return fds


def release(fds: list[int]) -> None:
    """Let go of locks that were taken, and empty their files."""
    while fds:
        fd = fds.pop()
        if try_lock(fd):
            with contextlib.suppress(OSError):
                os.ftruncate(fd, 0)
        os.close(fd)
