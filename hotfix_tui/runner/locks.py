"""Locks for actions that must not run twice at once: one production action per remote, one push per branch.

A lock belongs to the action, not to the process that supervises it: the commands inherit the open lock file, so it
is held until the last of them is gone, even if the supervisor is killed. For programs that close what they inherit
(sudo, Go) the file also names the run: whoever gets a lock whose holder left its name checks whether that run
still lives. Standard library only: the supervisor imports this module without the rest of the package.
"""

import contextlib
import errno
import os
import time
from typing import NamedTuple

from hotfix_tui.base import durable, folders
from hotfix_tui.base.errors import HotfixError
from hotfix_tui.base.flock import lock_soon, try_lock, unlock
from hotfix_tui.runner import processes

CLAIM = "claimed"
"""Created in a run's folder by whoever starts the run, or calls it off, on a file system without locks."""
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_PATIENCE = 0.2


class Taken(HotfixError):
    """The lock is held by someone else; the text says by whom."""


class Held(NamedTuple):
    """Held locks: their open files, inherited by the commands of the action, and those that could not be taken."""

    fds: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    """One clause for each lock file that could not be locked and was skipped."""


def claim(folder: str) -> bool:
    """Return whether this process is the first to claim the run in `folder`: replaces a lock where there are none."""
    path = os.path.join(folder, CLAIM)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    except FileExistsError:
        return False
    return True


def held(path: str) -> bool:
    """Return whether anyone holds the lock file exclusively. Creates nothing; raises OSError where flock is
    missing.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            return False  # a link is not one of our locks, and `take` refuses it
        raise
    try:
        return not try_lock(fd, shared=True)
    finally:
        os.close(fd)


def describe(path: str) -> str:
    """Return who holds a lock, as its file says: "deploy of ENG-7 by ann on web-1 since … (pid 4711)"."""
    # The holder writes its name shortly after it gets the lock.
    for _ in range(10):
        entry = durable.read_json(path) or {}
        if entry:
            return _named(entry)
        time.sleep(0.02)
    return "someone who left no name"


def take(paths: list[str], entry: dict[str, object], *, lenient: bool = False) -> Held:
    """Hold every lock file until `release`; `entry` tells others who we are, and its ``run`` where the action is.

    A file that cannot be locked (a file system without locks, a read-only folder) is skipped as long as another
    one is held, or with `lenient`. Raises Taken when one is held by someone else, OSError when no file can be
    locked; then none is held.
    """
    fds: list[int] = []
    named: list[int] = []
    missing: list[str] = []
    problem: OSError | None = None
    try:
        for path in sorted({_real(path) for path in paths}):
            try:
                fd = _open(path)
                fds.append(fd)
                won = lock_soon(fd, _PATIENCE)
            except OSError as error:
                problem = error
                missing.append(f"{path}: {error.strerror}")
                continue
            if not won:
                raise Taken(describe(path))
            _refuse_for_the_living(path)
            named.append(fd)
            _write(fd, entry)
        if problem is not None and not named and not lenient:
            raise problem
    except BaseException:
        _let_go(fds, named)
        raise
    for fd in set(fds) - set(named):
        os.close(fd)
    return Held(tuple(named), tuple(missing))


def release(locks: Held) -> None:
    """Release the locks and empty their files: the action is over, whatever it left running."""
    _let_go(list(locks.fds), list(locks.fds))


def _real(path: str) -> str:
    """Return the canonical path of a lock file. Links further up are followed, never the file or its own folder."""
    folder, name = os.path.split(path)
    return path if os.path.islink(folder) else os.path.join(os.path.realpath(folder), name)


def _open(path: str) -> int:
    folder = os.path.dirname(path)
    if os.path.islink(folder):
        raise OSError(errno.ELOOP, "it is a symbolic link", folder)
    folders.make(folder)
    return os.open(path, _FLAGS, 0o600)


def _write(fd: int, entry: dict[str, object]) -> None:
    data = durable.encode(entry)
    try:
        os.pwrite(fd, data, 0)
        os.ftruncate(fd, len(data))
    except OSError:
        # A full disk must not stop a rollback: the lock is what matters, the name in it is only a help.
        with contextlib.suppress(OSError):
            os.ftruncate(fd, 0)


def _let_go(fds: list[int], named: list[int]) -> None:
    for fd in fds:
        if fd in named:
            with contextlib.suppress(OSError):
                os.ftruncate(fd, 0)
        unlock(fd)


def _refuse_for_the_living(path: str) -> None:
    """Raise Taken if the run named by the last holder, who did not release the lock, still has living processes."""
    entry = durable.read_json(path) or {}
    if _survivors(entry):
        raise Taken(_named(entry))


def _survivors(entry: dict[str, object]) -> list[int]:
    """Return the living pids of the action that `entry` names, if its supervisor is gone without recording an end."""
    run = entry.get("run")
    if not isinstance(run, str) or durable.read_json(os.path.join(run, "exit.json")):
        return []
    status = durable.read_json(os.path.join(run, "status.json"))
    return processes.survivors(run, status) if status else []


def _named(entry: dict[str, object]) -> str:
    what, user, host, since, pid = (
        str(entry.get(key, "?")) for key in ("what", "user", "host", "since", "pid")
    )
    text = f"{what} by {user} on {host} since {since} (pid {pid})"
    if pid.isdigit() and processes.start_time(int(pid)):
        return text
    left = ", ".join(map(str, _survivors(entry)))
    return f"{text}; its supervisor is gone, its commands go on" + (f" (pid {left})" if left else "")
