"""Edits that go on in the checkout where the wizard was started, while the fix is made in a worktree of its own.

They are easy to make by mistake (an editor window that is still open) and are part of no commit of the hotfix.
"""

import hashlib
import os

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import status
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.steps.contract import Context

_MOST = 200
"""How many changed files are remembered; a checkout with more of them is not watched."""

_UNWATCHED = ["*"]


def marks(git: Git) -> list[str]:
    """Return a short mark for each changed tracked file of a checkout, as it is now. Raises GitError."""
    found = _marks(git)
    return sorted(found.values()) if len(found) <= _MOST else _UNWATCHED


def sentence(ctx: Context) -> str:
    """Say which files were edited in the start checkout since the worktree was made; empty where none were."""
    known = ctx.seen(Branched).start_dirty
    if known is None or list(known) == _UNWATCHED:
        return ""
    if os.path.realpath(ctx.worktree) == os.path.realpath(ctx.root):
        return ""
    try:
        edited = [path for path, mark in _marks(ctx.git).items() if mark not in known]
    except GitError:
        return ""
    if not edited:
        return ""
    shown = ", ".join(one_line(path, 60) for path in edited[:3])
    shown += f" and {len(edited) - 3} more" if len(edited) > 3 else ""
    return f"You are editing the other tree: {shown} changed in {ctx.root}, but the fix is made in {ctx.worktree}."


def _marks(git: Git) -> dict[str, str]:
    """The changed tracked files, each with a mark that changes when it is written again."""
    return {change.path: _mark(git.root, change.path) for change in status(git, untracked="no").changed}


def _mark(root: str, path: str) -> str:
    try:
        seen = os.lstat(os.path.join(root, path))
        text = f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}"
    except OSError:
        text = f"{path}\0gone"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]
