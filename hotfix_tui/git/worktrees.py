"""Worktrees: where they are and what is checked out in them."""

import os
from dataclasses import dataclass, replace

from hotfix_tui.git.process import Git
from hotfix_tui.git.repository import checked_version


@dataclass(frozen=True, slots=True)
class Worktree:
    """One worktree. `commit` is None for a bare one or before the first commit, `branch` None when detached."""

    path: str
    commit: str | None
    branch: str | None
    bare: bool = False


def worktrees(git: Git) -> list[Worktree]:
    """Return all worktrees of the repository, the main one first."""
    # -z came with 2.36; before that, a path with a newline cannot be parsed.
    zero = checked_version() >= (2, 36)
    data = git.run("worktree", "list", "--porcelain", *(("-z",) if zero else ())).stdout
    end = b"\0" if zero else b"\n"
    listed = [_worktree(record.split(end)) for record in data.split(end + end) if record]
    return [replace(listed[0], path=_main(git, listed[0])), *listed[1:]] if listed else []


def worktrees_home(git: Git) -> str:
    """Return the folder that new worktree paths are relative to: the main worktree, or the bare repository.

    For a submodule it is the outermost repository that contains it, so that no worktree lies inside another
    repository.
    """
    home = next((worktree.path for worktree in worktrees(git)), git.root)
    while os.path.lexists(os.path.join(home, ".git")):
        above = Git(home).text("rev-parse", "--show-superproject-working-tree", ok=(0, 128))
        if not above or not os.path.isdir(above):
            break
        home = above
    return home


def _main(git: Git, first: Worktree) -> str:
    """Return where the main worktree's files are: git itself reports the git directory if that is kept elsewhere."""
    if first.bare or os.path.lexists(os.path.join(first.path, ".git")):
        return first.path
    config = os.path.join(first.path, "config")
    if not os.path.isfile(config):
        return first.path
    # A submodule's git directory says where its files are; a separate git directory does not, and may be ours.
    named = git.text("config", "--file", config, "--get", "core.worktree", ok=(0, 1))
    if named:
        return os.path.realpath(os.path.join(first.path, named))
    own = os.path.isfile(os.path.join(git.root, ".git")) and git.git_dir == os.path.realpath(first.path)
    return git.root if own else first.path


def where_checked_out(git: Git, branch: str) -> str | None:
    """Return the worktree in which `branch` is checked out; None if in none."""
    return next((worktree.path for worktree in worktrees(git) if worktree.branch == branch), None)


def _worktree(lines: list[bytes]) -> Worktree:
    """Return one record of `git worktree list --porcelain`."""
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
    )
