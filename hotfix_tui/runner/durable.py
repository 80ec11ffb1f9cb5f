"""Small files that survive a crash: written whole and synced, or not at all.

Standard library only: the supervisor imports this module without the rest of the package.
"""

import contextlib
import errno
import fcntl
import json
import os
import stat
import sys
from typing import Any

_LARGEST = 16_000_000
"""Bytes: the specification of a run holds arguments and texts; nothing that is written here comes near."""
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)


def sync(fd: int) -> None:
    """Force a file or folder to the disk; on macOS through the drive's own cache as well.

    Raises OSError when the data may not be stored.
    """
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY):
                raise
    os.fsync(fd)


def sync_folder(path: str) -> None:
    """Make the names in a folder durable. File systems that cannot sync a folder are let be."""
    fd = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(fd)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Write every byte, however often the system takes only a part."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _temporary(path: str, data: bytes) -> str:
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    fd = os.open(temporary, flags, 0o600)
    try:
        try:
            write_all(fd, data)
            sync(fd)
        finally:
            os.close(fd)
    except BaseException:
        _forget(temporary)
        raise
    return temporary


def _forget(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def replace(path: str, data: bytes) -> None:
    """Put `data` (mode 0600) at `path`, over whatever is there; a reader sees the old or the new, whole.

    Raises OSError; then the old file is untouched.
    """
    temporary = _temporary(path, data)
    try:
        os.rename(temporary, path)
    except BaseException:
        _forget(temporary)
        raise
    sync_folder(os.path.dirname(path))


def create(path: str, data: bytes) -> None:
    """Put `data` (mode 0600) at `path`, which must not exist yet.

    Raises FileExistsError when someone else was first, OSError when it cannot be stored.
    """
    temporary = _temporary(path, data)
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # No hard links here: an exclusive name first, then the content over it.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        os.rename(temporary, path)
    finally:
        _forget(temporary)
    sync_folder(os.path.dirname(path))


def reserve(path: str, size: int) -> None:
    """Occupy `size` bytes of the disk, so that `spend` still works when the disk is full.

    Not synced: the space is claimed by the write, and after a power cut nobody is left to spend it.
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        write_all(fd, b"\n" * size)
    finally:
        os.close(fd)


def overwrite(path: str, data: bytes) -> None:
    """Put `data` into an existing file in place: needs no free block, but is torn by a crash."""
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        write_all(fd, data)
        os.ftruncate(fd, len(data))
        sync(fd)
    finally:
        os.close(fd)


def spend(reserved: str, path: str, data: bytes) -> None:
    """Turn the file made by `reserve` into `path` holding `data`: needs no free block.

    On file systems that never overwrite in place the reserved blocks are freed first.
    Raises OSError when even that was not enough.
    """
    try:
        overwrite(reserved, data)
        os.rename(reserved, path)
    except OSError:
        _forget(reserved)
        replace(path, data)
        return
    sync_folder(os.path.dirname(path))


def encode(value: dict[str, Any]) -> bytes:
    """JSON in ASCII, so that names which are not UTF-8 (lone surrogates) survive."""
    return (json.dumps(value, indent=1) + "\n").encode("ascii")


def read_bytes(path: str) -> bytes:
    """A whole small file, read by the system's calls alone (pathlib would double the supervisor's start).

    Never waits and never fills the memory. Raises OSError, and ValueError for what is no plain file of a size that
    is written here.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise ValueError("it is a symbolic link") from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise ValueError("it is no regular file")
        parts = []
        left = _LARGEST
        while part := os.read(fd, 1 << 16):
            parts.append(part)
            left -= len(part)
            if left < 0:
                raise ValueError(f"it holds more than {_LARGEST} bytes")
        return b"".join(parts)
    finally:
        os.close(fd)


def read_json(path: str) -> dict[str, Any] | None:
    """The table in a JSON file; None when it is absent; {} when it holds no table or is no plain file."""
    try:
        value = json.loads(read_bytes(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
