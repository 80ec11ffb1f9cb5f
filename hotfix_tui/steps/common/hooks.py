"""The repository's hooks: which of them git would run here, and what keeps them from running."""

import os

from hotfix_tui.git.process import Git
from hotfix_tui.steps.contract import if_git_fails

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
    """Return the names of the client-side hooks that git would run here. Raises GitError."""
    folder = os.path.join(git.root, git.text("rev-parse", "--git-path", "hooks"))
    return [name for name in _CLIENT_HOOKS if os.access(os.path.join(folder, name), os.X_OK)]


def hooks_folder(git: Git) -> str:
    """Return the folder that core.hooksPath names, as written; empty if not set.

    A relative one is per worktree. Raises GitError.
    """
    return git.setting("core.hooksPath", kind="path")


def generated_hooks(git: Git) -> list[str]:
    """Return files in a relative hooks folder of this worktree that are in no commit, as husky generates them.

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
    files = git.run("--literal-pathspecs", *args).stdout.split(b"\0")
    return [os.fsdecode(name).rstrip("/") for name in files if name]


@if_git_fails("")
def missing_hooks(git: Git) -> str:
    """Return a sentence if core.hooksPath names a folder that is missing in this worktree; empty if all is well."""
    folder = hooks_folder(git)
    if not folder or os.path.isdir(os.path.join(git.root, folder)):
        return ""
    return (
        f"No hook runs in {git.root}: core.hooksPath names {folder}, which is not there. Make it first, by the "
        "project's set-up (npm install, for husky), or go on without its checks."
    )
