"""The clocks at the top: detection, round, the next message, the time left. As words and styles, for any painter."""

from datetime import datetime
from typing import NamedTuple

from hotfix_tui.base.times import clock_time, humane
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy

SOON = 600
"""Seconds before a message is due from which on it is always shown."""

SHORT = 0.25
"""The fraction of the deadline below which the time left is shown as running short."""

NOT_SAVED = "NOT SAVED"

DROP_ORDER = ("detected", "round", "message")
"""Which parts are dropped first when space is short; the time left never is."""


class ClockPart(NamedTuple):
    """One part on the right."""

    words: str
    style: str


def parts(record: Record, now: datetime, not_saved: str = "") -> dict[str, ClockPart]:
    """Return the parts by name, the most important last; `not_saved` says why progress is not being saved."""
    parts: dict[str, ClockPart] = {}
    if record.state == "open":
        parts["detected"] = ClockPart(f"detected {clock_time(record.detected_at, now)} UTC", "$muted")
    if record.round > 1:
        parts["round"] = ClockPart(f"round {record.round}", "$muted")
    if not_saved:
        parts["message"] = ClockPart(f"{NOT_SAVED}: {not_saved}", "bold $bad")
    elif (due := policy.message_due_at(record)) is not None:
        parts["message"] = _message((due - now).total_seconds())
    parts["left"] = _left(record, now)
    return parts


def _message(seconds: float) -> ClockPart:
    if seconds >= 60:
        style = "$warn" if seconds < SOON else "$muted"
        return ClockPart(f"message in {humane(seconds)}", style)
    if seconds > -60:
        return ClockPart("message due now", "$warn")
    return ClockPart(f"message {humane(seconds)} late", "bold $bad")


def message_counts(record: Record, now: datetime) -> bool:
    """Return whether the next message is due soon or late, so that it stays when space is short."""
    due = policy.message_due_at(record)
    return due is not None and (due - now).total_seconds() < SOON


def _left(record: Record, now: datetime) -> ClockPart:
    """Return the time left, or how it ended."""
    due = policy.deadline(record)
    if record.state not in ("open", "resolved"):
        return ClockPart(record.state.replace("-", " "), "bold")
    stopped = policy.clock_stopped_at(record)
    if record.state == "resolved":
        at = record.clock.get("resolved_at")
        return ClockPart(
            f"resolved {clock_time(at, now)}" if isinstance(at, datetime) else "resolved", "bold $ok"
        )
    if due is None:
        return ClockPart("no deadline yet", "$muted")
    seconds = (due - (stopped or now)).total_seconds()
    if stopped:
        if seconds >= 0:
            return ClockPart("published in time" if record.ships_as else "deployed in time", "bold $ok")
        out = "published" if record.ships_as else "deployed"
        return ClockPart(f"{out} {humane(seconds)} late", "bold $bad")
    if seconds < 0:
        return ClockPart(f" overdue {humane(seconds)} ", "bold $prod-fg on $prod-bg")
    begun = record.clock.get("reopened_at", record.detected_at)
    whole = (due - begun).total_seconds()
    if seconds < whole * SHORT:
        return ClockPart(f" {humane(seconds)} left ", "bold $out-fg on $out-bg")
    return ClockPart(f"{humane(seconds)} left", "bold $ok")
