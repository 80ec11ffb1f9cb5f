"""The whole incident as one plain document: what ``status --json`` prints."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hotfix_tui.base.jsonable import to_jsonable
from hotfix_tui.base.times import rfc3339
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.catalog import SIDE_RUNS
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates, left_open, policy
from hotfix_tui.incident.rules import identity_chain as chain
from hotfix_tui.incident.rules.step_state import FINDING_STEPS, StepView, open_findings
from hotfix_tui.incident.rules.views import views


def step_document(view: StepView) -> dict[str, object]:
    """Return one step as ``status`` reports it."""
    out: dict[str, object] = {
        "id": view.id,
        "stage": view.stage,
        "title": view.step.title,
        "kind": view.step.kind,
        "state": view.state,
        "required": view.required.level,
        "debt": view.required.debt,
        "waivable": view.waivable,
        "evidence": to_jsonable(view.evidence),
        "why": view.why,
        "at": rfc3339(view.at) if view.at else None,
        "by": view.by or None,
        "run": view.run,
    }
    return out


def _run_document(run: Mapping[str, object], state: str) -> dict[str, object]:
    """Return one run; its step's previous state is left out, as it only serves taking the run back."""
    return {**to_jsonable({name: value for name, value in run.items() if name != "before"}), "state": state}


def _side_runs(record: Record) -> list[dict[str, object]]:
    """Return the side runs used in this incident: the rollback, the log tail."""
    out = []
    for step in SIDE_RUNS.values():
        now = record.entry(step.id)
        if now.get("state"):
            at = now.get("at")
            out.append(
                {
                    "id": step.id,
                    "title": step.title,
                    "state": now["state"],
                    "evidence": to_jsonable(now.get("evidence", {})),
                    "at": rfc3339(at) if at else None,
                    "by": now.get("by") or None,
                    "run": now.get("run"),
                }
            )
    return out


def clock_document(record: Record, now: datetime) -> dict[str, object]:
    """Return the clocks: points in time, seconds since detection, seconds left until the deadline."""
    stopped = policy.clock_stopped_at(record)
    due = policy.deadline(record)
    until = stopped or now
    return {
        **{name: to_jsonable(at) for name, at in record.clock.items()},
        "detected_at": rfc3339(record.detected_at),
        "stopped_at": rfc3339(stopped) if stopped else None,
        "since_detection": int((until - record.detected_at).total_seconds()),
        "left": int((due - until).total_seconds()) if due else None,
    }


def document(
    record: Record,
    now: datetime,
    *,
    timeline: Iterable[dict[str, object]] = (),
    live_runs: dict[int, str] | None = None,
    problem: str = "",
) -> dict[str, object]:
    """Return the incident as one JSON-shaped document; `live_runs` are states read from run locks, by number."""
    due = policy.deadline(record)
    message_due = policy.message_due_at(record)
    steps = views(record)
    step, why = gates.next_step(record, steps)
    running = live_runs or {}
    return {
        "schema": 1,
        "revision": record.revision,
        "id": record.id,
        "ticket": record.ticket or None,
        "title": record.title or None,
        "severity": record.severity or None,
        "state": record.state,
        "stage": record.stage,
        "round": record.round,
        "resolution": record.resolution,
        "order": policy.order(record),
        "embargo": embargo.document(record, rfc3339),
        "clock": clock_document(record, now),
        "deadline": rfc3339(due) if due else None,
        "target": record.seen(Preflight).target or None,
        "production": gates.production_state(record) or None,
        "left_open": left_open.said(record) or None,
        "next": {"step": step or None, "why": why},
        "missing": [str(reason) for reason in gates.unsettled(record, record.stage, steps)],
        "owed": [str(reason) for reason in gates.owed(record, steps)] if record.state != "open" else [],
        "message_due_at": rfc3339(message_due) if message_due else None,
        "stages": policy.stage_order(record),
        "steps": [step_document(view) for view in steps.values()],
        "beside": _side_runs(record),
        "chain": chain.document(record),
        "findings": [finding.to_dict() for finding in open_findings(record, *FINDING_STEPS)],
        "facts": to_jsonable(record.facts),
        "rounds": to_jsonable(record.rounds),
        "runs": [
            _run_document(run, running.get(run["n"], run.get("state", "running"))) for run in record.runs
        ],
        "waivers": to_jsonable(record.waivers),
        "messages": to_jsonable(record.messages),
        "sending": to_jsonable(record.doc.get("sending", [])),
        "timeline": [to_jsonable(entry) for entry in timeline],
        "ending": to_jsonable(record.doc.get("ending")),
        "problem": problem or None,
    }
