"""The right column of a checklist row: evidence instead of a word, a word if there is none yet."""

from datetime import datetime

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import clock_time, humane
from hotfix_tui.incident.rules.step_state import StepView, valid_waiver
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.pictures.scene import Scene, call

WORDS = {
    "pending": "to do",
    "running": "running",
    "done": "done",
    "failed": "failed",
    "unknown": "unknown",
    "waiting": "elsewhere",
    "stale": "stale",
    "waived": "waived",
    "debt": "later",
    "not-needed": "n/a",
}
"""The word of each state in a list."""


def word(scene: Scene, view: StepView) -> tuple[str, str]:
    """Return the right column of the row of `view`, and its style."""
    if view.id in scene.checking:
        return "checking", "$key"
    style = glyphs.STYLE_BY_STATE[view.state].replace("bold ", "")
    own = call(view.step.stage, "word") or call(scene.stage, "word")
    said = own(scene, view) if own is not None else ""
    return said or _usual(scene, view), style


def _usual(scene: Scene, view: StepView) -> str:
    if view.state == "pending":
        return "optional" if view.required.level == "O" else "to do"
    if view.state == "running":
        begun = started(scene, view)
        return humane((scene.now - begun).total_seconds()) if begun else WORDS["running"]
    if view.state == "waived":
        waiver = valid_waiver(scene.record, view.step)
        return f"by {one_line(str(waiver['granted_by']), 6)}" if waiver else WORDS["waived"]
    if view.state == "done" and view.at is not None:
        return clock_time(view.at)
    return WORDS[view.state]


def started(scene: Scene, view: StepView) -> datetime | None:
    """Return when the run of `view` began, None if it has none."""
    for run in reversed(scene.record.runs):
        if run["n"] == view.run:
            at = run.get("at")
            return at if isinstance(at, datetime) else None
    return None


def sentence(scene: Scene, view: StepView) -> str:
    """Return the clause of evidence in the row of `view`, if there is room for one."""
    own = call(view.step.stage, "sentence")
    said = own(scene, view) if own is not None else ""
    return said or view.why or view.said


def sign(scene: Scene, view: StepView) -> tuple[str, str]:
    """Return the sign of `view` and its style."""
    if view.id in scene.checking:
        return glyphs.CHECKING, "$key"
    return glyphs.BY_STATE[view.state], glyphs.STYLE_BY_STATE[view.state]
