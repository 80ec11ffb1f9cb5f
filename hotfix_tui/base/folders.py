"""Folders and files of our own: private to the user, and never reached through a symbolic link.

A clone, an archive or a colleague can put a link where the wizard keeps its files. Whatever writes there checks
first.
"""

import os
import stat

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def linked(top: str, path: str) -> str:
    """Return the first symbolic link among `top` and the names below it, down to `path`; empty when there is none.

    A missing name is no link. `path` is `top` or lies below it.
    """
    parts = os.path.relpath(path, top).split(os.sep)
    here = top
    for part in (".", *parts):
        here = here if part == "." else os.path.join(here, part)
        try:
            if stat.S_ISLNK(os.lstat(here).st_mode):
                return here
        except (FileNotFoundError, NotADirectoryError):
            return ""
    return ""


def make(path: str) -> None:
    """Make the folder `path` and its missing parents, each private to the user. Raises OSError."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent and parent != path:
        make(parent)
    try:
        os.mkdir(path, PRIVATE_FOLDER)
    except FileExistsError:
        if not os.path.isdir(path):
            raise


def put(path: str, data: bytes) -> None:
    """Write one of our files as a whole, private to the user; a link of that name is replaced. Raises OSError."""
    part = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.part"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(part, flags, PRIVATE_FILE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        try:
            os.unlink(part)
        except OSError:
            pass  # it was never made, or already has its name
        raise
