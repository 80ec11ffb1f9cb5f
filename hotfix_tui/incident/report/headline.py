"""An incident in one line: severity, ticket, title, stage, and the time left. Imports little: shell prompts wait
for it.
"""

from datetime import datetime

from hotfix_tui.base.times import humane
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy


def headline(record: Record, now: datetime) -> str:
    """Return the incident on one line: severity, ticket, title, state, stage and time left."""
    embargo_label = "EMBARGO" if record.fact("embargo") == "yes" else ""
    parts = [
        record.severity or "P?",
        embargo_label,
        record.ticket or record.id,
        record.title or "(no title yet)",
    ]
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
