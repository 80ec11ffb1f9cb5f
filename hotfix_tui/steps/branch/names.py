"""The names of the hotfix branch and of its worktree, by rule, avoiding existing ones."""

import os
import re
from typing import NamedTuple

from hotfix_tui.base.text import one_line, slug
from hotfix_tui.config.placeholders import PlaceholderError, fill
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.refs import branch_conflict, branches, check_branch_name, first_free
from hotfix_tui.git.repository import discover
from hotfix_tui.git.worktrees import worktrees
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.ids import id_of_ticket
from hotfix_tui.steps.common import worktree_place
from hotfix_tui.steps.contract import Context

_UNSAFE = re.compile(r"[^A-Za-z0-9._/+#-]+")


class Names(NamedTuple):
    """The branch's name, and a remark if it could not be the usual one."""

    branch: str
    remark: str = ""


def branch_names(ctx: Context) -> Names:
    """Return the name for the hotfix branch of this round; raises GitError if the rule gives none."""
    git, remotes = ctx.git, list(dict.fromkeys(filter(None, (ctx.remote, ctx.push_remote))))
    wanted = _by_rule(ctx)
    problem = check_branch_name(wanted)
    if problem:
        raise GitError(f"git.branch gives {wanted!a}: {problem}")
    remark = ""
    for place in (None, *remotes):
        clash = branch_conflict(git, wanted, place)
        if clash and not clash.case_only:
            wanted = wanted.replace("/", "-")
            where = f" on {place}" if place else ""
            remark = (
                f"Another branch{where} is in the way ({clash.why}); the hotfix branch is called {wanted}."
            )
            break
    taken = {branch.name for branch in branches(git)}
    for remote in remotes:
        taken |= {branch.name for branch in branches(git, remote)}
    folded = {name.casefold(): name for name in taken}
    twin = folded.get(wanted.casefold(), "")
    name = first_free(wanted, taken | {wanted} if twin else taken)
    if twin and wanted not in taken and not remark:
        other = one_line(twin, 80)
        remark = (
            f"The name differs from {other} in upper and lower case only; the hotfix branch is called {name}."
        )
    return Names(name, remark)


def _by_rule(ctx: Context) -> str:
    """Return the configured pattern filled in; without a ticket the id is used."""
    pattern = ctx.config.git.branch
    values = {**_common(ctx), "ticket": id_of_ticket(embargo.reference(ctx.record))}
    try:
        name = fill(pattern, values)
    except PlaceholderError as problem:
        raise GitError(f"git.branch is {pattern!a}: {problem}") from None
    name = _UNSAFE.sub("-", name)
    parts = [re.sub(r"-{2,}", "-", part).strip("-") for part in name.split("/")]
    return "/".join(part for part in parts if part)[:150].rstrip("-./")


def worktree_path(ctx: Context) -> str:
    """Return where the worktree of this round goes: by the configured pattern, not in use yet.

    If that place is not writable it is a folder of the incident's own.
    """
    pattern, _ = worktree_place.pattern(ctx)
    try:
        path = worktree_place.place(ctx, fill(pattern, _common(ctx)))
    except (PlaceholderError, worktree_place.BadPlace) as problem:
        raise GitError(
            f"no worktree can be made by git.worktree, which is {pattern!a}: {problem}; the usual place is "
            f"../{{repo}}.hotfix/{{id}}, and {worktree_place.VARIABLE} names a folder of your own for all of them"
        ) from None
    if not _writable(os.path.dirname(path)):
        path = os.path.join(ctx.directory, "worktree")
    taken = {os.path.realpath(tree.path) for tree in worktrees(ctx.git)}
    number = ctx.record.round
    candidate = path if number == 1 or "{round}" in pattern else f"{path}-{number}"
    while os.path.lexists(candidate) or os.path.realpath(candidate) in taken:
        number += 1
        candidate = f"{path}-{number}"
    return candidate


def _writable(folder: str) -> bool:
    """Return whether `folder` could be created and written to."""
    while not os.path.lexists(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def _common(ctx: Context) -> dict[str, str]:
    repository = discover(ctx.root)
    return {
        "repo": worktree_place.shown_name(repository.name),
        "id": ctx.record.id,
        "ticket": id_of_ticket(ctx.record.ticket) if ctx.record.ticket else ctx.record.id,
        "slug": slug(embargo.title(ctx.record)) or "fix",
        "round": str(ctx.record.round),
        "line": "hotfix",
    }
