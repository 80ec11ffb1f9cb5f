"""The state that each step has on its own: what was recorded, what it was valid for, what is required.

What a break of the identity chain does to it is in `views`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import StepDef
from hotfix_tui.incident.model.evidence.base import Evidence, Finding
from hotfix_tui.incident.model.evidence.branch import Base, Preflight
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.fix import Changed, Guard
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.record import E, Record
from hotfix_tui.incident.rules import policy, staleness
from hotfix_tui.incident.rules.requirements import Requirement, requirement, waivable

STATES = (
    "pending",
    "running",
    "done",
    "failed",
    "unknown",
    "waiting",
    "stale",
    "waived",
    "debt",
    "not-needed",
)

SETTLED = ("done", "waived", "not-needed")
"""States in which nothing is left to do."""

RETESTED = (
    catalog.VERIFY_SETUP,
    catalog.VERIFY_TEST,
    catalog.VERIFY_TYPECHECK,
    catalog.VERIFY_BUILD,
    catalog.VERIFY_STAGING,
    catalog.VERIFY_STAGING_VERIFIED,
)
"""Steps that count for the landed commit when something else landed together with the fix."""


class StepView(NamedTuple):
    """One step as it is shown and reported."""

    step: StepDef
    stage: str
    """The stage it is listed under."""
    state: str
    required: Requirement
    waivable: bool
    evidence: dict[str, object]
    why: str
    """Why it is stale, waived, not needed or optional, as a clause."""
    at: datetime | None
    by: str
    run: int | None

    @property
    def id(self) -> str:
        """The id of the step."""
        return self.step.id

    def seen(self, kind: type[E]) -> E:
        """Return what was seen, as typed evidence."""
        return kind.from_dict(self.evidence)

    @property
    def said(self) -> str:
        """What the last probe said of it, if it did not succeed."""
        return self.seen(Evidence).why

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do here."""
        return self.state in SETTLED

    @property
    def blocks(self) -> bool:
        """Whether it holds up later irreversible steps."""
        return self.required.level in ("R", "W") and not self.required.debt and not self.settled


def current_key(record: Record, step: StepDef) -> str:
    """Return what a result of `step` would be valid for now: a tree id, a base commit, or empty."""
    if step.key == "tree":
        landed = record.seen(Landed).tree
        confirmed = record.entry(catalog.RELEASE_CONFIRM).get("state") == "done"
        if step.id in RETESTED and confirmed and landed and policy.order(record) == policy.MERGE_FIRST:
            return str(landed)
        return record.seen(Changed).tree
    if step.key == "base":
        return record.seen(Base).commit
    if step.key == "setup":
        base = record.seen(Base).commit
        return f"{record.seen(Changed).locks}@{base}" if base else ""
    return ""


def key_name(step: StepDef) -> str:
    """Return the field that holds an entry's key, empty if it has none."""
    return step.key if step.key in ("tree", "base", "setup") else ""


def own_state(record: Record, step: StepDef, listed_in: str = "") -> StepView:
    """Return `step` in its own state, whatever happened to the steps before it."""
    asked = requirement(record, step.id)
    entry = record.entry(step.id)
    stage = listed_in or policy.shown_in(record, step.id)
    state, why = _state(record, step, asked, entry, stage)
    return StepView(
        step=step,
        stage=stage,
        state=state,
        required=asked,
        waivable=state not in SETTLED and waivable(record, step.id, asked),
        evidence=entry.get("evidence", {}),
        why=why or asked.why,
        at=entry.get("at"),
        by=str(entry.get("by", "")),
        run=entry.get("run"),
    )


def own_states(record: Record) -> Mapping[str, StepView]:
    """Return all steps in working order, by id, each in its own state."""
    steps = record.definitions()
    return record.once(
        "alone",
        lambda: {
            name: own_state(record, steps[name], stage)
            for stage, names in policy.sequence(record)
            for name in names
        },
    )


def granted(waiver: dict[str, object]) -> str:
    """Return the clause that says who granted a waiver, and why."""
    return f"waived by {waiver['granted_by']}: {waiver['why']}"


def _state(
    record: Record, step: StepDef, asked: Requirement, entry: dict[str, object], stage: str
) -> tuple[str, str]:
    recorded = str(entry.get("state", ""))
    if step.kind == "fact":
        recorded = _fact_state(record, step, recorded)
    if step.id == catalog.FIX_GUARD and recorded == "failed" and not open_findings(record):
        recorded = "done"
    if recorded in ("running", "unknown"):
        return recorded, ""
    waiver = valid_waiver(record, step) if asked.level != "R" else None
    if recorded == "waiting":
        # It is somebody else's turn, and what is signed does not wait for them.
        return ("waived", granted(waiver)) if waiver is not None else (recorded, "")
    if asked.level == "-" and recorded != "done":
        return "not-needed", asked.why
    stale = _stale(record, step, entry) if recorded in ("done", "failed") else ""
    if recorded == "done" and not stale:
        return "done", ""
    if waiver is not None:
        return "waived", granted(waiver)
    if stale:
        return "stale", stale
    if recorded == "failed":
        return "failed", ""
    if asked.debt and _passed(record, stage):
        return "debt", "not blocking now; it blocks closing"
    return "pending", ""


def _fact_state(record: Record, step: StepDef, recorded: str) -> str:
    if step.id == catalog.TRIAGE_SEVERITY:
        return "done" if record.severity else ""
    if step.id == catalog.TRIAGE_DESCRIBE:
        return "done" if record.title and record.fact("impact.seen") else ""
    return (recorded or "done") if record.fact(step.fact) else ""


def _stale(record: Record, step: StepDef, entry: dict[str, object]) -> str:
    name = key_name(step)
    if (
        step.id.startswith("monitor.")
        and entry.get("state") == "done"
        and _before_the_deployment(record, entry)
    ):
        verb = "ticked" if entry.get("how") == "tick" or step.kind == "tick" else "seen"
        return f"{verb} before the fix was deployed; still true?"
    if not name:
        return ""
    apart = staleness.why_stale(record, entry, ticked=step.kind == "tick") if name == "tree" else ""
    if apart and step.id != catalog.VERIFY_COMMIT:
        return apart
    if other := staleness.of_another_commit(record, step.id, entry):
        return other
    then, now = str(entry.get(name, "")), current_key(record, step)
    if then == now or (not then and name in ("base", "setup")) or not now:
        return ""
    what = {
        "tree": "an earlier version of the change",
        "base": "another base",
        "setup": "other dependencies",
    }[name]
    verb = "ticked" if step.kind in ("tick", "fact") else "seen"
    return f"{verb} for {what}; still true?"


def _before_the_deployment(record: Record, entry: dict[str, object]) -> bool:
    """Return whether a look at production is older than the deployment: it saw what ran before.

    A deployment counts from when its command began, since a watch begins with it. One without a command of ours has
    no time that could be trusted for this.
    """
    deployed = record.entry(Deployed.STEP)
    if deployed.get("state") != "done":
        return False
    runs = (run["at"] for run in record.runs if run["n"] == deployed.get("run"))
    began, seen = next(runs, None), entry.get("at")
    return isinstance(began, datetime) and isinstance(seen, datetime) and seen < began


def _passed(record: Record, listed: str) -> bool:
    """Return whether the engineer has left the stage that lists a step."""
    if record.state != "open":
        return True
    stages = policy.stage_order(record)
    return record.stage in stages and listed in stages and stages.index(listed) < stages.index(record.stage)


def valid_waiver(record: Record, step: StepDef) -> dict[str, object] | None:
    """Return the newest waiver of `step` that holds for this round and this tree, and has not lapsed."""
    waiver: dict[str, object]
    for waiver in reversed(record.waivers):
        if waiver["step"] != step.id or waiver.get("lapsed"):
            continue
        if step.key != "incident" and waiver["round"] != record.round:
            continue
        if step.key == "tree" and waiver.get("tree", "") != current_key(record, step):
            continue
        return waiver
    return None


_FINDERS: dict[str, type[Guard | Base]] = {Guard.STEP: Guard, Base.STEP: Base}

FINDING_STEPS = tuple(_FINDERS)
"""Steps whose evidence holds findings: of the change, and of what is live."""


def open_findings(record: Record, *steps: str) -> list[Finding]:
    """Return the findings of `steps` that were neither fixed nor accepted in their current form.

    Without `steps` those of the guard, which are about the change.
    """
    candidates = (finding for step in steps or (Guard.STEP,) for finding in findings(record, step))
    return [finding for finding in candidates if not is_accepted(record, finding)]


def findings(record: Record, step: str) -> list[Finding]:
    """Return all findings of `step`; none for a step that looks for nothing."""
    return list(record.seen(_FINDERS[step]).findings or ()) if step in _FINDERS else []


_ASKERS: dict[str, type[Preflight | Base]] = {Preflight.STEP: Preflight, Base.STEP: Base}


def question(record: Record, step: str) -> str:
    """Return what `step` asks the engineer to choose; empty if it asks nothing."""
    return record.seen(_ASKERS[step]).question if step in _ASKERS else ""


def is_accepted(record: Record, finding: Finding) -> bool:
    """Return whether `finding` was accepted with its current content."""
    wanted = (finding.id, finding.content)
    return any((entry["finding"], entry.get("content", "")) == wanted for entry in record.accepted)
