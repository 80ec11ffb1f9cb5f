"""Branches of the remote as they are known here: the production branch, and the one on which the fix lands."""

from hotfix_tui.git.refs import resolve
from hotfix_tui.steps.contract import Context


def branch_ref(ctx: Context, branch: str) -> str:
    """The full ref under which `branch` of the remote is known here; the local branch where there is no remote."""
    return f"refs/remotes/{ctx.remote}/{branch}" if ctx.remote else f"refs/heads/{branch}"


def head_of(ctx: Context, branch: str) -> tuple[str, str]:
    """Return the commit of `branch`, as last fetched, and the ref that it was read from; both empty if there is none.

    A branch that was never fetched from the remote is read from the local one of the same name.
    """
    for ref in dict.fromkeys((branch_ref(ctx, branch), f"refs/heads/{branch}")):
        if found := resolve(ctx.git, ref):
            return found, ref
    return "", ""


def production_head(ctx: Context) -> tuple[str, str]:
    """Return the commit of the production branch, as last fetched, and the ref that it was read from."""
    return head_of(ctx, ctx.production)


def landing_head(ctx: Context) -> tuple[str, str]:
    """Return the commit of the branch on which the fix lands, as last fetched, and the ref that it was read from."""
    return head_of(ctx, ctx.landing)
