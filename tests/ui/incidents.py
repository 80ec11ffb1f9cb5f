"""Incidents at any stage: earlier stages are settled with evidence as the steps write it, the rest is open."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hotfix_tui.engine import opening
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.place import find_place
from hotfix_tui.engine.reconcile import reconcile
from hotfix_tui.incident.edits.person import Actor, entry
from hotfix_tui.incident.model.evidence.every import kind_of
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.store import Store
from tests import typed
from tests.ui import world

NOW = datetime(2026, 3, 2, 14, 23, tzinfo=UTC)
DETECTED = NOW - timedelta(minutes=47)
TITLE = "Totals leave out the last price"

_LEVEL = {
    "triage": "found",
    "branch": "found",
    "fix": "changed",
    "verify": "changed",
    "pull-request": "pushed",
}

FACTS: dict[str, Any] = {
    "ticket": "ENG-1234",
    "title": TITLE,
    "service": "shop",
    "detected-at": DETECTED,
    "detected-by": "a customer",
    "impact.seen": "The sum of a cart is too low by its last price.",
    "impact.users": "everyone with two or more things in the cart",
    "impact.kind": "data-integrity",
}
KNOWN_AT_THE_FIX: dict[str, Any] = {
    "cause.summary": "A slice that was meant for the shipping line leaves out the last price.",
    "fix.summary": "Add up all prices; the shipping line is not among them since 2.3.",
}


def clock() -> datetime:
    """Return the time, which stands still in these tests."""
    return NOW


def level(stage: str) -> str:
    """Return the state of the repository when the incident is in `stage`."""
    return _LEVEL.get(stage, "merged")


def build(folder: Path, stage: str, severity: str = "P1") -> None:
    """Build the repository and the incident ENG-1234 in `stage`; every step of it is still open.

    At P0 the fix is deployed before it is merged, so pull request and merge are debts from the deploy stage on.
    """
    early = severity == "P0" and stage not in ("communicate", "backport", "review")
    unmerged = early or stage == "release"
    world.build(folder, "pushed" if unmerged and level(stage) == "merged" else level(stage))
    engine = open_one(folder / "shop", severity=severity)
    if level(stage) != "found":
        _branch(engine)
        reconcile(engine)
    change(engine, lambda record: _settle_before(record, stage))
    reconcile(engine)


def open_one(shop: Path, *, ticket: str = "ENG-1234", severity: str = "P1", **facts: Any) -> Engine:
    """Open an incident as the wizard does, then enter what is known."""
    place = find_place(str(shop))
    store = Store(place.sessions, who="Ann")
    engine = opening.open_incident(place, store, opening.Start(ticket), by="Ann", clock=clock)

    def describe(record: Record) -> None:
        record.doc["severity"] = severity
        record.facts.update({**FACTS, "ticket": ticket, **facts})
        if not ticket:
            record.facts.pop("ticket")
        record.clock["opened_at"] = NOW - timedelta(minutes=41)
        said(record, "internal", "declared", 12)
        if not severity:
            record.facts.clear()

    change(engine, describe)
    return engine


def change(engine: Engine, how: Callable[[Record], object]) -> None:
    """Write to the record, bypassing the state machine, with one entry on the timeline."""

    def action(record: Record, actor: Actor) -> list[dict[str, Any]]:
        how(record)
        return [entry(actor, "note", "Entered what was found")]

    engine.change(action)


def put(record: Record, step: str, state: str, minutes: float = 0, **more: Any) -> None:
    """Set `step` to `state`, valid for the current content, `minutes` ago; evidence of a probe stays."""
    run = {"run": more.pop("run")} if "run" in more else {}
    seen = {**record.stored(step), **more}
    typed.put(record, step, state, seen, at=NOW - timedelta(minutes=minutes), by="Ann", **run)


def _branch(engine: Engine) -> None:
    base = world.Git(Path(engine.root))("rev-parse", "v2.3.4^{commit}")

    def made(record: Record) -> None:
        put(record, "branch.base", "done", 30, commit=base, source="tag", choice="live", tag="v2.3.4")
        put(
            record,
            "branch.create",
            "done",
            29,
            branch=world.BRANCH,
            worktree=engine.root,
            in_place=True,
            made_by_wizard=True,
        )
        if record.severity != "P0":
            record.this_round["order"] = policy.MERGE_FIRST

    change(engine, made)


EVIDENCE: dict[str, dict[str, Any]] = {
    "triage.rollback-first": {"choice": "fix"},
    "verify.test": {"exit": 0},
    "verify.proof": {"verdict": "proven"},
    "pull-request.create": {"url": "https://bitbucket.org/shop/shop/pull-requests/7", "number": 7},
    "pull-request.approval": {"said": "Kim Reviewer"},
    "monitor.smoke": {"results": [{"name": "three prices are added up", "ok": True, "status": 200}]},
    "monitor.watch": {
        "proposed": "fixed",
        "proposed_why": "the error rate fell and every probe passed",
        "samples": 90,
        "metrics": [{"name": "error rate"}],
    },
}


def _settle_before(record: Record, stage: str) -> None:
    """Settle every required step of the stages before `stage` and go there."""
    stages = policy.stage_order(record)
    commit = record.stored("verify.commit").get("commit", "")
    if stages.index(stage) > stages.index("fix"):
        record.facts.update(KNOWN_AT_THE_FIX)
    for place, earlier in enumerate(stages[: stages.index(stage)]):
        left = (len(stages) - place) * 3
        for view in views(record).values():
            if view.stage != earlier or view.settled or view.required.debt or view.required.level not in "RW":
                continue
            more = dict(EVIDENCE.get(view.id, {}))
            if view.id.startswith(
                ("deploy.", "release.", "monitor.smoke", "verify.staging", "backport.")
            ) and ("commit" in kind_of(view.id).names()):
                more["commit"] = commit
            if view.step.kind == "fact":
                put(record, view.id, "done", left)
            elif view.step.kind == "message":
                _message(record, view.id, left)
            else:
                put(record, view.id, "done", left, **more)
        if earlier == "monitor":
            record.this_round.update(
                verdict="fixed", verdict_by="Ann", verdict_why="The sums are right.", verdict_at=NOW
            )
            record.clock["stopped_at"] = NOW
    record.doc["stage"] = stage
    policy.fix_order(record)


def _message(record: Record, step: str, minutes: float) -> None:
    put(record, step, "done", minutes, phase="resolved", how="by hand")
    said(record, step.split(".")[1], "resolved", minutes)


def said(record: Record, document: str, phase: str, minutes: float) -> None:
    """Record a message sent `minutes` ago."""
    record.messages.append(
        {
            "document": document,
            "phase": phase,
            "at": NOW - timedelta(minutes=minutes),
            "by": "Ann",
            "how": "by hand",
            "round": record.round,
        }
    )
