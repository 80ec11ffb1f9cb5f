"""Bytes that are on disk when the call returns, or not at all: durable replace, append and cut, for records and
runs.

Functions take `fs`, an object with the functions of `os`, so that a test can observe or break every call. Standard
library only, and little of it: the supervisor of a run imports this, and so does every shell prompt.
"""

import errno
import os
import stat
import sys
from collections.abc import Mapping
from typing import Protocol

from hotfix_tui.base.errors import reason

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700

_NO_FULL_SYNC = (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY)
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)
_NO_DIRECTORY_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)
_BLOCK = 1 << 16
_LARGEST = 16_000_000
"""Size limit in bytes of a run's files: the specification holds arguments and texts, and nothing else comes close."""


class Disk(Protocol):
    """The functions of `os` that records are stored with."""

    def open(self, path: str, flags: int, mode: int = ..., /) -> int: ...
    def close(self, fd: int, /) -> None: ...
    def read(self, fd: int, length: int, /) -> bytes: ...
    def pread(self, fd: int, length: int, offset: int, /) -> bytes: ...
    def write(self, fd: int, data: memoryview, /) -> int: ...
    def fsync(self, fd: int, /) -> None: ...
    def fchmod(self, fd: int, mode: int, /) -> None: ...
    def fstat(self, fd: int, /) -> os.stat_result: ...
    def lstat(self, path: str, /) -> os.stat_result: ...
    def ftruncate(self, fd: int, length: int, /) -> None: ...
    def rename(self, src: str, dst: str, /) -> None: ...
    def link(self, src: str, dst: str, /) -> None: ...
    def unlink(self, path: str, /) -> None: ...
    def mkdir(self, path: str, mode: int = ..., /) -> None: ...


class Unconfirmed(OSError):
    """The new file is in place, but the disk did not confirm that it will survive a power cut."""


def replace(
    path: str, data: bytes, *, mode: int = PRIVATE_FILE, backup: bool = True, fs: Disk = os
) -> OSError | None:
    """Replace the content of the file at `path` with `data`, atomically and durably.

    A reader, or a machine that comes back after a power cut, finds the old content or the new one. With `backup`
    the old one is kept as ``NAME.bak``. A symbolic link is replaced itself, never its target. Returns why the
    backup could not be made, or None: a missing backup never stops a save. Raises OSError when the save failed and
    the file is unchanged, or Unconfirmed.
    """
    folder, temporary = os.path.dirname(path), _temporary(path)
    generation = path + ".bak.tmp"
    backup_failure = None
    try:
        _write_new(temporary, data, mode, fs)
        if backup:
            backup_failure = _keep_generation(path, generation, fs)
        fs.rename(temporary, path)
    except BaseException:
        _drop(temporary, fs)
        _drop(generation, fs)
        raise
    if backup and backup_failure is None:
        backup_failure = _name_backup(generation, path + ".bak", fs)
    try:
        sync_directory(folder, fs)
    except OSError as error:
        raise Unconfirmed(error.errno, reason(error)) from error
    return backup_failure


def append(path: str, data: bytes, *, mode: int = PRIVATE_FILE, fs: Disk = os) -> None:
    """Append `data` to the file at `path`, creating it if needed; on disk on return.

    Raises OSError, also for a symbolic link. Any part of `data` may then be in the file: the caller knows the old
    size and truncates.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        fd = fs.open(path, flags)
        made = False
    except FileNotFoundError:
        fd = fs.open(path, flags | os.O_CREAT | os.O_EXCL, mode)
        made = True
    try:
        if made:
            fs.fchmod(fd, mode)
        write_all(fd, data, fs)
        _sync(fd, fs)
    finally:
        fs.close(fd)
    if made:
        sync_directory(os.path.dirname(path), fs)


def cut(path: str, size: int, *, fs: Disk = os) -> None:
    """Truncate the file at `path` to `size` bytes; on disk on return. Raises OSError."""
    fd = fs.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        fs.ftruncate(fd, size)
        _sync(fd, fs)
    finally:
        fs.close(fd)


def create(path: str, data: bytes) -> None:
    """Put `data` at `path`, which must not exist yet, readable for its owner only.

    Raises FileExistsError when someone else was first, OSError when it cannot be stored.
    """
    temporary = _temporary(path)
    try:
        _write_new(temporary, data, PRIVATE_FILE, os)
        try:
            os.link(temporary, path)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            # No hard links here: take the name exclusively first, then replace its content.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
            os.close(os.open(path, flags, PRIVATE_FILE))
            os.rename(temporary, path)
    finally:
        _drop(temporary, os)
    sync_directory(os.path.dirname(path))


def reserve(path: str, size: int) -> None:
    """Reserve `size` bytes of disk space, so that `spend` still works when the disk is full.

    Not synced: the write itself claims the space, and after a power cut nobody is left to spend it.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    fd = os.open(path, flags, PRIVATE_FILE)
    try:
        write_all(fd, b"\n" * size)
    finally:
        os.close(fd)


def overwrite(path: str, data: bytes) -> None:
    """Write `data` into an existing file in place: needs no free block, but a crash can tear it."""
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        write_all(fd, data)
        os.ftruncate(fd, len(data))
        _sync(fd, os)
    finally:
        os.close(fd)


def spend(reserved: str, path: str, data: bytes) -> None:
    """Turn the file made by `reserve` into `path` holding `data`: needs no free block.

    On copy-on-write file systems the reserved blocks are freed first. Raises OSError when even that was not
    enough.
    """
    try:
        overwrite(reserved, data)
        os.rename(reserved, path)
    except OSError:
        _drop(reserved, os)
        replace(path, data, backup=False)
        return
    sync_directory(os.path.dirname(path))


def make_directory(path: str, *, fs: Disk = os) -> None:
    """Make the directory `path` and its missing parents, private to the user; on disk on return. Raises OSError."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent and parent != path:
        make_directory(parent, fs=fs)
    try:
        fs.mkdir(path, PRIVATE_DIRECTORY)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    sync_directory(parent, fs)


def read_regular(path: str, limit: int, *, follow: bool = False, fs: Disk = os) -> bytes:
    """Return the bytes of the regular file at `path`; a symbolic link is accepted only with `follow`.

    Never blocks (a FIFO is not waited for) and never reads more than `limit` bytes. Raises OSError, and ValueError
    with the reason when this is not a regular file or is larger than `limit`.
    """
    fd = _open_to_read(path, follow, fs)
    try:
        status = fs.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not a regular file")
        if status.st_size > limit:
            raise ValueError(f"it holds {status.st_size} bytes, more than it may")
        blocks = []
        left = limit
        while left > 0 and (block := fs.read(fd, min(left, 1 << 20))):
            blocks.append(block)
            left -= len(block)
        return b"".join(blocks)
    finally:
        fs.close(fd)


def read_end(path: str, length: int, *, fs: Disk = os) -> bytes:
    """Return the last `length` bytes of the regular file at `path`, or all of a shorter one.

    Raises OSError, and ValueError with the reason when this is not a regular file.
    """
    fd = _open_to_read(path, False, fs)
    try:
        status = fs.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not a regular file")
        length = min(length, status.st_size)
        blocks = []
        at = status.st_size - length
        while length > 0 and (block := fs.pread(fd, length, at)):
            blocks.append(block)
            at += len(block)
            length -= len(block)
        return b"".join(blocks)
    finally:
        fs.close(fd)


def encode(value: Mapping[str, object]) -> bytes:
    """Return `value` as ASCII JSON, so that names which are not UTF-8 (lone surrogates) survive."""
    import json  # shell prompts read records, which are not JSON

    return (json.dumps(value, indent=1) + "\n").encode("ascii")


def read_small(path: str) -> bytes:
    """Return the whole content of a run's file, or of a /proc entry. Raises OSError and ValueError like
    `read_regular`.
    """
    return read_regular(path, _LARGEST)


def read_json(path: str) -> dict[str, object] | None:
    """Return the table in a JSON file; None when it is absent; {} when it holds no table or is not a plain file."""
    import json

    try:
        value = json.loads(read_small(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def keep_copy(path: str, copy: str, *, fs: Disk = os) -> None:
    """Give the file at `path` the second name `copy`; anything but a regular file is moved there.

    Raises OSError.
    """
    if os.path.isfile(path) and not os.path.islink(path):
        _link_or_copy(path, copy, fs)
    else:
        fs.rename(path, copy)
    sync_directory(os.path.dirname(copy), fs)


def sync_directory(path: str, fs: Disk = os) -> None:
    """Make the names in the directory `path` durable, where the file system supports it. Raises OSError."""
    fd = fs.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _sync(fd, fs)
    except OSError as error:
        if error.errno not in _NO_DIRECTORY_SYNC:
            raise
    finally:
        fs.close(fd)


def _temporary(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")


def _open_to_read(path: str, follow: bool, fs: Disk) -> int:
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | (0 if follow else os.O_NOFOLLOW)
    try:
        return fs.open(path, flags)
    except OSError as error:
        # O_NOFOLLOW reports a link this way; on the BSDs it is EMLINK.
        if not follow and error.errno in (errno.ELOOP, errno.EMLINK):
            raise ValueError("it is a symbolic link") from error
        raise


def _write_new(path: str, data: bytes, mode: int, fs: Disk) -> None:
    fd = fs.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    try:
        # The umask may have removed bits.
        fs.fchmod(fd, mode)
        write_all(fd, data, fs)
        _sync(fd, fs)
    finally:
        fs.close(fd)


def write_all(fd: int, data: bytes, fs: Disk = os) -> None:
    """Write every byte, however often the system accepts only part of it."""
    view = memoryview(data)
    while view:
        view = view[fs.write(fd, view) :]


def _sync(fd: int, fs: Disk) -> None:
    if sys.platform == "darwin":
        import fcntl

        try:
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            return
        except OSError as error:
            if error.errno not in _NO_FULL_SYNC:
                raise
    fs.fsync(fd)


def _keep_generation(path: str, generation: str, fs: Disk) -> OSError | None:
    """Give the file at `path` the second name `generation`. It keeps its own throughout, so it is never absent."""
    try:
        _drop(generation, fs)
        if os.path.islink(path):
            return None
        _link_or_copy(path, generation, fs)
    except FileNotFoundError:
        return None
    except OSError as error:
        return error
    return None


def _name_backup(generation: str, backup: str, fs: Disk) -> OSError | None:
    """Make `generation` the backup. Only once the new file is in place: a failed save leaves the backup alone too."""
    try:
        fs.rename(generation, backup)
    except FileNotFoundError:
        return None
    except OSError as error:
        return error
    return None


def _link_or_copy(path: str, other: str, fs: Disk) -> None:
    try:
        fs.link(path, other)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _write_new(other, _whole(path, fs), PRIVATE_FILE, fs)


def _whole(path: str, fs: Disk) -> bytes:
    fd = fs.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        blocks = []
        while block := fs.read(fd, _BLOCK):
            blocks.append(block)
        return b"".join(blocks)
    finally:
        fs.close(fd)


def _drop(path: str, fs: Disk) -> None:
    try:
        fs.unlink(path)
    except OSError:
        # Missing is what we want; what cannot be removed is swept up later.
        pass
