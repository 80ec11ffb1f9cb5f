"""The ways back, always offered in the same order: what each means, what it loses, and what is missing.

Apart from the engine, which plans and orders them: this says what each one would mean now.
"""

from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.deploy import DEPLOY_REVERT, GO_ON, Deployed, RolledBack
from hotfix_tui.incident.model.evidence.release import Landed, Merged
from hotfix_tui.incident.rules import gates, set_off
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.common.forge import has_forge
from hotfix_tui.steps.common.going_back import Loss, lines, loss
from hotfix_tui.steps.common.releases import releases_of
from hotfix_tui.steps.contract import Context, Plan, if_git_fails
from hotfix_tui.steps.deploy import methods, past, revert_deploy, staged
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.rollback import UNSURE, feature_flag
from hotfix_tui.steps.landed import fix as landed_fix

PREVIOUS, REVERT, FLAG = "previous", "revert", "flag"
_NAMED = 2


class WayBack(NamedTuple):
    """One way back. `name` is what ``--choose`` takes; `to` what production runs then, in people's terms.

    `missing` says why it cannot be chosen, as a clause; empty if it can. `ci` is whether checks come before it.
    """

    name: str
    title: str
    to: str = ""
    says: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    missing: str = ""
    plan: Plan | None = None
    ci: bool = False
    goes_on: bool = False
    """Whether it goes on with a way back that was begun."""

    @property
    def by_hand(self) -> bool:
        """Whether a person carries it out."""
        return self.plan is not None and not self.plan.commands


def names(ctx: Context) -> list[str]:
    """Return the ways back, always in this order; the configured ones by name come last.

    A revert that is made and not live takes the place of another one; going on with a rollback that waits at the
    platform comes before them.
    """
    try:
        revert = DEPLOY_REVERT if revert_deploy.made(ctx) is not None else REVERT
    except GitError:
        revert = REVERT
    usual = [PREVIOUS, revert, FLAG, *ctx.config.deploy.rollbacks]
    return list(dict.fromkeys([GO_ON, *usual] if gates.way_on_back(ctx.record) == GO_ON else usual))


def told(ctx: Context, name: str, plan: Plan | None, missing: str = "") -> WayBack:
    """Return what the way `name` means; `plan` is what it would do, `missing` why there is none. Never fails."""
    if name in ctx.config.deploy.rollbacks:
        says = (f"As [deploy.rollbacks] has it; production leaves {_short(_seen(plan).taken_off)}.",)
        return WayBack(name, one_line(name, 40), "", says, (), missing, plan)
    telling = {
        PREVIOUS: _previous,
        REVERT: _revert,
        DEPLOY_REVERT: _revert_deployed,
        GO_ON: _going_on,
        FLAG: _flag,
    }
    return telling[name](ctx, plan, missing)


def _seen(plan: Plan | None) -> RolledBack:
    return plan.known if plan is not None and isinstance(plan.known, RolledBack) else RolledBack()


def _short(commit: str) -> str:
    return commit[:7] or "what runs now"


# The previous version


def _previous(ctx: Context, plan: Plan | None, missing: str) -> WayBack:
    seen = _seen(plan)
    tag = _tag(ctx, seen.target)
    to = tag or seen.goes_to or "the version before"
    gone = _gone(ctx, seen)
    says = [_what_runs(ctx, seen, tag), *_takes_off(ctx, seen, gone)]
    if plan is not None and not plan.commands:
        says.append(_why_by_hand(ctx))
    says = [sentence for sentence in says if sentence] or _unsure(plan)
    part = staged.begun(ctx)
    if part is not None and part.share:
        says[:1] = [
            f"{part.share:.0f} % of the traffic goes to {one_line(part.id, 40)}; all of it goes back to {to}."
        ]
        return WayBack(
            PREVIOUS, "Take the traffic off it again", to, tuple(says), tuple(_data(gone)), missing, plan
        )
    return WayBack(PREVIOUS, "Deploy the version before", to, tuple(says), tuple(_data(gone)), missing, plan)


def _why_by_hand(ctx: Context) -> str:
    """Return why a person goes back, if it is not for want of a value; empty otherwise."""
    if not _is_set_up(ctx):
        return "By hand: [deploy] rollback names no command, and no platform is configured."
    try:
        on = methods.platform(ctx) if ctx.config.deploy.rollback is None else None
    except Refused:
        return ""
    if on is None:
        return ""
    no_command = f"By hand: {on.name} has no command that goes back to a release."
    return past.unread(on, releases.values(ctx, on)) or ("" if "rollback" in on.commands else no_command)


def _unsure(plan: Plan | None) -> list[str]:
    """Return the sentence that says why the target is unknown, else the first warning; empty if there is none."""
    warned = plan.warnings if plan is not None else []
    return [one for one in warned if one.startswith(UNSURE)][:1] or warned[:1]


def _is_set_up(ctx: Context) -> bool:
    return ctx.config.deploy.rollback is not None or bool(ctx.config.deploy.platform)


@if_git_fails("")
def _tag(ctx: Context, commit: str) -> str:
    """Return the release at `commit`, if there is one."""
    base = ctx.seen(Base)
    if commit and commit == base.commit and base.tag:
        return base.tag
    tag = releases_of(ctx).at(commit) if commit else None
    return tag.name if tag is not None else ""


def _what_runs(ctx: Context, seen: RolledBack, tag: str) -> str:
    """Return that production runs again what it ran before, and that the fault comes back with it."""
    named = " ".join(part for part in (tag, seen.target[:7]) if part)
    named = named or (f"Release {seen.target_release}" if seen.target_release else "")
    if not named:
        return ""
    if _is_ours(ctx, seen.taken_off):
        return f"{named} ran before. The fault comes back."
    return f"{named} ran before {_short(seen.taken_off)}."


def _is_ours(ctx: Context, commit: str) -> bool:
    """Return whether `commit` carries the fix of this round."""
    return bool(commit) and commit in (ctx.commit, ctx.landed, ctx.seen(Deployed).commit)


@if_git_fails(None)
def _gone(ctx: Context, seen: RolledBack) -> Loss | None:
    if not (seen.target and seen.taken_off):
        return None
    return loss(ctx.git, seen.target, seen.taken_off)


def _takes_off(ctx: Context, seen: RolledBack, gone: Loss | None) -> list[str]:
    """Return which commits production loses."""
    if gone is None or not gone.commits:
        return []
    ours = _is_ours(ctx, seen.taken_off)
    fix = _own(ctx) if ours else frozenset()
    others = [commit for commit in gone.commits if commit.sha not in fix]
    if ours and not others:
        return ["It takes off the fix, and nothing else."]
    many = f"{len(others)} {'more ' if ours else ''}commit{'s' if len(others) != 1 else ''}"
    shown = lines(others[:_NAMED])
    more = f"; {len(others) - len(shown)} more" if len(others) > len(shown) else ""
    return [f"It takes off {'the fix and ' if ours else ''}{many}: {'; '.join(shown)}{more}."]


def _own(ctx: Context) -> frozenset[str]:
    """Return the commits of this round's fix, as made and as landed."""
    try:
        start = landed_fix.start_of_fix(ctx)
        own = landed_fix.own_commits(ctx.git, start, ctx.commit) if start and ctx.commit else []
    except GitError:
        own = []
    return frozenset([*own, ctx.commit, ctx.landed, *ctx.seen(Landed).commits])


def _data(gone: Loss | None) -> list[str]:
    if gone is None or not gone.migrations:
        return []
    named = ", ".join(one_line(path, 60) for path in gone.migrations[:_NAMED])
    more = f" and {len(gone.migrations) - _NAMED} more" if len(gone.migrations) > _NAMED else ""
    return [f"What goes changed the data ({named}{more}): the older code may not work with it."]


# The others


def _revert(ctx: Context, plan: Plan | None, missing: str) -> WayBack:
    commits = _seen(plan).reverts
    merge = any(_merged(ctx, commit) for commit in commits)
    what = "the merge" if merge else "the commits" if len(commits) > 1 else "the commit"
    title = f"Revert {what} and deploy that"
    if plan is None:
        nothing = not (ctx.commit or ctx.landed) and f"nothing has landed on {ctx.landing} yet"
        merged = ctx.record.entry(Merged.STEP).get("state") == "done" or ctx.seen(Landed).commit
        open_ = not merged and f"the fix has not landed on {ctx.landing} yet"
        return WayBack(REVERT, title, missing=nothing or open_ or missing)
    if has_forge(ctx):
        then = "on a branch; then its request, checks, a deployment"
    elif set_off.push_deploys(ctx.record):
        then = f"on {ctx.landing}, whose push deploys it"
    else:
        then = f"on {ctx.landing}; then a deployment"
    reverted = ", ".join(commit[:7] for commit in commits)
    says = (f"Reverts {reverted} {then}.", f"The fault comes back; {ctx.landing} and production agree.")
    return WayBack(REVERT, title, "", says, (), "", plan, ci=has_forge(ctx))


def _going_on(ctx: Context, plan: Plan | None, missing: str) -> WayBack:
    """Return the second part of a rollback that the platform has stopped on its way."""
    title, seen = "Go on with the rollback", _seen(plan)
    if plan is None:
        return WayBack(GO_ON, title, missing=missing)
    says = (f"It waits before the traffic is moved: production still runs {_short(seen.taken_off)}.",)
    return WayBack(GO_ON, title, seen.goes_to, says, (), "", plan, goes_on=True)


def _revert_deployed(ctx: Context, plan: Plan | None, missing: str) -> WayBack:
    """Return the second part of a revert: it is made, and not live yet."""
    seen = _seen(plan)
    if plan is None:
        return WayBack(DEPLOY_REVERT, "Deploy the revert", missing=missing)
    says = (
        f"The revert {seen.target[:7]} is on {ctx.landing}; production still runs {_short(seen.taken_off)}.",
        f"The fault comes back; {ctx.landing} and production agree.",
    )
    return WayBack(DEPLOY_REVERT, "Deploy the revert", "", says, (), "", plan, goes_on=True)


@if_git_fails(False)
def _merged(ctx: Context, commit: str) -> bool:
    return landed_fix.is_merge(ctx.git, commit)


def _flag(ctx: Context, plan: Plan | None, missing: str) -> WayBack:
    title, flag = "Switch the feature flag off", feature_flag(ctx)
    command = ctx.config.deploy.feature_flag
    if command is None and not flag:
        missing = missing or "no flag is named, and [deploy] feature-flag names no command"
    if missing or plan is None:
        return WayBack(FLAG, title, missing=missing or "it cannot be planned now")
    named = f"{one_line(flag, 60)}: " if flag else ""
    if command is None:
        says = f"{named}by hand; [deploy] feature-flag names no command."
    else:
        says = f"{named}by the configured command. Nothing is deployed; the code stays."
    says = says if named else f"{says[:1].upper()}{says[1:]}"
    return WayBack(FLAG, title, "", (says,), (), "", plan)
