"""What became of each stage: its sign, and which one is viewed. In words and styles, for any painter."""

from collections.abc import Mapping
from typing import NamedTuple

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.paint import glyphs

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
    if stage == record.stage and record.state == "open":
        return glyphs.HERE, "bold $key"  # what stands badly there, its own list says
    stages = policy.stage_order(record)
    passed = stage in stages and stages.index(stage) < stages.index(record.stage)
    counted = [one for one in here if one.required.level in ("R", "W") or one.state in ("failed", "unknown")]
    states = {one.state for one in counted if passed or one.state != "debt"}
    if passed and any(one.required.debt and not one.settled for one in here):
        states.add("debt")
    for state in _WORST:
        if state in states:
            return glyphs.BY_STATE[state], glyphs.STYLE_BY_STATE[state]
    needed = [one for one in here if one.required.level in ("R", "W")]
    if here and all(one.settled for one in needed) and (needed or any(one.settled for one in here)):
        return glyphs.DONE, "$ok"
    return glyphs.OPEN, "$muted"
