"""The current fix: the diff between the base and what would be committed."""

import functools
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from fnmatch import translate
from typing import TypeVar, cast

from hotfix_tui.detect.manifests import LOCKFILES
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.git.diff import FileChange, diff_numstat
from hotfix_tui.git.moment import FRESH, asked_once
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import branch_exists, resolve, tree
from hotfix_tui.git.selection import tree_of_selection
from hotfix_tui.git.status import ChangedPath, Status, parse, status
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.contract import Context

_T = TypeVar("_T")


@dataclass(frozen=True)
class State:
    """The change of this round.

    `tree` is what a commit would hold, `head` the commit it would follow; `pending` are the paths that differ from it
    (tracked ones and chosen untracked ones). `here` says that the branch is checked out, so that there can be
    uncommitted work at all.
    """

    tree: str
    head: str
    here: bool
    files: list[FileChange] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    untracked: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


_moment: ContextVar[dict[tuple[str, ...], tuple[float, object]] | None] = ContextVar("moment", default=None)


@contextmanager
def consistent_view() -> Iterator[None]:
    """Share one snapshot among everything that probes within: in a large repository each probe takes long.

    The snapshot is valid for some seconds. No irreversible action is decided within.
    """
    before = _moment.set({} if _moment.get() is None else _moment.get())
    try:
        with asked_once():
            yield
    finally:
        _moment.reset(before)


def _cached(key: tuple[str, ...], see: Callable[[], _T]) -> _T:
    """Return what `see` returns, or what it returned for `key` in this scope."""
    seen = _moment.get()
    if seen is None:
        return see()
    at, value = seen.get(key, (0.0, None))
    if not at or time.monotonic() - at > FRESH:
        at, value = time.monotonic(), see()
        seen[key] = at, value
    return cast(_T, value)


def status_of(ctx: Context) -> Status:
    """Return the status of the hotfix worktree. Raises GitError."""
    return _cached(("status", ctx.worktree), lambda: status(ctx.work))


def look(ctx: Context) -> State | None:
    """Return the state of the change, None if there is no branch to inspect. Raises GitError."""
    chosen = ctx.seen(Changed).chosen
    key = ("look", ctx.root, ctx.worktree, ctx.base, ctx.branch, ctx.commit, *map(str, chosen))
    return _cached(key, lambda: _look(ctx))


def _look(ctx: Context) -> State | None:
    if not ctx.base:
        return None
    if ctx.branch and os.path.lexists(os.path.join(ctx.worktree, ".git")):
        now = status_of(ctx)
        if now.branch == ctx.branch:
            return _in_worktree(ctx, now)
    commit = branch_exists(ctx.git, ctx.branch) if ctx.branch else None
    if commit is None and ctx.commit:
        commit = resolve(ctx.git, ctx.commit)
    if commit is None:
        return None
    return State(tree(ctx.git, commit), commit, False, diff_numstat(ctx.git, ctx.base, commit))


def tree_to_check(ctx: Context, step: str) -> str:
    """Return the tree that a check of `step` is about; raise Refused while the record knows another one.

    A result is kept for the tree that `fix.change` has seen, so that must be the current one.
    """
    state = look(ctx)
    if state is None:
        raise refuse("There is no change to check yet.", "Make it first: `do fix.change`.", step)
    if state.conflicts:
        names = ", ".join(state.conflicts[:3])
        raise refuse(f"There are conflicts in {names}.", f"Resolve them in {ctx.worktree}.", step)
    if state.tree != ctx.seen(Changed).tree:
        raise refuse(
            "The files have changed since the change was looked at.", "Look again: `do fix.change`.", step
        )
    return state.tree


def _in_worktree(ctx: Context, now: Status) -> State:
    git = ctx.work
    commit = now.commit or ctx.base
    untracked = [path for path in now.untracked if not _carried(ctx, path)]
    wanted = set(ctx.seen(Changed).chosen)
    chosen = [path for path in untracked if path in wanted]
    rest = [path for path in untracked if path not in wanted]
    if now.conflicts:
        return State(tree(git, commit), commit, True, [], [], rest, chosen, now.conflicts)
    pending = sorted({*_paths(now.changed), *chosen})
    selected = tree_of_selection(git, pending, all_changed=True) if pending else tree(git, commit)
    files = diff_numstat(git, ctx.base, selected)
    return State(selected, commit, True, files, pending, rest, chosen)


def changed_inside(git: Git) -> list[str]:
    """Return the submodules with uncommitted changes of their own. Raises GitError."""
    if not os.path.lexists(os.path.join(git.root, ".gitmodules")):
        return []
    args = ("status", "--porcelain=v2", "-z", "--untracked-files=no", "--ignore-submodules=none")
    return [change.path for change in parse(git.run(*args, timeout=60).stdout).changed if change.submodule]


def _paths(changed: list[ChangedPath]) -> list[str]:
    return [path for change in changed for path in (change.path, change.renamed_from) if path]


def _carried(ctx: Context, path: str) -> bool:
    """Return whether an untracked file was copied here by the wizard."""
    return any(path == name or path.startswith(name.rstrip("/") + "/") for name in ctx.config.git.carry)


def record_text(path: str) -> str:
    """Return `path` as the record can hold it: non-UTF-8 bytes become escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def test_files(ctx: Context, files: list[FileChange]) -> list[str]:
    """Return the changed files that are tests and still exist."""
    extra = list(ctx.config.guard.test_paths)
    return [file.path for file in files if file.status != "D" and is_test_file(file.path, extra)]


@functools.cache
def _lock_names() -> re.Pattern[str]:
    patterns = (translate(name) for names in LOCKFILES.values() for name in names)
    return re.compile("|".join(patterns))


def locks(ctx: Context, state: State) -> str:
    """Return a hash of the lockfiles as they would be committed; that of the base if none of them is changed."""
    known = _lock_names()
    paths = (path for file in state.files for path in (file.path, file.old_path) if path)
    changed = any(known.fullmatch(path.rpartition("/")[2]) for path in paths)
    return locks_of(ctx.git, state.tree if changed else tree(ctx.git, ctx.base))


@functools.lru_cache(64)
def _locks_in(root: str, tree_id: str) -> str:
    """Do what `locks_of` does, cached; a tree never changes, and listing a large one takes long."""
    git, known = Git(root), _lock_names()
    entries = git.run("ls-tree", "-r", "-z", "--full-tree", tree_id, timeout=60).stdout.split(b"\0")
    lock_entries = []
    for entry in entries:
        name = entry.rpartition(b"/")[2] if b"/" in entry else entry.partition(b"\t")[2]
        if name and known.fullmatch(os.fsdecode(name)):
            lock_entries.append(entry)
    return hashlib.sha256(b"\0".join(lock_entries)).hexdigest()[:16] if lock_entries else ""


def locks_of(git: Git, tree_id: str) -> str:
    """Return a hash of all lockfiles in a tree, names and contents; empty if there are none."""
    return _locks_in(git.root, tree_id)
