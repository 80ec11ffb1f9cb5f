"""The remote's branches as known here: the production branch, and the one where the fix lands."""

from hotfix_tui.base.ref_names import head_ref, known_ref
from hotfix_tui.git.refs import resolve
from hotfix_tui.steps.contract import Context


def branch_ref(ctx: Context, branch: str) -> str:
    """Return the full local ref of `branch` of the remote; the local branch without a remote."""
    return known_ref(ctx.remote, branch)


def head_of(ctx: Context, branch: str) -> tuple[str, str]:
    """Return the commit of `branch`, as last fetched, and the ref that it was read from; both empty if there is none.

    A branch that was never fetched from the remote is read from the local one with the same name.
    """
    for ref in dict.fromkeys((branch_ref(ctx, branch), head_ref(branch))):
        if sha := resolve(ctx.git, ref):
            return sha, ref
    return "", ""


def production_head(ctx: Context) -> tuple[str, str]:
    """Return the commit of the production branch, as last fetched, and the ref that it was read from."""
    return head_of(ctx, ctx.production)


def landing_head(ctx: Context) -> tuple[str, str]:
    """Return the commit of the landing branch, as last fetched, and the ref that it was read from."""
    return head_of(ctx, ctx.landing)
