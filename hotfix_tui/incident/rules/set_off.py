"""What a push, a tag and a release trigger in this incident: by what the preflight saw, and by what a person said."""

from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.record import Record

OF_THE_BRANCH: dict[str, object] = {
    "deploys_on_push": False,
    "deploys_on_push_why": "",
    "push_publishes_why": "",
    "push_unsure": "",
    "push_elsewhere": "",
    "tag_deploys": False,
    "tag_deploys_why": "",
    "tag_unsure": "",
    "tag_drafts_why": "",
    "tag_starts": "",
    "release_why": "",
    "versions_by": "",
    "versions_by_place": "",
    "versions_publish": False,
    "triggers": (),
}
"""What the preflight says about pushes to the branch where the fix lands and about tags there, if nothing is known.

A forge takes the pipelines from the commit that is pushed or tagged, so each branch has its own.
"""

MOVE_PINNED, LEAVE_PINNED = "move", "leave"
"""What can be done with tags that move with each release and still point at the previous one."""


def preflight(record: Record) -> Preflight:
    """Return what the preflight saw; an empty instance before it has run.

    If the fix lands on a release branch, pushes to that branch and tags on it are what count.
    """
    return record.sets_off


def push_deploys(record: Record) -> bool:
    """Return whether the merge is the deployment to production."""
    said = record.fact("deploys.push")
    return said == "yes" if said else bool(preflight(record).deploys_on_push)


def follows_push(record: Record) -> bool:
    """Return whether deploying to production means following what the merge triggered, without an own deployment."""
    return push_deploys(record) and not record.has_deploy("production")


def can_deploy(record: Record) -> bool:
    """Return whether a deployment to production is the wizard's to carry out, by a command or a platform."""
    return record.has_deploy("production") or bool(record.config.get("deploy", {}).get("platform"))


def platform_stages(record: Record) -> bool:
    """Return whether the configured platform can put a commit on staging."""
    return bool(record.config.get("deploy", {}).get("platform")) and preflight(record).platform_stages


def push_acts(record: Record) -> bool:
    """Return whether the merge deploys or publishes, or may: it is confirmed like production."""
    said = record.fact("deploys.push")
    if said:
        return bool(said == "yes")
    seen = preflight(record)
    return bool(seen.deploys_on_push or seen.push_publishes_why or seen.push_unsure)


def tag_acts(record: Record) -> bool:
    """Return whether a pushed tag deploys or publishes, or may: it is confirmed, and comes before the deployment."""
    said = record.fact("deploys.tag")
    if said:
        return bool(said == "yes")
    seen = preflight(record)
    return bool(seen.tag_deploys or seen.tag_unsure)


def release_acts(record: Record) -> bool:
    """Return whether the published release deploys or publishes, or ships the fix itself, rather than the tag
    alone.
    """
    seen = preflight(record)
    return bool(seen.release_why or seen.tag_drafts_why) and not tag_acts(record)


def versions_by(record: Record) -> str:
    """Return the tool that makes versions and tags here, empty if people do."""
    return preflight(record).versions_by


def published_by_push(record: Record) -> bool:
    """Return whether the merge ships the fix by publishing: nothing else is known that would deploy it."""
    deploy = record.config.get("deploy", {})
    return bool(preflight(record).push_publishes_why) and not (
        deploy.get("platform") or record.has_deploy("production")
    )
