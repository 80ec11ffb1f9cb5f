"""The first row of every screen: severity, incident, when the next message is due, how much time is left."""

from datetime import datetime

from textual.content import Content

from hotfix_tui.incident.model.record import Record
from hotfix_tui.ui.frame import clocks
from hotfix_tui.ui.paint import rows

TITLE_AT_LEAST = 24
"""Cells of the title that stay before a part on the right is dropped."""

SEVERITY_STYLES = {
    "P0": "bold $p0-fg on $p0-bg",
    "P1": "bold $p1-fg on $p1-bg",
    "P2": "bold $p2-fg on $p2-bg",
    "P3": "bold $p3-fg on $p3-bg",
}

EMBARGO = "EMBARGO"


def badge(severity: str) -> tuple[str, str]:
    """Return the badge of a severity: the text with three cells of padding."""
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
    if not not_saved and head.cell_length + right.cell_length + 2 > width:
        left = clocks.parts(record, now)["left"]  # the ticket is never truncated for a message
        right = rows.text((left.words, left.style))
    return [rows.ends(rows.text(head, title), rows.text(right, " "), width, gap=2)]


def words(record: Record, now: datetime) -> list[str]:
    """Return the parts on the right, the most important last; for tests and screen readers."""
    return [part.words.strip() for part in clocks.parts(record, now).values()]


def _right(record: Record, now: datetime, not_saved: str, room: int) -> Content:
    """Return what fits into `room` cells; parts are dropped in a fixed order, the time left never."""
    parts = clocks.parts(record, now, not_saved)
    keep = {"left"} | ({"message"} if not_saved or clocks.message_counts(record, now) else set())
    for name in (None, *clocks.DROP_ORDER):
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
