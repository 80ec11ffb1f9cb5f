"""The look before an act that leaves the machine: what is found is kept, so that it can be accepted with a reason.

Going on against what was found is a signature: a reason with a name, kept with the findings that it is about.
"""

from hotfix_tui.base.text import one_line
from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Entries
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import signing
from hotfix_tui.incident.rules.gates import Reason, Refused, refuse
from hotfix_tui.incident.rules.step_state import is_accepted
from hotfix_tui.steps.guards import before_act as act_guards
from hotfix_tui.steps.guards.production_moved import Finding

BASE = "branch.base"
"""The step that the findings belong to."""


def before(engine: Engine, step: str, choice: str = "") -> list[str]:
    """Return what to read before `step`. Raises Refused while a finding is neither cured nor accepted, GitError.

    The network is asked in bounded time; a source that does not answer is a warning, not an obstacle.
    """
    _rules(engine, step, choice)
    if not act_guards.guards(step):
        return []
    found = _looked(engine, step)
    left = [one for one in found.findings if not is_accepted(engine.record, one.kept())]
    if left and (step, choice) == signing.ANYWAY:
        cure = f"Say why, with your name: `do {step} --choose {choice} --why TEXT`."
        raise Refused([Reason(one.text, cure, BASE) for one in left])
    if left:
        raise Refused([Reason(one.text, one.cure, BASE) for one in left])
    return found.warnings + [f"{one.text} {_accepted(engine.record, one)}" for one in found.findings]


def sign(engine: Engine, step: str, choice: str, granted_by: str, why: str) -> Entries:
    """Sign what `choice` goes on against: the branch's rules, or what is found of production now.

    Raises Refused without a reason and a name, and for a choice that goes against nothing.
    """
    if (step, choice) == signing.BYPASS:
        return engine.change(lambda record, actor: actions.waive_rules(record, actor, granted_by, why))
    if (step, choice) != signing.ANYWAY:
        raise refuse(
            f"{step} goes on against nothing that wants a signature.",
            "Leave out --why and --granted-by.",
            step,
        )
    if not why.strip():
        raise refuse("Going on against a finding takes a reason.", "Give --why.", step)
    found = _looked(engine, step)
    ids = [one.id for one in found.findings if not is_accepted(engine.record, one.kept())]

    def accepted(record: Record, actor: actions.Actor) -> Entries:
        return [entry for one in ids for entry in actions.accept(record, actor, one, why, granted_by)]

    return engine.change(accepted) if ids else []


def wants_signature(engine: Engine, step: str, choice: str) -> bool:
    """Return whether `choice` goes on against something that nobody has signed for yet."""
    if (step, choice) == signing.BYPASS:
        return signing.rules_waiver(engine.record) is None
    if (step, choice) != signing.ANYWAY:
        return False
    return any(not is_accepted(engine.record, one.kept()) for one in _looked(engine, step).findings)


def _rules(engine: Engine, step: str, choice: str) -> None:
    """Raise Refused where the rules of the branch would be passed over without a signed waiver."""
    if (step, choice) == signing.BYPASS and signing.rules_waiver(engine.record) is None:
        raise refuse(
            "Merging past the rules needs a signed waiver: who granted it, and why.",
            f"Sign it: `do {step} --choose {choice} --granted-by NAME --why TEXT --confirm WORD`.",
            step,
        )


def _looked(engine: Engine, step: str) -> act_guards.Standing:
    """Look before `step`, and keep what was found."""
    found = act_guards.look(engine.context(), step, may_fetch=not engine.dry_run)
    if found.looked_for:
        kept = [one.kept() for one in found.findings]
        engine.change(lambda record, actor: running.keep_findings(record, actor, kept, found.looked_for))
    return found


def _accepted(record: Record, found: Finding) -> str:
    """Who accepted `found`, and why."""
    one: dict[str, object] = next(
        (
            kept
            for kept in reversed(record.accepted)
            if (kept["finding"], kept.get("content", "")) == (found.id, found.content)
        ),
        {},
    )
    return f"{one.get('by') or 'Somebody'} accepted that: {one_line(str(one.get('why', '')), 120)}."
