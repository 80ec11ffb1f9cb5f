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


class Part(NamedTuple):
    """One part on the right."""

    words: str
    style: str


def parts(record: Record, now: datetime, not_saved: str = "") -> dict[str, Part]:
    """Return the parts by name, the most important last; `not_saved` says why progress is not being saved."""
    parts: dict[str, Part] = {}
    if record.state == "open":
        parts["detected"] = Part(f"detected {clock_time(record.detected_at, now)} UTC", "$muted")
    if record.round > 1:
        parts["round"] = Part(f"round {record.round}", "$muted")
    if not_saved:
        parts["message"] = Part(f"{NOT_SAVED}: {not_saved}", "bold $bad")
    elif (due := policy.message_due_at(record)) is not None:
        parts["message"] = _message((due - now).total_seconds())
    parts["left"] = _left(record, now)
    return parts


def _message(seconds: float) -> Part:
    if seconds >= 60:
        style = "$warn" if seconds < SOON else "$muted"
        return Part(f"message in {humane(seconds)}", style)
    if seconds > -60:
        return Part("message due now", "$warn")
    return Part(f"message {humane(seconds)} late", "bold $bad")


def message_counts(record: Record, now: datetime) -> bool:
    """Return whether the next message is due soon or late, so that it stays when space is short."""
    due = policy.message_due_at(record)
    return due is not None and (due - now).total_seconds() < SOON


def _left(record: Record, now: datetime) -> Part:
    """Return the time left, or how it ended."""
    due = policy.deadline(record)
    if record.state not in ("open", "resolved"):
        return Part(record.state.replace("-", " "), "bold")
    stopped = policy.clock_stopped_at(record)
    if record.state == "resolved":
        at = record.clock.get("resolved_at")
        return Part(f"resolved {clock_time(at, now)}" if isinstance(at, datetime) else "resolved", "bold $ok")
    if due is None:
        return Part("no deadline yet", "$muted")
    seconds = (due - (stopped or now)).total_seconds()
    if stopped:
        if seconds >= 0:
            return Part("published in time" if record.ships_as else "deployed in time", "bold $ok")
        out = "published" if record.ships_as else "deployed"
        return Part(f"{out} {humane(seconds)} late", "bold $bad")
    if seconds < 0:
        return Part(f" overdue {humane(seconds)} ", "bold $prod-fg on $prod-bg")
    begun = record.clock.get("reopened_at", record.detected_at)
    whole = (due - begun).total_seconds()
    if seconds < whole * SHORT:
        return Part(f" {humane(seconds)} left ", "bold $out-fg on $out-bg")
    return Part(f"{humane(seconds)} left", "bold $ok")
