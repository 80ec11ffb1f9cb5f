"""What a rollback goes back to, and what it takes off.

Apart from `rollback`, which goes there: what ran before is a question to the record and to git's history, whatever
command then goes back.
"""

from typing import NamedTuple

from hotfix_tui.git.refs import resolve
from hotfix_tui.git.tags import Tag
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.rules import policy
from hotfix_tui.steps.common.releases import releases_of
from hotfix_tui.steps.contract import Context, if_git_fails
from hotfix_tui.steps.deploy import staged
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.live.ask import ask, best


class Target(NamedTuple):
    """The target of a rollback. `commit` is empty if unknown; `why` says how it is known.

    `release` is the platform's own id of it, as read before this round's deployment; otherwise empty.
    """

    commit: str
    taken_off: str
    why: str
    release: str = ""


def find(ctx: Context, timeout: float = 6.0) -> Target:
    """Return what runs now, and what ran before it: by this incident's own deployment, otherwise by the version tags.

    Never fails: with production in trouble, whatever is known has to do.
    """
    seen = best(ask(ctx, timeout))
    ours = ctx.record.evidence(Deployed) or Deployed()
    begun = staged.begun(ctx)
    deployed, previous = ours.commit, ours.commit_before
    if not deployed and ctx.record.entry(Deployed.STEP).get("state") in ("done", "stale"):
        # By the word of a person: it is what this round brings, and the base ran before.
        deployed, previous = policy.to_production(ctx.record), previous or ctx.base
    release = ours.previous_release if ours.platform and ours.platform == ctx.config.deploy.platform else ""
    if begun is not None and not begun.share:
        deployed, release = "", ""  # it was only prepared: what is live is still what was live before
    elif begun is not None and (previous or release):
        return Target(previous, deployed, "it has the rest of the traffic", release)
    now = (seen.commit if seen else None) or deployed or ctx.base
    on_top = bool(deployed) and now != deployed and live_check.held(ctx, now, deployed) is not None
    if previous and previous != now and (not deployed or now == deployed or on_top):
        return Target(previous, now, "it was live before this deployment", release)
    if release and not previous:
        return Target("", now, "it was served before this deployment", release)
    earlier = _earlier_round(ctx, now)
    if earlier:
        return Target(earlier, now, "it was the base of an earlier round")
    before, live = _release_before(ctx, now)
    if before:
        where = f"{live.name}, which is live" if live else "what is live"
        return Target(before.commit, now, f"{before.name} is the release before {where}")
    return Target("", now, "no deployment and no version tag before it is known")


def _earlier_round(ctx: Context, now: str) -> str:
    """Return the base that a round's deployment started from, if that deployment is what runs now."""
    for number in range(ctx.record.round, 0, -1):
        kept = ctx.record.kept(number)
        if kept.deployed == now and kept.base not in ("", now):
            return kept.base
    if ctx.base and now in (ctx.commit, ctx.landed) and ctx.base != now:
        return ctx.base
    return ""


@if_git_fails((None, None))
def _release_before(ctx: Context, now: str) -> tuple[Tag | None, Tag | None]:
    """Return the release before the one that `now` is, on the same line, and that one; else the highest that `now`
    contains.
    """
    if not now or resolve(ctx.git, now) is None:
        return None, None
    releases = releases_of(ctx)
    live = releases.at(now)
    if live is not None:
        return releases.previous(live), live
    return releases_of(ctx, reachable_from=now).highest, None
