"""Whether the commit has arrived in production: by what production says, and by what the platform serves."""

from dataclasses import dataclass
from datetime import datetime

from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.platforms.model import Platform
from hotfix_tui.platforms.release import Release, read
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.methods import platform
from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.live.answer import Answer


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was seen. `same` is None where it cannot be told; `askable` whether somebody could have told.

    `release` is what the platform serves, None where that was not read; `by` who said it.
    """

    same: bool | None
    why: str
    by: str = "production"
    release: Release | None = None
    askable: bool = False
    at: datetime | None = None
    """When it went live, where production or the platform says so."""
    runs: str = ""
    """The commit that production was seen to run, where that is known here."""


def look(ctx: Context, commit: str, patience: float = 0.0, *, ask_platform: bool = True) -> Arrival:
    """Ask production until it runs `commit` or `patience` seconds are over, then the platform for its release.

    Without `ask_platform` it is not asked a second time for what it has said already.
    """
    found = live_check.wait_until_live(ctx, commit, patience) if patience else live_check.look(ctx, commit)
    on = _platform(ctx)
    release = _heard(ctx, on, found.seen)
    served = releases.served(ctx, on) if ask_platform and release is None else None
    release = served.release if served is not None else release
    askable = live_commit.can_ask(ctx) or releases.reads(on)
    if found.same is not None:
        at = found.seen.at if found.seen else None
        return Arrival(found.same, found.why, release=release, askable=askable, at=at, runs=found.commit)
    if found.seen is not None and found.seen.unknown and not found.seen.reported:
        why = f"production runs {found.seen.unknown[:12]}, not {commit[:7]} ({found.seen.source})"
        return Arrival(False, why, release=release, askable=askable)
    if on is not None and release is not None:
        return _by_release(ctx, on, commit, release, found.why)
    why = (
        served.why
        if served is not None and releases.reads(on) and not live_commit.can_ask(ctx)
        else found.why
    )
    return Arrival(None, why, askable=askable)


def evidence(ctx: Context, commit: str, found: Arrival) -> Deployed:
    """The evidence with what was seen just now."""
    before = ctx.record.evidence(Deployed) or Deployed()
    release = releases.kept(ctx, found.release) if found.release else before.release
    at = (found.at or (before.deployed_at if before.commit == commit else None)) if found.same else None
    return before.but(
        commit=commit,
        runs="" if found.same else found.runs,
        seen_by=found.by if found.same else "",
        release=release,
        deployed_at=at,
    )


def _by_release(ctx: Context, on: Platform, commit: str, release: Release, why: str) -> Arrival:
    """What the platform's own release says; one that should name the commit and does not is a no."""
    its = releases.whole_commit(ctx, release)
    short = len(its) < len(commit) and bool(its) and commit.startswith(its)
    if its == commit or short:
        return Arrival(
            True,
            f"{on.name} serves {release.id}, made of {commit[:7]}",
            "platform",
            release,
            askable=True,
            at=release.time,
        )
    if releases.names(on, release):
        said = f"which is made of {its[:7]}" if its else f"which does not name {commit[:7]}"
        why = f"{on.name} serves {release.id}, {said}"
        return Arrival(False, why, "platform", release, True, runs=its)
    return Arrival(None, why, "platform", release, True)


def _heard(ctx: Context, on: Platform | None, seen: Answer | None) -> Release | None:
    """The release in what the platform has just answered; None where it was somebody else, or it was cut off."""
    if on is None or seen is None or seen.key != "platform" or ctx.config.deploy.current is not None:
        return None
    current = on.commands.get("current")
    return read(seen.raw, current.release) if current and current.release else None


def _platform(ctx: Context) -> Platform | None:
    try:
        return platform(ctx)
    except Refused:
        return None
