"""What the production branch has beyond a commit: authors, subjects, and whether the same files are touched."""

from hotfix_tui.git.history import Commit, changes_not_in, log
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.steps.common.production_branch import head_of
from hotfix_tui.steps.contract import Context

LISTED = 20
"""How many commits are kept by name."""

SAME_FILES = " [same files]"
"""Marks a commit that touches what the fix touches, or an affected component."""


def undeployed_commits(ctx: Context, commit: str, branch: str) -> Base:
    """Return, as evidence, what `branch`, where the fix lands, has beyond `commit`. Raises GitError."""
    head, _ = head_of(ctx, branch)
    if not head:
        return Base(undeployed=0, undeployed_list=(), same_files=0, production_head="")
    count, same, lines = not_in(ctx, head, commit)
    return Base(undeployed=count, undeployed_list=tuple(lines), same_files=same, production_head=head)


def not_in(ctx: Context, head: str, commit: str) -> tuple[int, int, list[str]]:
    """Return how many commits of `head` are not in `commit`, how many of them touch the same files, and the lines.

    Merges do not count: they bring nothing of their own (`changes_not_in`). The lines are ``sha7 author subject``,
    those that touch the same files first, each part newest first; at most `LISTED`. Raises GitError.
    """
    changes = set(changes_not_in(ctx.git, head, commit))
    count = len(changes)
    if not count:
        return 0, 0, []
    paths = at_stake(ctx)
    every = log(ctx.git, head, not_in=[commit], limit=None, paths=paths) if paths else []
    touching = [commit_ for commit_ in every if commit_.sha in changes]
    known = {commit_.sha for commit_ in touching}
    rest: list[Commit] = []
    if len(touching) < LISTED:
        shown = LISTED + len(touching)
        rest = log(ctx.git, head, not_in=[commit], limit=shown, merges=False)
        rest = rest or log(ctx.git, head, not_in=[commit], limit=shown)
    lines = [_line(commit_) + SAME_FILES for commit_ in touching[:LISTED]]
    lines += [_line(commit_) for commit_ in rest if commit_.sha not in known]
    return count, len(touching), lines[:LISTED]


def at_stake(ctx: Context) -> list[str]:
    """Return the paths that the fix touches so far, and those of the affected components."""
    changed = [item.path for item in ctx.seen(Changed).files]
    affected = {str(name) for name in ctx.record.fact("components", [])}
    parts = [path for name, path in ctx.config.components.items() if name in affected]
    return list(dict.fromkeys([*changed, *parts]))


def _line(commit: Commit) -> str:
    return commit.named(120, author=True)
