"""deploy.rollback: production goes back. Never refused because of the workflow: what cannot be run is explained as
manual steps.
"""

import time

from hotfix_tui.base import asking
from hotfix_tui.config import model as config_types
from hotfix_tui.forges.github import existing_url
from hotfix_tui.git.process import Git
from hotfix_tui.git.repository import head
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import DEPLOY_REVERT, GO_ON, Deployed, RolledBack
from hotfix_tui.incident.rules import gates, set_off
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common import published, tag_names
from hotfix_tui.steps.common.commands import filled
from hotfix_tui.steps.common.outcome import failure_probe, log_tail
from hotfix_tui.steps.common.releases import tag_of
from hotfix_tui.steps.common.target_commit import uses, values
from hotfix_tui.steps.contract import (
    Choice,
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    if_git_fails,
    not_done,
    refusing,
    unknown,
    unknown_if_git_fails,
)
from hotfix_tui.steps.deploy import (
    methods,
    platform_check,
    revert_deploy,
    rollback_pause,
    rollback_target,
    staged,
    wait_driver,
)
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.arrival import Arrival, doubted, look
from hotfix_tui.steps.deploy.by_hand import generic
from hotfix_tui.steps.deploy.methods import LOCK, DeployMethod, method_for, planned
from hotfix_tui.steps.deploy.revert import plan_revert
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.live.ask import can_ask

_PAUSE = 1.0
_AFTER_A_FAILURE = 3.0
_UNSEEN = "whether production went back could not be seen ({why}): look again once it can be asked"
UNSURE = "Which version that is"
"""How the sentence begins that says why the target of a rollback is unknown."""
_SAY = "once it is merged and deployed, say so"
_HELD = "; it is held there: a later deployment does not replace it until that is undone on the platform"


class Rollback(Step):
    """Rolls production back: to what ran before, by a revert, by a feature flag, or by a configured way."""

    id = catalog.DEPLOY_ROLLBACK

    def probe(self, ctx: Context) -> Probe:
        """Return whether production runs the last rollback's target."""
        kept = ctx.record.evidence(RolledBack) or RolledBack()
        if kept.kind == "revert" and (open_ := _open_revert(ctx, kept)) is not None:
            return open_
        if not (kept.target or kept.target_release):
            # A flag, or a way whose end is a person's word: nothing here tells, and what was done stays done.
            was_done = ctx.record.entry(self.id).get("state") == "done"
            return unknown("nothing here tells; look yourself") if was_done else not_done()
        unsettled = ctx.record.entry(self.id).get("state") in ("unknown", "failed")
        arrived = _arrived(ctx, kept, 0.0, after_failure=unsettled)
        if arrived.same:
            return done(arrived.why)
        seen = unknown(arrived.why) if arrived.same is None else not_done(arrived.why)
        return rollback_pause.after_a_loss(ctx, kept, seen)

    def choices(self, ctx: Context) -> list[Choice]:
        deploy = ctx.config.deploy
        out = [Choice("previous", "Previous version", "What ran before this deployment, by the platform.")]
        if published_alone(ctx.record):
            out = [
                Choice("previous", "Take the release back", "Yanked or deprecated where its users get it.")
            ]
        out += [Choice(name, name.replace("-", " "), "As configured.") for name in deploy.rollbacks]
        way_on = gates.way_on_back(ctx.record)
        if way_on == GO_ON:
            out.insert(
                0, Choice(GO_ON, "Go on with the rollback", "The platform waits before it moves the traffic.")
            )
        if way_on == DEPLOY_REVERT:
            out.append(
                Choice(DEPLOY_REVERT, "Deploy the revert", "It is made, and production does not run it.")
            )
        elif ctx.landed:
            out.append(
                Choice("revert", "Revert commit", "Takes the landed change back on the production branch.")
            )
        if not feature_flag(ctx) and not deploy.feature_flag:
            return out
        flag = "By the configured command." if deploy.feature_flag else f"By hand: {feature_flag(ctx)}."
        return [*out, Choice("flag", "Feature flag", flag)]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        kind = choice or "previous"
        named = ctx.config.deploy.rollbacks
        if kind in named:
            return _by_command(ctx, kind, named[kind])
        if kind == "previous":
            return _previous(ctx)
        if kind == "flag":
            return _flag(ctx)
        if kind == "revert":
            return _revert(ctx)
        if kind == DEPLOY_REVERT:
            return _deploy_revert(ctx)
        if kind == GO_ON:
            return rollback_pause.plan(ctx)
        known = ", ".join(["previous", "revert", DEPLOY_REVERT, GO_ON, "flag", *named])
        raise refuse(f"There is no way back called {kind!r}.", f"Choose one of {known}.", self.id)

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        """Return the result from production if it can be queried; otherwise the command's end counts, and it
        says so.
        """
        kept = ctx.record.evidence(RolledBack) or RolledBack()
        kind, note = kept.kind, ctx.record.note(self.id)
        deploys = kind == "revert" and note.act == DEPLOY_REVERT
        what = "The deployment of the revert" if deploys else "The rollback"
        bad = failure_probe(run, directory, what, methods.meanings(ctx, "deploy" if deploys else "rollback"))
        if kind == "revert" and not deploys:
            return bad or _after_revert(ctx, directory)
        if kind == "flag":
            return bad or done("by its exit status alone; look whether the fault is gone")
        if not (kept.target or kept.target_release):
            return bad or _without_target(ctx)
        patience = _AFTER_A_FAILURE if bad else live_check.PATIENCE
        started = bad is None or (run.failed_command or 0) >= note.before
        if deploys:
            arrived = look(ctx, kept.target, patience, after_failure=bad is not None and started)
        else:
            arrived = _arrived(ctx, kept, patience, after_failure=bad is not None)
        if arrived.same:
            held = bool(arrived.release and arrived.release.pinned)
            return done(arrived.why + (_HELD if held else ""), RolledBack(pinned=held), adds=True)
        if (paused := rollback_pause.halted(ctx, kept, directory)) is not None:
            return paused
        if (
            bad is None
            and arrived.same is None
            and (moved := wait_driver.moved(methods.platform(ctx), directory))
        ):
            return done(moved, RolledBack(pinned=False), adds=True)
        if arrived.mixed:
            return unknown(f"{bad.why if bad else 'The command ended well'}; {arrived.why}")
        if bad is not None and not started and arrived.same is None:
            return bad._replace(why=f"{bad.why}; the deployment itself did not start")
        if bad is not None:
            state, why = bad.state, f"{bad.why}; {arrived.why}"
            if arrived.same is None and arrived.askable:
                state, why = "unknown", f"{bad.why}; {_UNSEEN.format(why=arrived.why)}"
            return bad._replace(state=state, why=why)
        if arrived.same is False:
            return failed(f"The command ended well, but {arrived.why}")
        if arrived.askable:
            return unknown(f"The command ended well, but it is not seen in production: {arrived.why}")
        if kept.proves is False:
            return unknown(
                f"The command ended well, which proves nothing here; look yourself ({arrived.why})"
            )
        return done(f"by its exit status alone: {arrived.why}")


def feature_flag(ctx: Context) -> str:
    """Return the flag that switches the fix off, as used in texts; empty if nobody has named one."""
    return str(ctx.record.fact("rollback.flag", ""))


def _known(ctx: Context, kind: str, target: rollback_target.Target) -> RolledBack:
    """Return what is recorded of a rollback. Old values of these fields must not survive, so all of them are set."""
    return RolledBack(
        kind=kind,
        target=target.commit,
        target_tag=_tag(ctx, target.commit),
        target_release=target.release,
        pinned=False,
        paused=(),
        taken_off=target.taken_off,
        part=ctx.part,
        proves=True,
        baseline=ctx.seen(Deployed).baseline,
    )


@if_git_fails("")
def _tag(ctx: Context, commit: str) -> str:
    """Return the release that `commit` is, empty if there is none or git does not answer."""
    return tag_of(ctx, commit) if commit else ""


def _previous(ctx: Context) -> Plan:
    target = rollback_target.find(ctx)
    short = target.commit[:7] or (f"the release {target.release}" if target.release else "the version before")
    title = f"Roll {f'{ctx.part} in ' if ctx.part else ''}production back to {short}"
    before = _known(ctx, "previous", target)
    known = values(ctx, "production", target.commit or target.taken_off, target.commit)
    known |= {"release": target.release} if target.release else {}
    if not target.commit and (made_of := _commit_of(ctx, target.release)):
        known["previous"] = made_of
    command = ctx.config.deploy.rollback
    if command is None and published_alone(ctx.record):
        out = ctx.record.entry(Deployed.STEP).get("state") in ("done", "stale")
        version = tag_names.planned(ctx) if out else _tag(ctx, target.taken_off)
        title = f"Take {version or 'the release with the fault'} back"
        return Plan(title, by_hand=published.taken_back(ctx, version), known=before, told=True)
    if command is not None and not target.commit and uses(command, "previous"):
        method = DeployMethod(by_hand=generic(ctx, "rollback", known, ctx.deployed_from))
        why = f"The configured command needs to know what ran before, and {target.why}."
        return Plan(title, by_hand=method.by_hand, warnings=[why], known=before)
    on = methods.platform(ctx) if command is None else None
    act = staged.way_back(ctx, on) if on is not None else "rollback"
    method = method_for(ctx, act, catalog.DEPLOY_ROLLBACK, ctx.deployed_from, known, title)
    if act == "abort" and not method.commands:  # nothing that could be aborted is still in progress
        act = "rollback"
        method = method_for(ctx, act, catalog.DEPLOY_ROLLBACK, ctx.deployed_from, known, title)
    known_at_all = target.commit or target.release
    warnings = [f"{short}: {target.why}."] if known_at_all else [f"{UNSURE}: {target.why}."]
    checked = platform_check.before(ctx, act).sentences if method.commands else []
    warnings = [*checked, *warnings]
    if on is not None and target.release and (other := releases.other_content(ctx, on, target.release)):
        warnings.insert(0, other)
    return planned(ctx, title, method, before, warnings)


def _commit_of(ctx: Context, release: str) -> str:
    """Return the commit that the platform named for the release before, whether it is here or not; empty if none."""
    old = ctx.seen(Deployed).release_before
    return old.commit if old is not None and release and old.id == release else ""


def _arrived(ctx: Context, kept: RolledBack, patience: float, *, after_failure: bool) -> Arrival:
    """Return whether production is back: by the release that the platform serves, and by the commit that production
    names; not known while more than one version serves.
    """
    arrived = _back(ctx, kept, patience)
    half = releases.spread(ctx, methods.platform(ctx), after_failure=after_failure)
    if half.mixed:
        return Arrival(None, half.mixed, askable=True, mixed=True)
    return doubted(arrived, half)


def _back(ctx: Context, kept: RolledBack, patience: float) -> Arrival:
    until = time.monotonic() + patience
    on = methods.platform(ctx)
    while True:
        served = releases.served(ctx, on) if kept.target_release else releases.Served(None)
        back = releases.is_back(ctx, on, served, kept)
        if back is not False or time.monotonic() + _PAUSE >= until:
            break
        time.sleep(_PAUSE)
        asking.anew()
    said = f"{on.name} serves {served.id}" if on and served.release else ""
    if back is False:
        return Arrival(False, f"{said}, not {kept.target_release}", "platform", served.release, True)
    left = max(0.0, until - time.monotonic())
    asked = live_check.wait_until_live(ctx, kept.target, left) if kept.target else None
    if asked is not None and asked.same is False and releases.hides_a_rollback(on, asked.seen):
        why = f"{on.name if on else ''} shows what was deployed last, and not what a rollback went back to"
        return Arrival(None, why, release=served.release, askable=True)
    if asked is not None and asked.same is not None:
        return Arrival(asked.same, asked.why, release=served.release, askable=True)
    if back:
        return Arrival(True, said, "platform", served.release, True)
    askable = can_ask(ctx) or bool(kept.target_release)
    return Arrival(None, asked.why if asked else served.why, askable=askable)


def _by_command(ctx: Context, kind: str, command: config_types.ConfigCommand) -> Plan:
    target = rollback_target.find(ctx)
    needed = uses(command, "previous")
    known = values(ctx, "production", target.commit or target.taken_off, target.commit)
    kept = _known(ctx, kind, target if needed else target._replace(commit="", release=""))
    return _running(ctx, command, f"Roll production back: {kind}", known, kept)


def _running(
    ctx: Context, command: config_types.ConfigCommand, title: str, known: dict[str, object], kept: RolledBack
) -> Plan:
    """Return the plan that runs a configured command, with the evidence `kept`."""
    made = filled(command, ctx.deployed_from, catalog.DEPLOY_ROLLBACK, known, variables=True, title=title)
    return Plan(
        title,
        commands=[made],
        tty=command.tty is not False,
        timeout=command.timeout,
        locks=[LOCK],
        trusted=False,
        known=kept,
    )


def _flag(ctx: Context) -> Plan:
    target = rollback_target.find(ctx, 3.0)._replace(commit="", release="")
    command, flag = ctx.config.deploy.feature_flag, feature_flag(ctx)
    title = f"Switch the change off: {flag or 'feature flag'}"
    before = _known(ctx, "flag", target).but(flag=flag)
    if command is None:
        which = f"set {flag}" if flag else "switch off the one that the change is behind (none is known here)"
        hand = f"1. In your feature flags, {which}.\n2. Look whether the fault is gone.\n3. Tick it."
        return Plan(title, by_hand=hand, known=before, told=True)
    return _running(ctx, command, title, values(ctx, "production", target.taken_off), before)


def _revert(ctx: Context) -> Plan:
    with refusing("Or roll back by the platform: `rollback previous`."):
        revert_deploy.refuse_another(ctx)
        made = plan_revert(ctx)
    target = rollback_target.find(ctx, 3.0)._replace(commit="", release="")
    warnings = []
    if set_off.push_deploys(ctx.record) and made.lands:
        warnings.append(f"A push to {ctx.landing} deploys to production.")
    if not made.lands:
        warnings.append("This only makes the revert: it still has to be merged and deployed.")
    return Plan(
        made.title,
        commands=made.commands,
        locks=[LOCK],
        timeout=600,
        warnings=warnings,
        known=_known(ctx, "revert", target).joined(made.known),
        url=made.url,
    )


def _deploy_revert(ctx: Context) -> Plan:
    with refusing("Or roll back by the platform: `rollback previous`."):
        return revert_deploy.plan(ctx)


@unknown_if_git_fails
def _open_revert(ctx: Context, kept: RolledBack) -> Probe | None:
    """Return how far a revert is that is not known to be live; None if there is none.

    That production does not run it yet does not end it: it waits to be merged or deployed.
    """
    revert = revert_deploy.made(ctx)
    if revert is None:
        return None
    wanted = revert.landed or revert.commit
    arrived = look(ctx, wanted)
    if arrived.same:
        return done(arrived.why, RolledBack(target=wanted), adds=True)
    where = f"is on {ctx.landing}" if revert.landed else f"is on its branch {kept.branch}"
    return unknown(f"The revert {revert.commit[:7]} {where}; {arrived.why}")


@unknown_if_git_fails
def _after_revert(ctx: Context, directory: str) -> Probe:
    """Return the result of a revert, which is only a commit: production has gone back once it runs there."""
    commit = head(Git(ctx.seen(RolledBack).worktree)).commit or ""
    lands, back = ctx.seen(RolledBack).lands, RolledBack(target=commit)
    pushed, ours = set_off.push_deploys(ctx.record), set_off.can_deploy(ctx.record)
    if lands and pushed:
        live = live_check.wait_until_live(ctx, commit)
        if live.same:
            return done(live.why, back, adds=True)
        return unknown(f"The revert {commit[:7]} is pushed, which deploys it; {live.why}", back, adds=True)
    if lands:
        then = f"deploy it: `{revert_deploy.COMMAND}`" if ours else "once it is deployed, say so"
        return unknown(f"The revert {commit[:7]} is on {ctx.landing}; {then}", back, adds=True)
    opened = existing_url(log_tail(directory).decode("utf-8", "replace"))
    url = opened or ctx.seen(RolledBack).url
    request = f"its request is {url}" if opened else f"open its request: {url}" if url else "open its request"
    where = f"on the branch {ctx.seen(RolledBack).branch}; {request}"
    then = f"once it is merged, deploy it: `{revert_deploy.COMMAND}`" if ours and not pushed else _SAY
    why = f"The revert {commit[:7]} is {where}; {then}"
    return unknown(why, back.but(url=url) if url else back, adds=True)


def _without_target(ctx: Context) -> Probe:
    """Return the result without a known target: production must at least run something else than before."""
    taken_off = ctx.seen(RolledBack).taken_off
    live_ = live_check.look(ctx, taken_off) if taken_off else None
    if live_ is None or live_.same is None:
        return done("by its exit status alone; look what production runs")
    if live_.same:
        return failed(f"The command ended well, but production still runs {taken_off[:7]}")
    return done(f"production runs {live_.commit[:7]} now", RolledBack(target=live_.commit), adds=True)


STEPS = (Rollback(),)
