"""The check before an action that leaves the machine: findings are kept, so that they can be accepted with a reason.

Proceeding against a finding is a signature: a reason with a name, kept with the findings that it is about.
"""

from hotfix_tui.base.text import one_line
from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Entries
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import signing
from hotfix_tui.incident.rules.gates import Reason, Refused, refuse
from hotfix_tui.incident.rules.step_state import is_accepted
from hotfix_tui.steps.guards import before_act
from hotfix_tui.steps.guards.production_moved import ProductionMoved

BASE = catalog.BRANCH_BASE
"""The step that the findings belong to."""


def check_before_act(engine: Engine, step: str, choice: str = "") -> list[str]:
    """Return what to read before `step`. Raises Refused while a finding is neither cured nor accepted, GitError.

    Network queries are bounded in time; a source that does not answer is a warning, not an obstacle.
    """
    _rules(engine, step, choice)
    if not before_act.guards(step):
        return []
    guard_result = _looked(engine, step)
    left = [finding for finding in guard_result.findings if not is_accepted(engine.record, finding.kept())]
    if left and (step, choice) == signing.ANYWAY:
        cure = f"Say why, with your name: `do {step} --choose {choice} --why TEXT`."
        raise Refused([Reason(finding.text, cure, BASE) for finding in left])
    if left:
        raise Refused([Reason(finding.text, finding.cure, BASE) for finding in left])
    return guard_result.warnings + [
        f"{finding.text} {_accepted(engine.record, finding)}" for finding in guard_result.findings
    ]


def sign(engine: Engine, step: str, choice: str, granted_by: str, why: str) -> Entries:
    """Sign what `choice` proceeds against: the branch's rules, or the current findings about production.

    Raises Refused without a reason and a name, and for a choice that proceeds against nothing.
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
    guard_result = _looked(engine, step)
    ids = [finding.id for finding in guard_result.findings if not is_accepted(engine.record, finding.kept())]

    def accepted(record: Record, actor: actions.Actor) -> Entries:
        return [
            entry
            for finding_id in ids
            for entry in actions.accept(record, actor, finding_id, why, granted_by)
        ]

    return engine.change(accepted) if ids else []


def wants_signature(engine: Engine, step: str, choice: str) -> bool:
    """Return whether `choice` proceeds against something that nobody has signed for yet."""
    if (step, choice) == signing.BYPASS:
        return signing.rules_waiver(engine.record) is None
    if (step, choice) != signing.ANYWAY:
        return False
    return any(not is_accepted(engine.record, finding.kept()) for finding in _looked(engine, step).findings)


def _rules(engine: Engine, step: str, choice: str) -> None:
    """Raise Refused if the rules of the branch would be bypassed without a signed waiver."""
    if (step, choice) == signing.BYPASS and signing.rules_waiver(engine.record) is None:
        raise refuse(
            "Merging past the rules needs a signed waiver: who granted it, and why.",
            f"Sign it: `do {step} --choose {choice} --granted-by NAME --why TEXT --confirm WORD`.",
            step,
        )


def _looked(engine: Engine, step: str) -> before_act.Standing:
    """Check `step`, and keep what was found."""
    guard_result = before_act.look(engine.context(), step, may_fetch=not engine.dry_run)
    if guard_result.looked_for:
        kept = [finding.kept() for finding in guard_result.findings]
        engine.change(
            lambda record, actor: running.keep_findings(record, actor, kept, guard_result.looked_for)
        )
    return guard_result


def _accepted(record: Record, finding: ProductionMoved) -> str:
    """Return who accepted `finding`, and why."""
    acceptance: dict[str, object] = next(
        (
            kept
            for kept in reversed(record.accepted)
            if (kept["finding"], kept.get("content", "")) == (finding.id, finding.content)
        ),
        {},
    )
    return f"{acceptance.get('by') or 'Somebody'} accepted that: {one_line(str(acceptance.get('why', '')), 120)}."
