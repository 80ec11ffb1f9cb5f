"""The second row of every screen: the stages, their states, where the work is and which one is viewed."""

import functools
from collections.abc import Mapping

from textual.content import Content

from hotfix_tui.incident.model.catalog import STAGE_TITLES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.frame.stops import SHORT_NAMES, Stop, stops
from hotfix_tui.ui.paint import glyphs, rows

TRACK_BELOW = 78
"""Columns below which only the viewed stage is named."""


def paint(record: Record, views: Mapping[str, StepView], viewed: str, width: int) -> list[Content]:
    """Return the row in the widest form that fits."""
    shown = stops(record, views, viewed)
    if width < TRACK_BELOW:
        return [_track(shown, viewed, width)]
    return [_widest(tuple(shown), width)[0]]


def stage_at(record: Record, views: Mapping[str, StepView], viewed: str, width: int, x: int) -> str:
    """Return the stage at cell `x`, empty if there is none: a click views it."""
    shown = stops(record, views, viewed)
    if width < TRACK_BELOW:
        return ""
    return next((stage for stage, first, last in _widest(tuple(shown), width)[1] if first <= x < last), "")


_Places = tuple[tuple[str, int, int], ...]


@functools.lru_cache(maxsize=16)
def _widest(shown: tuple[Stop, ...], width: int) -> tuple[Content, _Places]:
    """Return the widest row that fits, and the position of each stage in it; cached, as every refresh paints it."""
    for full in (True, False):
        for gap in (3, 2, 1):
            row, places = _named(shown, full, gap)
            if row.cell_length <= width:
                return row, places
    return row.truncate(width, ellipsis=True), places


def _named(shown: tuple[Stop, ...], full: bool, gap: int) -> tuple[Content, _Places]:
    out, places = Content("" if shown and shown[0].viewed else " "), []  # the band begins at the edge
    for place, stop in enumerate(shown):
        if place:
            out = rows.text(out, " " * gap)
        first = out.cell_length
        out = rows.text(out, _stop(stop, full))
        places.append((stop.stage, first, out.cell_length))
    return out, tuple(places)


def _stop(stop: Stop, full: bool) -> Content:
    title = STAGE_TITLES[stop.stage]
    if stop.viewed:
        return rows.on_selection(rows.text(" ", (stop.sign, stop.style.replace("bold ", "")), f" {title} "))
    name = title if full and stop.stage != "pull-request" else SHORT_NAMES[stop.stage]
    settled = stop.sign in (glyphs.DONE, glyphs.OPEN)
    return rows.text(
        (stop.sign, stop.style), " ", (name, "$muted" if settled and stop.sign == glyphs.OPEN else "")
    )


def _track(shown: list[Stop], viewed: str, width: int) -> Content:
    stop = next((candidate for candidate in shown if candidate.viewed), shown[0])
    place = shown.index(stop) + 1
    left = rows.text(_stop(stop, True), (f" {place} of {len(shown)}", "$muted"))
    right = Content("").join(rows.text((candidate.sign, candidate.style)) for candidate in shown)
    return rows.ends(left, rows.text(right, " "), width)
