"""What the policy means for one incident: the landing order, where the tag goes, the deadline, the stages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import CODE_STAGES, STAGES
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.severity import SEVERITIES
from hotfix_tui.incident.model.shipping import PACKAGE
from hotfix_tui.incident.rules import set_off

BAD_VERDICTS = ("not-fixed", "worse")
"""Verdicts after which the fix of a round is not offered again: not to production, and not as a release."""

MERGE_FIRST = "merge-first"
DEPLOY_FIRST = "deploy-first"

_LANDING = (
    catalog.RELEASE_MERGE,
    catalog.RELEASE_TAG,
    catalog.DEPLOY_PRODUCTION,
    catalog.DEPLOY_ROLLBACK,
)
"""What begins the landing of a round; a rollback belongs to a landing that has begun, unless there is no fix yet."""

_UPDATE_EVERY = {"P0": 20 * 60, "P1": 30 * 60, "P2": 4 * 3600, "P3": 24 * 3600}
"""How often a message is due while the incident is open, in seconds, unless the policy says otherwise."""


def setting(record: Record, name: str) -> object:
    """Return the value of `name` in ``[policy.PX]`` at the incident's severity, or None."""
    return record.config.get("policy", {}).get(record.severity, {}).get(name)


def is_code_fix(record: Record) -> bool:
    """Return whether the incident is resolved by a code change."""
    return record.resolution == "code-fix"


def takes_head(record: Record) -> bool:
    """Return whether a deployment takes the head of the production branch: the fix has to land there first."""
    deploy = record.config.get("deploy", {})
    platform = bool(deploy.get("platform")) and not record.has_deploy("production")
    return platform and set_off.preflight(record).platform_takes == "branch"


def can_deploy_a_commit(record: Record) -> bool:
    """Return whether the production deployment can be given a commit."""
    if set_off.preflight(record).platform_takes in ("worktree", "commit") and not record.has_deploy(
        "production"
    ):
        return True
    command = record.config.get("deploy", {}).get("production")
    run = command.get("run", []) if isinstance(command, dict) else command
    text = run if isinstance(run, str) else " ".join(map(str, run or []))
    return "{commit}" in text


def order(record: Record) -> str:
    """Return ``merge-first`` or ``deploy-first``; fixed once the landing of this round has begun."""
    return record.once("order", lambda: str(record.this_round.get("order") or _natural_order(record)[0]))


def to_production(record: Record) -> str:
    """Return the commit that this round brings to production, empty while unknown."""
    seen = record.evidence(Deployed)
    if seen is not None and seen.commit and record.entry(Deployed.STEP).get("state"):
        return seen.commit
    landed = record.seen(Landed).commit
    first = order(record) == DEPLOY_FIRST
    return record.seen(Committed).commit if first or not landed else landed


def order_reason(record: Record) -> str:
    """Return the reason for the order, as a short clause."""
    natural, why = _natural_order(record)
    return why if order(record) == natural else "the landing of this round began so"


def _natural_order(record: Record) -> tuple[str, str]:
    """Return the order that severity, policy and repository call for now, and why."""
    if set_off.push_deploys(record):
        return MERGE_FIRST, f"a push to {_landing_words(record)} deploys"
    if set_off.published_by_push(record):
        return MERGE_FIRST, f"a push to {_landing_words(record)} publishes"
    if takes_head(record):
        return (
            MERGE_FIRST,
            f"{record.config['deploy']['platform']} deploys the head of {_landing_words(record)}",
        )
    configured = setting(record, "order")
    if configured:
        return str(configured), f"your policy for {record.severity} says so"
    if record.severity == "P0":
        acts = "publishes" if record.ships_as == PACKAGE else "deploys"
        return DEPLOY_FIRST, f"P0 {acts} first and informs after"
    undeployed = record.seen(Base).undeployed
    if undeployed and can_deploy_a_commit(record):
        state = "published" if record.ships_as == PACKAGE else "live"
        many = "commits that are" if undeployed != 1 else "commit that is"
        return DEPLOY_FIRST, f"{_landing_words(record)} holds {undeployed} {many} not {state}"
    return MERGE_FIRST, "the default below P0"


def _landing_words(record: Record) -> str:
    landing = record.landing_branch
    return "the production branch" if landing == record.production_branch else landing


def fix_order(record: Record) -> None:
    """Fix the order of this round if its landing has begun; unfix it if a tick that began it was removed."""
    landing = _LANDING if record.seen(Committed).commit else _LANDING[:-1]
    begun = any(record.entry(step).get("state") for step in landing) or any(
        run["step"] in landing and run.get("round", 1) == record.round and run.get("state") != "never-started"
        for run in record.runs
    )
    if begun:
        record.this_round.setdefault("order", order(record))
    else:
        record.this_round.pop("order", None)


def tag_placement(record: Record) -> str:
    """Return ``before-deploy``, ``after-verify`` or ``off``.

    ``auto``: off if a release tool makes versions and tags, before the deployment if a tag or release triggers
    something, or if a person publishes what is tagged.
    """
    chosen = str(record.config.get("git", {}).get("tag", "auto"))
    if chosen == "off" or not record.has_version_tags:
        return "off"
    if chosen != "auto":
        return chosen
    if set_off.versions_by(record):
        return "off"
    first = set_off.tag_acts(record) or set_off.release_acts(record) or record.ships_as == PACKAGE
    return "before-deploy" if first else "after-verify"


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
    elif not (record.lines or record.offered_lines):
        stages.remove("backport")
    return stages


def sequence(record: Record) -> list[tuple[str, list[str]]]:
    """Return the stages with the ids of their steps, in working order.

    The tag is listed where it is due, which may be a stage other than its own.
    """
    by_stage: dict[str, list[str]] = {stage: [] for stage in STAGES}
    for step in record.definitions().values():
        by_stage[step.stage].append(step.id)
    if order(record) == MERGE_FIRST and tag_placement(record) == "after-verify":
        by_stage["release"].remove(catalog.RELEASE_TAG)
        by_stage["monitor"].append(catalog.RELEASE_TAG)
    elif order(record) == DEPLOY_FIRST and tag_placement(record) == "before-deploy":
        by_stage["release"].remove(catalog.RELEASE_TAG)
        by_stage["deploy"].insert(0, catalog.RELEASE_TAG)
    return [(stage, by_stage[stage]) for stage in stage_order(record)]


def shown_in(record: Record, step: str) -> str:
    """Return the stage under which `step` is listed."""
    for stage, steps in sequence(record):
        if step in steps:
            return stage
    return step.split(".", 1)[0]


def deadline(record: Record) -> datetime | None:
    """Return when the fix has to be in production, or None before triage has decided.

    It counts from detection, or from reopening when the incident was reopened.
    """
    if record.severity not in SEVERITIES:
        return None
    start: datetime = record.clock.get("reopened_at", record.detected_at)
    return start + time_allowed(record.config, record.severity)


def time_allowed(config: Mapping[str, Any], level: str) -> timedelta:
    """Return how long `level` may take from detection to deployment, as configured or by default."""
    configured = config.get("policy", {}).get(level, {}).get("deadline")
    return timedelta(seconds=_seconds(configured)) if configured else timedelta(hours=SEVERITIES[level].hours)


def clock_stopped_at(record: Record) -> datetime | None:
    """Return when the deadline's clock stopped: mitigated, or deployed and verified; None while it runs."""
    mitigated: datetime | None = record.fact("mitigated-at")
    stopped: datetime | None = record.clock.get("stopped_at")
    reopened = record.clock.get("reopened_at")
    times = [at for at in (mitigated, stopped) if at and (reopened is None or at > reopened)]
    return min(times) if times else None


def message_due_at(record: Record) -> datetime | None:
    """Return when the next message to the team is due; None once resolved or before the severity is known.

    Messages from before a reopening do not count: the team waits for news of this time. Once the team was told
    that it is over, no more are due, unless another round begins.
    """
    if record.state != "open" or record.severity not in SEVERITIES:
        return None
    configured = setting(record, "update-every")
    every = _seconds(configured) if configured else _UPDATE_EVERY[record.severity]
    opened: datetime = record.clock.get("reopened_at", record.opened_at)
    told = [m for m in record.messages if m.get("document") == "internal" and m["at"] >= opened]
    if any(m.get("phase") == "resolved" and m.get("round", record.round) == record.round for m in told):
        return None
    sent = [m["at"] for m in told]
    start = max(sent) if sent else opened
    return start + timedelta(seconds=every if sent else 300)


_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def _seconds(text: object) -> float:
    """Return the seconds of a configured duration such as ``1h30m``; the format was checked when it was loaded."""
    if isinstance(text, int | float):
        return float(text)
    total, number = 0.0, ""
    for c in str(text).strip():
        if c.isdigit() or c == ".":
            number += c
        elif c in _UNITS and number:
            total, number = total + float(number) * _UNITS[c], ""
    return total + float(number or 0)
