"""A release that somebody else tagged after the fix landed, on a later commit of the same branch: it contains the
fix.

Many teams raise the version in a separate commit, and tag that. Another tag of ours would be a second release of the
same fix, with an older tree than the first.
"""

from typing import NamedTuple

from hotfix_tui.base.ref_names import tag_ref
from hotfix_tui.git.history import changes_not_in, commits_not_in
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.releases import Release, read
from hotfix_tui.git.remote import peeled
from hotfix_tui.git.tags import tags
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.common.tag_names import base_tag
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.landed.fix import refresh

_MOST = 2_000
"""Commits after the fix that are examined."""


class Later(NamedTuple):
    """A release's tag, its commit, and how many commits that is after the fix."""

    tag: str
    commit: str
    after: int

    @property
    def clause(self) -> str:
        """Its place, as a clause."""
        count = f"{self.after} commit{'s' if self.after != 1 else ''}"
        return f"{self.tag} points to {self.commit[:7]}, {count} after the fix, and holds it"


def find(ctx: Context, commit: str, there: dict[str, str], *, fetches: bool = False) -> Later | None:
    """Return the lowest release of this line on a commit later than `commit`, which carries the fix.

    `there` are the tags of the remote, with their commits; with `fetches` a branch that moved since is fetched.
    Raises GitError.
    """
    base = read(base_tag(ctx), ctx.config.git.tag_pattern or None)
    if base is None or not ctx.landed:
        return None
    named = _higher(ctx, base, there)
    if not named:
        return None
    if fetches and ctx.remote and any(resolve(ctx.git, sha) is None for _, sha in named):
        refresh(ctx, ctx.landing)
    tip = resolve(ctx.git, branch_ref(ctx, ctx.landing))
    if tip is None:
        return None
    since = set(commits_not_in(ctx.git, tip, commit, limit=_MOST))
    held = [(release.rank, release.name, sha) for release, sha in named if sha in since]
    if not held:
        return None
    _, name, sha = min(held)
    return Later(name, sha, len(changes_not_in(ctx.git, sha, commit)))


def _higher(ctx: Context, base: Release, there: dict[str, str]) -> list[tuple[Release, str]]:
    """Return the final releases of the base's series above it, with the commit of each."""
    known = dict(tags(ctx.git)) if not ctx.remote else {}
    names = set(known) or {ref.removeprefix("refs/tags/").removesuffix("^{}") for ref in there}
    out = []
    for name in names:
        release = read(name, ctx.config.git.tag_pattern or None)
        if release is None or not release.final or release.series != base.series or release.rank <= base.rank:
            continue
        at = known.get(name) or peeled(there, tag_ref(name))
        if at:
            out.append((release, at))
    return out
