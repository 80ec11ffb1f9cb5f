"""What the running watch answers by itself: until it does, nobody has to do anything about it."""

from hotfix_tui.incident.model.catalog import WATCH
from hotfix_tui.incident.model.measured import answers
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView


def answers_itself(record: Record, view: StepView) -> bool:
    """Return whether the running watch will answer `view` by a number: pressing a key now would be too early."""
    running = record.entry(WATCH).get("state") == "running"
    return running and view.state == "pending" and view.id in answers(record.config)
