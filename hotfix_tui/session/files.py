"""One incident's directory: reading its record, whatever the bytes are, and saving a change of it."""

import errno
import os
import time
from datetime import datetime
from typing import Any, NamedTuple

from hotfix_tui.base import durable
from hotfix_tui.session import record, timeline
from hotfix_tui.session.errors import Damaged, Missing, SaveFailed, reason

RECORD = "session.toml"
BACKUP = "session.toml.bak"
_OLD = 3600.0
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)


class RecordOnDisk(NamedTuple):
    """A record as it is on disk. `data` is its bytes; `from_backup` and `clean` say where from and how intact."""

    doc: dict[str, Any]
    data: bytes
    problem: str | None
    read_only: str | None
    from_backup: bool
    clean: bool
    """The file is exactly as the store wrote it; otherwise its bytes are kept when it is replaced."""
    why: str = ""
    """The problem as a clause, if the file itself cannot be used."""


def read(
    folder: str, incident: str, known: RecordOnDisk | None = None, *, fs: durable.Disk = os
) -> RecordOnDisk:
    """Return the record in `folder`, or the save before it when that is torn, gone or not a file.

    `known` is an earlier result, returned again if the bytes are the same. Raises Missing and Damaged, nothing
    else.
    """
    path = os.path.join(folder, RECORD)
    try:
        data = durable.read_regular(path, record.LARGEST, fs=fs)
        if known is not None and known.clean and known.data == data:
            return known
        parsed = record.parse(data, incident)
    except OSError as error:
        if error.errno in _NOT_THERE:
            return _read_backup(folder, incident, path, "it is gone", fs)
        raise Damaged(
            f"{path} cannot be read: {reason(error)}. Make it readable for you, then try again."
        ) from error
    except ValueError as error:
        return _read_backup(folder, incident, path, str(error), fs)
    problem = (
        f"{path} {parsed.problem}. Check what it says; {BACKUP} next to it is the previous save."
        if parsed.problem
        else None
    )
    return RecordOnDisk(parsed.doc, data, problem, parsed.read_only, False, parsed.problem is None)


def _read_backup(folder: str, incident: str, path: str, why: str, fs: durable.Disk) -> RecordOnDisk:
    backup = os.path.join(folder, BACKUP)
    try:
        data = durable.read_regular(backup, record.LARGEST, fs=fs)
        parsed = record.parse(data, incident)
    except OSError as error:
        if error.errno in _NOT_THERE and not os.path.lexists(path):
            raise Missing(f"There is no incident {incident} in {os.path.dirname(folder)}.") from error
        raise Damaged(_no_way_back(path, why, folder), why) from error
    except ValueError as error:
        raise Damaged(_no_way_back(path, why, folder), why) from error
    problem = (
        f"{path} cannot be used: {why}. What is shown is the save before it, revision {parsed.doc['revision']}; "
        "check what was done since."
    )
    return RecordOnDisk(parsed.doc, data, problem, parsed.read_only, True, False, why)


def _no_way_back(path: str, why: str, folder: str) -> str:
    return (
        f"{path} cannot be used: {why}; and there is no good {BACKUP} next to it. "
        f"Put a good copy in its place, or move {folder} away and start the incident again."
    )


def write(
    folder: str,
    doc: dict[str, object],
    entries: bytes,
    previous: RecordOnDisk | None,
    now: datetime,
    *,
    fs: durable.Disk = os,
) -> tuple[bytes, OSError | None]:
    """Save `doc` with its timeline `entries`; the lock is held. Returns the bytes, and why there is no backup if
    so.

    `previous` is the record that `doc` follows, None for a new one. The timeline grows first: until the record is
    replaced, its new entries are invisible. Raises SaveFailed; the record and its backup are then unchanged.
    """
    path = os.path.join(folder, RECORD)
    data = record.encode(doc)
    if len(data) > record.LARGEST:
        raise SaveFailed(
            f"{path} was not saved: it would hold {len(data)} bytes, more than is ever read back."
        )
    end = None
    try:
        end = _prepare_timeline(folder, previous, now, fs)
        if entries:
            durable.append(os.path.join(folder, timeline.NAME), entries, fs=fs)
        if previous is not None and not previous.clean:
            _keep_bad(path, now, fs)
        failure = durable.replace(path, data, backup=previous is not None and previous.clean, fs=fs)
    except durable.Unconfirmed as error:
        # The new record is in place, so its timeline entries must stay too.
        raise SaveFailed(
            f"{path} is written, but the disk did not confirm it: {reason(error)}. Look before you try again."
        ) from error
    except (OSError, ValueError) as error:
        if end is not None and entries:
            _take_back(os.path.join(folder, timeline.NAME), end, fs)
        raise SaveFailed(_not_saved(path, error)) from error
    return data, failure


def _not_saved(path: str, error: Exception) -> str:
    why = reason(error) if isinstance(error, OSError) else str(error)
    return f"{path} was not saved: {why}. The record is as it was before this change."


def _prepare_timeline(folder: str, previous: RecordOnDisk | None, now: datetime, fs: durable.Disk) -> int:
    """Cut off what an unfinished change left in the timeline, and return its size.

    Without the cut, entries that were never acknowledged would become part of this change.
    """
    path = os.path.join(folder, timeline.NAME)
    revision = acknowledged(previous)
    try:
        end = timeline.find_end(path, revision, fs=fs)
        if not end.sound:
            return _repair(path, revision, now, fs)
    except ValueError:
        return _repair(path, revision, now, fs)
    size = _size(path, fs)
    if size > end.size:
        durable.cut(path, end.size, fs=fs)
    return end.size


def acknowledged(previous: RecordOnDisk | None) -> int | None:
    """Return the revision up to which timeline entries count; None: all of them.

    The entries of the lost save were acknowledged, so with a record from the backup all of them count.
    """
    if previous is None:
        return 0
    return None if previous.from_backup else int(previous.doc["revision"])


def restore(folder: str, backup: RecordOnDisk, now: datetime, *, fs: durable.Disk = os) -> RecordOnDisk:
    """Replace the damaged record by `backup`, which came from the backup; the damaged bytes are kept.

    It gets the revision of the save that was lost, so that its timeline entries stay acknowledged and those of the
    next change are not out of order. The lock is held. Raises SaveFailed.
    """
    path = os.path.join(folder, RECORD)
    revision = int(backup.doc["revision"]) + 1
    try:
        revision = max(revision, timeline.find_end(os.path.join(folder, timeline.NAME), None, fs=fs).revision)
    except (OSError, ValueError):
        # An unreadable file cannot hold entries that count.
        pass
    doc = {**backup.doc, "revision": revision}
    data = record.encode(doc)
    try:
        _keep_bad(path, now, fs)
        durable.replace(path, data, backup=False, fs=fs)
    except OSError as error:
        raise SaveFailed(_not_saved(path, error)) from error
    return RecordOnDisk(doc, data, None, None, False, True)


def _repair(path: str, revision: int | None, now: datetime, fs: durable.Disk) -> int:
    """Keep the damaged timeline under another name, rewrite what is readable of it, and return its size."""
    try:
        data = durable.read_end(path, timeline.LARGEST, fs=fs)
    except ValueError:
        data = b""
    entries, _, _ = timeline.parse(data, revision)
    durable.keep_copy(path, _bad_name(path, now), fs=fs)
    content = b"".join(timeline.encode([entry], entry["revision"]) for entry in entries)
    durable.replace(path, content, backup=False, fs=fs)
    return len(content)


def _keep_bad(path: str, now: datetime, fs: durable.Disk) -> None:
    if os.path.lexists(path):
        durable.keep_copy(path, _bad_name(path, now), fs=fs)


def _bad_name(path: str, now: datetime) -> str:
    stem = f"{path}.bad-{now:%Y%m%dT%H%M%SZ}"
    name, number = stem, 2
    while os.path.lexists(name):
        name, number = f"{stem}-{number}", number + 1
    return name


def _take_back(path: str, size: int, fs: durable.Disk) -> None:
    try:
        if _size(path, fs) > size:
            durable.cut(path, size, fs=fs)
    except OSError:
        # Readers skip these entries, and the next change cuts them off.
        pass


def _size(path: str, fs: durable.Disk) -> int:
    try:
        return int(fs.lstat(path).st_size)
    except FileNotFoundError:
        return 0


def sweep(folder: str) -> None:
    """Remove temporary files older than an hour that killed saves left in `folder`; the lock is held."""
    oldest = time.time() - _OLD
    for place in (folder, os.path.join(folder, "drafts")):
        try:
            if os.path.islink(place):
                continue
            with os.scandir(place) as names:
                for item in names:
                    if not (item.name.startswith(".") and item.name.endswith(".tmp")):
                        continue
                    if (
                        item.is_file(follow_symlinks=False)
                        and item.stat(follow_symlinks=False).st_mtime < oldest
                    ):
                        os.unlink(item.path)
        except OSError:
            # They only take up space.
            continue
