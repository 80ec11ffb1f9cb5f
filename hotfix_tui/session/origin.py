"""Which records this user wrote here: a seal that only the holder of a key in the state folder can make.

A record can come with a clone (an embedded bare repository), an archive or a shared directory. Then it is only
data: it is shown, and nothing in it is run. The seal covers everything that can run something, so a manual edit
has to be trusted again.
"""

import os
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from hotfix_tui.base import durable, folders
from hotfix_tui.session import places
from hotfix_tui.session.errors import StoreError
from hotfix_tui.session.record import digest

KEY = "origin"
"""The key of the seal in a record."""

_FILE = "records.key"
_ACTING = ("id", "root", "config", "detected", "edited")
"""The parts of a record that can make the wizard run something, and where."""

_LARGEST = 4_000_000
_HEX = 64


def seal(doc: Mapping[str, object], folder: str) -> str:
    """Return the seal of `doc`, kept in the directory `folder`; empty if no key can be stored."""
    key = _key(make=True)[0]
    return _seal(doc, folder, key) if key else ""


def is_own(doc: dict[str, object], folder: str) -> bool:
    """Return whether this user's wizard wrote `doc`, kept in `folder`, or wrote everything in it that can run
    something.

    A record from a version without seals counts if this user owns its file, and its repository is in the list that
    such a version kept.
    """
    if not _owned(folder):
        return False
    key, before = _key(make=True)
    said = doc.get(KEY)
    if isinstance(said, str) and said:
        return bool(key) and _same(said, _seal(doc, folder, key))
    root = str(doc.get("root", ""))
    try:
        return root in before and os.path.realpath(os.path.dirname(folder)) in map(
            os.path.realpath, places.session_roots(root)
        )
    except StoreError:
        return False


def sealed(doc: dict[str, object], before: dict[str, object] | None, folder: str) -> dict[str, Any]:
    """Return `doc` with its seal, to be saved after `before` (None: a new record), which must be this user's own."""
    if before is not None and not is_own(before, folder):
        return doc
    made = seal(doc, folder)
    return {**doc, KEY: made} if made else doc


def _seal(doc: Mapping[str, object], folder: str, key: str) -> str:
    """Return the HMAC by its definition, using the digest that is already loaded: ``hmac`` would load OpenSSL."""
    secret = bytes.fromhex(key).ljust(64, b"\0")
    acting = {name: doc[name] for name in _ACTING if doc.get(name)}
    place = os.fsencode(os.path.realpath(folder))
    message = place + b"\0" + _canonical(acting).encode("utf-8", "surrogatepass")
    inner = digest(bytes(byte ^ 0x36 for byte in secret) + message)
    return digest(bytes(byte ^ 0x5C for byte in secret) + bytes.fromhex(inner))


def _canonical(value: object) -> str:
    """Return the same text for equal values, whatever the order of their keys."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{_canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return value.isoformat() if isinstance(value, datetime | date | time) else repr(value)


def _same(first: str, second: str) -> bool:
    """Compare two seals in constant time."""
    left, right = first.encode("utf-8", "replace"), second.encode()
    unequal = len(left) ^ len(right)
    for a, b in zip(left, right):
        unequal |= a ^ b
    return unequal == 0


def _owned(folder: str) -> bool:
    """Return whether the record in `folder`, if there is one, is owned by this user."""
    try:
        return os.lstat(os.path.join(folder, "session.toml")).st_uid == os.geteuid()
    except OSError:
        return not os.path.lexists(folder) or os.lstat(folder).st_uid == os.geteuid()


def _key(*, make: bool) -> tuple[str, list[str]]:
    """Return the key in hexadecimal and the repositories where a version without seals kept incidents.

    The list is frozen when the key is made: anything written later has a seal. The key is empty if none can be
    stored.
    """
    try:
        path = os.path.join(places.state_root(), _FILE)
    except StoreError:
        return "", []
    for _ in range(2):
        try:
            lines = durable.read_regular(path, _LARGEST).decode("utf-8", "surrogateescape").splitlines()
        except FileNotFoundError:
            if make and _make_key(path):
                continue
            return "", []
        except (OSError, ValueError):
            return "", []
        good = bool(lines) and len(lines[0]) == _HEX and not set(lines[0]) - set("0123456789abcdef")
        return (lines[0], lines[1:]) if good else ("", [])
    return "", []


def _make_key(path: str) -> bool:
    """Create the key file unless another process was first; return whether there may be one now."""
    listed = os.path.join(os.path.dirname(path), "repositories")
    try:
        seen = durable.read_regular(listed, _LARGEST).decode("utf-8", "surrogateescape").splitlines()
    except (OSError, ValueError):
        seen = []
    content = "\n".join([os.urandom(_HEX // 2).hex(), *seen, ""])
    part = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.part"
    try:
        folders.make(os.path.dirname(path))
        folders.put(part, content.encode("utf-8", "surrogateescape"))
        try:
            os.link(part, path)
        finally:
            os.unlink(part)
    except FileExistsError:
        return True
    except OSError:
        return False
    return True
