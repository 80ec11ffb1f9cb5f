"""A release that somebody else tagged after the fix landed, on a later commit of the same branch: it holds the fix.

Many teams raise the version in a commit of its own, and tag that. Another tag of ours would be a second release of the
same fix, with an older tree than the first.
"""

from typing import NamedTuple

from hotfix_tui.git.history import commits_not_in
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.releases import Release, read
from hotfix_tui.git.remote import peeled
from hotfix_tui.git.tags import tags
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.common.tag_names import base_tag
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.landed.fix import refresh

_MOST = 2_000
"""Commits after the fix that are looked through."""


class Later(NamedTuple):
    """A release's tag, the commit where it stands, and how many commits that is after the fix."""

    tag: str
    commit: str
    after: int

    @property
    def clause(self) -> str:
        """Where it stands, as a clause."""
        count = f"{self.after} commit{'s' if self.after != 1 else ''}"
        return f"{self.tag} stands at {self.commit[:7]}, {count} after the fix, and holds it"


def find(ctx: Context, commit: str, there: dict[str, str], *, fetches: bool = False) -> Later | None:
    """Return the lowest release of this line that stands on a later commit than `commit`, which carries the fix.

    `there` are the tags of the remote, with what they stand at; with `fetches` a branch that moved since is fetched.
    Raises GitError.
    """
    base = read(base_tag(ctx), ctx.config.git.tag_pattern or None)
    if base is None or not ctx.landed:
        return None
    named = _higher(ctx, base, there)
    if not named:
        return None
    if fetches and ctx.remote and any(resolve(ctx.git, one) is None for _, one in named):
        refresh(ctx, ctx.landing)
    tip = resolve(ctx.git, branch_ref(ctx, ctx.landing))
    if tip is None:
        return None
    since = set(commits_not_in(ctx.git, tip, commit, limit=_MOST))
    held = [(release.rank, release.name, one) for release, one in named if one in since]
    if not held:
        return None
    _, name, one = min(held)
    return Later(name, one, len(commits_not_in(ctx.git, one, commit)))


def _higher(ctx: Context, base: Release, there: dict[str, str]) -> list[tuple[Release, str]]:
    """The final releases of the base's series above it, with the commit of each."""
    known = dict(tags(ctx.git)) if not ctx.remote else {}
    names = set(known) or {ref.removeprefix("refs/tags/").removesuffix("^{}") for ref in there}
    out = []
    for name in names:
        found = read(name, ctx.config.git.tag_pattern or None)
        if found is None or not found.final or found.series != base.series or found.rank <= base.rank:
            continue
        at = known.get(name) or peeled(there, f"refs/tags/{name}")
        if at:
            out.append((found, at))
    return out
