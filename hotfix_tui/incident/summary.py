"""The whole incident as one plain document: what ``status --json`` prints and screens for scripts read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from hotfix_tui.incident import gates, policy
from hotfix_tui.incident.plain import plain
from hotfix_tui.incident.record import Record
from hotfix_tui.incident.severity import SEVERITIES
from hotfix_tui.incident.states import StepView, open_findings, views
from hotfix_tui.incident.times import humane, rfc3339


def step_document(view: StepView) -> dict[str, Any]:
    """Return one step as ``status`` reports it."""
    out: dict[str, Any] = {
        "id": view.id,
        "stage": view.stage,
        "title": view.step.title,
        "kind": view.step.kind,
        "state": view.state,
        "required": view.required.level,
        "debt": view.required.debt,
        "waivable": view.waivable,
        "evidence": plain(view.evidence),
        "why": view.why,
        "at": rfc3339(view.at) if view.at else None,
        "by": view.by or None,
        "run": view.run,
    }
    return out


def clock_document(record: Record, now: datetime) -> dict[str, Any]:
    """Return the clocks: points in time, seconds since detection, seconds left until the deadline."""
    stopped = policy.clock_stopped_at(record)
    due = policy.deadline(record)
    until = stopped or now
    return {
        **{name: plain(at) for name, at in record.clock.items()},
        "detected_at": rfc3339(record.detected_at),
        "stopped_at": rfc3339(stopped) if stopped else None,
        "since_detection": int((until - record.detected_at).total_seconds()),
        "left": int((due - until).total_seconds()) if due else None,
    }


def document(
    record: Record,
    now: datetime,
    *,
    timeline: Iterable[dict[str, Any]] = (),
    live_runs: dict[int, str] | None = None,
    problem: str = "",
) -> dict[str, Any]:
    """Return the incident as one JSON-shaped document; `live_runs` are states read from run locks, by number."""
    due = policy.deadline(record)
    message_due = policy.message_due_at(record)
    step, why = gates.next_step(record)
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
        "clock": clock_document(record, now),
        "deadline": rfc3339(due) if due else None,
        "next": {"step": step or None, "why": why},
        "missing": [str(reason) for reason in gates.unsettled(record, record.stage)],
        "owed": [str(reason) for reason in gates.owed(record)] if record.state != "open" else [],
        "message_due_at": rfc3339(message_due) if message_due else None,
        "stages": policy.stage_order(record),
        "steps": [step_document(view) for view in views(record).values()],
        "findings": plain(open_findings(record)),
        "facts": plain(record.facts),
        "rounds": plain(record.rounds),
        "runs": [
            {**plain(run), "state": running.get(run["n"], run.get("state", "running"))} for run in record.runs
        ],
        "waivers": plain(record.waivers),
        "messages": plain(record.messages),
        "timeline": [plain(entry) for entry in timeline],
        "ending": plain(record.doc.get("ending")),
        "problem": problem or None,
    }


def headline(record: Record, now: datetime) -> str:
    """Return the incident on one line: severity, ticket, title, state, stage and time left."""
    parts = [record.severity or "P?", record.ticket or record.id, record.title or "(no title yet)"]
    if record.state == "open":
        stages = policy.stage_order(record)
        place = stages.index(record.stage) + 1 if record.stage in stages else 0
        parts.append(f"{record.stage} ({place} of {len(stages)})")
        if record.round > 1:
            parts.append(f"round {record.round}")
        parts.append(time_left(record, now))
    else:
        parts.append(record.state)
    return " · ".join(part for part in parts if part)


def time_left(record: Record, now: datetime) -> str:
    """Return the time until the deadline in words: ``1 h 12 m left``, ``12 m over``, ``clock stopped``."""
    due = policy.deadline(record)
    if due is None:
        return ""
    stopped = policy.clock_stopped_at(record)
    left = (due - (stopped or now)).total_seconds()
    if stopped:
        return "in time" if left >= 0 else f"{humane(left)} late"
    return f"{humane(left)} left" if left >= 0 else f"{humane(left)} over"


def deadline_words(record: Record) -> str:
    """Return how soon the severity wants it deployed: ``< 4 h, same day``."""
    known = SEVERITIES.get(record.severity)
    return f"< {known.hours} h, {known.deployment}" if known else ""
