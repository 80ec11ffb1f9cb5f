"""What this repository's team requires of commits and pull requests, read once for each state of its files."""

from functools import lru_cache

from hotfix_tui.base.text import one_line
from hotfix_tui.detect.conventions import LOOKED_AT, conventions
from hotfix_tui.detect.owners import Owners, owners
from hotfix_tui.detect.request_templates import Template, request_template
from hotfix_tui.detect.tree import Tree
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import log
from hotfix_tui.git.process import Git
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.wording import TeamRules
from hotfix_tui.incident.rules import set_off
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common.production_branch import production_head
from hotfix_tui.steps.contract import Context

TEMPLATE = "pr.template"
"""The fact that chooses among several pull request templates."""


def team_rules(ctx: Context) -> TeamRules:
    """Return the team's requirements; what cannot be read requires nothing."""
    try:
        tip = ctx.base or production_head(ctx)[0]
    except GitError:
        tip = ""
    return _read(ctx.root, ctx.worktree, tip, set_off.versions_by(ctx.record))


@lru_cache(maxsize=8)
def _read(root: str, worktree: str, tip: str, bot: str) -> TeamRules:
    try:
        commits = log(Git(root), tip, limit=LOOKED_AT, merges=False) if tip else []
    except GitError:
        commits = []
    messages = [f"{commit.subject}\n\n{commit.body}" for commit in commits]
    return conventions(Tree(worktree), messages, bot=bot)


def sign_off(ctx: Context) -> tuple[str, ...]:
    """Return the option that makes git sign off a commit, if the team requires that."""
    return ("--signoff",) if team_rules(ctx).sign_off else ()


def owners_of_change(ctx: Context) -> Owners:
    """Return who owns the changed files, by CODEOWNERS."""
    return owners(Tree(ctx.worktree), [file.path for file in ctx.seen(Changed).files if file.path])


def template(ctx: Context) -> Template:
    """Return the team's pull request template, the chosen one of several; without a place if there is none."""
    return request_template(Tree(ctx.worktree), str(ctx.record.fact(TEMPLATE, "")))


def need_template(ctx: Context) -> None:
    """Raise Refused if the team has several templates, none is named for a fix, and none was chosen."""
    others = template(ctx).others
    if not others:
        return
    names = ", ".join(one_line(name, 80) for name in others[:8])
    raise refuse(
        f"The team has several templates of pull requests, and none of them is named for a fix: {names}.",
        f"Say which: `set {TEMPLATE} {one_line(others[0].rpartition('/')[2], 60)}`, or `set {TEMPLATE} none`.",
        catalog.PULL_REQUEST_BODY,
    )
