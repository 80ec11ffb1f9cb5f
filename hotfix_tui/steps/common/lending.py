"""Which dependencies are linked into a checkout of ours, and the command for it."""

from contextlib import suppress

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.worktrees import worktrees
from hotfix_tui.steps.common.commands import driver
from hotfix_tui.steps.common.dependencies import installed
from hotfix_tui.steps.contract import Command, Context


def lenders(ctx: Context, place: str = "") -> list[str]:
    """Return the checkouts that have dependencies to link into `place`.

    The fix's own comes first, then the one the wizard was started in, then the repository's main one: the wizard may
    have been started in the worktree of the fix, while dependencies are installed where people work.
    """
    first: list[str] = []
    with suppress(GitError):
        first = [worktree.path for worktree in worktrees(ctx.git)[:1] if not worktree.bare]
    return [
        checkout
        for checkout in dict.fromkeys([ctx.worktree, ctx.root, *first])
        if checkout and checkout != place
    ]


def lendable(ctx: Context) -> list[str]:
    """Return the folders of installed dependencies that can be linked, relative to a checkout."""
    return list(dict.fromkeys(folder for lender in lenders(ctx) for folder in installed(lender)))


def lending(ctx: Context, place: str) -> Command:
    """Return the command that links them into the checkout at `place`."""
    words = [word for lender in lenders(ctx, place) for word in ("--lender", lender)]
    return driver("common.lend_driver", "--to", place, *words, cwd=ctx.root)
