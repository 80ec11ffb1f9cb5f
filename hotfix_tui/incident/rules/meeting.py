"""The meeting about the review: a date, and within 72 hours where the severity asks for one."""

from datetime import UTC, datetime, timedelta

from hotfix_tui.base.times import humane
from hotfix_tui.incident.model.record import Record

MEETING = "review.at"
WITHIN = timedelta(hours=72)
"""How long after the incident was resolved it is held, at P0 and P1."""

_ASKED_FOR = ("P0", "P1")


def meeting_at(value: str) -> datetime | None:
    """Return the time that is stored as ``2026-03-04 10:00 UTC``; None for words that an older version kept."""
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
    except ValueError:
        return None


def too_late(record: Record, value: str, now: datetime) -> str:
    """Say that the meeting is held too late, empty if it is not; until it is resolved the time runs from `now`."""
    at = meeting_at(value)
    since = record.clock.get("resolved_at") or now
    if at and record.severity in _ASKED_FOR and at > since + WITHIN:
        late = humane((at - since).total_seconds())
        return f"The review meeting is {late} after the incident, at {record.severity} it is held within 72 hours."
    return ""
