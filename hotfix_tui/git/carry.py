"""Copying uncommitted changes to another worktree: the source stays byte for byte as it is.

Apart from the driver that runs it: it knows two worktrees, and neither a run's arguments nor its folder.
"""

import os
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field

from hotfix_tui.git.diff import PATCH, run_diff
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import Status, status


@dataclass(frozen=True, slots=True)
class Copied:
    """What arrived: paths with a conflict to resolve, untracked files copied, and those left out, with the reason."""

    conflicts: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def copy_changes(source: Git, target: Git, untracked: Sequence[str] = ()) -> Copied:
    """Copy the tracked changes of `source` (staged or not) and the chosen `untracked` files to the worktree
    `target`.

    The tracked ones are applied three-way and end up staged in `target`, which must be clean; where they do not
    apply, git leaves conflict markers. Nothing there is overwritten. Raises GitError if `source` has unresolved
    conflicts or `target` has changes of its own.
    """
    if status(source, untracked="no").conflicts:
        raise GitError(f"there are unresolved conflicts in {source.root}; resolve or abort them first")
    there = status(target, untracked="no")
    if not there.clean:
        raise GitError(
            f"there are changes in {target.root} already; take nothing along, or choose a clean worktree"
        )
    here = status(source, untracked="no")
    whole = _whole_files(here, there)
    paths = _changed_paths(here, whole) if here.untouched or whole else []
    options = (*PATCH, "--binary", "--full-index", "--no-renames")
    wanted = paths or not (here.untouched or whole)
    patch = run_diff(source, options, "HEAD", None, paths).stdout if wanted else b""
    conflicts: list[str] = []
    if patch:
        args = ("apply", "--3way", "--whitespace=nowarn", "-")
        result = target.run(*args, stdin=patch, ok=(0, 1), write=True, timeout=120)
        conflicts = status(target, untracked="no").conflicts
        if result.returncode and not conflicts:
            raise GitError(
                f"the changes do not fit on {target.root}; nothing was taken along",
                args,
                result.returncode,
                result.stderr,
            )
    copied: list[str] = []
    left_out: dict[str, str] = {}
    for path in whole:
        shutil.copy2(os.path.join(source.root, path), os.path.join(target.root, path))
    for path in untracked:
        why = _copy(source.root, target.root, path)
        if why:
            left_out[path] = why
        else:
            copied.append(path)
    return Copied(conflicts, copied, left_out)


def _whole_files(here: Status, there: Status) -> list[str]:
    """Return changed files that no patch can express, because git shows them as changed even in a fresh checkout.

    They are copied whole, but only if both sides have the same content committed, so that nothing in the target is
    lost.
    """
    fresh = {change.path: change.blob for change in there.untouched}
    return [change.path for change in here.changed if change.blob and fresh.get(change.path) == change.blob]


def _changed_paths(here: Status, whole: Sequence[str]) -> list[str]:
    """Return the paths that really changed, both of a rename."""
    paths = (path for change in here.changed for path in (change.path, change.renamed_from) if path)
    return [path for path in paths if path not in whole]


def _copy(source: str, target: str, path: str) -> str:
    """Copy one file or link below `source` to the same place below `target`; return why not, or an empty text."""
    parts = path.split("/")
    if os.path.isabs(path) or any(part in ("", ".", "..", ".git") for part in parts):
        return "it is not a file of this worktree"
    origin, place = os.path.join(source, path), os.path.join(target, path)
    folder = os.path.dirname(place)
    try:
        kind = os.lstat(origin).st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISLNK(kind)):
            return "it is neither a file nor a link"
        # A link in the target could lead outside it.
        if os.path.commonpath([os.path.realpath(folder), os.path.realpath(target)]) != os.path.realpath(
            target
        ):
            return "its folder leads out of the worktree"
        os.makedirs(folder, exist_ok=True)
        if os.path.lexists(place):
            return "there is one of that name already"
        shutil.copy2(origin, place, follow_symlinks=False)
    except OSError as error:
        return f"it could not be copied: {error.strerror}"
    return ""
