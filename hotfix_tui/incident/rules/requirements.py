"""Which steps are required: the severity table, adjusted for this repository and this policy."""

from typing import NamedTuple

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import CODE_STAGES, STEPS, backport_step
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy, published, set_off


class Requirement(NamedTuple):
    """How much one step is required.

    level: ``R`` required and not waivable, ``W`` required but waivable, ``O`` optional, ``-`` not needed. A debt
    does not block now; it blocks closing. `why` gives the reason of an ``O`` or ``-``.
    """

    level: str
    debt: bool = False
    why: str = ""


_WD = ("Wd",) * 4

DEPLOY_FIRST_ROWS: dict[str, tuple[str, ...]] = {
    catalog.PULL_REQUEST_BODY: _WD,
    catalog.PULL_REQUEST_CREATE: _WD,
    catalog.RELEASE_MERGE: _WD,
    catalog.RELEASE_CONFIRM: _WD,
    catalog.VERIFY_PUSH: _WD,
}
"""Rows that change when the fix is deployed before it is merged."""

_WAIVABLE = ("W",) * 4
_STAGING = (catalog.VERIFY_STAGING, catalog.VERIFY_STAGING_VERIFIED)


def is_named_line(record: Record, step: str) -> bool:
    """Return whether the line of the backport `step` was named, by the configuration or for this incident."""
    return any(backport_step(line).id == step for line in record.lines)


def row(record: Record, step: str) -> tuple[str, ...]:
    """Return the four levels of `step` in the incident's landing order."""
    if step in DEPLOY_FIRST_ROWS and policy.order(record) == policy.DEPLOY_FIRST:
        return DEPLOY_FIRST_ROWS[step]
    known = STEPS.get(step)
    return known.levels if known is not None else _WAIVABLE


def _level(record: Record, step: str) -> str:
    """Return the level of `step` in its row; that of P1 until triage has decided."""
    return row(record, step)[int(record.severity[1]) if record.severity else 1]


def requirement(record: Record, step: str) -> Requirement:
    """Return how much `step` is required at the incident's severity, in this repository, by this policy."""
    absent = _absent(record, step)
    if absent:
        return Requirement("-", why=absent)
    if step == catalog.VERIFY_TYPECHECK and record.lints:
        return Requirement("O", why="a linter, no type check: it finds no fault")
    if step.startswith("backport.") and not is_named_line(record, step):
        given_up = any(backport_step(line).id == step for line in record.doc.get("lines_given_up", []))
        why = "given up" if given_up else "nobody has named this line: it holds files that the fix changes"
        return Requirement("O", why=why)
    level = _level(record, step)
    if level != "O" and (why := published.makes_no_sense(record, step)):
        return Requirement("O", why=why)
    if step.startswith("monitor.") and step.removeprefix("monitor.") in _not_asked(record):
        return Requirement("O", why="the configuration does not ask for it here (monitor.not-asked)")
    debt, level = level.endswith("d"), level[0]
    if step == catalog.RELEASE_TAG and policy.tag_placement(record) == "before-deploy":
        debt = False
    if step in _STAGING:
        level = _staging(record, level)
    if step == catalog.PULL_REQUEST_APPROVAL and policy.setting(record, "approvals") == 0:
        return Requirement("O", why="not asked by policy: approvals = 0")
    if level == "O":
        return Requirement("O", why=f"not asked by policy at {record.severity or 'this severity'}")
    return Requirement(level, debt)


def _not_asked(record: Record) -> list[str]:
    """Return the checklist items after a deployment that make no sense for this project, by its configuration."""
    items = record.config.get("monitor", {}).get("not-asked", [])
    return [str(item) for item in items] if isinstance(items, list | tuple) else []


_PAIR = {catalog.MONITOR_SMOKE: catalog.MONITOR_WATCH, catalog.MONITOR_WATCH: catalog.MONITOR_SMOKE}


def waivable(record: Record, step: str, asked: Requirement | None = None) -> bool:
    """Return whether `step` may be waived: of smoke test and watch, one has to stay. `asked` saves computing it
    again.

    If there is nothing to watch, that is the smoke test: a fix nobody has tried is not known to work.
    """
    if step == catalog.MONITOR_SMOKE and published.nothing_to_watch(record):
        return False
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
    """Return why `step` does not exist for this incident, empty if it does."""
    stage = step.split(".", 1)[0]
    if not policy.is_code_fix(record) and (stage in CODE_STAGES or step == catalog.DEPLOY_PRODUCTION):
        return f"resolved by {record.resolution}, not by a code fix"
    commands = {
        catalog.VERIFY_SETUP: "setup",
        catalog.VERIFY_TYPECHECK: "typecheck",
        catalog.VERIFY_BUILD: "build",
    }
    if step in commands and not record.has_command(commands[step]):
        return f"no {commands[step]} command is configured or detected"
    if stage == "backport" and not (record.lines or record.offered_lines):
        return "no line gets a backport"
    if step in _STAGING and not (record.has_deploy("staging") or set_off.platform_stages(record)):
        return "no staging environment is configured"
    if step == catalog.VERIFY_PUSH and not record.has_remote:
        return "the repository has no remote"
    if step in (catalog.PULL_REQUEST_CREATE, catalog.PULL_REQUEST_CHECKS) and not (
        record.has_remote and record.has_forge
    ):
        return "the remote is not a forge: the change is merged with git"
    if (
        step == catalog.RELEASE_TAG
        and (verdict := str(record.this_round.get("verdict", ""))) in policy.BAD_VERDICTS
    ):
        return f"the verdict of round {record.round} is {verdict}: its fix is no release"
    if step == catalog.RELEASE_TAG and policy.tag_placement(record) == "off":
        if record.config.get("git", {}).get("tag") == "off":
            return "git.tag is off"
        bot = set_off.versions_by(record)
        return f"{bot} makes versions and tags here" if bot else "this repository has no version tags"
    if step == catalog.RELEASE_CONFIRM and _merge_waived(record):
        return "the merge is waived, and with it its confirmation"
    return ""


def _merge_waived(record: Record) -> bool:
    done = record.entry(catalog.RELEASE_MERGE).get("state") == "done"
    allowed = not _level(record, catalog.RELEASE_MERGE).startswith("R")
    return (
        allowed
        and not done
        and any(
            w["step"] == catalog.RELEASE_MERGE and w["round"] == record.round and not w.get("lapsed")
            for w in record.waivers
        )
    )
