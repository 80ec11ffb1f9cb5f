"""The outcome of a backport, predicted before it starts."""

from collections.abc import Sequence

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.forecast import ALREADY_THERE, Forecast, forecast
from hotfix_tui.git.refs import commit_of
from hotfix_tui.steps.contract import Context


def expected(ctx: Context, ref: str, chosen: Sequence[str]) -> list[str]:
    """Return what to know before the commits are picked onto `ref`: where they conflict, and what is already there.

    Nothing if all applies cleanly, or if it cannot be predicted.
    """
    try:
        forecasts = of_picks(ctx, ref, chosen)
    except (GitError, OSError):
        return []
    return [said for pick in forecasts if (said := _said(pick))]


def of_picks(ctx: Context, ref: str, chosen: Sequence[str]) -> list[Forecast]:
    """Return how these commits would apply to `ref` one after the other. Raises GitError."""
    return forecast(ctx.git, ref, [(commit, commit_of(ctx.git, f"{commit}^1")) for commit in chosen])


def already_there(ctx: Context, ref: str, chosen: Sequence[str]) -> bool:
    """Return whether the line already has the lines of all of them, whoever wrote them. Raises GitError."""
    return all(pick.verdict == ALREADY_THERE for pick in of_picks(ctx, ref, chosen))


def _said(pick: Forecast) -> str:
    if pick.verdict == "conflict":
        shown = ", ".join(one_line(path, 60) for path in pick.files[:3])
        shown += f" and {len(pick.files) - 3} more" if len(pick.files) > 3 else ""
        return f"{pick.commit[:7]} will conflict in {shown}; it is resolved in the worktree of the backport."
    if pick.verdict == ALREADY_THERE:
        return f"Nothing of {pick.commit[:7]} is left to pick: the line has the same lines already."
    return ""
