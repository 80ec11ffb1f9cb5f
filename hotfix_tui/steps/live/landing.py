"""The branch where the fix for what is live lands: the release branch containing it, otherwise the production
branch.
"""

from typing import NamedTuple

from hotfix_tui.base.ref_names import known_ref
from hotfix_tui.git.branch_lines import DEVELOPMENT, line_of, lines_among, may_carry, of_program
from hotfix_tui.git.history import changes_not_in, is_ancestor
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import branches
from hotfix_tui.git.tags import tags
from hotfix_tui.steps.common.production_branch import head_of, production_head
from hotfix_tui.steps.contract import Context


class Landing(NamedTuple):
    """Where the fix lands. `also` are other possible branches; `nowhere` is whether neither the production branch nor a
    release branch contains the commit: a branch for development may.

    `since` is how many commits `branch` is ahead of it.
    """

    branch: str
    since: int = 0
    also: tuple[str, ...] = ()
    nowhere: bool = False


def landing_of(ctx: Context, commit: str, version: tuple[int, ...] = ()) -> Landing:
    """Return where the fix for `commit` lands; `version` are the numbers of its release, if it is one.

    Raises GitError.
    """
    head, _ = production_head(ctx)
    held = bool(head) and is_ancestor(ctx.git, commit, head)
    since = beyond(ctx.git, head, commit) if held else 0
    if held and not since:
        return Landing(ctx.production)
    lines = _lines_holding(ctx, commit, version)
    matching = _matching(lines, version)
    if held:
        # A branch that only gets backports (develop) is not a second landing place; nor is there a question if the
        # production branch was named.
        also = (
            ()
            if ctx.config.git.production
            else (
                *(name for name in matching if line_of(name) is not None),
                *_trunks_nearer(ctx, commit, head, since),
            )
        )
        return Landing(ctx.production, since, also)
    if not lines:
        there = branches_holding(ctx, commit)
        if name := next((name for name in DEVELOPMENT if name in there), ""):
            return Landing(name, beyond(ctx.git, head_of(ctx, name)[0], commit), nowhere=True)
        return Landing(ctx.production, nowhere=True)
    best = matching or list(lines)
    counted = sorted((beyond(ctx.git, head_of(ctx, name)[0], commit), name) for name in best)
    first = counted[0]
    also = tuple(name for _, name in counted[1:])
    if not also and not line_of(first[1]) and head and is_ancestor(ctx.git, head, commit):
        # Nothing but the release itself is on that branch: it may be the request that will be merged.
        also = () if ctx.config.git.production else (ctx.production,)
    return Landing(first[1], first[0], also)


_TRUNKS = ("main", "master", "trunk")


def _trunks_nearer(ctx: Context, commit: str, head: str, since: int) -> list[str]:
    """Return the usual trunks next to a default branch of another name that went on from `commit`, with less that is
    not released than it: the default branch may be for the next version (``version-3``). Raises GitError.
    """
    near = []
    for name in _TRUNKS:
        tip = head_of(ctx, name)[0] if name != ctx.production else ""
        if tip and is_ancestor(ctx.git, commit, tip) and not is_ancestor(ctx.git, tip, head):
            near += [name] if beyond(ctx.git, tip, commit) < since else []
    return near


def beyond(git: Git, head: str, commit: str) -> int:
    """Return how many commits `head` has that `commit` does not, merges left out. Raises GitError."""
    return len(changes_not_in(git, head, commit)) if head else 0


def branches_holding(ctx: Context, commit: str) -> list[str]:
    """Return the branches of the remote (local ones without a remote) that contain `commit`, but for those of
    programs. Raises GitError.
    """
    place = known_ref(ctx.remote)
    depth = 3 if ctx.remote else 2
    names = ctx.git.text(
        "for-each-ref", f"--contains={commit}", f"--format=%(refname:strip={depth})", place, timeout=60
    )
    return [name for name in names.splitlines() if name != "HEAD" and not of_program(name)]


def _lines_holding(ctx: Context, commit: str, version: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the release branches that contain `commit`, with the numbers in their names."""
    named = set(ctx.config.git.backports)
    holding = branches_holding(ctx, commit)
    if not holding:
        return {}
    among = lines_among([branch.name for branch in branches(ctx.git, ctx.remote or None)], tags(ctx.git))
    lines = {}
    for name in holding:
        line = among.get(name)
        if line is None and version and may_carry(name, version[0]):
            line = version[:1]
        if name != ctx.production and (line is not None or name in named):
            lines[name] = line or ()
    return lines


def _matching(lines: dict[str, tuple[int, ...]], version: tuple[int, ...]) -> list[str]:
    """Return the branches whose names match `version`, only the most exact ones.

    A branch without numbers (``stable``) matches any version; if the version is unknown, every branch does.
    """
    if not version:
        return list(lines)
    speaks = {name: numbers for name, numbers in lines.items() if version[: len(numbers)] == numbers}
    longest = max((len(numbers) for numbers in speaks.values()), default=0)
    return [name for name, numbers in speaks.items() if len(numbers) == longest]
