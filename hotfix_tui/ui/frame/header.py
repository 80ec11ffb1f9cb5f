"""The first row of every screen: how urgent, which incident, when the next message is due, how much time is left."""

from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from hotfix_tui.base.times import clock_time, humane
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.ui.paint import rows

TITLE_AT_LEAST = 24
"""Cells of the title that stay before a part on the right goes."""

SOON = 600
"""Seconds before a message is due from which on it is never left out."""

SHORT = 0.25
"""The part of the deadline below which the time left is shown as running short."""

SEVERITY_STYLES = {
    "P0": "bold $p0-fg on $p0-bg",
    "P1": "bold $p1-fg on $p1-bg",
    "P2": "bold $p2-fg on $p2-bg",
    "P3": "bold $p3-fg on $p3-bg",
}

EMBARGO = "EMBARGO"

NOT_SAVED = "NOT SAVED"


class Part(NamedTuple):
    """One part on the right."""

    words: str
    style: str


def badge(severity: str) -> tuple[str, str]:
    """Return the badge of a severity: three cells of padding with the text."""
    return f" {severity or 'P?'} ", SEVERITY_STYLES.get(severity, "bold $idle-fg on $idle-bg")


def paint(record: Record, now: datetime, width: int, *, not_saved: str = "") -> list[Content]:
    """Return the row for `width` cells; `not_saved` says why progress is not being saved."""
    name = record.ticket or record.id
    head = rows.text(badge(record.severity))
    if record.fact("embargo") == "yes":
        head = rows.text(head, (f" {EMBARGO} ", "bold $out-fg on $out-bg"))
    head = rows.text(head, "  ", rows.cut((name, "bold"), 40), "  ")
    title = record.title or "what is broken?"
    wanted = min(rows.width_of(title), TITLE_AT_LEAST)
    right = _right(record, now, not_saved, width - head.cell_length - wanted - 3)
    return [rows.ends(rows.text(head, title), rows.text(right, " "), width, gap=2)]


def words(record: Record, now: datetime) -> list[str]:
    """Return the parts on the right, the most important last; for tests and screen readers."""
    return [part.words.strip() for part in _parts(record, now, "").values()]


def _right(record: Record, now: datetime, not_saved: str, room: int) -> Content:
    """Return what fits into `room` cells; parts go in a written order, the time left never."""
    parts = _parts(record, now, not_saved)
    keep = {"left"} | ({"message"} if not_saved or _message_counts(record, now) else set())
    for name in (None, "detected", "round", "message"):
        if name is not None and name not in keep:
            parts.pop(name, None)
        joined = Content("  ").join(rows.text((part.words, part.style)) for part in parts.values())
        if joined.cell_length <= room:
            return joined
    if not_saved:
        left = parts.get("left")
        tail = rows.text((left.words, left.style)) if left else Content("")
        return rows.text(
            rows.cut((parts["message"].words, parts["message"].style), max(room - tail.cell_length - 2, 12)),
            "  ",
            tail,
        )
    return joined


def _parts(record: Record, now: datetime, not_saved: str) -> dict[str, Part]:
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


def _message_counts(record: Record, now: datetime) -> bool:
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
            return Part("deployed in time", "bold $ok")
        return Part(f"deployed {humane(seconds)} late", "bold $bad")
    if seconds < 0:
        return Part(f" overdue {humane(seconds)} ", "bold $prod-fg on $prod-bg")
    begun = record.clock.get("reopened_at", record.detected_at)
    whole = (due - begun).total_seconds()
    if seconds < whole * SHORT:
        return Part(f" {humane(seconds)} left ", "bold $out-fg on $out-bg")
    return Part(f"{humane(seconds)} left", "bold $ok")
