"""Shared by the deploying steps: which commit is deployed, with which placeholders, and from where."""

import os

from hotfix_tui.config import model as config_types
from hotfix_tui.config.placeholders import names_in
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.incident.rules.requirements import requirement
from hotfix_tui.steps.common import tag_names
from hotfix_tui.steps.contract import Context


def deploys_first(ctx: Context) -> bool:
    """Return whether this round deploys the hotfix commit before it is merged."""
    return policy.order(ctx.record) == policy.DEPLOY_FIRST


def wanted_commit(ctx: Context) -> str:
    """Return the commit that production should run in this round, empty while unknown.

    Deploy-first it is the hotfix commit, merge-first what landed; if the merge was waived nothing landed, and it is
    the hotfix commit again.
    """
    if deploys_first(ctx) or requirement(ctx.record, catalog.RELEASE_CONFIRM).level == "-":
        return ctx.commit
    return ctx.landed


def commit_to_deploy(ctx: Context, step: str) -> str:
    """Return `wanted_commit`; raises Refused with the cure if there is none."""
    commit = wanted_commit(ctx)
    if commit:
        return commit
    if deploys_first(ctx) or not ctx.commit:
        raise refuse("There is no hotfix commit to deploy yet.", "Make it: `do verify.commit`.", step)
    raise refuse(
        "It is not confirmed yet which commit of the production branch carries the fix.",
        "Look: `do release.confirm`.",
        step,
    )


def values(ctx: Context, environment: str, commit: str, previous: str = "") -> dict[str, object]:
    """Return the placeholders of a deploying command; unknown ones are absent."""
    known_values: dict[str, object] = {
        "id": ctx.record.id,
        "ticket": ctx.record.ticket or ctx.record.id,
        "branch": ctx.branch,
        "base": ctx.base,
        "commit": commit,
        "previous": previous,
        "version": ctx.seen(Tagged).tag or tag_names.planned(ctx),
        "environment": environment,
    }
    known_values = {name: value for name, value in known_values.items() if value}
    if commit:
        known_values["archive"] = os.path.join(ctx.directory, f"{commit[:12]}.zip")
    known_values["files"] = [item.path for item in ctx.seen(Changed).files]
    return known_values


def uses(command: config_types.ConfigCommand, name: str) -> bool:
    """Return whether a configured command needs the placeholder `name`, as an argument or a variable."""
    if isinstance(command.run, str):
        return f"HOTFIX_{name.upper()}" in command.run
    return any(name in names_in(item) for item in (*command.run, *command.env.values()))
