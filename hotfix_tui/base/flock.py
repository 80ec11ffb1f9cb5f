"""Kernel locks on open files: released the moment the last process holding them is gone, so none is ever stale.

Standard library only: the supervisor imports this module without the rest of the package.
"""

import contextlib
import errno
import fcntl
import os
import time

_UNSUPPORTED = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


def unsupported(error: OSError) -> bool:
    """Return whether `error` says that the file system does not support locks."""
    return error.errno in _UNSUPPORTED


def try_lock(fd: int, *, shared: bool = False) -> bool:
    """Lock an open file without waiting; False when another holds it. Raises OSError where flock is missing."""
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno == errno.EACCES:
            return False
        raise
    return True


def lock_soon(fd: int, seconds: float) -> bool:
    """Lock an open file, giving a holder that only reads, or is about to end, a moment to let go."""
    until = time.monotonic() + seconds
    while not try_lock(fd):
        if time.monotonic() >= until:
            return False
        time.sleep(0.01)
    return True


def unlock(fd: int) -> None:
    """Release the lock, also for processes that inherited `fd`, and close it."""
    with contextlib.suppress(OSError):
        fcntl.flock(fd, fcntl.LOCK_UN)
    with contextlib.suppress(OSError):
        os.close(fd)
