"""What the policy says for one incident: the order of landing, where the tag goes, the deadline, the stages."""

from datetime import datetime, timedelta
from typing import Any

from hotfix_tui.incident.catalog import CODE_STAGES, STAGES
from hotfix_tui.incident.record import Record
from hotfix_tui.incident.severity import SEVERITIES

MERGE_FIRST = "merge-first"
DEPLOY_FIRST = "deploy-first"

_UPDATE_EVERY = {"P0": 20 * 60, "P1": 30 * 60, "P2": 4 * 3600, "P3": 24 * 3600}
"""How often a message is due while the incident is open, in seconds, where the policy says nothing."""


def setting(record: Record, name: str) -> Any:
    """Return what ``[policy.PX]`` sets for `name` at the incident's severity, or None."""
    return record.config.get("policy", {}).get(record.severity, {}).get(name)


def is_code_fix(record: Record) -> bool:
    """Say whether the incident is resolved by a change of the code."""
    return record.resolution == "code-fix"


def can_deploy_a_commit(record: Record) -> bool:
    """Say whether the production deploy takes the commit to deploy."""
    command = record.config.get("deploy", {}).get("production")
    run = command.get("run", []) if isinstance(command, dict) else command
    text = run if isinstance(run, str) else " ".join(map(str, run or []))
    return "{commit}" in text


def order(record: Record) -> str:
    """Return ``merge-first`` or ``deploy-first``; fixed once the landing of this round has begun."""
    fixed = record.this_round.get("order")
    if fixed:
        return str(fixed)
    if record.evidence("branch.preflight", "deploys_on_push", False):
        return MERGE_FIRST
    configured = setting(record, "order")
    if configured:
        return str(configured)
    undeployed = int(record.evidence("branch.base", "undeployed", 0))
    if record.severity == "P0" or (undeployed and can_deploy_a_commit(record)):
        return DEPLOY_FIRST
    return MERGE_FIRST


def order_reason(record: Record) -> str:
    """Return why the order is what it is, as a short clause."""
    if record.evidence("branch.preflight", "deploys_on_push", False):
        return "a push to the production branch deploys"
    if setting(record, "order"):
        return f"your policy for {record.severity} says so"
    if record.severity == "P0":
        return "P0 deploys first and informs after"
    undeployed = int(record.evidence("branch.base", "undeployed", 0))
    if order(record) == DEPLOY_FIRST:
        return f"the production branch holds {undeployed} commits that are not live"
    return "the default below P0"


def tag_placement(record: Record) -> str:
    """Return ``before-deploy``, ``after-verify`` or ``off``."""
    chosen = str(record.config.get("git", {}).get("tag", "auto"))
    if chosen == "off" or not record.has_version_tags:
        return "off"
    if chosen == "auto":
        return (
            "before-deploy" if record.evidence("branch.preflight", "tag_deploys", False) else "after-verify"
        )
    return chosen


def stage_order(record: Record) -> list[str]:
    """Return the stages in the order in which this incident passes them."""
    landing = (
        ["release", "deploy", "monitor"] if order(record) == MERGE_FIRST else ["deploy", "monitor", "release"]
    )
    stages = [
        "triage",
        "branch",
        "fix",
        "verify",
        "pull-request",
        *landing,
        "communicate",
        "backport",
        "review",
    ]
    if not is_code_fix(record):
        stages = [stage for stage in stages if stage not in CODE_STAGES]
    elif not record.lines:
        stages.remove("backport")
    return stages


def sequence(record: Record) -> list[tuple[str, list[str]]]:
    """Return the stages with the ids of their steps, in working order.

    The tag is listed where it is due, which may be another stage than its own.
    """
    by_stage: dict[str, list[str]] = {stage: [] for stage in STAGES}
    for step in record.definitions().values():
        by_stage[step.stage].append(step.id)
    if order(record) == MERGE_FIRST and tag_placement(record) == "after-verify":
        by_stage["release"].remove("release.tag")
        by_stage["monitor"].append("release.tag")
    elif order(record) == DEPLOY_FIRST and tag_placement(record) == "before-deploy":
        by_stage["release"].remove("release.tag")
        by_stage["deploy"].insert(0, "release.tag")
    return [(stage, by_stage[stage]) for stage in stage_order(record)]


def shown_in(record: Record, step: str) -> str:
    """Return the stage under which `step` is listed."""
    for stage, steps in sequence(record):
        if step in steps:
            return stage
    return step.split(".", 1)[0]


def deadline(record: Record) -> datetime | None:
    """Return until when the fix has to be in production, or None before triage has decided.

    It counts from detection, or from reopening when the incident was reopened.
    """
    known = SEVERITIES.get(record.severity)
    if known is None:
        return None
    seconds = setting(record, "deadline")
    span = timedelta(seconds=_seconds(seconds)) if seconds else timedelta(hours=known.hours)
    start: datetime = record.clock.get("reopened_at", record.detected_at)
    return start + span


def clock_stopped_at(record: Record) -> datetime | None:
    """Return when the deadline's clock stopped: mitigated, or deployed and verified; None while it runs."""
    mitigated: datetime | None = record.fact("mitigated-at")
    stopped: datetime | None = record.clock.get("stopped_at")
    reopened = record.clock.get("reopened_at")
    times = [at for at in (mitigated, stopped) if at and (reopened is None or at > reopened)]
    return min(times) if times else None


def message_due_at(record: Record) -> datetime | None:
    """Return when the next message to the team is due; None once resolved or before the severity is known."""
    if record.state != "open" or record.severity not in SEVERITIES:
        return None
    configured = setting(record, "update-every")
    every = _seconds(configured) if configured else _UPDATE_EVERY[record.severity]
    sent = [m["at"] for m in record.messages if m.get("document") == "internal"]
    start: datetime = max(sent) if sent else record.opened_at
    return start + timedelta(seconds=every if sent else 300)


_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def _seconds(text: Any) -> float:
    """Return the seconds of a configured duration such as ``1h30m``; it was checked when it was loaded."""
    if isinstance(text, int | float):
        return float(text)
    total, number = 0.0, ""
    for c in str(text).strip():
        if c.isdigit() or c == ".":
            number += c
        elif c in _UNITS and number:
            total, number = total + float(number) * _UNITS[c], ""
    return total + float(number or 0)
