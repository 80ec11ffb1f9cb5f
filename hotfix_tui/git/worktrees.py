"""Worktrees: where they are and what is checked out in them."""

import os
from dataclasses import dataclass

from hotfix_tui.git.process import Git
from hotfix_tui.git.repository import checked_version


@dataclass(frozen=True, slots=True)
class Worktree:
    """One worktree. `commit` is None for a bare one or before the first commit, `branch` None when detached."""

    path: str
    commit: str | None
    branch: str | None
    bare: bool = False
    locked: bool = False
    prunable: bool = False


def worktrees(git: Git) -> list[Worktree]:
    """All worktrees of the repository, the main one first."""
    # -z came with 2.36; before it, a path with a newline in it cannot be told.
    zero = checked_version() >= (2, 36)
    data = git.run("worktree", "list", "--porcelain", *(("-z",) if zero else ())).stdout
    end = b"\0" if zero else b"\n"
    return [_worktree(record.split(end)) for record in data.split(end + end) if record]


def where_checked_out(git: Git, branch: str) -> str | None:
    """The worktree in which `branch` is checked out; None if in none."""
    return next((worktree.path for worktree in worktrees(git) if worktree.branch == branch), None)


def _worktree(lines: list[bytes]) -> Worktree:
    """One record of `git worktree list --porcelain`."""
    words = {}
    for line in lines:
        key, _, value = os.fsdecode(line).partition(" ")
        words[key] = value
    path, commit = words["worktree"], words.get("HEAD", "")
    branch = words.get("branch")
    return Worktree(
        path=path,
        commit=commit if commit.strip("0") else None,
        branch=branch.removeprefix("refs/heads/") if branch else None,
        bare="bare" in words,
        locked="locked" in words,
        # Older versions do not say it.
        prunable="prunable" in words or not os.path.isdir(path),
    )
