"""The incidents of one repository on disk: reading, changing and listing their records.

A record is a plain TOML document; what its keys mean is decided elsewhere. Reading takes no lock and creates no
file. A change holds the lock of its incident, reads what is on disk, and is durable when `Change.commit` returns.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hotfix_tui.base import durable, folders
from hotfix_tui.base.text import one_line
from hotfix_tui.session import drafts, files, locks, origin, record, timeline, toml
from hotfix_tui.session.errors import Damaged, Exists, Missing, ReadOnly, SaveFailed, StoreError, reason
from hotfix_tui.session.listing import Summary, summary, unreadable

_ID_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_ID_LONGEST = 64


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class LoadedRecord(NamedTuple):
    """A record as it is on disk, with a document that the caller owns."""

    doc: dict[str, object]
    revision: int
    problem: str | None
    """A sentence for the screen: edited by hand, the previous save is shown, no backup could be made."""
    read_only: str | None
    """Why it must not be changed, or None."""
    path: str


class RecordChange:
    """One change in progress, with the lock held; made by `Store.changing`."""

    def __init__(self, store: "Store", incident: str, on_disk: files.RecordOnDisk) -> None:
        self._store = store
        self._incident = incident
        self._found = on_disk
        self.loaded = store._loaded(incident, on_disk)
        """The record that this change starts from."""
        self.doc = toml.copy(on_disk.doc)
        """A copy of its document, free to be changed."""
        self.open = True
        """Whether `commit` may still be called."""

    def commit(self, new_doc: Mapping[str, object], entries: list[dict[str, object]]) -> LoadedRecord:
        """Save `new_doc` and the timeline `entries` as the next revision; both are on disk on return.

        Raises SaveFailed, and the disk is then unchanged; ValueError or TypeError for a document that is not one
        of this incident, or that TOML cannot hold.
        """
        if not self.open:
            raise ValueError("this change has ended")
        self._found, loaded = self._store._save(self._incident, self._found, new_doc, entries)
        self.loaded = loaded
        return loaded


class Store:
    """The incidents below the directory `root`, which is created with the first of them.

    Those below `others` belong to it too: a repository that was once not writable, or is not now, has two places.
    `locking` False is for file systems without locks; `clock` gives UTC; `who` is shown to those who wait.
    `fs` has the functions of `os` that write, so that tests can watch or break them.
    """

    def __init__(
        self,
        root: str,
        *,
        locking: bool = True,
        clock: Callable[[], datetime] = utc_now,
        who: str,
        wait: float | None = None,
        fs: durable.Disk = os,
        others: Sequence[str] = (),
    ) -> None:
        self.root = root
        self._roots = (root, *others)
        self._locking = locking
        self._clock = clock
        self._who = who
        self._wait = wait
        self._fs = fs
        self._known: dict[str, files.RecordOnDisk] = {}
        self._swept: set[str] = set()

    @contextmanager
    def hurried(self, seconds: float) -> Iterator[None]:
        """Wait at most `seconds` for other changes while the block runs."""
        before, self._wait = self._wait, seconds
        try:
            yield
        finally:
            self._wait = before

    @property
    def locking(self) -> bool:
        """Whether changes take a lock: not with ``--no-lock``."""
        return self._locking

    def ids(self) -> list[str]:
        """Return the ids of all incidents here, damaged ones too, sorted. Raises Damaged if the root is unreadable."""
        return sorted({name for root in self._roots for name in _names(root) if self.exists(name)})

    def exists(self, id: str) -> bool:
        """Return whether there is an incident `id`, whatever the state of its files."""
        if not _is_id(id):
            return False
        return _holds_record(self.directory(id))

    def directory(self, id: str) -> str:
        """Return the directory of the incident `id`, which need not exist. Raises Missing for an invalid id."""
        if not _is_id(id):
            raise Missing(f"There is no incident {one_line(id, 80)!r} in {self.root}.")
        for root in self._roots[1:] and self._roots:
            if _holds_record(os.path.join(root, id)):
                return os.path.join(root, id)
        return os.path.join(self.root, id)

    def own(self, path: str) -> str:
        """Return `path`, which lies below `root`, after checking that no folder on the way is a link.

        Raises Damaged: what is written or read behind a link is not what it seems to be.
        """
        root = next((root for root in self._roots if path.startswith(root + os.sep)), self.root)
        if link := folders.linked(root, path):
            raise Damaged(
                f"{link} is a symbolic link, and incidents are never kept behind one: "
                "look where it leads, remove it, and put your own files in its place."
            )
        return path

    def document_directory(self, id: str) -> str:
        """Return where the incident's texts are written; the caller creates it."""
        return os.path.join(self.directory(id), "documents")

    def run_directory(self, id: str, n: int, step: str) -> str:
        """Return where the `n`-th run of the incident, of `step`, is kept; the caller creates it."""
        return os.path.join(self.directory(id), "runs", f"{n}-{step}")

    def create(self, doc: Mapping[str, object], entries: list[dict[str, object]]) -> LoadedRecord:
        """Save a new incident, whose id is ``doc["id"]``, as revision 1.

        Raises Exists, SaveFailed, Locked, and ValueError or TypeError as `Change.commit` does.
        """
        incident = doc.get("id")
        if not isinstance(incident, str) or not _is_id(incident):
            raise ValueError("the document has no id that can name a directory")
        if self.exists(incident):
            raise Exists(f"{incident} is here already, in {self.directory(incident)}.")
        folder = self.own(self.directory(incident))
        try:
            durable.make_directory(folder, fs=self._fs)
        except OSError as error:
            raise SaveFailed(
                f"{incident} was not saved: {folder} cannot be made: {reason(error)}."
            ) from error
        with self._lock(incident):
            if self.exists(incident):
                raise Exists(f"{incident} is here already, in {folder}.")
            _, loaded = self._save(incident, None, doc, entries)
            return loaded

    def load(self, id: str) -> LoadedRecord:
        """Return the record of `id` as it is on disk. Raises Missing or Damaged, whatever the bytes are."""
        loaded = self._loaded(id, self._read(id))
        if loaded.read_only is None and not os.access(folder := self.directory(id), os.W_OK | os.X_OK):
            loaded = loaded._replace(
                read_only=f"{folder} cannot be written now, so {id} can be looked at and not changed; "
                "a rollback still runs."
            )
        return loaded

    @contextmanager
    def changing(self, id: str) -> Iterator[RecordChange]:
        """Hold the lock of `id` and give a `Change` with what is on disk; leaving without commit changes nothing.

        Raises Missing, Damaged, Locked, ReadOnly (a newer version wrote it) or SaveFailed.
        """
        if not self.exists(id):
            raise Missing(f"There is no incident {one_line(id, 80)!r} in {self.root}.")
        with self._lock(id):
            on_disk = self._read(id)
            if on_disk.read_only:
                raise ReadOnly(on_disk.read_only)
            change = RecordChange(self, id, on_disk)
            try:
                yield change
            finally:
                change.open = False

    def timeline(self, id: str) -> tuple[list[dict[str, object]], str | None]:
        """Return the entries of all finished changes, oldest first, and what is wrong with the file, if anything.

        Raises Missing. If the record is damaged the entries are returned anyway.
        """
        path = os.path.join(self.own(self.directory(id)), timeline.NAME)
        # The record first: entries added while we read belong to later revisions, and are not shown.
        try:
            revision = files.acknowledged(self._read(id))
        except Damaged:
            revision = None
        try:
            return timeline.read(path, revision, fs=self._fs)
        except (OSError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else str(error)
            return [], f"The timeline {path} cannot be read: {why}. The record itself is not affected."

    def history(self, id: str) -> tuple[list[dict[str, Any]], str | None]:
        """Return the timeline for readers: like `timeline`, with values of the right types, in time order.

        Raises Missing.
        """
        entries, problem = self.timeline(id)
        usable, odd = timeline.usable(entries)
        if odd:
            path = os.path.join(self.directory(id), timeline.NAME)
            problem = f"{problem or f'The timeline {path} is not as it was written:'} {odd}."
        return usable, problem

    def draft_write(self, id: str, name: str, text: str) -> None:
        """Store `text`, which is being typed, as the draft `name`; on disk on return. Raises SaveFailed."""
        drafts.write(self._drafts(id), name, text, fs=self._fs)

    def draft_read(self, id: str, name: str) -> str | None:
        """Return the draft `name`, or None."""
        return drafts.read(self._drafts(id), name)

    def draft_drop(self, id: str, name: str) -> None:
        """Delete the draft `name`, which need not exist. Raises SaveFailed."""
        drafts.drop(self._drafts(id), name)

    def drafts(self, id: str) -> list[str]:
        """Return the names of all drafts of the incident, sorted."""
        return drafts.names(self._drafts(id))

    def _drafts(self, id: str) -> str:
        folder = self.directory(id)
        self.own(os.path.join(folder, drafts.FOLDER))
        return folder

    def listing(self) -> list[Summary]:
        """Return the summaries of all incidents, ordered by id; damaged ones with their problem."""
        return [self._summary(incident) for incident in self.ids()]

    def _summary(self, incident: str) -> Summary:
        try:
            return summary(self.own(self.directory(incident)), incident, fs=self._fs)
        except Damaged as problem:
            return unreadable(incident, str(problem))

    def stamp(self, id: str) -> tuple[int, int, int]:
        """Return values that change with every save: mtime in ns, size and inode of the record; zeros without one."""
        try:
            status = os.lstat(os.path.join(self.directory(id), files.RECORD))
        except OSError:
            return (0, 0, 0)
        return (status.st_mtime_ns, status.st_size, status.st_ino)

    @contextmanager
    def _lock(self, incident: str) -> Iterator[None]:
        folder = self.own(self.directory(incident))
        if not self._locking:
            yield
            return
        wait = locks.WAIT if self._wait is None else self._wait
        with locks.held(folder, incident, self._who, self._clock(), wait=wait):
            if incident not in self._swept:
                files.sweep(folder)
                self._swept.add(incident)
            yield

    def _read(self, incident: str) -> files.RecordOnDisk:
        folder = self.own(self.directory(incident))
        on_disk = files.read(folder, incident, self._known.get(incident), fs=self._fs)
        self._known[incident] = on_disk
        return on_disk

    def _loaded(self, incident: str, on_disk: files.RecordOnDisk) -> LoadedRecord:
        path = os.path.join(self.directory(incident), files.RECORD)
        return LoadedRecord(
            toml.copy(on_disk.doc), int(on_disk.doc["revision"]), on_disk.problem, on_disk.read_only, path
        )

    def _save(
        self,
        incident: str,
        before: files.RecordOnDisk | None,
        new_doc: Mapping[str, object],
        entries: list[dict[str, object]],
    ) -> tuple[files.RecordOnDisk, LoadedRecord]:
        """Write the revision after `before`, with the lock held; return it as found on disk and as loaded."""
        if new_doc.get("id") != incident:
            raise ValueError(f"the document is not that of {incident}")
        folder = self.directory(incident)
        doc = toml.plain(new_doc)
        if before is not None and before.from_backup:
            before = files.restore(folder, before, self._clock(), fs=self._fs)
        doc = origin.sealed(doc, before.doc if before else None, folder)
        doc["schema"] = record.SCHEMA
        doc["revision"] = int(before.doc["revision"]) + 1 if before else 1
        tables = timeline.encode(entries, doc["revision"])
        data, failure = files.write(folder, doc, tables, before, self._clock(), fs=self._fs)
        on_disk = files.RecordOnDisk(doc, data, None, None, False, True)
        self._known[incident] = on_disk
        loaded = self._loaded(incident, on_disk)
        if failure is not None:
            problem = f"{loaded.path} is saved, but its backup could not be made: {reason(failure)}."
            loaded = loaded._replace(problem=problem)
        return on_disk, loaded


def _names(root: str) -> list[str]:
    """Return the names in the directory `root`, nothing if it does not exist. Raises Damaged if it is not
    readable.
    """
    try:
        return os.listdir(root)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise Damaged(
            f"The incidents in {root} cannot be listed: {reason(error)}. "
            "Make it readable for you, then try again."
        ) from error


def _holds_record(folder: str) -> bool:
    return any(_may_be_there(os.path.join(folder, name)) for name in (files.RECORD, files.BACKUP))


def _may_be_there(path: str) -> bool:
    """Return whether there is something at `path`, or a directory above is unreadable, as after a run with sudo."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _is_id(text: str) -> bool:
    return (
        0 < len(text) <= _ID_LONGEST
        and text[0] not in "._-"
        and all(letter in _ID_LETTERS for letter in text)
    )


__all__ = ["LoadedRecord", "RecordChange", "Store", "StoreError", "Summary", "utc_now"]
