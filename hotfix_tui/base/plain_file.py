"""Reading files that somebody else may have put there: only plain files, never blocking, always bounded.

A FIFO would block for ever, a device fill the memory, a link lead elsewhere: all of them are an OSError here, like
a missing file. Standard library only: the supervisor imports this module without the rest of the package.
"""

import errno
import json
import os
import stat
from typing import Any, BinaryIO

LARGEST = 16_000_000
"""Size limit in bytes for small files; what the wizard itself writes comes nowhere near."""


def opened(path: str, *, follow: bool = False) -> BinaryIO:
    """Open the plain file at `path` for reading; a symbolic link only with `follow`. Raises OSError."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    fd = os.open(path, flags if follow else flags | os.O_NOFOLLOW)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", path)
        return open(fd, "rb")
    except BaseException:
        os.close(fd)
        raise


def read(path: str, limit: int = LARGEST, *, follow: bool = False) -> bytes:
    """Return the first `limit` bytes of the plain file at `path`. Raises OSError."""
    with opened(path, follow=follow) as file:
        return file.read(limit) or b""  # a /proc file with nothing ready yet


def read_tail(path: str, length: int) -> bytes:
    """Return the last `length` bytes of the plain file at `path`, or all of a shorter one. Raises OSError."""
    with opened(path) as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - length))
        return file.read(length)


def read_table(path: str, limit: int = LARGEST) -> dict[str, Any]:
    """Return the table in the JSON file at `path`; empty for anything else. Never raises because of the content."""
    try:
        table = json.loads(read(path, limit))
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}
