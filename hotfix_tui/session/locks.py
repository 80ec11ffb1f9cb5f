"""The lock of one incident, held for one change; whoever times out is told who holds it.

It is a kernel lock on an open file, so it ends with the process that holds it: none can be left behind.

Apart from `store`: who holds an incident, and who waits for it, does not depend on what is stored.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from hotfix_tui.base import flock
from hotfix_tui.session.errors import Locked, NoLocks, SaveFailed, reason

NAME = "session.lock"
QUEUE = "session.queue"
"""Held by whoever is next in line, only while waiting."""
WAIT = 10.0
"""Seconds after which a change stops waiting for another one."""

_CLOSED = -1
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.01


@contextmanager
def held(folder: str, subject: str, who: str, since: datetime, *, wait: float = WAIT) -> Iterator[None]:
    """Hold the lock of the incident in `folder` while the block runs.

    `subject` names it in sentences; `who` and `since` are recorded for those who wait. `wait` is in seconds.
    Raises Locked after `wait`, NoLocks if the file system has none, SaveFailed if the file cannot be opened.
    """
    path = os.path.join(folder, NAME)
    deadline = time.monotonic() + wait
    queue = _open(os.path.join(folder, QUEUE), subject)
    try:
        fd = _open(path, subject)
        try:
            # Whoever is next holds the queue lock meanwhile, so that a script in a loop cannot overtake.
            _take(queue, fd, subject, path, deadline)
            _take(fd, fd, subject, path, deadline)
            queue = _close(queue)
            _write_holder(fd, who, since)
            yield
        finally:
            # Closing releases the lock. The files stay: two processes must never lock different files of the
            # same name.
            _close(fd)
    finally:
        _close(queue)


def _open(path: str, subject: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except OSError as error:
        raise SaveFailed(f"{subject} cannot be changed: {reason(error)} ({path}).") from error


def _close(fd: int) -> int:
    """Close `fd` unless already closed, and return the value that means closed."""
    try:
        if fd != _CLOSED:
            os.close(fd)
    except OSError:
        # Only a name in a sentence was not written; the change itself is on disk or has reported why not.
        pass
    return _CLOSED


def _take(fd: int, holder: int, subject: str, path: str, deadline: float) -> None:
    """Lock `fd`, waiting until `deadline` of the monotonic clock; `holder` is the file that names the holder."""
    pause = _FIRST_PAUSE
    while True:
        try:
            if flock.try_lock(fd):
                return
        except OSError as error:
            if flock.unsupported(error):
                raise NoLocks(
                    f"{subject} cannot be changed: the file system of {path} has no locks "
                    f"({reason(error)}). If nobody else works on it, run again with --no-lock."
                ) from error
            raise SaveFailed(f"{subject} cannot be changed: {reason(error)} ({path}).") from error
        if time.monotonic() >= deadline:
            raise Locked(f"{subject} is being changed{_holder(holder)}; try again when that has ended.")
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _write_holder(fd: int, who: str, since: datetime) -> None:
    """Write who holds the lock. It is only used in a sentence, so a full disk must not stop the change."""
    fields = {
        "pid": str(os.getpid()),
        "host": os.uname().nodename,
        "tty": _terminal(),
        "user": who,
        "since": since.isoformat(),
    }
    text = "".join(f"{key}={' '.join(value.split())}\n" for key, value in fields.items())
    try:
        os.pwrite(fd, text.encode("utf-8", "backslashreplace"), 0)
        os.ftruncate(fd, len(text.encode("utf-8", "backslashreplace")))
    except OSError:
        pass


def _terminal() -> str:
    for fd in (0, 1, 2):
        try:
            return os.ttyname(fd).removeprefix("/dev/")
        except OSError:
            continue
    return ""


def _holder(fd: int) -> str:
    """Return `` by ann on pts/3 since 14:02 (pid 4711)`` from what the holder wrote, as far as present."""
    try:
        text = os.pread(fd, 4096, 0).decode("utf-8", "replace")
    except OSError:
        text = ""
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    parts = [f" by {fields['user']}"] if fields.get("user") else [" elsewhere"]
    if fields.get("tty"):
        parts.append(f" on {fields['tty']}")
    if fields.get("host") and fields["host"] != os.uname().nodename:
        parts.append(f" of {fields['host']}")
    try:
        parts.append(f" since {datetime.fromisoformat(fields['since']).astimezone():%H:%M}")
    except (KeyError, ValueError, OverflowError):
        pass
    if fields.get("pid"):
        parts.append(f" (pid {fields['pid']})")
    return "".join(parts)
