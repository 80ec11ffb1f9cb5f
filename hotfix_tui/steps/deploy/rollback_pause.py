"""A rollback that the platform stops on its way, before it moves the traffic: it goes on as an act of its own.

Only the deployment that this rollback began is gone on with. Its values are those that its own run had looked up, and
the platform is asked anew whether it still waits.

Apart from `rollback`, for most platforms never stop on the way.
"""

import os
from dataclasses import replace

from msgspec import structs

from hotfix_tui.base import asking
from hotfix_tui.incident.model.evidence.deploy import GO_ON, RolledBack
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.rules.gates import Refused, refuse
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Act, Platform
from hotfix_tui.platforms.release import ServedRelease, every
from hotfix_tui.steps.common.target_commit import values as values_of
from hotfix_tui.steps.contract import Context, Plan, Probe, unknown
from hotfix_tui.steps.deploy import methods, past, platform_check, wait_driver
from hotfix_tui.steps.deploy import release as releases

STEP = RolledBack.STEP
COMMAND = f"rollback {GO_ON}"


def halted(ctx: Context, kept: RolledBack, directory: str) -> Probe | None:
    """Return that the rollback whose run is in `directory` waits at the platform; None if that was not seen."""
    on = _platform(ctx, "deploy" if kept.kind == "revert" else "rollback")
    if on is None:
        return None
    asking.anew()
    try:
        values = _looked_up(on, directory) or _found_again(ctx, on, kept)
        release = _waiting(ctx, on, values)[0] if values else None
    except asking.NotAsked:
        return None
    if release is None:
        return None
    paused = tuple(f"{name}={value}" for name, value in sorted(values.items()))
    to = f" back to {kept.goes_to}" if kept.goes_to else ""
    why = f"{on.name} waits before it moves the traffic{to}: production runs what it ran. Go on: `{COMMAND}`"
    return unknown(why, RolledBack(paused=paused), adds=True)


def after_a_loss(ctx: Context, kept: RolledBack, seen: Probe) -> Probe:
    """Return what is known of a rollback that is not settled, `seen` besides: that it waits at the platform, or, where
    its run left nothing to ask by, with which commands a person looks and goes on.
    """
    if ctx.record.entry(STEP).get("state") not in ("running", "unknown", "failed") or kept.kind == "revert":
        return seen
    if (paused := halted(ctx, kept, last_directory(ctx))) is not None:
        return paused
    on = _platform(ctx, "rollback")
    not_begun = ctx.record.entry(STEP).get("state") == "failed"
    if on is None or not_begun or kept.paused or _looked_up(on, last_directory(ctx)):
        return seen
    known = releases.values(ctx, on)
    looks = [on.lookups[name].run for name in loader.lookups(on, "prepared")] + on.commands["prepared"].run
    lines = [loader.question(on, run, known).commands[0] for run in looks]
    planned = loader.plan(on, "activate", known)
    assert planned is not None
    look = ", then ".join(f"`{past.line(argv)}`" for argv in dict.fromkeys(map(tuple, lines)))
    why = (
        f"{seen.why}; if {on.name} stopped it before it moved the traffic, {look} shows it, and "
        f"`{past.line(planned.commands[0])}` goes on"
    )
    return seen._replace(why=why)


def _looked_up(on: Platform, directory: str) -> dict[str, str]:
    """Return what the run in `directory` had looked up, if that is all that it takes to ask; else nothing."""
    values = wait_driver.values(on, directory)
    return values if set(loader.lookups(on, "prepared")) <= values.keys() else {}


def _found_again(ctx: Context, on: Platform, kept: RolledBack) -> dict[str, str]:
    """Return the values of the one release that waits at the platform and says that this rollback made it; else
    nothing. Raises asking.NotAsked.
    """
    at = on.commands["prepared"].release
    assert at is not None
    if not at.back or not kept.target_release or kept.kind != "previous":
        return {}
    values, why = releases.looked_up(ctx, on, "prepared", releases.values(ctx, on))
    said, why = releases.answer(ctx, on, "prepared", more=values) if not why else (b"", why)
    ours = {**values_of(ctx, "production", kept.target), "release": kept.target_release}
    known = {name: value for name, value in ours.items() if isinstance(value, str)}
    marks = {pointer: loader.fill(text, known) for pointer, text in at.back.items()}
    theirs = structs.replace(at, where={**at.where, **marks})
    return values if not why and len(every(said, theirs)) == 1 else {}


def last_directory(ctx: Context) -> str:
    """Return the directory of the last rollback's run."""
    return os.path.join(ctx.directory, "runs", f"{ctx.record.entry(STEP).get('run', 0)}-{STEP}")


def plan(ctx: Context) -> Plan:
    """Return the plan that goes on. Raises Refused if the rollback does not wait there, or is not the one begun."""
    kept, on = ctx.seen(RolledBack), methods.platform(ctx)
    values = dict(word.split("=", 1) for word in kept.paused if "=" in word)
    if on is None or not values or ctx.record.entry(STEP).get("state") not in ("unknown", "failed"):
        raise refuse(
            "No rollback is known here that waits at the platform.", "Roll back: `rollback previous`.", STEP
        )
    release, why = _waiting(ctx, on, values)
    if release is None:
        raise refuse(
            f"{on.name} does not say that the rollback still waits{f': {why}' if why else ''}.",
            f"Look what production runs: `probe {STEP}`.",
            STEP,
        )
    its = releases.whole_commit(ctx, release)
    if its and kept.target and its != kept.target:
        raise refuse(
            f"What waits at {on.name} is made of {its[:7]}, and not of {kept.target[:7]}.",
            f"Look there, then `probe {STEP}`.",
            STEP,
        )
    title = f"Go on with the rollback to {kept.goes_to or 'what ran before'} ({release.id})"
    known = values_of(ctx, "production", kept.target or kept.taken_off, kept.target)
    given = {**known, **values, "release": release.id}
    method = methods.by_platform(ctx, on, "activate", STEP, ctx.deployed_from, given, title)
    checked = platform_check.before(ctx, "activate").sentences if method.commands else []
    return replace(
        methods.planned(ctx, title, method, kept.but(pinned=False), checked), note=RunNote(act=GO_ON)
    )


def _waiting(ctx: Context, on: Platform, values: dict[str, str]) -> tuple[ServedRelease | None, str]:
    """Return the one release that waits in the deployment that `values` name; else why not, if that is known."""
    at = on.commands["prepared"].release
    assert at is not None
    said, why = releases.answer(ctx, on, "prepared", more=values)
    listed = every(said, at) if not why else []
    return (listed[0] if len(listed) == 1 else None), why


def _platform(ctx: Context, act: Act) -> Platform | None:
    """Return the platform, if it carries out `act` and may stop a deployment before the traffic moves."""
    try:
        on = methods.platform(ctx) if methods.configured(ctx, act) is None else None
    except Refused:
        return None
    prepared = on.commands.get("prepared") if on is not None else None
    return on if prepared is not None and prepared.halts else None
