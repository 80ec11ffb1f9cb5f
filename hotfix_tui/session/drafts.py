"""Text being typed, kept next to the record so that a lost connection loses at most a second of it.

Apart from `store`: a draft has neither lock nor revision, because losing one costs a second of typing.
"""

import os

from hotfix_tui.base import durable
from hotfix_tui.session.errors import SaveFailed, reason

FOLDER = "drafts"
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_LARGEST = 4_000_000
_LONGEST = 200


def write(folder: str, name: str, text: str, *, fs: durable.Disk = os) -> None:
    """Store `text` as the draft `name` of the incident in `folder`; on disk on return. Raises SaveFailed."""
    path = _path(folder, name)
    try:
        durable.make_directory(os.path.dirname(path), fs=fs)
        durable.replace(path, text.encode("utf-8", "surrogatepass"), backup=False, fs=fs)
    except OSError as error:
        raise SaveFailed(f"The draft in {path} was not saved: {reason(error)}.") from error


def read(folder: str, name: str) -> str | None:
    """Return the draft `name`, or None if there is no readable one."""
    try:
        data = durable.read_regular(_path(folder, name), _LARGEST)
    except (OSError, ValueError):
        return None
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def drop(folder: str, name: str) -> None:
    """Delete the draft `name`; it need not exist. Raises SaveFailed."""
    path = _path(folder, name)
    try:
        os.unlink(path)
        durable.sync_directory(os.path.dirname(path))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise SaveFailed(f"The draft in {path} was not removed: {reason(error)}.") from error


def names(folder: str) -> list[str]:
    """Return the names of the drafts of the incident in `folder`, sorted."""
    try:
        files = os.listdir(os.path.join(folder, FOLDER))
    except OSError:
        return []
    return sorted(_unquote(name) for name in files if not name.startswith("."))


def _path(folder: str, name: str) -> str:
    """Return the path of the draft `name`: any text gives one path-safe name, and no two texts give the same.

    Raises ValueError for a name that is empty or gives more than 200 bytes.
    """
    raw = name.encode("utf-8", "surrogatepass")
    safe = "".join(chr(byte) if byte in _SAFE else f"%{byte:02X}" for byte in raw)
    if safe.startswith("."):
        safe = "%2E" + safe[1:]
    if not safe or len(safe) > _LONGEST:
        raise ValueError("a draft needs a name of at most 200 bytes")
    return os.path.join(folder, FOLDER, safe)


def _unquote(name: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(name).decode("utf-8", "replace")
