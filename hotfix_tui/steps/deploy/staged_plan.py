"""The plans of the phases of a staged deployment.

Apart from `production`, which plans a deployment as a whole: each phase has a plan, a warning and an end of its own.
"""

from dataclasses import replace

from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.platforms.model import Act
from hotfix_tui.steps.common.checkouts import deploy_checkout, folder_in, worktrees_dir
from hotfix_tui.steps.common.target_commit import values
from hotfix_tui.steps.contract import Context, Plan, refusing
from hotfix_tui.steps.deploy import log_follow as follow
from hotfix_tui.steps.deploy import platform_check, staged
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.before import known_before
from hotfix_tui.steps.deploy.dependencies import made_ready, unbuilt
from hotfix_tui.steps.deploy.methods import DeployMethod, by_platform, planned
from hotfix_tui.steps.deploy.staged import ABORT, ACTIVATE, ADVANCE, PREPARE, STEP, TRY, UNPIN
from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.monitor import baseline, watch
from hotfix_tui.steps.monitor.spec import described, monitor_command, smoke_at


def phase(ctx: Context, commit: str, choice: str) -> Plan:
    """Return what the phase `choice` would do. Raises Refused."""
    on = staged.possible(ctx)
    if on is None or (choice == PREPARE and "prepare" not in on.commands):
        raise refuse("No platform here can prepare a release.", "Leave --choose out.", STEP)
    with refusing("Fix that, then do it again.", STEP):
        if choice == PREPARE:
            return _prepare(ctx, commit)
        if choice == TRY:
            return _try(ctx)
        heed: list[str] = []
        if choice != UNPIN:
            now = staged.needed(ctx, choice)
            heed = staged.unchanged(ctx, now) if choice != ABORT else []
        return _move(ctx, commit, choice, heed)


def _prepare(ctx: Context, commit: str) -> Plan:
    """Return the plan for a release without traffic, from the same kind of checkout as a whole deployment."""
    on = staged.possible(ctx)
    assert on is not None
    warnings: list[str] = []
    seen = live_commit.best(live_commit.ask(ctx, 8.0))
    before = known_before(ctx, commit, seen, warnings).but(platform=on.id)
    title = staged.titled(ctx, PREPARE, commit, on)
    known = values(ctx, "production", commit, before.commit_before) | staged.values(before, PREPARE)
    method = by_platform(ctx, on, "prepare", STEP, worktrees_dir(ctx, "deploy"), known, title)
    if not method.commands:
        return Plan(title, by_hand=method.by_hand, warnings=[*warnings, *method.warnings])
    checkout = deploy_checkout(ctx, commit, method.carry)
    method = by_platform(ctx, on, "prepare", STEP, folder_in(ctx, checkout.path), known, title)
    checked = platform_check.before(ctx, "prepare")
    made = _plan(title, method, ctx, PREPARE, before.but(place=checked.place))
    ready = made_ready(ctx, "deploy", checkout, commit, STEP)
    return replace(
        made,
        commands=[*checkout.commands, *ready, *method.commands],
        warnings=[*checked.sentences, *unbuilt(ctx, "deploy"), *warnings, *method.warnings],
    )


def _move(ctx: Context, commit: str, choice: str, heed: list[str]) -> Plan:
    """Return the plan to move traffic, or to unpin: only ids that the platform named itself are sent."""
    on, before = staged.possible(ctx), ctx.seen(Deployed)
    assert on is not None
    takes_off: Act = "abort" if "abort" in on.commands else "rollback"
    action: Act = takes_off if choice == ABORT else "unpin" if choice == UNPIN else "activate"
    action = "share" if staged.share_of(choice) else "advance" if choice == ADVANCE else action
    title = staged.titled(ctx, choice, commit, on)
    given = staged.values(before, choice)
    if choice == UNPIN and (now := releases.served(ctx, on)).asked and (now.id or on.commands[UNPIN].only):
        given["serving"] = now.id  # what is held may be another one by now than that of before the deployment
    known = values(ctx, "production", commit, before.commit_before) | given
    method = by_platform(ctx, on, action, STEP, ctx.deployed_from, known, title)
    made = _plan(title, method, ctx, choice, before)
    checked = platform_check.before(ctx, action).sentences if method.commands else []
    made = replace(made, warnings=[*checked, *heed, *made.warnings])
    if choice in (ABORT, UNPIN) or not method.commands:
        return made
    said, heed = watch.announced(ctx)
    tail, told = follow.log_tail(ctx, commit, before.commit_before)
    return replace(
        made,
        commands=[*(baseline.commands(ctx) if choice == ACTIVATE else []), *method.commands],
        warnings=[*made.warnings, *heed, *told],
        watch=said,
        log_tail=tail,
    )


def _plan(title: str, method: DeployMethod, ctx: Context, choice: str, before: Deployed) -> Plan:
    return replace(planned(ctx, title, method, staged.fresh(before)), note=RunNote(act=choice))


def _try(ctx: Context) -> Plan:
    """Return the plan to send the smoke requests to the address of what was prepared."""
    now = staged.needed(ctx, TRY)
    address = staged.at(now.release)
    requests = smoke_at(ctx, address)
    if not requests:
        raise refuse("No smoke request goes to production's address.", f"Open {address} and look.", STEP)
    changing = [
        str(request["name"]) for request in requests if request["method"] not in ("GET", "HEAD", "OPTIONS")
    ]
    shown = "; ".join(described(request) for request in ctx.config.smoke[:3])
    title = f"Send {len(requests)} request{'s' if len(requests) > 1 else ''} to {address}: {shown}"
    return Plan(
        title,
        commands=[monitor_command(ctx, "smoke_run", {"smoke": requests}, "Send the smoke requests there")],
        timeout=sum(float(request["timeout"]) for request in requests) + 30,
        warnings=[f"These may change data in production: {', '.join(changing)}."] if changing else [],
        trusted=False,
        known=staged.fresh(ctx.seen(Deployed)),
        note=RunNote(act=TRY),
    )
