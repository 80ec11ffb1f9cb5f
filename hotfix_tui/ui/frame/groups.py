"""How the steps of a long stage are grouped in the checklist. Groups never change the working order."""

from collections.abc import Sequence
from typing import NamedTuple

from hotfix_tui.incident.rules.step_state import StepView

GROUPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "verify": (
        ("Checks", ("verify.setup", "verify.test", "verify.typecheck", "verify.build", "verify.proof")),
        (
            "By hand",
            (
                "verify.reproduced",
                "verify.resolved",
                "verify.normal-path",
                "verify.edge-cases",
                "verify.nothing-new",
            ),
        ),
        ("Hand over", ("verify.commit", "verify.push", "verify.staging", "verify.staging-verified")),
    ),
    "pull-request": (
        ("Request", ("pull-request.body", "pull-request.create")),
        ("Wait for", ("pull-request.checks", "pull-request.approval")),
        ("Before deploy", ("pull-request.alerts", "pull-request.on-call", "pull-request.ready")),
    ),
    "monitor": (
        (
            "Measured",
            (
                "monitor.smoke",
                "monitor.error-rate",
                "monitor.no-new-errors",
                "monitor.api-latency",
                "monitor.database",
                "monitor.third-party",
                "monitor.user-activity",
            ),
        ),
        (
            "Reports",
            ("monitor.support-tickets", "monitor.chat", "monitor.social", "monitor.status-comments"),
        ),
        ("Verdict", ("monitor.watch",)),
    ),
    "review": (
        (
            "Within 24 h",
            ("review.ticket", "review.log", "review.timeline", "review.alerts", "review.follow-ups"),
        ),
        ("Within 72 h", ("review.docs", "review.schedule", "review.document")),
    ),
}

_BY_STEP = {step: title for groups in GROUPS.values() for title, steps in groups for step in steps}

OWN = {"verify": "By hand", "monitor": "Measured", "review": "Within 72 h", "pull-request": "Before deploy"}
"""The group of a project's own checklist items if no group was started."""

LATER = "After it"
"""The group of steps that were postponed to this stage."""


class Group(NamedTuple):
    """Steps under one heading; the heading is empty in a stage without groups."""

    title: str
    steps: list[StepView]


def grouped(stage: str, steps: Sequence[StepView]) -> list[Group]:
    """Return the steps of `stage` in working order under their headings."""
    if stage not in GROUPS:
        return [Group("", list(steps))] if steps else []
    out: list[Group] = []
    for view in steps:
        title = _BY_STEP.get(view.id) or (
            LATER if view.id.split(".", 1)[0] != stage else out[-1].title if out else OWN[stage]
        )
        if not out or out[-1].title != title:
            out.append(Group(title, []))
        out[-1].steps.append(view)
    return out


def needed(steps: Sequence[StepView]) -> list[StepView]:
    """Return the steps that count: not optional or unneeded ones."""
    return [step for step in steps if step.required.level in ("R", "W") and step.state != "not-needed"]


def done(steps: Sequence[StepView]) -> int:
    """Return how many of `steps` are done or waived."""
    return sum(step.settled for step in steps)


TOGETHER = ("monitor", "review")
"""Stages whose manual items may be ticked as a group: no deployment depends on them."""


def open_together(view: StepView, steps: Sequence[StepView]) -> list[StepView]:
    """Return the open manual items of `view`'s group, if they may be ticked together; otherwise nothing."""
    if view.stage not in TOGETHER or view.step.kind != "tick":
        return []
    group = [
        step for step in steps if step.stage == view.stage and _BY_STEP.get(step.id) == _BY_STEP.get(view.id)
    ]
    return [
        step for step in group if step.step.kind == "tick" and not step.settled and step.state != "running"
    ]
