"""Which tag this round's release gets, in the scheme of the release that it mends."""

from collections.abc import Collection

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.next_release import Proposal, successors
from hotfix_tui.git.tags import Tag, tags
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.steps.common.releases import Releases, release, releases_of
from hotfix_tui.steps.contract import Context


def base_tags(ctx: Context) -> list[Tag]:
    """Return the release that the hotfix starts from; a pre-release that came after it, too, where it holds one.

    That is the base's own, else the highest that the base holds; where it holds none, the highest there is. Empty
    without any. Raises GitError.
    """
    found = releases_of(ctx)
    if not ctx.base:
        return [found.highest] if found.highest else []
    here = found.at(ctx.base)
    if here is not None:
        return [here]
    held = releases_of(ctx, reachable_from=ctx.base)
    later = [
        tag
        for tag in held.pres[-1:]
        if held.highest is None or release(tag).rank > release(held.highest).rank
    ]
    out = [*([held.highest] if held.highest else []), *later]
    return out or ([found.highest] if found.highest else [])


def base_tag(ctx: Context) -> str:
    """Return the name of the release that the hotfix starts from, "" if there is none. Raises GitError."""
    found = base_tags(ctx)
    return found[0].name if found else ""


def proposals(ctx: Context, remote_tags: Collection[str] = ()) -> list[Proposal]:
    """Return the names that the next release could have, the likeliest first: one where the scheme is clear.

    `remote_tags` are taken as well as those here. Raises GitError.
    """
    taken = {*tags(ctx.git), *remote_tags}
    found = releases_of(ctx)
    every = [*found.finals, *found.pres, *found.variants]
    known = sorted((release(tag) for tag in every), key=lambda one: one.rank)
    days = {tag.name: tag.at.date() for tag in every if tag.at}
    out: dict[str, Proposal] = {}
    for tag in base_tags(ctx):
        for one in successors(release(tag), known, taken, ctx.now.date(), days):
            out.setdefault(one.name, one)
    return list(out.values())


def why_none(found: Releases) -> str:
    """Return why no name can be counted from, as a sentence."""
    if found.unclear:
        why = one_line(found.unclear[:1].upper() + found.unclear[1:])
        return f"{why}, and which one is released here is not known."
    return "There is no version tag to count from."


def planned(ctx: Context) -> str:
    """Return the name of this round's release by what is known on this machine; "" where that is not clear.

    Once it is tagged, that is its tag: the next one is no longer this round's.
    """
    made = ctx.seen(Tagged).tag
    if made and ctx.record.entry("release.tag").get("state") in ("done", "stale"):
        return made
    try:
        found = proposals(ctx)
    except GitError:
        return ""
    return found[0].name if len(found) == 1 else ""
