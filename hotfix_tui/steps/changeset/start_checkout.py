"""Edits in the checkout the wizard was started in, while the fix is made in its own worktree.

They are easily made by mistake (an editor window that is still open) and are part of no commit of the hotfix.
"""

import hashlib
import os

from hotfix_tui.base.text import one_line
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import status
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.steps.contract import Context, if_git_fails

_MOST = 200
"""How many changed files are remembered; a checkout with more of them is not watched."""

_UNWATCHED = ["*"]


def marks(git: Git) -> list[str]:
    """Return a short fingerprint for each changed tracked file of a checkout. Raises GitError."""
    fingerprints = _marks(git)
    return sorted(fingerprints.values()) if len(fingerprints) <= _MOST else _UNWATCHED


@if_git_fails("")
def sentence(ctx: Context) -> str:
    """Return which files were edited in the start checkout since the worktree was created; empty if none were."""
    known = ctx.seen(Branched).start_dirty
    if known is None or list(known) == _UNWATCHED:
        return ""
    if os.path.realpath(ctx.worktree) == os.path.realpath(ctx.root):
        return ""
    edited = [path for path, mark in _marks(ctx.git).items() if mark not in known]
    if not edited:
        return ""
    shown = ", ".join(one_line(path, 60) for path in edited[:3])
    shown += f" and {len(edited) - 3} more" if len(edited) > 3 else ""
    return f"You are editing the other tree: {shown} changed in {ctx.root}, but the fix is made in {ctx.worktree}."


def _marks(git: Git) -> dict[str, str]:
    """Return the changed tracked files, each with a fingerprint that changes when it is written again."""
    return {change.path: _mark(git.root, change.path) for change in status(git, untracked="no").changed}


def _mark(root: str, path: str) -> str:
    try:
        seen = os.lstat(os.path.join(root, path))
        text = f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}"
    except OSError:
        text = f"{path}\0gone"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]
