"""The look before an act that leaves the machine: what is found is kept, so that it can be accepted with a reason."""

from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.rules.gates import Reason, Refused
from hotfix_tui.incident.rules.step_state import is_accepted
from hotfix_tui.steps.guards import before_act as act_guards

BASE = "branch.base"
"""The step that the findings belong to."""


def before(engine: Engine, step: str, choice: str = "") -> list[str]:
    """Return what to read before `step`. Raises Refused while a finding is neither cured nor accepted, GitError.

    The network is asked in bounded time; a source that does not answer is a warning, not an obstacle.
    """
    if not act_guards.guards(step):
        return []
    found = act_guards.look(engine.context(), step, may_fetch=not engine.dry_run)
    if not found.looked_for:
        return found.warnings
    kept = [one.evidence() for one in found.findings]
    engine.change(lambda record, actor: running.keep_findings(record, actor, BASE, kept, found.looked_for))
    passed = step == act_guards.DEPLOY and choice == act_guards.ANYWAY
    record = engine.record
    left = [] if passed else [one for one in found.findings if not is_accepted(record, one.evidence())]
    if left:
        raise Refused([Reason(one.text, one.cure, BASE) for one in left])
    return found.warnings + [
        f"{one.text} That was accepted." if not passed else one.text for one in found.findings
    ]
