"""What enter does: one action for every step in every state, named in the strip before it is pressed."""

from typing import NamedTuple

from hotfix_tui.incident.model.catalog import APPROVAL, IRREVERSIBLE, STAGE_TITLES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import BAD_VERDICTS, taken_off, unsettled, way_on, without_good_verdict
from hotfix_tui.incident.rules.step_state import StepView, views

LEAVES_MACHINE = (*IRREVERSIBLE, "pull-request.create", "deploy.rollback", "verify.staging")
"""Acts that reach outside this machine: their commands are shown in a dialog of their own first."""


class Primary(NamedTuple):
    """One action: `label` for the strip, `action` for the screen, `step` it is about (or empty)."""

    label: str
    action: str
    step: str = ""


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


def of_stage(record: Record, stage: str) -> Primary:
    """Return what enter does once nothing is left at the selected step."""
    if record.state != "open":
        return _after_the_end(record, stage)
    for view in open_in(record, stage):
        return Primary(f"to the next open step: {view.step.title}", "select", view.id)
    if stage != record.stage:
        return Primary(f"back to {STAGE_TITLES[record.stage]}", "here")
    if stage == "monitor" and without_good_verdict(record):
        return _verdict(record)
    stages = policy.stage_order(record)
    place = stages.index(stage)
    reasons = unsettled(record, stage)
    if reasons:
        return Primary("see what is missing", "next")
    if place + 1 < len(stages):
        return Primary(f"go on to {STAGE_TITLES[stages[place + 1]]}", "next")
    return Primary("resolve the incident", "resolve")


def _verdict(record: Record) -> Primary:
    """Return what enter does while the round has no verdict that ends it."""
    if record.this_round.get("verdict") in BAD_VERDICTS:
        return Primary(way_on(record), "not_fixed", "monitor.watch")
    return Primary("give the verdict", "verdict", "monitor.watch")


def _after_the_end(record: Record, stage: str) -> Primary:
    if record.state == "resolved":
        for view in views(record).values():
            if view.required.level in ("R", "W") and not view.settled:
                return Primary(f"to what is owed: {view.step.title}", "select", view.id)
        return Primary("close the incident", "close")
    return Primary("see all incidents", "incidents")


def of_step(record: Record, view: StepView) -> Primary:
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
        return Primary("show the output", "output", view.id)
    if view.state == "unknown":
        return Primary("say what happened", "look", view.id)
    if view.state == "waiting" and view.stage == "backport" and not record.has_forge:
        return Primary(f"merge it into its line: {title}", "run", view.id)
    if view.state == "waiting":
        return Primary(f"look again: {title}", "again", view.id)
    if view.state == "done" and view.id == "monitor.watch" and without_good_verdict(record):
        return _verdict(record)
    if view.settled:
        return of_stage(record, view.stage)
    kind = view.step.kind
    if view.id == "triage.severity":
        return Primary("answer the questions", "triage", view.id)
    if kind == "fact":
        return Primary(f"fill in: {title}", "facts_form", view.id)
    if kind == "decision":
        return Primary(f"decide: {title}", "choose", view.id)
    if view.id == APPROVAL and record.evidence("branch.preflight", "forge", "") == "github":
        return Primary("look who has approved", "run", view.id)
    if view.id == APPROVAL:
        return Primary("name the reviewer who approved", "tick_named", view.id)
    if kind == "tick":
        verb = "tick again" if view.state == "stale" else "tick"
        return Primary(f"{verb}: {title}", "tick", view.id)
    if kind == "message":
        return Primary(f"write the message: {title}", "message", view.id)
    if kind == "document":
        return Primary(f"write: {title}", "document", view.id)
    if view.id == "fix.guard" and view.state == "failed":
        return Primary("go through the findings", "findings", view.id)
    again = " again" if view.state in ("failed", "stale") else ""
    return Primary(f"run{again}: {title}", "run", view.id)
