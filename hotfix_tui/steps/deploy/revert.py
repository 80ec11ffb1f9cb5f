"""Reverting a landed change by a revert commit: in its own worktree, on its own branch.

Apart from the other ways to roll back: it is the only one that makes a commit.
"""

import os
from typing import NamedTuple

from hotfix_tui.base.ref_names import head_ref
from hotfix_tui.forges.model import Draft, ForgeError
from hotfix_tui.forges.pages import compare_page
from hotfix_tui.git.identity import message_encoding
from hotfix_tui.git.push import push_args
from hotfix_tui.git.refs import branches, first_free, resolve
from hotfix_tui.git.remote import fetch_argv
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common.checkouts import NO_HOOKS, first_free_path, worktrees_dir
from hotfix_tui.steps.common.commands import ANY_STATUS, driver, git_command
from hotfix_tui.steps.common.forge import commands as forge_commands
from hotfix_tui.steps.common.forge import forge, has_forge, repository
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.landed import fix as landed_fix

_STEP = catalog.DEPLOY_ROLLBACK


class Revert(NamedTuple):
    """The commands of a revert, what is known about it, whether it lands by itself, and the page for its request."""

    commands: list[Command]
    known: RolledBack
    lands: bool
    url: str
    title: str


def plan_revert(ctx: Context) -> Revert:
    """Return how the landed change is reverted on top of the production branch. Raises Refused if nothing landed."""
    commits = _landed(ctx)
    if not commits:
        raise refuse(
            f"It is not known which commits of {ctx.landing} carry the change.",
            "Look (`do release.confirm`), or roll back by the platform: `rollback previous`.",
            _STEP,
        )
    name = _branch(ctx)
    place = first_free_path(ctx, worktrees_dir(ctx, "revert"))
    ref = branch_ref(ctx, ctx.landing)
    publish = not has_forge(ctx)
    commands = []
    if ctx.remote:
        commands.append(git_command(ctx, *fetch_argv(ctx.remote, branches=[ctx.landing])[1:], network=True))
    commands.append(
        git_command(ctx, *NO_HOOKS, "worktree", "add", "--no-track", "-b", name, "--", place, ref)
    )
    for commit in reversed(commits):
        parent = ("-m", "1") if landed_fix.is_merge(ctx.git, commit) else ()
        commands.append(
            git_command(ctx, "-C", place, *message_encoding(ctx.git), "revert", "--no-edit", *parent, commit)
        )
    target = head_ref(ctx.landing if publish else name)
    if ctx.remote:
        commands.append(
            git_command(
                ctx,
                *("-C", place, *push_args(ctx.git, ctx.remote, f"refs/heads/{name}:{target}")),
                network=True,
            )
        )
    lands = publish and bool(ctx.remote)
    asked = [] if publish else _request(ctx, name, commits)
    page = "" if asked else _page(ctx, name)
    commands += asked
    known = RolledBack(branch=name, worktree=place, reverts=tuple(commits), lands=lands, url=page)
    where = f"{ctx.remote}/{ctx.landing}" if publish and ctx.remote else name
    title = f"Revert {', '.join(sha[:7] for sha in commits)} on {where}"
    return Revert(commands, known, lands, page, title)


def _request(ctx: Context, branch: str, commits: tuple[str, ...]) -> list[Command]:
    """Return the commands that open the revert's pull request; none if there is only a page for it.

    If it does not open, the revert has not failed, as it is already pushed: this is reported, with the page.
    """
    way, _ = forge(ctx)
    text = f"Takes back {', '.join(commit[:12] for commit in commits)} on {ctx.landing}.\n"
    text += f"\nTicket: {ctx.record.ticket}\n" if ctx.record.ticket else ""
    path = os.path.join(ctx.directory, "documents", "revert.md")
    made = way.create(Draft(ctx.landing, branch, _title(ctx), text), path)
    return [
        Command(
            argv=driver("deploy.request_driver", path, text, "--", *command.argv, cwd=command.cwd).argv,
            cwd=command.cwd,
            env=command.env,
            ok=ANY_STATUS,
        )
        for command in forge_commands(ctx, made.commands)
    ]


def _title(ctx: Context) -> str:
    return f"Revert: {embargo.title(ctx.record) or ctx.record.id}"


def _landed(ctx: Context) -> tuple[str, ...]:
    kept = ctx.seen(Landed).commits
    if kept:
        return kept
    if not ctx.commit or not resolve(ctx.git, branch_ref(ctx, ctx.landing)):
        return ()
    landed = landed_fix.arrival(ctx, ctx.landing)
    return landed.commits if landed else ()


def _branch(ctx: Context) -> str:
    taken = {branch.name for branch in branches(ctx.git)}
    if ctx.remote:
        taken |= {branch.name for branch in branches(ctx.git, ctx.remote)}
    return first_free(f"revert/{ctx.record.id}", taken)


def _page(ctx: Context, branch: str) -> str:
    """Return the page for the revert's pull request; empty if there is none."""
    if not has_forge(ctx):
        return ""

    try:
        page = compare_page(repository(ctx), ctx.landing, branch, _title(ctx), "")
    except (ForgeError, ValueError):
        return ""
    return page.url if page else ""
