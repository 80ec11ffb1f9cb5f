"""Which tag this round's release gets, in the scheme of the release that it fixes."""

from collections.abc import Collection

from hotfix_tui.base.text import one_line
from hotfix_tui.git.next_release import Proposal, successors
from hotfix_tui.git.tags import Tag, tags
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.steps.common.releases import Releases, release, releases_of
from hotfix_tui.steps.contract import Context, if_git_fails


def base_tags(ctx: Context) -> list[Tag]:
    """Return the release that the hotfix starts from; also a later pre-release, if it contains one.

    That is the base's own, else the highest that the base contains; without one, the highest there is. Empty if there
    are none. Raises GitError.
    """
    releases = releases_of(ctx)
    if not ctx.base:
        return [releases.highest] if releases.highest else []
    here = releases.at(ctx.base)
    if here is not None:
        return [here]
    held = releases_of(ctx, reachable_from=ctx.base)
    later = [
        tag
        for tag in held.pres[-1:]
        if held.highest is None or release(tag).rank > release(held.highest).rank
    ]
    out = [*([held.highest] if held.highest else []), *later]
    return out or ([releases.highest] if releases.highest else [])


def base_tag(ctx: Context) -> str:
    """Return the name of the release that the hotfix starts from, "" if there is none. Raises GitError."""
    tags = base_tags(ctx)
    return tags[0].name if tags else ""


def proposals(ctx: Context, remote_tags: Collection[str] = ()) -> list[Proposal]:
    """Return the names that the next release could have, likeliest first: just one if the scheme is clear.

    `remote_tags` count as taken, as do those here. Raises GitError.
    """
    taken = {*tags(ctx.git), *remote_tags}
    releases = releases_of(ctx)
    every = [*releases.finals, *releases.pres, *releases.variants]
    known = sorted((release(tag) for tag in every), key=lambda item: item.rank)
    days = {tag.name: tag.at.date() for tag in every if tag.at}
    out: dict[str, Proposal] = {}
    for tag in base_tags(ctx):
        for successor in successors(release(tag), known, taken, ctx.now.date(), days):
            out.setdefault(successor.name, successor)
    return list(out.values())


def why_none(releases: Releases) -> str:
    """Return why there is no name to count up from, as a sentence."""
    if releases.unclear:
        why = one_line(releases.unclear[:1].upper() + releases.unclear[1:])
        return f"{why}, and which one is released here is not known."
    if releases.highest and release(releases.highest).built:
        name = one_line(releases.highest.name, 60)
        return f"{name} ends in what only its build knows, so what follows it is not known."
    return "There is no version tag to count from."


@if_git_fails("")
def planned(ctx: Context) -> str:
    """Return the name of this round's release as known on this machine; "" if unclear.

    Once it is tagged, that is its tag: the next one no longer belongs to this round.
    """
    made = ctx.seen(Tagged).tag
    if made and ctx.record.entry(catalog.RELEASE_TAG).get("state") in ("done", "stale"):
        return made
    names = proposals(ctx)
    return names[0].name if len(names) == 1 else ""
