"""How far an action reaches: this machine, beyond it, or production; the same in the bar, the dialogs and the
footer.
"""

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates, set_off
from hotfix_tui.ui.presenters.default_action import leaves_machine

PRODUCTION = ("deploy.production", "deploy.rollback")


def kind_of(record: Record, step: str) -> str:
    """Return ``prod``, ``out`` or ``act`` for carrying out `step`."""
    if step == "deploy.production" and set_off.follows_push(record):
        return "act"
    if step in PRODUCTION or gates.needs_confirmation(record, step):
        return "prod"
    return "out" if leaves_machine(step) else "act"
