"""Whether the commit has arrived in production: by what production says, and by what the platform serves."""

from dataclasses import dataclass
from datetime import datetime

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.platforms import mixed
from hotfix_tui.platforms.model import Platform
from hotfix_tui.platforms.release import ServedRelease, read
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.methods import platform
from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.live.answer import LiveAnswer


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was seen. `same` is None if unknown; `askable` whether anybody could have told.

    `release` is what the platform serves, None if that was not read; `by` who said it.
    """

    same: bool | None
    why: str
    by: str = "production"
    release: ServedRelease | None = None
    askable: bool = False
    at: datetime | None = None
    """When it went live, if production or the platform says so."""
    runs: str = ""
    """The commit that production was seen to run, if it is known here."""
    mixed: bool = False
    """Whether more than one version serves, or may."""


def look(
    ctx: Context,
    commit: str,
    patience: float = 0.0,
    *,
    ask_platform: bool = True,
    after_failure: bool = False,
) -> Arrival:
    """Query production until it runs `commit` or `patience` seconds are over, then the platform for its release.

    Without `ask_platform` it is not queried again for what it has already said. While several versions serve, one
    answer of production is none of them; `after_failure` asks about that where it is a question of its own.
    """
    live = (
        live_check.wait_until_live(ctx, commit, patience, on_top=True)
        if patience
        else live_check.look(ctx, commit, on_top=True)
    )
    on = _platform(ctx)
    half = releases.spread(ctx, on, after_failure=after_failure)
    if half.mixed:
        return Arrival(None, half.mixed, askable=True, mixed=True)
    arrived = _looked(ctx, on, commit, live, ask_platform=ask_platform)
    return doubted(arrived, half)


def doubted(arrived: Arrival, half: releases.Spread) -> Arrival:
    """Return what was seen, as not known if it was not seen whether all that serves runs it."""
    if not half.unseen or (arrived.same is None and arrived.release is None):
        return arrived
    why = half.unseen if arrived.same is None else f"{arrived.why}, but {half.unseen}"
    return Arrival(None, why, askable=True, mixed=True)


def _looked(
    ctx: Context, on: Platform | None, commit: str, live: live_check.LiveComparison, *, ask_platform: bool
) -> Arrival:
    """Return what production said, else what the platform serves."""
    release = _heard(ctx, on, live.seen)
    served = releases.served(ctx, on) if ask_platform and release is None else None
    release = served.release if served is not None else release
    askable = live_commit.can_ask(ctx) or releases.reads(on)
    if live.same is not None:
        at = live.seen.at if live.seen else None
        return Arrival(live.same, live.why, release=release, askable=askable, at=at, runs=live.commit)
    if live.seen is not None and live.seen.unknown and not live.seen.second_hand:
        why = f"production runs {live.seen.unknown[:12]}, not {commit[:7]} ({live.seen.source})"
        return Arrival(False, why, release=release, askable=askable)
    if on is not None and release is not None:
        return _by_release(ctx, on, commit, release, live.why)
    why = (
        served.why if served is not None and releases.reads(on) and not live_commit.can_ask(ctx) else live.why
    )
    return Arrival(None, why, askable=askable)


def evidence(ctx: Context, commit: str, arrived: Arrival) -> Deployed:
    """Return the evidence with what was seen just now."""
    before = ctx.record.evidence(Deployed) or Deployed()
    release = releases.kept(ctx, arrived.release) if arrived.release else before.release
    at = (arrived.at or (before.deployed_at if before.commit == commit else None)) if arrived.same else None
    return before.but(
        commit=commit,
        runs="" if arrived.same else arrived.runs,
        seen_by=arrived.by if arrived.same else "",
        release=release,
        deployed_at=at,
    )


def _by_release(ctx: Context, on: Platform, commit: str, release: ServedRelease, why: str) -> Arrival:
    """Return what the platform's own release says; one that should name the commit and does not means no."""
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
    old = ctx.seen(Deployed).release_before
    made = releases.content_of(ctx, on, commit)
    if made and release.content in (made, old.content if old is not None else ""):
        why = f"{on.name} serves {release.id}, which is made of {one_line(release.content, 80)}"
        return Arrival(release.content == made, why, "platform", release, True, at=release.time)
    if live_check.is_here(ctx.git, its):
        why = f"{on.name} serves {release.id}, made of {its[:7]}"
        same = live_check.same_commit(ctx.git, its, commit) or live_check.held(ctx, its, commit) is not None
        return Arrival(same, why, "platform", release, True, at=release.time if same else None, runs=its)
    if releases.names(on, release):
        said = f"which is made of {its[:7]}" if its else f"which does not name {commit[:7]}"
        why = f"{on.name} serves {release.id}, {said}"
        return Arrival(False, why, "platform", release, True, runs=its)
    return Arrival(None, why, "platform", release, True)


def _heard(ctx: Context, on: Platform | None, seen: LiveAnswer | None) -> ServedRelease | None:
    """Return the release in the platform's latest answer; None if another source answered, or it was truncated."""
    if on is None or seen is None or seen.key != "platform" or ctx.config.deploy.current is not None:
        return None
    current = on.commands.get("current")
    if current is not None and mixed.said(seen.raw, current.mixed):
        return None
    release = read(seen.raw, current.release) if current and current.release else None
    return releases.filled(ctx, on, release) if release is not None else None


def _platform(ctx: Context) -> Platform | None:
    try:
        return platform(ctx)
    except Refused:
        return None
