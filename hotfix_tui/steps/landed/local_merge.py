"""Merging on this machine: in its own detached worktree, then pushed to the branch without any force."""

import os
from typing import NamedTuple

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import commit_info, is_ancestor
from hotfix_tui.git.identity import message_encoding
from hotfix_tui.git.process import Git
from hotfix_tui.git.push import push_args
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.remote import fetch_argv
from hotfix_tui.git.repository import head, in_progress
from hotfix_tui.git.status import status
from hotfix_tui.git.worktrees import where_checked_out
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common.checkouts import NO_HOOKS, first_free_path, worktrees_dir
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.common.team_rules import sign_off
from hotfix_tui.steps.contract import Command, Context, if_git_fails

_MERGE = ("merge", "--no-ff", "--no-log", "--no-autostash", "--cleanup=whitespace")
"""Whatever merge.ff, merge.log, merge.autoStash and commit.cleanup say: one merge commit with exactly this message."""


class LocalMerge(NamedTuple):
    """How `commit` is merged into `branch`: the commands, the worktree, or what the engineer has to do instead."""

    commands: list[Command]
    worktree: str
    by_hand: str = ""


def local_merge(
    ctx: Context,
    step: str,
    branch: str,
    commit: str,
    message: str,
    *,
    before: str = "",
    purpose: str = "merge",
) -> LocalMerge:
    """Return how to land `commit` on `branch` from a worktree; `before` is the worktree of an earlier attempt.

    A conflict that was resolved and committed there is reused: then only the push is left. Raises Refused while
    conflicts are open there, or while the branch does not exist.
    """
    ref = branch_ref(ctx, branch)
    if not resolve(ctx.git, ref):
        raise refuse(
            f"There is no branch {branch} here.", f"Fetch it: git fetch {ctx.remote} {branch}.", step
        )
    if not ctx.remote and (place := where_checked_out(ctx.git, branch)):
        # The wizard moves no branch under anybody's files.
        hand = (
            f"1. {branch} is checked out in {place}; go there.\n"
            f"2. git merge --no-ff {commit}\n3. Run the tests once more."
        )
        return LocalMerge([], "", hand)
    fetching = _fetch(ctx, branch)
    if before and os.path.isdir(before):
        ready = _resolved(ctx, step, before, ref, commit)
        if ready:
            return LocalMerge([_push(ctx, before, branch)], before)
    place = first_free_path(ctx, worktrees_dir(ctx, purpose, branch))
    return LocalMerge(
        [
            *fetching,
            git_command(ctx, *NO_HOOKS, "worktree", "add", "--detach", "--", place, ref),
            git_command(
                ctx, "-C", place, *message_encoding(ctx.git), *_MERGE, *sign_off(ctx), "-m", message, commit
            ),
            _push(ctx, place, branch),
        ],
        place,
    )


def conflicts_in(worktree: str) -> list[str]:
    """Return the files with unresolved conflicts in a worktree, sorted; empty if none, or if it cannot be read."""
    try:
        return sorted(status(Git(worktree), untracked="no").conflicts)
    except GitError:
        return []


@if_git_fails(False)
def merge_open(worktree: str) -> bool:
    """Return whether a merge in the worktree is in progress, not committed yet; False if it cannot be read."""
    return in_progress(Git(worktree)) == "merge"


@if_git_fails(False)
def _resolved(ctx: Context, step: str, place: str, ref: str, commit: str) -> bool:
    """Return whether the earlier attempt has a finished merge of `commit` onto the branch's current head."""
    there = Git(place)
    open_files = conflicts_in(place)
    if open_files or in_progress(there) == "merge":
        what = f"conflicts in {', '.join(open_files)}" if open_files else "a merge that is not committed"
        raise refuse(
            f"There are {what} in {place}." if open_files else f"There is {what} in {place}.",
            f"Resolve and commit there, then go on: `do {step}`.",
            step,
        )
    now = head(there).commit
    if not now or now == commit or not is_ancestor(ctx.git, commit, now):
        return False
    tip = resolve(ctx.git, ref)
    return bool(tip) and tip in commit_info(ctx.git, now).parents


def _fetch(ctx: Context, branch: str) -> list[Command]:
    if not ctx.remote:
        return []
    return [git_command(ctx, *fetch_argv(ctx.remote, branches=[branch])[1:], network=True)]


def _push(ctx: Context, place: str, branch: str) -> Command:
    """Return the push of the merge: never forced, so a branch that moved meanwhile rejects it."""
    push = push_args(ctx.git, ctx.remote or ".", f"HEAD:refs/heads/{branch}")
    return git_command(ctx, "-C", place, *push, network=bool(ctx.remote))
