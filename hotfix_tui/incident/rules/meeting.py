"""The review meeting: a date, and within 72 hours if the severity requires one."""

from datetime import UTC, datetime, timedelta

from hotfix_tui.base.times import humane
from hotfix_tui.incident.model.record import Record

MEETING = "review.at"
WITHIN = timedelta(hours=72)
"""How long after the resolution it has to take place, at P0 and P1."""

_ASKED_FOR = ("P0", "P1")


def meeting_at(value: str) -> datetime | None:
    """Return the time stored as ``2026-03-04 10:00 UTC``; None for free text that an older version kept."""
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
    except ValueError:
        return None


def too_late(record: Record, value: str, now: datetime) -> str:
    """Return that the meeting is too late, else empty; until the incident is resolved the time counts from `now`."""
    at = meeting_at(value)
    since = record.clock.get("resolved_at") or now
    if at and record.severity in _ASKED_FOR and at > since + WITHIN:
        late = humane((at - since).total_seconds())
        return f"The review meeting is {late} after the incident, at {record.severity} it is held within 72 hours."
    return ""
