"""What will become of a backport, said before it is begun."""

from collections.abc import Sequence

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.forecast import ALREADY_THERE, Forecast, forecast
from hotfix_tui.git.refs import commit_of
from hotfix_tui.steps.contract import Context


def expected(ctx: Context, ref: str, chosen: Sequence[str]) -> list[str]:
    """Return what to know before the commits are picked onto `ref`: where they conflict, and what is there already.

    Nothing is said where all goes well, or where it cannot be told.
    """
    try:
        found = of_picks(ctx, ref, chosen)
    except (GitError, OSError):
        return []
    return [said for one in found if (said := _said(one))]


def of_picks(ctx: Context, ref: str, chosen: Sequence[str]) -> list[Forecast]:
    """Return how these commits would go onto `ref` one after the other. Raises GitError."""
    return forecast(ctx.git, ref, [(one, commit_of(ctx.git, f"{one}^1")) for one in chosen])


def already_there(ctx: Context, ref: str, chosen: Sequence[str]) -> bool:
    """Whether the line has the lines of all of them already, whoever wrote them. Raises GitError."""
    return all(one.verdict == ALREADY_THERE for one in of_picks(ctx, ref, chosen))


def _said(one: Forecast) -> str:
    if one.verdict == "conflict":
        shown = ", ".join(one_line(path, 60) for path in one.files[:3])
        shown += f" and {len(one.files) - 3} more" if len(one.files) > 3 else ""
        return f"{one.commit[:7]} will conflict in {shown}; it is resolved in the worktree of the backport."
    if one.verdict == ALREADY_THERE:
        return f"Nothing of {one.commit[:7]} is left to pick: the line has the same lines already."
    return ""
