"""The life of an incident: verdict, rounds, resolved, closed, reopened, and the other endings.

`TRANSITIONS` is the whole state machine; the guards return the reasons that the user sees.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hotfix_tui.base.text import one_line, sentence
from hotfix_tui.incident.edits import runs
from hotfix_tui.incident.edits.journal import forget
from hotfix_tui.incident.edits.person import Actor, Entries, entry
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import FOLLOW, SIDE_RUNS, STEPS, WATCH
from hotfix_tui.incident.model.evidence.branch import Base, Branched
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.incident.model.evidence.release import Landed, Tagged
from hotfix_tui.incident.model.evidence.round import RoundKept
from hotfix_tui.incident.model.evidence.texts import ReviewWritten
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.shipping import PACKAGE
from hotfix_tui.incident.rules import gates, policy
from hotfix_tui.incident.rules.gates import (
    BAD_VERDICTS,
    ENDINGS,
    GOOD_VERDICTS,
    VERDICTS,
    Reason,
    Refused,
    refuse,
)
from hotfix_tui.incident.rules.views import view


def _title(record: Record, step: str) -> str:
    """Return the title of a recorded step; empty for one that only another version knew."""
    known = {**record.definitions(), **SIDE_RUNS}.get(step)
    return known.title if known else "A step"


def _nothing_running(record: Record) -> list[Reason]:
    return [
        Reason(
            f"{_title(record, step)} ({step}) is still running.",
            f"Wait for it, or cancel it: `cancel {now.get('run')}`.",
            step,
        )
        for step, now in record.steps.items()
        if now.get("state") == "running" and step not in (FOLLOW.id, WATCH)
    ]


class Transition(NamedTuple):
    """One change of state: the event, where it is allowed, where it leads, and its preconditions."""

    event: str
    sources: tuple[str, ...]
    target: str
    guards: tuple[Callable[[Record], list[Reason]], ...] = ()


TRANSITIONS: tuple[Transition, ...] = (
    Transition("resolve", ("open",), "resolved", (_nothing_running, gates.unresolved)),
    Transition("close", ("resolved",), "closed", (_nothing_running, gates.owed)),
    Transition("normal-process", ("open",), "normal-process", (_nothing_running,)),
    Transition("false-alarm", ("open",), "false-alarm", (_nothing_running,)),
    Transition("abandon", ("open", "resolved"), "abandoned", (_nothing_running,)),
    Transition("reopen", ("resolved", "closed", *ENDINGS), "open"),
)

_CURES = {
    "open": "Go on where it stands: `next`.",
    "resolved": "Close it when nothing is owed (`close`), or reopen it: `reopen --why …`.",
    "closed": "Reopen it: `reopen --why …`.",
    "normal-process": "Reopen it: `reopen --why …`.",
    "false-alarm": "Reopen it: `reopen --why …`.",
    "abandoned": "Reopen it: `reopen --why …`.",
}


def _move(record: Record, event: str) -> str:
    """Check the transition `event` and carry it out; return the new state."""
    move = next(t for t in TRANSITIONS if t.event == event)
    if record.state not in move.sources:
        if event == "close" and record.state == "open":
            raise refuse(
                f"{record.id} is open; only a resolved incident is closed.", "Resolve it first: `resolve`."
            )
        raise refuse(f"{record.id} is {record.state}: {event} does not apply.", _CURES[record.state])
    reasons = [reason for guard in move.guards for reason in guard(record)]
    if reasons:
        raise Refused(reasons)
    record.doc["state"] = move.target
    return move.target


def give_verdict(record: Record, actor: Actor, verdict: str, why: str) -> Entries:
    """Give the verdict of this round, with a name and a reason."""
    if verdict not in VERDICTS:
        raise refuse(
            f"{verdict!r} is not a verdict.", f"Choose one of {', '.join(VERDICTS)}.", catalog.MONITOR_WATCH
        )
    if record.state != "open":
        raise refuse(f"{record.id} is {record.state}.", _CURES[record.state])
    if not why.strip():
        raise refuse("A verdict has a reason.", "Give --why.", catalog.MONITOR_WATCH)
    live = view(record, STEPS[catalog.DEPLOY_LIVE])
    if verdict in GOOD_VERDICTS and not live.settled:
        out = record.ships_as == PACKAGE
        raise refuse(
            "The release was not seen to be out yet."
            if out
            else "Production was not seen to run the fix yet.",
            "Look first: `do deploy.live`, or tick it if you have seen it: `tick deploy.live`.",
            catalog.DEPLOY_LIVE,
        )
    if verdict not in GOOD_VERDICTS and record.fact("mitigated-at") == record.this_round.get("verdict_at"):
        record.facts.pop("mitigated-at", None)
    forget(record, "fact", "mitigated-at")
    record.this_round.update(
        verdict=verdict, verdict_by=actor.by, verdict_why=why.strip(), verdict_at=actor.at
    )
    if verdict in GOOD_VERDICTS:
        record.clock["stopped_at"] = actor.at
        if verdict == "mitigated":
            record.facts.setdefault("mitigated-at", actor.at)
    else:
        record.clock.pop("stopped_at", None)
    if verdict in BAD_VERDICTS:
        # A message said that it is over, and it is not: the next one is due again.
        for step in [s for s in record.steps if s.startswith("communicate.")]:
            record.steps.pop(step)
    return [entry(actor, "verdict", f"Verdict of round {record.round}: {verdict}: {one_line(why)}")]


FACTS_OF_A_FIX = ("fix.summary", "fix.subject", "fix.changes", "fix.why", "fix.temporary")
"""What was said of one fix says nothing about the next: a new round asks for it again."""


def begin_round(record: Record, actor: Actor, why: str, base: str = "same") -> Entries:
    """Begin a new round; the steps of the old one become history.

    `base` is ``same`` (the same base, with the failed fix reverted on the production branch), ``on-top`` (on top
    of the failed fix) or empty (it is asked what is live, as in the first round).
    """
    if record.state != "open":
        raise refuse(f"{record.id} is {record.state}.", _CURES[record.state])
    if not why.strip():
        raise refuse("A new round has a reason.", "Give --why.")
    if base not in ("", "same", "on-top"):
        raise refuse(f"{base!r} is not a base for a round.", "Choose same or on-top.")
    reasons = _nothing_running(record)
    if reasons:
        raise Refused(reasons)
    runs.let_go(record, WATCH, f"round {record.round + 1} began", actor.at)
    old = record.this_round
    facts = {key: record.facts.pop(key) for key in FACTS_OF_A_FIX if key in record.facts}
    old.update(ended_at=actor.at, steps=_history(record), evidence=kept_evidence(record).to_dict())
    if facts:
        old["facts"] = facts
    number = record.round + 1
    record.doc["round"] = number
    record.rounds.append(
        {"number": number, "begun_at": actor.at, "by": actor.by, "why": why.strip(), "base": base}
    )
    steps = record.definitions()
    base_now = record.seen(Base).commit
    back = gates.rolled_back(record)
    for step in list(record.steps):
        known = steps.get(step)
        if step == FOLLOW.id or (known is not None and known.key == "incident"):
            continue
        if known is not None and known.kind == "fact":
            # What is known stays known; on another base the engineer is asked whether it is still true.
            record.steps[step]["base"] = record.steps[step].get("base") or base_now
            if known.fact in FACTS_OF_A_FIX:
                record.steps.pop(step)
            continue
        kept = step == catalog.BRANCH_PREFLIGHT or (
            step == RolledBack.STEP and (back or not record.entry(step).get("state"))
        )
        evidence = record.stored(step) if kept else None
        record.steps.pop(step)
        if evidence:
            record.steps[step] = {"evidence": evidence}
    record.doc.pop("undo", None)
    if record.fact("resolution", "code-fix") != "code-fix":
        record.facts["resolution"] = "code-fix"
    record.doc["stage"] = "branch"
    return [entry(actor, "round", f"Round {number} begins: {one_line(why)}")]


def _history(record: Record) -> dict[str, str]:
    """Return the states of the round's steps in short form, for the history."""
    return {step: str(now["state"]) for step, now in record.steps.items() if now.get("state")}


def kept_evidence(record: Record) -> RoundKept:
    """Return what the history keeps of the round's evidence."""
    made, base, commit = record.seen(Branched), record.seen(Base), record.seen(Committed)
    return RoundKept(
        branch=made.branch,
        base=base.commit,
        target=base.target,
        commit=commit.commit,
        tree=commit.tree,
        pr=record.seen(Requested).url,
        landed=record.seen(Landed).commit,
        tag=record.seen(Tagged).tag,
        deployed=record.seen(Deployed).commit,
        worktree=made.worktree,
    )


def resolve(record: Record, actor: Actor) -> Entries:
    """Resolve the incident: the clock and the cadence of messages stop."""
    _move(record, "resolve")
    record.clock["resolved_at"] = actor.at
    record.clock.setdefault("stopped_at", actor.at)
    return [entry(actor, "state", "Resolved")]


def close(record: Record, actor: Actor, wrong: Sequence[Reason] = (), gaps: int | None = None) -> Entries:
    """Close the incident: no debts are left, and nothing is `wrong` with its review.

    `gaps` are its current gaps; without them those recorded when it was written count.
    """
    if wrong and record.state == "resolved":
        raise Refused([*_nothing_running(record), *gates.owed(record), *wrong])
    _move(record, "close")
    record.clock["closed_at"] = actor.at
    gaps = record.seen(ReviewWritten).gaps if gaps is None else gaps
    open_still = f"; its review has {gaps} gap{'s' if gaps != 1 else ''} still" if gaps else ""
    return [entry(actor, "state", f"Closed{open_still}")]


def reopen(record: Record, actor: Actor, why: str) -> Entries:
    """Reopen the incident with a new round; the deadline counts from now, the old one stays in the history."""
    if not why.strip():
        raise refuse("Reopening has a reason.", "Give --why.")
    before = policy.deadline(record)
    was = record.state
    _move(record, "reopen")
    if before:
        record.this_round["deadline"] = before
    record.clock["reopened_at"] = actor.at
    for name in ("resolved_at", "closed_at", "stopped_at"):
        record.clock.pop(name, None)
    record.doc.pop("ending", None)
    said = entry(actor, "state", f"Reopened, was {was}: {one_line(why)}")
    return [said, *begin_round(record, actor, why, _base_after(record))]


def _base_after(record: Record) -> str:
    """Return the base of the round that reopening begins: a good fix that stands is live, so the base is asked
    again.
    """
    stands = record.this_round.get("verdict") in gates.GOOD_VERDICTS and not gates.fix_off(record)
    return "" if stands and policy.is_code_fix(record) else "same"


def end(record: Record, actor: Actor, event: str, why: str, left_behind: list[str]) -> Entries:
    """End the incident without a fix: ``normal-process``, ``false-alarm`` or ``abandon``, with a reason.

    `left_behind` lists what the wizard created and leaves: branches, worktrees, tags, deployments.
    """
    if not why.strip():
        raise refuse(f"{event} has a reason.", "Give --why.")
    state = _move(record, event)
    record.doc["ending"] = {
        "kind": state,
        "why": why.strip(),
        "by": actor.by,
        "at": actor.at,
        "left": left_behind,
    }
    record.clock["closed_at"] = actor.at
    left = f" Left behind: {', '.join(left_behind)}." if left_behind else ""
    said = one_line(why)
    return [entry(actor, "state", f"Ended as {state}: {sentence(said) + left if left else said}")]
