"""What has changed in a worktree, from one call of `git status`."""

import os
from dataclasses import dataclass, field
from typing import Literal

from hotfix_tui.git.process import Git
from hotfix_tui.git.untouched import as_written

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
