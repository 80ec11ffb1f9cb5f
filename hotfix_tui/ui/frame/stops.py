"""The state of each stage: its sign, and which one is viewed. As words and styles, for any painter."""

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
"""States of a step that its stage shows, the worst first."""


class Stop(NamedTuple):
    """One stage on the rail."""

    stage: str
    sign: str
    style: str
    viewed: bool


def stops(record: Record, views: Mapping[str, StepView], viewed: str) -> list[Stop]:
    """Return the stages in workflow order, without those that are not needed."""
    out = []
    for stage in policy.stage_order(record):
        here = [view for view in views.values() if view.stage == stage]
        if here and all(view.state == "not-needed" for view in here) and stage not in (viewed, record.stage):
            continue
        sign, style = _sign(record, stage, here)
        out.append(Stop(stage, sign, style, stage == viewed))
    return out


def _sign(record: Record, stage: str, here: list[StepView]) -> tuple[str, str]:
    if stage == record.stage and record.state == "open":
        return glyphs.HERE, "bold $key"  # its own list says what is wrong there
    stages = policy.stage_order(record)
    passed = stage in stages and stages.index(stage) < stages.index(record.stage)
    counted = [
        view for view in here if view.required.level in ("R", "W") or view.state in ("failed", "unknown")
    ]
    states = {view.state for view in counted if passed or view.state != "debt"}
    if passed and any(view.required.debt and not view.settled for view in here):
        states.add("debt")
    for state in _WORST:
        if state in states:
            return glyphs.BY_STATE[state], glyphs.STYLE_BY_STATE[state]
    needed = [view for view in here if view.required.level in ("R", "W")]
    if here and all(view.settled for view in needed) and (needed or any(view.settled for view in here)):
        return glyphs.DONE, "$ok"
    return glyphs.OPEN, "$muted"
