"""Watching the change while it is made: a cheap check whether anything moved, the files, and one file's patch.

Apart from the engine, which calls it again and again: it asks git as little as possible, and changes nothing.
"""

import hashlib
import os
from collections.abc import Iterable
from typing import NamedTuple

from hotfix_tui.git.diff import PATCH, FileChange, run_diff
from hotfix_tui.steps.changeset.state import look, status_of
from hotfix_tui.steps.contract import Context

LARGEST = 200_000
"""Bytes of one file's patch that are read; nobody reviews more of a hotfix at night."""

_STATS = 500
"""Files whose size and mtime are checked; beyond that, names alone have to do."""


class ChangeSnapshot(NamedTuple):
    """The change at one moment: what would be committed in `tree`, against `base`."""

    base: str
    tree: str
    files: list[FileChange]
    untracked: list[str]
    chosen: list[str]
    conflicts: list[str]


class Patch(NamedTuple):
    """The patch of one file, as bytes; `cut` says that there is more of it."""

    data: bytes
    cut: bool


def stamp(ctx: Context) -> str:
    """Return a text that changes whenever the change may have: one git call, and the mtimes of changed files.

    Raises GitError.
    """
    now = status_of(ctx)
    parts = [now.commit or "", now.branch or "", *_times(ctx.worktree, now.paths)]
    parts += [f"{change.index}{change.worktree}" for change in now.changed]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def seen(ctx: Context) -> ChangeSnapshot | None:
    """Return the current change, None while there is no branch to inspect. Raises GitError."""
    state = look(ctx)
    if state is None:
        return None
    return ChangeSnapshot(ctx.base, state.tree, state.files, state.untracked, state.chosen, state.conflicts)


def patch_of(ctx: Context, change: ChangeSnapshot, path: str) -> Patch:
    """Return the patch of the file `path` of `change`, at most `LARGEST` bytes. Raises GitError."""
    paths = [
        name for file in change.files if file.path == path for name in (file.path, file.old_path) if name
    ]
    if not paths:
        return Patch(b"", False)
    result = run_diff(ctx.work, (*PATCH, "-M"), change.base, change.tree, paths, limit=LARGEST)
    return Patch(result.stdout, result.cut)


def _times(root: str, paths: Iterable[str]) -> list[str]:
    out = []
    for number, path in enumerate(paths):
        text = path
        if number < _STATS:
            try:
                status = os.lstat(os.path.join(root, path))
                text += f"\0{status.st_size}\0{status.st_mtime_ns}"
            except OSError:
                text += "\0gone"
        out.append(text)
    return out
