"""What enter does: one action for every step in every state, named in the strip before it is pressed."""

from enum import StrEnum
from typing import NamedTuple

from hotfix_tui.incident.model.catalog import APPROVAL, IRREVERSIBLE, STAGE_TITLES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import BAD_VERDICTS, taken_off, unsettled, way_on, without_good_verdict
from hotfix_tui.incident.rules.step_state import StepView, views

LEAVES_MACHINE = (*IRREVERSIBLE, "pull-request.create", "deploy.rollback", "verify.staging")
"""Acts that reach outside this machine: their commands are shown in a dialog of their own first."""


class Action(StrEnum):
    """What enter can do; `screens/stage/actions.py` has a handler for each."""

    SELECT = "select"
    HERE = "here"
    NEXT = "next"
    RUN = "run"
    TICK = "tick"
    TICK_NAMED = "tick_named"
    FACTS = "facts_form"
    TRIAGE = "triage"
    CHOOSE = "choose"
    MESSAGE = "message"
    DOCUMENT = "document"
    FINDINGS = "findings"
    OUTPUT = "output"
    SAY_WHAT_HAPPENED = "look"
    LOOK_AGAIN = "again"
    VERDICT = "verdict"
    NOT_FIXED = "not_fixed"
    RESOLVE = "resolve"
    CLOSE = "close"
    INCIDENTS = "incidents"


AT_ONCE = frozenset((Action.RUN, Action.TICK, Action.NEXT, Action.RESOLVE, Action.CLOSE))
"""What enter does at once, without a dialog or form that is read first."""


class DefaultAction(NamedTuple):
    """One action: `label` for the strip, `action` for its handler, `step` it is about (or empty).

    `reason` says what stands in the way where it cannot succeed now; enter then shows that with its cure.
    """

    label: str
    action: Action
    step: str = ""
    reason: str = ""


def leaves_machine(step: str) -> bool:
    """Say whether `step` reaches outside this machine, so that it is shown and confirmed before it runs."""
    return step in LEAVES_MACHINE or step.startswith("backport.")


def open_in(record: Record, stage: str) -> list[StepView]:
    """Return the steps of `stage` that still want something from the engineer, in working order."""
    return [
        v
        for v in views(record).values()
        if v.stage == stage and v.required.level in ("R", "W") and not v.settled
    ]


def of_stage(record: Record, stage: str) -> DefaultAction:
    """Return what enter does once nothing is left at the selected step."""
    if record.state != "open":
        return _after_the_end(record, stage)
    for view in open_in(record, stage):
        return DefaultAction(f"to the next open step: {view.step.title}", Action.SELECT, view.id)
    if stage != record.stage:
        return DefaultAction(f"back to {STAGE_TITLES[record.stage]}", Action.HERE)
    if stage == "monitor" and without_good_verdict(record):
        return _verdict(record)
    stages = policy.stage_order(record)
    place = stages.index(stage)
    reasons = unsettled(record, stage)
    if reasons:
        return DefaultAction("see what is missing", Action.NEXT, reason=reasons[0].sentence)
    if place + 1 < len(stages):
        return DefaultAction(f"go on to {STAGE_TITLES[stages[place + 1]]}", Action.NEXT)
    return DefaultAction("resolve the incident", Action.RESOLVE)


def _verdict(record: Record) -> DefaultAction:
    """Return what enter does while the round has no verdict that ends it."""
    if record.this_round.get("verdict") in BAD_VERDICTS:
        return DefaultAction(way_on(record), Action.NOT_FIXED, "monitor.watch")
    return DefaultAction("give the verdict", Action.VERDICT, "monitor.watch")


def _after_the_end(record: Record, stage: str) -> DefaultAction:
    if record.state == "resolved":
        for view in views(record).values():
            if view.required.level in ("R", "W") and not view.settled:
                return DefaultAction(f"to what is owed: {view.step.title}", Action.SELECT, view.id)
        return DefaultAction("close the incident", Action.CLOSE)
    return DefaultAction("see all incidents", Action.INCIDENTS)


def of_step(record: Record, view: StepView) -> DefaultAction:
    """Return what enter does with `view` selected."""
    if record.state not in ("open", "resolved"):
        return _after_the_end(record, view.stage)
    title = view.step.title
    if (
        taken_off(record)
        and record.state == "open"
        and view.stage in ("deploy", "monitor")
        and not view.settled
    ):
        return _verdict(record)
    if view.state == "running":
        return DefaultAction("show the output", Action.OUTPUT, view.id)
    if view.state == "unknown":
        return DefaultAction("say what happened", Action.SAY_WHAT_HAPPENED, view.id)
    if view.state == "waiting" and view.stage == "backport" and not record.has_forge:
        return DefaultAction(f"merge it into its line: {title}", Action.RUN, view.id)
    if view.state == "waiting":
        return DefaultAction(f"look again: {title}", Action.LOOK_AGAIN, view.id)
    if view.state == "done" and view.id == "monitor.watch" and without_good_verdict(record):
        return _verdict(record)
    if view.settled:
        return of_stage(record, view.stage)
    kind = view.step.kind
    if view.id == "triage.severity":
        return DefaultAction("answer the questions", Action.TRIAGE, view.id)
    if kind == "fact":
        return DefaultAction(f"fill in: {title}", Action.FACTS, view.id)
    if kind == "decision":
        return DefaultAction(f"decide: {title}", Action.CHOOSE, view.id)
    if view.id == APPROVAL and record.evidence("branch.preflight", "forge", "") == "github":
        return DefaultAction("look who has approved", Action.RUN, view.id)
    if view.id == APPROVAL:
        return DefaultAction("name the reviewer who approved", Action.TICK_NAMED, view.id)
    if kind == "tick":
        verb = "tick again" if view.state == "stale" else "tick"
        return DefaultAction(f"{verb}: {title}", Action.TICK, view.id)
    if kind == "message":
        return DefaultAction(f"write the message: {title}", Action.MESSAGE, view.id)
    if kind == "document":
        return DefaultAction(f"write: {title}", Action.DOCUMENT, view.id)
    if view.id == "fix.guard" and view.state == "failed":
        return DefaultAction("go through the findings", Action.FINDINGS, view.id)
    again = " again" if view.state in ("failed", "stale") else ""
    return DefaultAction(f"run{again}: {title}", Action.RUN, view.id)
