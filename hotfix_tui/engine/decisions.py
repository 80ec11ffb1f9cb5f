"""Decisions made by a step's choice: whether production is rolled back before the fault is fixed."""

from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.triage import Weighed

STEP = Weighed.STEP

BEFORE_BASE = (catalog.BRANCH_BASE, "rollback-first")
"""The step and its choice that mean: roll back first; the base is determined after that."""


def decide(engine: Engine, step: str, choice: str, probe: Probe) -> str:
    """Record what `choice` at `step` decides; return the state of the step, empty if it decides nothing."""
    if step == STEP and probe.state == "done":
        _write(engine, probe.seen(Weighed).choice, probe.why)
        return "done"
    if (step, choice) == BEFORE_BASE:
        _write(engine, "rollback", "Decided: roll back first, before the base is chosen.")
        return "not-done"
    return ""


def leads_to_rollback(step: str, choice: str) -> bool:
    """Return whether `choice` at `step` makes a rollback the next thing to do."""
    return (step, choice) in ((STEP, "rollback"), BEFORE_BASE)


def _write(engine: Engine, chosen: str, why: str) -> None:
    engine.change(
        lambda record, actor: actions.choose(record, actor, STEP, chosen, why or f"Decided: {chosen}")
    )
