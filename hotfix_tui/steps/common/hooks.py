"""The hooks of the repository: which of them git would run here."""

import os

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
