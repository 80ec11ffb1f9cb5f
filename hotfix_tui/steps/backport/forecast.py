"""What will become of a backport, said before it is begun."""

from collections.abc import Sequence

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.forecast import Forecast, forecast
from hotfix_tui.git.refs import commit_of
from hotfix_tui.steps.backport.picks import Pick
from hotfix_tui.steps.contract import Context


def expected(ctx: Context, ref: str, chosen: Sequence[Pick]) -> list[str]:
    """Return what to know before the commits are picked onto `ref`: where they conflict, and what is there already.

    Nothing is said where all goes well, or where it cannot be told.
    """
    try:
        parents = [(one.commit, commit_of(ctx.git, f"{one.commit}^1")) for one in chosen]
        found = forecast(ctx.git, ref, parents)
    except (GitError, OSError):
        return []
    return [said for one in found if (said := _said(one))]


def _said(one: Forecast) -> str:
    if one.verdict == "conflict":
        shown = ", ".join(one_line(path, 60) for path in one.files[:3])
        shown += f" and {len(one.files) - 3} more" if len(one.files) > 3 else ""
        return f"{one.commit[:7]} will conflict in {shown}; it is resolved in the worktree of the backport."
    if one.verdict == "already there":
        return f"Nothing of {one.commit[:7]} is left to pick: the line has the same lines already."
    return ""
