"""The two lines at the top of every screen: what is broken, where we are, how much time is left, what enter does.

Parts are dropped in a written order when the line is too short, so that the most important stay.
"""

from datetime import datetime
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import humane
from hotfix_tui.incident.model.catalog import STAGE_TITLES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.report.headline import time_left
from hotfix_tui.incident.rules import policy

NOT_SAVED = "NOT SAVED"
"""How the banner begins that says that progress is not being saved."""

EMBARGO = "EMBARGO"

DROP_ORDER = ("since", "message", "round", "title")
"""Which parts go first when there is no room."""


class Lines(NamedTuple):
    """The strip's text: left and right part of the first line, and the second line."""

    severity: str
    first: str
    place: str
    second: str
    urgent: bool
    """Whether the deadline or a message is overdue."""
    kept_back: str = ""
    """``EMBARGO`` while the incident is under it; it is never dropped."""


def facts_line(record: Record, now: datetime, width: int) -> str:
    """Return the clocks that fit into `width` cells: time left, message due, since detection, round."""
    parts = _clock_parts(record, now)
    for name in (None, *DROP_ORDER):
        if name:
            parts.pop(name, None)
        text = " · ".join(parts.values())
        if len(text) <= width:
            return text
    return ""


def _clock_parts(record: Record, now: datetime) -> dict[str, str]:
    parts: dict[str, str] = {}
    if record.state != "open":
        parts["state"] = record.state
    left = time_left(record, now)
    if left:
        parts["left"] = left
    since = (policy.clock_stopped_at(record) or now) - record.detected_at
    parts["since"] = f"detected {humane(since.total_seconds())} ago" if record.state == "open" else ""
    due = policy.message_due_at(record)
    if due is not None:
        seconds = (due - now).total_seconds()
        parts["message"] = (
            f"message due in {humane(seconds)}" if seconds > 0 else f"message {humane(seconds)} overdue"
        )
    if record.round > 1:
        parts["round"] = f"round {record.round}"
    return {name: text for name, text in parts.items() if text}


def place_of(record: Record, stage: str) -> str:
    """Return ``Verify 4/10``: where in the way `stage` is."""
    stages = policy.stage_order(record)
    if stage not in stages:
        return STAGE_TITLES.get(stage, "")
    return f"{STAGE_TITLES[stage]} {stages.index(stage) + 1}/{len(stages)}"


def _with_time_left(record: Record, now: datetime, notice: str, room: int) -> str:
    """Return `notice` for `room` cells, behind the time left where both fit: it must not come and go."""
    left = time_left(record, now)
    both = f"{left} · {notice}"
    return one_line(both if left and len(both) <= room else notice, room)


def lines(record: Record, now: datetime, *, stage: str, primary: str, width: int, notice: str = "") -> Lines:
    """Return the strip for `width` cells. `primary` is what enter does; `notice` stands in place of the clocks."""
    place = place_of(record, stage)
    severity = record.severity or "P?"
    name = record.ticket or record.id
    kept_back = EMBARGO if record.fact("embargo") == "yes" else ""
    room = width - len(severity) - len(name) - len(place) - 8 - (len(kept_back) + 2 if kept_back else 0)
    title = one_line(record.title or "what is broken?", max(room, 1)) if room > 4 else ""
    first = f"{one_line(name, 40)}  {title}".rstrip()
    action = one_line(f"enter: {primary}", width) if primary else ""
    room = width - min(len(action), width * 2 // 3) - 2
    clocks = _with_time_left(record, now, notice, max(room, 1)) if notice else facts_line(record, now, room)
    action = one_line(action, max(width - len(clocks) - 2, 1)) if action and clocks else action
    second = clocks + " " * max(width - len(clocks) - len(action), 0) + action
    due = policy.message_due_at(record)
    deadline = policy.deadline(record)
    late = deadline is not None and now > deadline and policy.clock_stopped_at(record) is None
    overdue = due is not None and now > due
    urgent = notice.startswith(NOT_SAVED) or (record.state == "open" and (late or overdue))
    return Lines(severity, first, place, second, urgent, kept_back)
