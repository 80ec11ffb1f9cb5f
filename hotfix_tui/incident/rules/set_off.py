"""What a push, a tag and a release set off in this incident: by what the preflight saw, and by what a person said."""

from hotfix_tui.incident.model.evidence.branch import Base, Preflight
from hotfix_tui.incident.model.record import Record

OF_A_PUSH = ("deploys_on_push", "deploys_on_push_why", "push_publishes_why", "push_unsure", "push_elsewhere")
"""What the preflight says of a push to the branch on which the fix lands."""

MOVE_PINNED, LEAVE_PINNED = "move", "leave"
"""What can be done with tags that are moved with each release and stayed behind the new one."""

_last: list[Preflight] = [Preflight()]
"""The preflight that was made last: the rules ask for it many times while a screen is drawn."""


def preflight(record: Record) -> Preflight:
    """Return what the preflight saw; an empty one before it has looked.

    Where the fix lands on a release branch, it is a push to that one that counts.
    """
    seen = record.seen(Preflight)
    elsewhere = record.seen(Base).target_sets_off
    if not elsewhere or not seen.raw:
        return seen
    stored = {**seen.raw, **elsewhere}
    if _last[0].raw != stored:
        _last[0] = Preflight.from_dict(stored)
    return _last[0]


def push_deploys(record: Record) -> bool:
    """Say whether the merge is the deployment to production."""
    said = record.fact("deploys.push")
    return said == "yes" if said else bool(preflight(record).deploys_on_push)


def follows_push(record: Record) -> bool:
    """Say whether deploying to production is to follow what the merge has set off: nothing is sent there by it."""
    return push_deploys(record) and not record.has_deploy("production")


def platform_stages(record: Record) -> bool:
    """Say whether the configured platform can put a commit on staging."""
    return bool(record.config.get("deploy", {}).get("platform")) and preflight(record).platform_stages


def push_acts(record: Record) -> bool:
    """Say whether the merge deploys or publishes, or may: it is confirmed like production."""
    said = record.fact("deploys.push")
    if said:
        return bool(said == "yes")
    seen = preflight(record)
    return bool(seen.deploys_on_push or seen.push_publishes_why or seen.push_unsure)


def tag_acts(record: Record) -> bool:
    """Say whether a pushed tag deploys or publishes, or may: it is confirmed, and comes before the deployment."""
    said = record.fact("deploys.tag")
    if said:
        return bool(said == "yes")
    seen = preflight(record)
    return bool(seen.tag_deploys or seen.tag_unsure)


def release_acts(record: Record) -> bool:
    """Say whether it is the published release that deploys or publishes, or that is the fix, not the tag alone."""
    seen = preflight(record)
    return bool(seen.release_why or seen.tag_drafts_why) and not tag_acts(record)


def versions_by(record: Record) -> str:
    """Return the program that makes versions and tags here, empty where people do."""
    return preflight(record).versions_by


def published_by_push(record: Record) -> bool:
    """Say whether publishing by the merge is how the fix goes out: nothing else is known that would deploy it."""
    deploy = record.config.get("deploy", {})
    return bool(preflight(record).push_publishes_why) and not (
        deploy.get("platform") or record.has_deploy("production")
    )
