"""How the steps of a long stage are grouped in the checklist. Groups never change the working order."""

from collections.abc import Sequence
from typing import NamedTuple

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules.step_state import StepView

GROUPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "verify": (
        (
            "Checks",
            (
                catalog.VERIFY_SETUP,
                catalog.VERIFY_TEST,
                catalog.VERIFY_TYPECHECK,
                catalog.VERIFY_BUILD,
                catalog.VERIFY_PROOF,
            ),
        ),
        (
            "By hand",
            (
                catalog.VERIFY_REPRODUCED,
                catalog.VERIFY_RESOLVED,
                catalog.VERIFY_NORMAL_PATH,
                catalog.VERIFY_EDGE_CASES,
                catalog.VERIFY_NOTHING_NEW,
            ),
        ),
        (
            "Hand over",
            (
                catalog.VERIFY_COMMIT,
                catalog.VERIFY_PUSH,
                catalog.VERIFY_STAGING,
                catalog.VERIFY_STAGING_VERIFIED,
            ),
        ),
    ),
    "pull-request": (
        ("Request", (catalog.PULL_REQUEST_BODY, catalog.PULL_REQUEST_CREATE)),
        ("Wait for", (catalog.PULL_REQUEST_CHECKS, catalog.PULL_REQUEST_APPROVAL)),
        (
            "Before deploy",
            (catalog.PULL_REQUEST_ALERTS, catalog.PULL_REQUEST_ON_CALL, catalog.PULL_REQUEST_READY),
        ),
    ),
    "monitor": (
        (
            "Measured",
            (
                catalog.MONITOR_SMOKE,
                catalog.MONITOR_ERROR_RATE,
                catalog.MONITOR_NO_NEW_ERRORS,
                catalog.MONITOR_API_LATENCY,
                catalog.MONITOR_DATABASE,
                catalog.MONITOR_THIRD_PARTY,
                catalog.MONITOR_USER_ACTIVITY,
            ),
        ),
        (
            "Reports",
            (
                catalog.MONITOR_SUPPORT_TICKETS,
                catalog.MONITOR_CHAT,
                catalog.MONITOR_SOCIAL,
                catalog.MONITOR_STATUS_COMMENTS,
            ),
        ),
        ("Verdict", (catalog.MONITOR_WATCH,)),
    ),
    "review": (
        (
            "Within 24 h",
            (
                catalog.REVIEW_TICKET,
                catalog.REVIEW_LOG,
                catalog.REVIEW_TIMELINE,
                catalog.REVIEW_ALERTS,
                catalog.REVIEW_FOLLOW_UPS,
            ),
        ),
        ("Within 72 h", (catalog.REVIEW_DOCS, catalog.REVIEW_SCHEDULE, catalog.REVIEW_DOCUMENT)),
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
