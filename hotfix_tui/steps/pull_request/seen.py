"""Everything the forge shows of this round's pull request: for display, not for decisions.

Apart from the steps: no decision may depend on it.
"""

from datetime import datetime
from typing import NamedTuple

from hotfix_tui.forges.model import Forge, ForgeError, PullRequest
from hotfix_tui.steps.common.forge import current, find, forge, has_forge, number
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.guards import disclosure

MOST_FAILURES = 3
"""Failed checks that are queried for details: each costs a query of its own."""


class RequestAnswer(NamedTuple):
    """`request` is None if there is none, or if the forge was not queried: `why` says why not."""

    at: datetime
    request: PullRequest | None = None
    asked: bool = False
    """Whether the forge answered."""
    by_hand: bool = False
    """Whether there is no way to query it from here at all."""
    why: str = ""
    failures: tuple[tuple[str, str], ...] = ()
    """The names of failed checks, each with the first place and message it reports."""


def look(ctx: Context) -> RequestAnswer:
    """Query the forge for the pull request of this round."""
    if not has_forge(ctx):
        return RequestAnswer(ctx.now, by_hand=True, why="the remote has no pull requests")
    if disclosure.elsewhere(ctx):
        return RequestAnswer(
            ctx.now, by_hand=True, why=f"the branch is on {ctx.push_remote} only, which is not asked"
        )
    way, why = forge(ctx)
    if not way.can_query:
        return RequestAnswer(ctx.now, by_hand=True, why=why or "there is no command line of this forge here")
    try:
        known = number(ctx)
        request = way.view(known) if known else current(ctx, find(ctx, way)) if ctx.branch else None
    except ForgeError as error:
        return RequestAnswer(ctx.now, why=str(error))
    return RequestAnswer(ctx.now, request, asked=True, failures=_failures(way, request))


def _failures(way: Forge, request: PullRequest | None) -> tuple[tuple[str, str], ...]:
    """Return what failed, as far as the forge says; unknown details are left out."""
    failed = [item for item in request.checks if item.state == "fail"] if request is not None else []
    out = []
    for check in failed[:MOST_FAILURES]:
        try:
            said = way.first_failure(check)
        except ForgeError:
            continue
        if said:
            out.append((check.name, said))
    return tuple(out)
