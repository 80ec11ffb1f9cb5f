"""A deployment in phases: a release is prepared without traffic, looked at, and activated, at once or by shares.

Every phase is a way of the one step that deploys, and a run of its own. Those that move traffic are confirmed like a
deployment; preparing and trying are not. What is sent to the platform as a release is an id that it has named itself.
"""

from dataclasses import replace
from typing import NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.evidence.deploy import Deployed, ReleaseSeen, RolledBack
from hotfix_tui.incident.rules import set_off
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Act, Command, Platform
from hotfix_tui.platforms.release import Release, every
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common import platform_values
from hotfix_tui.steps.common.outcome import ended_badly
from hotfix_tui.steps.common.target_commit import wanted_commit
from hotfix_tui.steps.contract import Choice, Context, Probe, asks, failed, unknown
from hotfix_tui.steps.deploy import methods
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.monitor import smoke

STEP = Deployed.STEP
PREPARE, ACTIVATE, ADVANCE, TRY, ABORT, UNPIN = "prepare", "activate", "advance", "try", "abort", "unpin"
WHOLE = ("", ACTIVATE, ADVANCE)
"""The acts after which it may be live with all of the traffic, so that production is asked for it."""
_SHARE = "share-"
_ALMOST = 0.5
"""Percent by which a share may differ from what was asked for."""


class Ready(NamedTuple):
    """A release that was prepared of the commit, and the platform that holds it."""

    on: Platform
    release: ReleaseSeen

    @property
    def shared(self) -> bool:
        """Whether a part of the traffic goes to it."""
        return bool(self.release.share)


def possible(ctx: Context) -> Platform | None:
    """The platform, where its file has phases, and neither a command of the configuration nor a push deploys."""
    theirs = methods.configured(ctx, "deploy") is not None or set_off.push_deploys(ctx.record)
    on = methods.platform(ctx) if not theirs else None
    return on if on is not None and {"prepare", "unpin"} & on.commands.keys() else None


def prepares(ctx: Context, on: Platform) -> bool:
    """Whether a release can be prepared here.

    Some platforms need more for it than for deploying, such as a second app: it is not offered before that was said.
    """
    if "prepare" not in on.commands:
        return False
    more = set(loader.needed(on, "prepare", "prepared", "activate")) - set(loader.needed(on, "deploy"))
    return more <= platform_values.known(ctx, on).keys() if more else True


def ready(ctx: Context) -> Ready | None:
    """What was prepared of the commit that is to be deployed; None where nothing was."""
    on, seen = possible(ctx), ctx.seen(Deployed)
    done = ctx.record.entry(STEP).get("state") == "done"
    if on is None or done or seen.prepared is None or not seen.commit or seen.commit != wanted_commit(ctx):
        return None
    return Ready(on, seen.prepared) if seen.platform == on.id else None


def choices(ctx: Context) -> list[Choice]:
    """The phases that can come next; empty where the platform has none."""
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
        elif "abort" in on.commands and not on.commands["abort"].whole:
            out.append(Choice(ABORT, f"Give up {id}", "What is live stays; what was prepared goes."))
        if not now.shared and now.release.address and ctx.config.smoke:
            out.append(Choice(TRY, f"Try {id}", f"The smoke requests, sent to {now.release.address}."))
    again = " again" if now is not None else ""
    prepare = Choice(
        PREPARE, f"Prepare{again}", "A release without traffic, to look at before it is activated."
    )
    at_once = Choice(
        "deploy", "Deploy at once", "The verified commit, and only that, with all of the traffic."
    )
    held = "unpin" in on.commands and _held(ctx)
    if prepares(ctx, on):
        out += [prepare, at_once] if now is not None else [at_once, prepare]
    elif held:
        out.append(at_once)
    if held:
        out.append(Choice(UNPIN, "End the hold", "Later deployments replace what is held there now."))
    return out


def is_phase(choice: str) -> bool:
    """Whether `choice` is one of the phases, and not a whole deployment."""
    return choice in (PREPARE, ACTIVATE, ADVANCE, TRY, ABORT, UNPIN) or bool(share_of(choice))


def share_of(choice: str) -> int:
    """The percentage that a choice such as ``share-10`` names; 0 for any other."""
    number = choice.removeprefix(_SHARE)
    return int(number) if choice.startswith(_SHARE) and number.isdecimal() and 0 < int(number) < 100 else 0


def needed(ctx: Context, choice: str) -> Ready:
    """What was prepared; raises Refused where `choice` is not possible now."""
    now = ready(ctx)
    if now is None:
        raise refuse("No release of this commit was prepared.", f"`do {STEP} --choose {PREPARE}`.", STEP)
    offered = [one.name for one in choices(ctx)]
    if choice not in offered:
        raise refuse(f"{choice!r} is not possible now.", f"Choose one of {', '.join(offered)}.", STEP)
    return now


def unchanged(ctx: Context, now: Ready) -> list[str]:
    """What to know where the command that activates takes what is there by then: it names no release, or a place.

    Raises Refused where something else is there now.
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
    ours = (one for one in every(said, at) if one.id == now.release.id)
    if not any(not at.place or releases.whole_commit(ctx, one) == now.release.commit for one in ours):
        raise refuse(
            f"{now.on.name} holds something else there now than {now.release.id}, which was prepared.",
            f"`do {STEP} --choose {PREPARE}`.",
            STEP,
        )
    return []


def titled(ctx: Context, choice: str, commit: str, on: Platform) -> str:
    """What the phase does, as a title."""
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
    """What takes production back: some platforms go back from a prepared release by another command.

    Most of those do it only until all of the traffic went to it, and only what was not finished can be aborted.
    """
    seen, abort = ctx.seen(Deployed), on.commands.get("abort")
    if abort is None or seen.prepared is None or seen.platform != on.id:
        return "rollback"
    done = ctx.record.entry(STEP).get("state") == "done"
    return "abort" if abort.whole or not done else "rollback"


def values(seen: Deployed, choice: str) -> dict[str, str]:
    """What the commands of a phase need beside what every deployment knows."""
    share = share_of(choice)
    old = seen.release_before or seen.release
    found = {"serving": old.id if old is not None else ""}
    if seen.prepared is not None:
        found["release"] = seen.prepared.id if choice != ABORT else found["serving"]
    if share:
        found |= {"share": str(share), "rest": str(100 - share)}
    return {name: value for name, value in found.items() if value}


def fresh(seen: Deployed) -> Deployed:
    """What was seen before a new run; what was seen of the end of an earlier one does not survive it."""
    return seen.but(ended=False, signed_out=False)


def at(release: ReleaseSeen) -> str:
    """The address of a release, with its scheme."""
    return release.address if "://" in release.address else f"https://{release.address}"


def concluded(ctx: Context, run: RunState, directory: str, before: Deployed, act: str) -> Probe:
    """What came of preparing, of trying, of a share, of taking it back, or of ending a hold."""
    on = possible(ctx)
    assert on is not None
    if act == TRY:
        return _tried(run, directory, before)
    bad = ended_badly(run, directory, _NOUNS.get(act, "Moving the traffic"), methods.meanings(ctx, "deploy"))
    asking.anew()
    if act == PREPARE:
        return bad or _prepared(ctx, on, before)
    if act == UNPIN:
        return bad or _unpinned(ctx, on, before)
    if act == ABORT and on.commands["current"].parts is None:
        return bad or _given_up(on, before)
    return _moved(ctx, on, before, bad, share_of(act))


def halted(ctx: Context, before: Deployed) -> Probe | None:
    """Where a whole deployment has stopped on its way, with some of the traffic or none; None where it has not."""
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
        return failed(f"Preparing it ended well, but {why}; nothing of it is live")
    return _ready(made, before)


def _ready(made: ReleaseSeen, before: Deployed) -> Probe:
    where = f" at {at(made)}" if made.address else ""
    why = f"{made.id} is ready without traffic: look at it{where}, then activate it"
    if made.share:
        why = f"{made.share:.0f} % of the traffic goes to {made.id}: watch it, then go on or take it back"
    return asks(why, before.but(prepared=made, tried=""))


def _listed(ctx: Context, on: Platform, before: Deployed) -> tuple[ReleaseSeen | None, str]:
    """What was prepared of the commit, as the platform lists it; without it, why not (a clause)."""
    command = on.commands["prepared"]
    assert command.release is not None
    answer, why = releases.answer(ctx, on, "prepared")
    listed = every(answer, command.release) if not why else []
    ours = [one for one in listed if releases.whole_commit(ctx, one) == before.commit]
    if not command.release.commit and not command.release.pattern and len(listed) == 1:
        ours = listed  # it bears the mark that was set just now
    if not ours:
        return None, why or f"{on.name} lists no release of {before.commit[:7]}"
    share = ours[0].share or 0.0
    return releases.kept(ctx, replace(ours[0], share=share, commit=before.commit)), ""


def _given_up(on: Platform, before: Deployed) -> Probe:
    """What was prepared and is aborted; that it was, is what the command has waited for."""
    assert before.prepared is not None
    why = f"{on.name} has given up {before.prepared.id}: what was live before has all of the traffic"
    return asks(why, before.but(prepared=None, release=None))


def _moved(ctx: Context, on: Platform, before: Deployed, bad: Probe | None, wanted: int) -> Probe:
    """What the platform says of the shares after they were moved."""
    assert before.prepared is not None
    parts, why = shares(ctx, on)
    now = next((one.share or 0.0 for one in parts if one.id == before.prepared.id), 0.0)
    if not parts:
        problem = f"{bad.why}; " if bad else ""
        return unknown(f"{problem}how the traffic is shared could not be seen ({why}): look again")
    seen = before.but(prepared=before.prepared.but(share=now), release=None)
    said = f"{now:.0f} % of the traffic goes to {before.prepared.id}"
    if abs(now - wanted) > _ALMOST:
        return failed(f"{bad.why if bad else 'The command ended well'}, but {said}", seen)
    return asks(f"{said}: watch it, then go on or take it back" if now else f"{said} any more", seen)


def shares(ctx: Context, on: Platform) -> tuple[list[Release], str]:
    """The releases with a share of the traffic; without any, why that is not known."""
    parts = on.commands["current"].parts
    if parts is None:
        return [], f"{on.name} does not tell shares"
    answer, why = releases.answer(ctx, on, "current")
    found = every(answer, parts) if not why else []
    return found, why or ("" if found else f"{on.name} names no release")


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
        return ended_badly(run, directory, "The smoke test") or failed("It left no result")
    why = smoke.what_failed(kept) or f"{len(kept)} of {len(kept)} requests passed"
    return asks(why, before.but(tried=why))


def _held(ctx: Context) -> bool:
    """Whether what production serves was seen to be held there."""
    seen = ctx.seen(Deployed)
    kept = [one for one in (seen.release, seen.release_before) if one is not None]
    return any(one.pinned for one in kept) or ctx.seen(RolledBack).pinned


def _shares(on: Platform, now: Ready) -> list[int]:
    """The shares that are offered: more than it has."""
    command: Command | None = on.commands.get("share")
    return [one for one in (command.steps if command else []) if one > (now.release.share or 0)]
