"""Which steps are required: the table of severities, and what this repository and this policy make of it."""

from typing import NamedTuple

from hotfix_tui.incident.model.catalog import CODE_STAGES, backport_step
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy, published, set_off


class Requirement(NamedTuple):
    """What is asked of one step.

    level: ``R`` required and not waivable, ``W`` required but waivable, ``O`` optional, ``-`` not needed.
    A debt does not block now; it blocks closing. `why` says where an ``O`` or ``-`` comes from.
    """

    level: str
    debt: bool = False
    why: str = ""


# One row a step: the levels for P0, P1, P2 and P3; a trailing "d" makes it a debt.
_R, _W, _O = ("R",) * 4, ("W",) * 4, ("O",) * 4
_WD = ("Wd",) * 4
_HIGH = ("W", "W", "O", "O")

TABLE: dict[str, tuple[str, ...]] = {
    "triage.describe": _R,
    "triage.severity": _R,
    "triage.rollback-first": ("R", "R", "O", "O"),
    "branch.preflight": _R,
    "branch.base": _R,
    "branch.create": _R,
    "fix.change": _R,
    "fix.root-cause": _W,
    "fix.regression-test": _W,
    "fix.guard": _W,
    "verify.setup": _W,
    "verify.test": _W,
    "verify.typecheck": _W,
    "verify.build": _W,
    "verify.proof": _W,
    "verify.reproduced": _W,
    "verify.resolved": _W,
    "verify.normal-path": _W,
    "verify.edge-cases": _W,
    "verify.nothing-new": _W,
    "verify.commit": _R,
    "verify.push": _R,
    "verify.staging": ("O", "W", "W", "W"),
    "verify.staging-verified": ("O", "W", "W", "W"),
    "pull-request.body": _R,
    "pull-request.create": _R,
    "pull-request.checks": _W,
    "pull-request.approval": ("Wd", "R", "R", "R"),
    "pull-request.alerts": ("W", "W", "W", "O"),
    "pull-request.on-call": ("W", "W", "W", "O"),
    "pull-request.ready": ("W", "W", "W", "O"),
    "release.merge": _R,
    "release.confirm": _R,
    "release.tag": _WD,
    "deploy.production": _R,
    "deploy.live": _R,
    "monitor.smoke": _W,
    "monitor.watch": _W,
    "monitor.error-rate": _HIGH,
    "monitor.no-new-errors": _HIGH,
    "monitor.api-latency": _HIGH,
    "monitor.database": _HIGH,
    "monitor.third-party": _HIGH,
    "monitor.user-activity": _HIGH,
    "monitor.support-tickets": _HIGH,
    "monitor.chat": _HIGH,
    "monitor.social": _HIGH,
    "monitor.status-comments": _HIGH,
    "communicate.internal": _W,
    "communicate.status-page": _HIGH,
    "communicate.email": _O,
    "review.ticket": ("W", "W", "W", "O"),
    "review.log": ("W", "W", "W", "O"),
    "review.timeline": ("W", "W", "W", "O"),
    "review.follow-ups": ("W", "W", "W", "O"),
    "review.alerts": _HIGH,
    "review.docs": _HIGH,
    "review.schedule": ("R", "R", "O", "O"),
    "review.document": ("R", "R", "O", "O"),
}

DEPLOY_FIRST_ROWS: dict[str, tuple[str, ...]] = {
    "pull-request.body": _WD,
    "pull-request.create": _WD,
    "release.merge": _WD,
    "release.confirm": _WD,
    "verify.push": _WD,
}
"""Rows that change when the fix is deployed before it is merged."""

_BACKPORT = _W
_EXTRA = _W
_STAGING = ("verify.staging", "verify.staging-verified")


def is_named_line(record: Record, step: str) -> bool:
    """Say whether the line of the backport `step` was named, by the configuration or for this incident."""
    return any(backport_step(line).id == step for line in record.lines)


def row(record: Record, step: str) -> tuple[str, ...]:
    """Return the four levels of `step` in the incident's order of landing."""
    if step in DEPLOY_FIRST_ROWS and policy.order(record) == policy.DEPLOY_FIRST:
        return DEPLOY_FIRST_ROWS[step]
    if step.startswith("backport."):
        return _BACKPORT
    return TABLE.get(step, _EXTRA)


def _level(record: Record, step: str) -> str:
    """Return the level of `step` in its row; that of P1 while triage has not decided."""
    return row(record, step)[int(record.severity[1]) if record.severity else 1]


def requirement(record: Record, step: str) -> Requirement:
    """Return what is asked of `step` at the incident's severity, in this repository, by this policy."""
    absent = _absent(record, step)
    if absent:
        return Requirement("-", why=absent)
    if step == "verify.typecheck" and record.lints:
        return Requirement("O", why="a linter, no type check: it finds no fault")
    if step.startswith("backport.") and not is_named_line(record, step):
        return Requirement("O", why="nobody has named this line: it holds files that the fix changes")
    level = _level(record, step)
    if step in published.OF_A_SERVICE and level != "O" and published.published_alone(record):
        return Requirement("O", why=published.WHY)
    if step.startswith("monitor.") and step.removeprefix("monitor.") in _not_asked(record):
        return Requirement("O", why="the configuration does not ask for it here (monitor.not-asked)")
    debt, level = level.endswith("d"), level[0]
    if step == "release.tag" and policy.tag_placement(record) == "before-deploy":
        debt = False
    if step in _STAGING:
        level = _staging(record, level)
    if step == "pull-request.approval" and policy.setting(record, "approvals") == 0:
        return Requirement("O", why="not asked by policy: approvals = 0")
    if level == "O":
        return Requirement("O", why=f"not asked by policy at {record.severity or 'this severity'}")
    return Requirement(level, debt)


def _not_asked(record: Record) -> list[str]:
    """Return the items of the list after a deployment that make no sense for this project, by its configuration."""
    found = record.config.get("monitor", {}).get("not-asked", [])
    return [str(one) for one in found] if isinstance(found, list | tuple) else []


_PAIR = {"monitor.smoke": "monitor.watch", "monitor.watch": "monitor.smoke"}


def waivable(record: Record, step: str, asked: Requirement | None = None) -> bool:
    """Say whether `step` may be waived: of smoke test and watch, one has to stay. `asked` saves asking again."""
    if step in _PAIR and any(
        w["step"] == _PAIR[step] and w["round"] == record.round and not w.get("lapsed")
        for w in record.waivers
    ):
        return False
    return (asked or requirement(record, step)).level in ("W", "O")


def _staging(record: Record, level: str) -> str:
    wanted = policy.setting(record, "staging")
    if wanted in (True, "required"):
        return "W"
    return "O" if wanted in (False, "optional") else level


def _absent(record: Record, step: str) -> str:
    """Return why `step` does not exist for this incident, or an empty text if it does."""
    stage = step.split(".", 1)[0]
    if not policy.is_code_fix(record) and (stage in CODE_STAGES or step == "deploy.production"):
        return f"resolved by {record.resolution}, not by a code fix"
    commands = {"verify.setup": "setup", "verify.typecheck": "typecheck", "verify.build": "build"}
    if step in commands and not record.has_command(commands[step]):
        return f"no {commands[step]} command is configured or detected"
    if stage == "backport" and not (record.lines or record.offered_lines):
        return "no line gets a backport"
    if step in _STAGING and not (record.has_deploy("staging") or set_off.platform_stages(record)):
        return "no staging environment is configured"
    if step == "verify.push" and not record.has_remote:
        return "the repository has no remote"
    if step in ("pull-request.create", "pull-request.checks") and not (
        record.has_remote and record.has_forge
    ):
        return "the remote is not a forge: the change is merged with git"
    if step == "release.tag" and policy.tag_placement(record) == "off":
        if record.config.get("git", {}).get("tag") == "off":
            return "git.tag is off"
        bot = set_off.versions_by(record)
        return f"{bot} makes versions and tags here" if bot else "this repository has no version tags"
    if step == "release.confirm" and _merge_waived(record):
        return "the merge is waived, and with it its confirmation"
    return ""


def _merge_waived(record: Record) -> bool:
    done = record.entry("release.merge").get("state") == "done"
    allowed = not _level(record, "release.merge").startswith("R")
    return (
        allowed
        and not done
        and any(
            w["step"] == "release.merge" and w["round"] == record.round and not w.get("lapsed")
            for w in record.waivers
        )
    )
