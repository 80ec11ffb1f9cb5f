"""Which dependencies a checkout of ours is lent, and the command that does it."""

from contextlib import suppress

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.worktrees import worktrees
from hotfix_tui.steps.common.commands import driver
from hotfix_tui.steps.common.dependencies import installed
from hotfix_tui.steps.contract import Command, Context


def lenders(ctx: Context, place: str = "") -> list[str]:
    """Return the checkouts that have dependencies to lend to `place`.

    The fix's own comes first, then the one of the start, then the repository's first: the wizard may have been started
    in the worktree of the fix, and what is installed is where people work.
    """
    first: list[str] = []
    with suppress(GitError):
        first = [one.path for one in worktrees(ctx.git)[:1] if not one.bare]
    return [one for one in dict.fromkeys([ctx.worktree, ctx.root, *first]) if one and one != place]


def lendable(ctx: Context) -> list[str]:
    """Return the folders of installed dependencies that can be lent, relative to a checkout."""
    return list(dict.fromkeys(folder for one in lenders(ctx) for folder in installed(one)))


def lending(ctx: Context, place: str) -> Command:
    """Return the command that lends them to the checkout at `place`."""
    words = [word for one in lenders(ctx, place) for word in ("--lender", one)]
    return driver("common.lend_driver", "--to", place, *words, cwd=ctx.root)
