"""The origin of a check's command: shown next to the command, so that a wrong guess is noticed before it runs.

Apart from the other parts of the detail: it explains a command, and draws nothing.
"""

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model import step_ids
from hotfix_tui.incident.model.record import Record

NAMES = {
    step_ids.VERIFY_SETUP: "setup",
    step_ids.VERIFY_TEST: "test",
    step_ids.VERIFY_TYPECHECK: "typecheck",
    step_ids.VERIFY_BUILD: "build",
    step_ids.VERIFY_PROOF: "regression",
}
"""The command behind a step, by the step's id."""


def origin(record: Record, name: str) -> str:
    """Return in a clause why the command `name` is what it is; empty if there is none."""
    edited = record.edited.get(name)
    if edited:
        return f"edited for this incident by {one_line(str(edited.get('by', '')), 40)}"
    if record.config.get("commands", {}).get(name):
        return f"commands.{name} of the configuration says so"
    if why := one_line(record.why_detected(name), 300):
        return f"because {why}"
    return one_line(str(record.detected.get(name, {}).get("evidence", "")), 300)


def of_step(record: Record, step: str) -> str:
    """Return the same for the command of a step; empty for a step without a project command."""
    return origin(record, NAMES[step]) if step in NAMES else ""
