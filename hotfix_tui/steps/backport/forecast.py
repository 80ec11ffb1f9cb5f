"""The outcome of a backport, predicted before it starts."""

from collections.abc import Sequence

from hotfix_tui.base.text import one_line
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.git.diff import changed_paths
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.forecast import ALREADY_THERE, Forecast, forecast, steps
from hotfix_tui.git.refs import commit_of, resolve
from hotfix_tui.incident.model.evidence.backport import SHOWN_BY_GIT
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.landed import fix as landed_fix
from hotfix_tui.steps.landed.lines import shown_by_git


def expected(ctx: Context, ref: str, chosen: Sequence[str]) -> list[str]:
    """Return what to know before the commits are picked onto `ref`: where they conflict, and what is already there.

    Nothing if all applies cleanly, or if it cannot be predicted.
    """
    try:
        forecasts = of_picks(ctx, ref, chosen)
    except (GitError, OSError):
        return []
    said = [told for pick in forecasts if (told := _said(pick))]
    if only_tests_left(ctx, ref, chosen):
        said.append("Only the test is new there: see whether the line has the fault at all.")
    elif shown := shown_as(ctx, ref):
        said.append(f"The line {shown}.")
    return said


def shown_as(ctx: Context, ref: str) -> str:
    """Return as a clause that `ref` has the fixed text, or not the faulty one; empty if git does not show that."""
    start, tip = ctx.base or landed_fix.start_of_fix(ctx), resolve(ctx.git, ref)
    if not (start and ctx.commit and tip):
        return ""
    return SHOWN_BY_GIT.get(shown_by_git(ctx, start, ctx.commit, tip), "")


def of_picks(ctx: Context, ref: str, chosen: Sequence[str]) -> list[Forecast]:
    """Return how these commits would apply to `ref` one after the other. Raises GitError."""
    return forecast(ctx.git, ref, _with_parents(ctx, chosen))


def only_tests_left(ctx: Context, ref: str, chosen: Sequence[str]) -> bool:
    """Return whether the picks would change only tests on `ref`, although the fix changes more: its code is there.

    False where it cannot be predicted.
    """
    tests = list(ctx.config.guard.test_paths)
    try:
        picks = _with_parents(ctx, chosen)
        merged = list(steps(ctx.git, ref, picks))
        if not merged or merged[-1].files:
            return False
        made = changed_paths(ctx.git, merged[0].ours, merged[-1].made)
        fix = [path for commit, parent in picks for path in changed_paths(ctx.git, parent, commit)]
    except (GitError, OSError):
        return False
    return (
        bool(made)
        and all(is_test_file(path, tests) for path in made)
        and not all(is_test_file(path, tests) for path in fix)
    )


def _with_parents(ctx: Context, chosen: Sequence[str]) -> list[tuple[str, str]]:
    return [(commit, commit_of(ctx.git, f"{commit}^1")) for commit in chosen]


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
