"""The second row of every screen: the stages, what became of each, where the work is and which one is viewed."""

from collections.abc import Mapping
from typing import NamedTuple

from textual.content import Content

from hotfix_tui.incident.model.catalog import STAGE_TITLES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.paint import glyphs, rows

SHORT_NAMES = {
    "triage": "Tri",
    "branch": "Bran",
    "fix": "Fix",
    "verify": "Ver",
    "pull-request": "PR",
    "release": "Rel",
    "deploy": "Dep",
    "monitor": "Mon",
    "communicate": "Comm",
    "backport": "Back",
    "review": "Rev",
}

TRACK_BELOW = 78
"""Columns below which only the viewed stage is named."""

_WORST = ("failed", "unknown", "stale", "debt")
"""States of a step that a stage shows, the worst first."""


class Stop(NamedTuple):
    """One stage on the rail."""

    stage: str
    sign: str
    style: str
    viewed: bool


def stops(record: Record, views: Mapping[str, StepView], viewed: str) -> list[Stop]:
    """Return the stages in the order of the way; those that are not needed are left out."""
    out = []
    for stage in policy.stage_order(record):
        here = [one for one in views.values() if one.stage == stage]
        if here and all(one.state == "not-needed" for one in here) and stage not in (viewed, record.stage):
            continue
        sign, style = _sign(record, stage, here)
        out.append(Stop(stage, sign, style, stage == viewed))
    return out


def _sign(record: Record, stage: str, here: list[StepView]) -> tuple[str, str]:
    stages = policy.stage_order(record)
    passed = stage in stages and stages.index(stage) < stages.index(record.stage)
    counted = [one for one in here if one.required.level in ("R", "W") or one.state in ("failed", "unknown")]
    states = {one.state for one in counted if passed or one.state != "debt"}
    if passed and any(one.required.debt and not one.settled for one in here):
        states.add("debt")
    for state in _WORST:
        if state in states:
            return glyphs.BY_STATE[state], glyphs.STYLE_BY_STATE[state]
    if stage == record.stage and record.state == "open":
        return glyphs.HERE, "bold $key"
    needed = [one for one in here if one.required.level in ("R", "W")]
    if here and all(one.settled for one in needed) and (needed or any(one.settled for one in here)):
        return glyphs.DONE, "$ok"
    return glyphs.OPEN, "$muted"


def paint(record: Record, views: Mapping[str, StepView], viewed: str, width: int) -> list[Content]:
    """Return the row in the widest form that fits."""
    shown = stops(record, views, viewed)
    if width < TRACK_BELOW:
        return [_track(shown, viewed, width)]
    return [_widest(shown, width)[0]]


def stage_at(record: Record, views: Mapping[str, StepView], viewed: str, width: int, x: int) -> str:
    """Return the stage at cell `x`, empty where there is none: a click views it."""
    shown = stops(record, views, viewed)
    if width < TRACK_BELOW:
        return ""
    return next((stage for stage, first, last in _widest(shown, width)[1] if first <= x < last), "")


def _widest(shown: list[Stop], width: int) -> tuple[Content, list[tuple[str, int, int]]]:
    for full in (True, False):
        for gap in (3, 2, 1):
            row, places = _named(shown, full, gap)
            if row.cell_length <= width:
                return row, places
    return row.truncate(width, ellipsis=True), places


def _named(shown: list[Stop], full: bool, gap: int) -> tuple[Content, list[tuple[str, int, int]]]:
    out, places = Content(" "), []
    for place, stop in enumerate(shown):
        if place:
            out = rows.text(out, " " * gap)
        first = out.cell_length
        out = rows.text(out, _stop(stop, full))
        places.append((stop.stage, first, out.cell_length))
    return out, places


def _stop(stop: Stop, full: bool) -> Content:
    title = STAGE_TITLES[stop.stage]
    if stop.viewed:
        sign = stop.style.replace("bold ", "")
        band = rows.text(" ", (stop.sign, sign), f" {title} ")
        return band.stylize("bold on $sel")
    name = title if full and stop.stage != "pull-request" else SHORT_NAMES[stop.stage]
    settled = stop.sign in (glyphs.DONE, glyphs.OPEN)
    return rows.text(
        (stop.sign, stop.style), " ", (name, "$muted" if settled and stop.sign == glyphs.OPEN else "")
    )


def _track(shown: list[Stop], viewed: str, width: int) -> Content:
    stop = next((one for one in shown if one.viewed), shown[0])
    place = shown.index(stop) + 1
    left = rows.text(_stop(stop, True), (f" {place} of {len(shown)}", "$muted"))
    right = Content("").join(rows.text((one.sign, one.style)) for one in shown)
    return rows.ends(left, rows.text(right, " "), width)
