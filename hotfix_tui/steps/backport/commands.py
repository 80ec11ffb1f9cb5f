"""The command lines of a backport, and the page for its pull request."""

import os
from collections.abc import Sequence

from hotfix_tui.base.ref_names import head_ref
from hotfix_tui.documents import pr_title
from hotfix_tui.forges.pages import compare_page
from hotfix_tui.git.identity import message_encoding
from hotfix_tui.git.patch_files import AM, format_patch_args
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.remote import ASK_SECONDS, fetch_argv, ls_remote
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.forge import has_forge, repository
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.common.team_rules import sign_off, team_rules
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.landed import fix as landed_fix


def title(ctx: Context, line: str) -> str:
    """Return the title of a backport's pull request."""
    return f"{pr_title.title(ctx.record, team_rules(ctx))} (backport to {line})"


def known_line(ctx: Context, step: str, line: str) -> str:
    """Return the line's ref; raises Refused if there is no such branch here or on the remote."""
    ref = branch_ref(ctx, line)
    if resolve(ctx.git, ref):
        return ref
    if ctx.remote and head_ref(line) in ls_remote(ctx.git, ctx.remote, [head_ref(line)], timeout=ASK_SECONDS):
        return ref
    raise refuse(f"There is no line {line}.", "Correct git.backports, or waive this backport.", step)


def fetching(ctx: Context, line: str) -> list[Command]:
    """Return the command that fetches the line; nothing without a remote."""
    if not ctx.remote:
        return []
    return [git_command(ctx, *fetch_argv(ctx.remote, branches=[line])[1:], network=True)]


def picking(ctx: Context, path: str, chosen: Sequence[str]) -> Command:
    """Return one call that picks them all, so that git itself remembers what is left after a conflict."""
    encoding = message_encoding(ctx.git)
    picked = ("cherry-pick", "-x", *sign_off(ctx), *chosen)
    return with_editor(git_command(ctx, "-C", path, *encoding, *picked))


def by_patch(ctx: Context, path: str, patch: str) -> list[Command]:
    """Return commands that write the hotfix's own commits to a file, and apply it three-way, keeping author and
    message.
    """
    start = landed_fix.start_of_fix(ctx)
    return [
        Command(argv=["mkdir", "-p", "--", os.path.dirname(patch)], cwd=ctx.root),
        git_command(ctx, *format_patch_args(patch, start, ctx.commit)),
        git_command(ctx, "-C", path, *message_encoding(ctx.git), *AM, "--", patch),
    ]


def with_editor(command: Command) -> Command:
    """Return the same command with an editor that leaves the message unchanged."""
    env = {**command.env, "GIT_EDITOR": "true"}
    return Command(argv=command.argv, cwd=command.cwd, env=env, ok=command.ok)


def on_remote(ctx: Context, branch: str) -> str | None:
    """Return the current commit of a branch of the remote. Raises GitError."""
    ref = head_ref(branch)
    return ls_remote(ctx.git, ctx.remote, [ref], timeout=ASK_SECONDS).get(ref)


def page(ctx: Context, line: str, branch: str) -> str:
    """Return the page for the backport's pull request; empty if there is none."""
    if not has_forge(ctx):
        return ""
    body = f"Backport of {embargo.reference(ctx.record)} to {line}."
    page = compare_page(repository(ctx), line, branch, title(ctx, line), body)
    return page.url if page else ""
