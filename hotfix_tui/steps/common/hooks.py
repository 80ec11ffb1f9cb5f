"""The hooks of the repository: which of them git would run here, and what keeps them from running."""

import os

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git

_CLIENT_HOOKS = (
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "pre-push",
    "post-merge",
    "pre-merge-commit",
    "reference-transaction",
)


def hooks_here(git: Git) -> list[str]:
    """Return the names of the client's hooks that git would run here. Raises GitError."""
    folder = os.path.join(git.root, git.text("rev-parse", "--git-path", "hooks"))
    return [name for name in _CLIENT_HOOKS if os.access(os.path.join(folder, name), os.X_OK)]


def hooks_folder(git: Git) -> str:
    """Return the folder that core.hooksPath names, as it is written there; empty where nothing names one.

    A relative one means a folder of each worktree. Raises GitError.
    """
    return git.setting("core.hooksPath", kind="path")


def generated_hooks(git: Git) -> list[str]:
    """Return what lies in a relative hooks folder of this worktree and in no commit, as husky generates it.

    git looks for it in every worktree, but a new one does not have it: then no hook runs there, and nothing says so.
    Raises GitError.
    """
    folder = hooks_folder(git)
    if not folder or os.path.isabs(folder) or not os.path.isdir(os.path.join(git.root, folder)):
        return []
    args = (
        "ls-files",
        "-z",
        "--others",
        "--directory",
        "--no-empty-directory",
        "--",
        os.path.normpath(folder),
    )
    found = git.run("--literal-pathspecs", *args).stdout.split(b"\0")
    return [os.fsdecode(name).rstrip("/") for name in found if name]


def missing_hooks(git: Git) -> str:
    """Return a sentence where core.hooksPath names a folder that is not in this worktree; empty where all is well."""
    try:
        folder = hooks_folder(git)
    except GitError:
        return ""
    if not folder or os.path.isdir(os.path.join(git.root, folder)):
        return ""
    return (
        f"No hook runs in {git.root}: core.hooksPath names {folder}, which is not there. Make it first, by the "
        "project's set-up (npm install, for husky), or go on without its checks."
    )
