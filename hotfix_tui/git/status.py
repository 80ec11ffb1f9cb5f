"""What has changed in a worktree, from one call of `git status`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hotfix_tui.base import plain_file
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git

_FILES = (b"100644", b"100755")


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """One tracked path that differs from HEAD.

    `path` is text with surrogates for bytes that are not UTF-8 (`os.fsencode` gives the bytes back). `index` and
    `worktree` are git's letters (M, T, A, D, R, C, U; "." for unchanged).
    """

    path: str
    index: str
    worktree: str
    renamed_from: str | None = None
    submodule: bool = False
    blob: str = ""
    """The blob id in the index for a file whose content differs only on disk, otherwise empty."""


@dataclass(frozen=True, slots=True)
class Status:
    """A worktree at one moment."""

    branch: str | None
    commit: str | None
    upstream: str | None = None
    changed: list[ChangedPath] = field(default_factory=list)
    untracked: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    untouched: list[ChangedPath] = field(default_factory=list)
    """Files that git reports as changed although they are exactly as a checkout writes them: their line endings,
    or a filter, do not match .gitattributes. They are not part of `changed`.
    """

    @property
    def clean(self) -> bool:
        """Whether no tracked file differs from HEAD (untracked files do not count)."""
        return not self.changed and not self.conflicts

    @property
    def paths(self) -> list[str]:
        """All paths that are changed, in conflict or untracked."""
        return [change.path for change in self.changed] + self.conflicts + self.untracked


def status(git: Git, *, untracked: Literal["all", "normal", "no"] = "all") -> Status:
    """Return the state of the worktree, without refreshing the index on disk and without looking into submodules.

    `untracked`: every file ("all"), folders as one entry with a slash ("normal", quicker), or none ("no").
    """
    result = git.run(
        "status",
        "--porcelain=v2",
        "-z",
        "--branch",
        "--renames",
        f"--untracked-files={untracked}",
        "--ignore-submodules=dirty",
        timeout=120,
    )
    seen = parse(result.stdout)
    same = as_written(git, {change.path: change.blob for change in seen.changed})
    if same:
        seen.untouched.extend(change for change in seen.changed if change.path in same)
        seen.changed[:] = [change for change in seen.changed if change.path not in same]
    return seen


def parse(data: bytes) -> Status:
    """Parse `git status --porcelain=v2 -z --branch`; unknown lines are skipped, as git's manual asks."""
    header: dict[str, str] = {}
    changed: list[ChangedPath] = []
    untracked: list[str] = []
    conflicts: list[str] = []
    entries = iter(data.split(b"\0"))
    for entry in entries:
        kind = entry[:2]
        if kind == b"# ":
            key, _, value = os.fsdecode(entry[2:]).partition(" ")
            header[key] = value
        elif kind == b"1 ":
            changed.append(_change(entry, 8))
        elif kind == b"2 ":
            changed.append(_change(entry, 9, os.fsdecode(next(entries))))
        elif kind == b"u ":
            conflicts.append(os.fsdecode(entry.split(b" ", 10)[10]))
        elif kind == b"? ":
            untracked.append(os.fsdecode(entry[2:]))
    commit, branch = header.get("branch.oid"), header.get("branch.head")
    return Status(
        branch=None if branch == "(detached)" else branch,
        commit=None if commit == "(initial)" else commit,
        upstream=header.get("branch.upstream"),
        changed=changed,
        untracked=untracked,
        conflicts=conflicts,
    )


def _change(entry: bytes, fields: int, renamed_from: str | None = None) -> ChangedPath:
    """Return an ordinary ("1", 8 fields before the path) or renamed ("2", 9 fields) entry."""
    parts = entry.split(b" ", fields)
    letters = parts[1].decode("ascii")
    return ChangedPath(
        path=os.fsdecode(parts[fields]),
        index=letters[0],
        worktree=letters[1],
        renamed_from=renamed_from,
        submodule=parts[2][:1] == b"S",
        # Same type and mode in commit, index and on disk: only the content can differ.
        blob=parts[7].decode("ascii") if letters == ".M" and parts[4] == parts[5] in _FILES else "",
    )


_LARGEST = 50_000_000
"""Bytes of files that are compared per probe; anything beyond counts as changed."""

_KEPT = 20_000
_known: dict[tuple[str, str, str, int, int], bool] = {}
"""Results by folder, path, blob, size and time of a file: valid while none of them changes."""


def as_written(git: Git, blobs: Mapping[str, str]) -> set[str]:
    """Return those of the paths whose files are byte for byte what a checkout writes for their blob in the index.

    A file whose committed form does not match .gitattributes (CRLF in a text file, full content where Git LFS expects
    a pointer, output that a filter would remove) is changed as soon as it is checked out, and stays so. What tells it
    from an edit is what a checkout would write.
    """
    keys = {path: key for path, blob in blobs.items() if (key := _key(git.root, path, blob)) is not None}
    new, size = [], 0
    for path, key in keys.items():
        if key not in _known and (size := size + key[3]) <= _LARGEST:
            new.append(path)
    if new:
        if len(_known) > _KEPT:
            _known.clear()
        same = _same(git, {path: keys[path][2] for path in new})
        _known.update((keys[path], path in same) for path in new)
    return {path for path, key in keys.items() if _known.get(key, False)}


def _key(root: str, path: str, blob: str) -> tuple[str, str, str, int, int] | None:
    """Return the cache key for a file; None if it cannot be checked."""
    if not blob or "\n" in path:
        return None
    try:
        seen = os.lstat(os.path.join(root, path))
    except OSError:
        return None
    return root, path, blob, seen.st_size, seen.st_mtime_ns


def _same(git: Git, blobs: dict[str, str]) -> set[str]:
    """Return the paths whose file on disk is what git would write for their blob; none if git cannot tell."""
    # Each file is followed by the answer for a non-existing name: the size that git reports is the one before
    # filters.
    end = f"no-such-object-{os.urandom(16).hex()}"
    asked = b"".join(os.fsencode(f"{blob} {path}\n{end}\n") for path, blob in blobs.items())
    try:
        # Never fetch for a query: Git LFS leaves its pointers as they are.
        env = {"GIT_LFS_SKIP_SMUDGE": "1"}
        result = git.run("cat-file", "--batch", "--filters", stdin=asked, env=env, timeout=60)
    except GitError:
        return set()
    parts = result.stdout.split(f"{end} missing\n".encode())
    same = set()
    for path, part in zip(blobs, parts, strict=False):
        written = part.partition(b"\n")[2].removesuffix(b"\n")
        if _content(os.path.join(git.root, path)) == written:
            same.add(path)
    return same


def _content(path: str) -> bytes | None:
    try:
        return plain_file.read(path, _LARGEST, follow=True)
    except OSError:
        return None
