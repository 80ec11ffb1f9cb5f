"""What the deploying steps share: which commit is deployed, with which words, and from where."""

import os

from hotfix_tui.config import model as config_types
from hotfix_tui.config.placeholders import names_in
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.incident.rules.requirements import requirement
from hotfix_tui.steps.common import tag_names
from hotfix_tui.steps.contract import Context


def deploys_first(ctx: Context) -> bool:
    """Whether this round deploys the hotfix commit before it is merged."""
    return policy.order(ctx.record) == policy.DEPLOY_FIRST


def wanted_commit(ctx: Context) -> str:
    """The commit that production should run in this round, empty while it is not known.

    Deploy-first it is the hotfix commit, merge-first what landed; where the merge was waived there is nothing that
    landed, and it is the hotfix commit again.
    """
    if deploys_first(ctx) or requirement(ctx.record, "release.confirm").level == "-":
        return ctx.commit
    return ctx.landed


def commit_to_deploy(ctx: Context, step: str) -> str:
    """`wanted_commit`; raises Refused with the cure while there is none."""
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
    """The placeholders of a deploying command; what is not known is absent."""
    found: dict[str, object] = {
        "id": ctx.record.id,
        "ticket": ctx.record.ticket or ctx.record.id,
        "branch": ctx.branch,
        "base": ctx.base,
        "commit": commit,
        "previous": previous,
        "version": ctx.seen(Tagged).tag or tag_names.planned(ctx),
        "environment": environment,
    }
    found = {name: value for name, value in found.items() if value}
    if commit:
        found["archive"] = os.path.join(ctx.directory, f"{commit[:12]}.zip")
    found["files"] = [item.path for item in ctx.seen(Changed).files]
    return found


def uses(command: config_types.Command, name: str) -> bool:
    """Whether a configured command needs the placeholder `name`, as an argument or a variable."""
    if isinstance(command.run, str):
        return f"HOTFIX_{name.upper()}" in command.run
    return any(name in names_in(item) for item in (*command.run, *command.env.values()))
