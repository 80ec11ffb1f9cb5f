"""A phased deployment: a release is prepared without traffic, inspected, and activated, at once or by shares.

Every phase is a method of the one deploying step, and its own run. Those that move traffic are confirmed like a
deployment; preparing and trying are not. Only ids that the platform named itself are sent to it as releases.
"""

from dataclasses import replace
from typing import NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.evidence.deploy import Deployed, ReleaseSeen, RolledBack
from hotfix_tui.incident.rules import set_off
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Act, Platform, PlatformCommand
from hotfix_tui.platforms.release import ServedRelease, every
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common import platform_values
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.common.target_commit import wanted_commit
from hotfix_tui.steps.contract import Choice, Context, Probe, asks, failed, unknown
from hotfix_tui.steps.deploy import methods
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.monitor import smoke

STEP = Deployed.STEP
PREPARE, ACTIVATE, ADVANCE, TRY, ABORT, UNPIN = "prepare", "activate", "advance", "try", "abort", "unpin"
WHOLE = ("", ACTIVATE, ADVANCE)
"""The actions after which it may be live with all traffic, so that production is asked."""
_SHARE = "share-"
_ALMOST = 0.5
"""Tolerance in percent between a share and the requested one."""


class Ready(NamedTuple):
    """A release prepared from the commit, and the platform that holds it."""

    on: Platform
    release: ReleaseSeen

    @property
    def shared(self) -> bool:
        """Whether it gets part of the traffic."""
        return bool(self.release.share)


def possible(ctx: Context) -> Platform | None:
    """Return the platform, if its file has phases, and neither a configured command nor a push deploys."""
    theirs = methods.configured(ctx, "deploy") is not None or set_off.push_deploys(ctx.record)
    on = methods.platform(ctx) if not theirs else None
    return on if on is not None and {"prepare", "unpin"} & on.commands.keys() else None


def prepares(ctx: Context, on: Platform) -> bool:
    """Return whether a release can be prepared here.

    Some platforms need more for it than for deploying, such as a second app: it is only offered once that is
    configured.
    """
    if "prepare" not in on.commands:
        return False
    more = set(loader.needed(on, "prepare", "prepared", "activate")) - set(loader.needed(on, "deploy"))
    return more <= platform_values.known(ctx, on).keys() if more else True


def ready(ctx: Context) -> Ready | None:
    """Return what was prepared from the commit to be deployed; None if nothing was."""
    on, seen = possible(ctx), ctx.seen(Deployed)
    done = ctx.record.entry(STEP).get("state") == "done"
    if on is None or done or seen.prepared is None or not seen.commit or seen.commit != wanted_commit(ctx):
        return None
    return Ready(on, seen.prepared) if seen.platform == on.id else None


def begun(ctx: Context) -> ReleaseSeen | None:
    """Return the prepared release that does not have all traffic yet; its share says whether it has any.

    None if nothing was prepared, or if all traffic may have moved to it.
    """
    state = ctx.record.entry(STEP).get("state")
    return ctx.seen(Deployed).prepared if not state else None


def choices(ctx: Context) -> list[Choice]:
    """Return the phases that can come next; empty if the platform has none."""
    on, now = possible(ctx), ready(ctx)
    if on is None:
        return []
    out: list[Choice] = []
    if now is not None:
        id = one_line(now.release.id, 16)
        left = f", which has {now.release.share:.0f} % now" if now.shared else ""
        out.append(Choice(ACTIVATE, f"Activate {id}", f"All of the traffic goes to it{left}."))
        if "advance" in on.commands:
            out.append(
                Choice(ADVANCE, "Go on by one step", f"To the next step that {on.name} has for it{left}.")
            )
        out += [
            Choice(
                f"{_SHARE}{share}",
                f"Give {id} {share} %",
                "The rest stays with what is live; then go on or back.",
            )
            for share in _shares(on, now)
        ]
        if now.shared:
            out.append(
                Choice(ABORT, f"Take the traffic off {id}", "All of it goes back to what was live before.")
            )
        elif "abort" in on.commands and on.commands["current"].parts is None:
            out.append(Choice(ABORT, f"Give up {id}", "What is live stays; what was prepared goes."))
        if not now.shared and now.release.address and ctx.config.smoke:
            out.append(Choice(TRY, f"Try {id}", f"The smoke requests, sent to {now.release.address}."))
    again = " again" if now is not None else ""
    prepare = Choice(
        PREPARE, f"Prepare{again}", "A release without traffic, to look at before it is activated."
    )
    how = ", by the platform's own steps" if "advance" in on.commands else ", with all of the traffic"
    at_once = Choice("deploy", "Deploy at once", f"The verified commit, and only that{how}.")
    held = "unpin" in on.commands and _held(ctx)
    if prepares(ctx, on):
        out += [prepare, at_once] if now is not None else [at_once, prepare]
    elif held:
        out.append(at_once)
    if held:
        out.append(Choice(UNPIN, "End the hold", "Later deployments replace what is held there now."))
    return out


def is_phase(choice: str) -> bool:
    """Return whether `choice` is one of the phases, rather than a whole deployment."""
    return choice in (PREPARE, ACTIVATE, ADVANCE, TRY, ABORT, UNPIN) or bool(share_of(choice))


def share_of(choice: str) -> int:
    """Return the percentage in a choice such as ``share-10``; 0 for any other."""
    number = choice.removeprefix(_SHARE)
    return int(number) if choice.startswith(_SHARE) and number.isdecimal() and 0 < int(number) < 100 else 0


def needed(ctx: Context, choice: str) -> Ready:
    """Return what was prepared; raises Refused if `choice` is not possible now."""
    now = ready(ctx)
    if now is None:
        raise refuse("No release of this commit was prepared.", f"`do {STEP} --choose {PREPARE}`.", STEP)
    offered = [phase.name for phase in choices(ctx)]
    if choice not in offered:
        raise refuse(f"{choice!r} is not possible now.", f"Choose one of {', '.join(offered)}.", STEP)
    return now


def unchanged(ctx: Context, now: Ready) -> list[str]:
    """Return a warning if the activating command takes whatever is there by then: it names no release, or a place.

    Raises Refused if something else is there now.
    """
    at = now.on.commands["prepared"].release
    assert at is not None
    names = any("{release}" in word for line in now.on.commands["activate"].run for word in line)
    if names and not at.place:
        return []
    try:
        said, why = releases.answer(ctx, now.on, "prepared")
    except asking.NotAsked:
        return []
    if why:
        return [f"Whether {now.on.name} still holds {now.release.id} there is not known: {why}."]
    ours = (release for release in every(said, at) if release.id == now.release.id)
    if not any(not at.place or releases.whole_commit(ctx, release) == now.release.commit for release in ours):
        raise refuse(
            f"{now.on.name} holds something else there now than {now.release.id}, which was prepared.",
            f"`do {STEP} --choose {PREPARE}`.",
            STEP,
        )
    return []


def titled(ctx: Context, choice: str, commit: str, on: Platform) -> str:
    """Return the title of a phase."""
    now = ctx.seen(Deployed).prepared
    id = now.id if now is not None else ""
    return {
        PREPARE: f"Prepare {commit[:7]} on {on.name}, without traffic",
        ACTIVATE: f"Activate {id} ({commit[:7]}) in production",
        ADVANCE: f"Give {id} ({commit[:7]}) the traffic of the next step",
        TRY: f"Send the smoke requests to {id}",
        ABORT: f"Take the traffic off {id} ({commit[:7]})"
        if now is not None and now.share
        else f"Give up {id} ({commit[:7]})",
        UNPIN: f"End the hold on {on.name}",
    }.get(choice, f"Give {id} ({commit[:7]}) {share_of(choice)} % of the traffic")


def way_back(ctx: Context, on: Platform) -> Act:
    """Return the action that takes production back: some platforms abort a prepared release by a different command.

    Most of them only do so until all traffic goes to it, and only what is not finished can be aborted.
    """
    seen, abort = ctx.seen(Deployed), on.commands.get("abort")
    if abort is None or seen.prepared is None or seen.platform != on.id:
        return "rollback"
    done = ctx.record.entry(STEP).get("state") == "done"
    only = begun(ctx)
    if only is not None and not only.share:
        return "rollback"  # nothing of it is live, so that it is about what was live before
    return "abort" if abort.whole or not done else "rollback"


def values(seen: Deployed, choice: str) -> dict[str, str]:
    """Return the values that the commands of a phase need in addition to those of every deployment."""
    share = share_of(choice)
    old = seen.release_before or seen.release
    known_values = {"serving": old.id if old is not None else ""}
    if seen.prepared is not None:
        known_values["release"] = seen.prepared.id if choice != ABORT else known_values["serving"]
    if share:
        known_values |= {"share": str(share), "rest": str(100 - share)}
    return {name: value for name, value in known_values.items() if value}


def fresh(seen: Deployed) -> Deployed:
    """Return what was seen before a new run; results of an earlier run are dropped."""
    return seen.but(ended=False, signed_out=False)


def at(release: ReleaseSeen) -> str:
    """Return the address of a release, with its scheme."""
    return release.address if "://" in release.address else f"https://{release.address}"


def concluded(ctx: Context, run: RunState, directory: str, before: Deployed, act: str) -> Probe:
    """Return the outcome of preparing, of trying, of a share, of aborting, or of unpinning."""
    on = possible(ctx)
    assert on is not None
    if act == TRY:
        return _tried(run, directory, before)
    bad = failure_probe(
        run, directory, _NOUNS.get(act, "Moving the traffic"), methods.meanings(ctx, "deploy")
    )
    asking.anew()
    if act == PREPARE:
        return bad or _prepared(ctx, on, before)
    if act == UNPIN:
        return bad or _unpinned(ctx, on, before)
    if act == ABORT and on.commands["current"].parts is None:
        return bad or _given_up(on, before)
    return _moved(ctx, on, before, bad, share_of(act))


def halted(ctx: Context, before: Deployed) -> Probe | None:
    """Return where a whole deployment has stopped, with some of the traffic or none; None if it has not."""
    on = possible(ctx)
    prepared = on.commands.get("prepared") if on is not None else None
    if on is None or prepared is None or not prepared.halts:
        return None
    made, _ = _listed(ctx, on, before)
    return None if made is None else _ready(made, before)


_NOUNS = {PREPARE: "Preparing it", UNPIN: "Ending the hold"}


def _prepared(ctx: Context, on: Platform, before: Deployed) -> Probe:
    made, why = _listed(ctx, on, before)
    if made is None:
        return failed(f"Preparing it ended well, but {why}; none of it is live")
    return _ready(made, before)


def _ready(made: ReleaseSeen, before: Deployed) -> Probe:
    where = f" at {at(made)}" if made.address else ""
    why = f"{made.id} is ready without traffic: look at it{where}, then activate it"
    if made.share:
        why = f"{made.share:.0f} % of the traffic goes to {made.id}: watch it, then go on or take it back"
    return asks(why, before.but(prepared=made, tried=""))


def _listed(ctx: Context, on: Platform, before: Deployed) -> tuple[ReleaseSeen | None, str]:
    """Return what was prepared from the commit, as the platform lists it; otherwise why not (a clause)."""
    command = on.commands["prepared"]
    assert command.release is not None
    answer, why = releases.answer(ctx, on, "prepared")
    listed = every(answer, command.release) if not why else []
    made = releases.content_of(ctx, on, before.commit)
    ours = [
        release
        for release in listed
        if releases.whole_commit(ctx, release) == before.commit or (made and release.content == made)
    ]
    if not command.release.commit and not command.release.pattern and len(listed) == 1:
        ours = listed  # it has the mark that was just set
    if not ours:
        return None, why or f"{on.name} lists no release of {before.commit[:7]}"
    share = ours[0].share or 0.0
    return releases.kept(ctx, replace(ours[0], share=share, commit=before.commit)), ""


def _given_up(on: Platform, before: Deployed) -> Probe:
    """Return the result of aborting what was prepared; the command has waited for the end of it."""
    assert before.prepared is not None
    why = f"{on.name} has given up {before.prepared.id}: what was live before has all of the traffic"
    nothing = Deployed(platform=before.platform, part=before.part, version=before.version)
    return asks(why, nothing)


def _moved(ctx: Context, on: Platform, before: Deployed, bad: Probe | None, wanted: int) -> Probe:
    """Return what the platform says about the shares after they were moved."""
    assert before.prepared is not None
    parts, why = shares(ctx, on)
    now = next((part.share or 0.0 for part in parts if part.id == before.prepared.id), 0.0)
    if not parts:
        problem = f"{bad.why}; " if bad else ""
        return unknown(f"{problem}how the traffic is shared could not be seen ({why}): look again")
    seen = before.but(prepared=before.prepared.but(share=now), release=None)
    said = f"{now:.0f} % of the traffic goes to {before.prepared.id}"
    if abs(now - wanted) > _ALMOST:
        return failed(f"{bad.why if bad else 'The command ended well'}, but {said}", seen)
    return asks(f"{said}: watch it, then go on or take it back" if now else f"{said} any more", seen)


def shares(ctx: Context, on: Platform) -> tuple[list[ServedRelease], str]:
    """Return the releases with a share of the traffic; if there are none, why that is unknown."""
    parts = on.commands["current"].parts
    if parts is None:
        return [], f"{on.name} does not tell shares"
    answer, why = releases.answer(ctx, on, "current")
    listed = every(answer, parts) if not why else []
    return listed, why or ("" if listed else f"{on.name} names no release")


def _unpinned(ctx: Context, on: Platform, before: Deployed) -> Probe:
    served = releases.served(ctx, on)
    if served.release is None:
        return unknown(f"The command ended well; whether the hold has ended is not seen: {served.why}")
    if served.release.pinned:
        return failed(f"The command ended well, but {on.name} still holds {served.id}")
    now = releases.kept(ctx, served.release)
    why = f"{on.name} does not hold {served.id} any more: later deployments replace it"
    return asks(why, before.but(release=now, release_before=now))


def _tried(run: RunState, directory: str, before: Deployed) -> Probe:
    kept = smoke.results(directory)
    if not kept:
        return failure_probe(run, directory, "The smoke test") or failed("It left no result")
    why = smoke.what_failed(kept) or f"{len(kept)} of {len(kept)} requests passed"
    return asks(why, before.but(tried=why))


def _held(ctx: Context) -> bool:
    """Return whether what production serves was seen to be pinned."""
    seen = ctx.seen(Deployed)
    kept = [release for release in (seen.release, seen.release_before) if release is not None]
    return any(release.pinned for release in kept) or ctx.seen(RolledBack).pinned


def _shares(on: Platform, now: Ready) -> list[int]:
    """Return the shares on offer: more than it has."""
    command: PlatformCommand | None = on.commands.get("share")
    return [step for step in (command.steps if command else []) if step > (now.release.share or 0)]
