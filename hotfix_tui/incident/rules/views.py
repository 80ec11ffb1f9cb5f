"""The steps as they are shown: the state that each has on its own, cut off after a break of the identity chain."""

from hotfix_tui.incident.model.catalog import StepDef
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.identity_chain import behind_break
from hotfix_tui.incident.rules.requirements import waivable
from hotfix_tui.incident.rules.step_state import StepView, granted, own_state, own_states, valid_waiver


def view(record: Record, step: StepDef, listed_in: str = "") -> StepView:
    """Return `step` with its derived state."""
    return _apply_chain_break(record, {step.id: own_state(record, step, listed_in)})[step.id]


def views(record: Record) -> dict[str, StepView]:
    """Return all steps of the incident in working order, by id."""
    return dict(record.once("views", lambda: _apply_chain_break(record, dict(own_states(record)))))


def _apply_chain_break(record: Record, steps: dict[str, StepView]) -> dict[str, StepView]:
    """Return `steps` with each step stale that is done, but lies after the first break of the identity chain."""
    if record.state != "open":
        return steps
    for name, why in behind_break(record, steps).items():
        steps[name] = _invalidated(record, steps[name], why)
    return steps


def _invalidated(record: Record, seen: StepView, why: str) -> StepView:
    """Return a step that was done, but for something other than it should be: stale, or waived as that."""
    waiver = valid_waiver(record, seen.step) if seen.required.level != "R" else None
    if waiver is not None:
        return seen._replace(state="waived", why=granted(waiver))
    return seen._replace(state="stale", why=why, waivable=waivable(record, seen.id, seen.required))
