"""The releases of this repository: which are ours, their lines, and which came before one of them."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import one_line
from hotfix_tui.config.model import Config
from hotfix_tui.git.process import Git
from hotfix_tui.git.releases import Phase, Release
from hotfix_tui.git.tags import Tag, all_tags
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.steps.contract import Context

SLEEPING = timedelta(days=180)
"""A series or a release line that is this much older than the newest release is no longer maintained."""

_ENDED = timedelta(days=3 * 365)
_FEW = 10
"""A series that ended and has this many times fewer tags than another one is its former name, or an experiment."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Releases:
    """What the tags say.

    `finals` and `pres` are ours, lowest first; `variants` have a suffix that is neither. `others` has the newest
    release of each other series. `unread` are the tags that are not releases, newest first. If it cannot be
    determined which series is ours, `unclear` says so (a clause), and `finals` is empty.
    """

    series: str = ""
    finals: tuple[Tag, ...] = ()
    pres: tuple[Tag, ...] = ()
    variants: tuple[Tag, ...] = ()
    others: Mapping[str, Tag] = field(default_factory=dict)
    unread: tuple[Tag, ...] = ()
    unclear: str = ""

    @property
    def highest(self) -> Tag | None:
        """The highest release."""
        return self.finals[-1] if self.finals else None

    def at(self, commit: str) -> Tag | None:
        """Return the highest release at `commit`, else a pre-release or variant of ours there."""
        here = [tag for tag in (*self.variants, *self.pres, *self.finals) if tag.commit == commit]
        return here[-1] if here else None

    def previous(self, tag: Tag) -> Tag | None:
        """Return the release before `tag` on the same line: the highest below it that existed when it was made."""
        rank = release(tag).rank
        below = [final for final in self.finals if release(final).rank < rank and final.commit != tag.commit]
        there = [final for final in below if made(final) <= made(tag)]
        return (there or below)[-1] if below else None


def made(tag: Tag) -> datetime:
    """Return when a tag was made; long ago if unknown."""
    return tag.at or _LONG_AGO


def release(tag: Tag) -> Release:
    """Return the release that a tag of `Releases` stands for."""
    assert tag.release is not None
    return tag.release


def releases_of(ctx: Context, *, reachable_from: str | None = None) -> Releases:
    """Return the releases of this repository, or those that one commit contains. Raises GitError."""
    tags = all_tags(ctx.git, ctx.config.git.tag_pattern or None, reachable_from=reachable_from)
    return sorted_out(tags, _names_of(ctx))


def of_checkout(git: Git, root: str, config: Config, remote_url: str) -> Releases:
    """Return the releases of a repository without an incident. Raises GitError."""
    return sorted_out(
        all_tags(git, config.git.tag_pattern or None), _names(root, remote_url, config.service, "")
    )


def sorted_out(tags: list[Tag], names: set[str]) -> Releases:
    """Return what the tags of a repository known by `names` say."""
    unread = sorted((tag for tag in tags if tag.release is None), key=made, reverse=True)
    groups: dict[str, list[Tag]] = {}
    for tag in tags:
        if tag.release is not None:
            groups.setdefault(tag.release.series, []).append(tag)
    for group in groups.values():
        group.sort(key=lambda tag: (release(tag).rank, made(tag)))
    ours, unclear = _ours(names, groups)
    others = {name: _newest(group) for name, group in groups.items() if name != ours or unclear}
    if unclear:
        return Releases(others=others, unread=tuple(unread), unclear=unclear)
    own, before = _of_one_scheme(groups.get(ours, []))
    unread = sorted([*unread, *before], key=made, reverse=True)
    by_phase = {phase: tuple(tag for tag in own if release(tag).phase is phase) for phase in Phase}
    return Releases(
        series=ours,
        finals=by_phase[Phase.FINAL],
        pres=by_phase[Phase.PRE],
        variants=by_phase[Phase.VARIANT],
        others=others,
        unread=tuple(unread),
    )


def _of_one_scheme(own: list[Tag]) -> tuple[list[Tag], list[Tag]]:
    """Return the releases without those of an abandoned scheme, and these: of dates and numbers, only one continues."""
    kinds = {dated: [tag for tag in own if release(tag).calendar is dated] for dated in (True, False)}
    if not kinds[True] or not kinds[False]:
        return own, []
    newest = {dated: made(_newest(group)) for dated, group in kinds.items()}
    dated = newest[True] > newest[False]
    if newest[dated] - newest[not dated] <= SLEEPING:
        return own, []
    return kinds[dated], kinds[not dated]


def _newest(group: list[Tag]) -> Tag:
    """Return the newest release of a series; if it has no final one, the newest of what it has."""
    finals = [tag for tag in group if release(tag).final]
    return max(finals or group, key=made)


def _ours(names: set[str], groups: Mapping[str, list[Tag]]) -> tuple[str, str]:
    """Return which series is this repository's, and why that is unclear, as a clause."""
    if len(groups) < 2:
        return next(iter(groups), ""), ""
    named = [
        series for series in groups if series and (series in names or series.rpartition("/")[2] in names)
    ]
    newest = {series: made(_newest(group)) for series, group in groups.items()}
    latest = max(newest, key=lambda series: newest[series])
    if awake := _alone_awake(groups, newest, latest):
        return awake[0], ""
    plain = [""] if "" in groups else []
    # Where the package's own name came into the tags, the bare ones are those of what is only maintained.
    renamed = [series for series in named if plain and _went_on(groups, newest, series)]
    for series in [*renamed, *plain, *named]:
        if newest[latest] - newest[series] <= SLEEPING or latest == series:
            return _continued(groups, series)
    return "", f"the tags are those of {len(groups)} packages"


def _went_on(groups: Mapping[str, list[Tag]], newest: Mapping[str, datetime], series: str) -> bool:
    """Return whether a named series has newer and higher releases than the one without a name."""
    finals = {name: [tag for tag in groups[name] if release(tag).final] for name in (series, "")}
    if not finals[series] or not finals[""]:
        return False
    return newest[series] > newest[""] and release(finals[series][-1]).rank > release(finals[""][-1]).rank


_SAME = 2
"""So many releases with the same number on the same commit are no coincidence: packages often begin together."""


def _continued(groups: Mapping[str, list[Tag]], ours: str) -> tuple[str, str]:
    """Return the series that continues `ours`, and why that is unclear, as a clause.

    It has tagged the same releases by another name, and higher ones.
    """
    finals = {name: [tag for tag in group if release(tag).final] for name, group in groups.items()}
    last = finals[ours][-3:]
    best, doubt = ours, ""
    for name, group in finals.items():
        if name == ours or not last or not group or release(group[-1]).rank <= release(finals[best][-1]).rank:
            continue
        there = {(release(tag).rank, tag.commit): tag for tag in group}
        same = [there.get((release(tag).rank, tag.commit)) for tag in last]
        if len(same) >= _SAME and all(same):
            best = name
        elif twin := same[-1]:
            top, higher = (one_line(tag.name, 60) for tag in (last[-1], group[-1]))
            doubt = f"{top} and {one_line(twin.name, 60)} are one release, and {higher} is higher"
    return (best, "") if best != ours or not doubt else ("", doubt)


def _alone_awake(
    groups: Mapping[str, list[Tag]], newest: Mapping[str, datetime], latest: str
) -> tuple[str, ...]:
    """Return the one series that continues, if the others ended long ago or are a few old tags; otherwise nothing."""
    for series, group in groups.items():
        slept = newest[latest] - newest[series]
        few = len(group) * _FEW <= len(groups[latest])
        if series != latest and not (slept > _ENDED or (slept > 2 * SLEEPING and few)):
            return ()
    return (latest,)


def of_another(ctx: Context, tag: Tag) -> str:
    """Return the name under which a tag is released, if that is not this repository's; empty if it is."""
    series = release(tag).series
    return "" if not series or series.rpartition("/")[2] in _names_of(ctx) else series


def _names_of(ctx: Context) -> set[str]:
    url = ctx.seen(Preflight).remote_url or ""
    return _names(ctx.root, url, ctx.config.service, str(ctx.record.fact("service", "")))


def _names(root: str, remote_url: str, *others: str) -> set[str]:
    """Return this repository's names: by its service, its remote, its folder, its package."""
    names = {*others, os.path.basename(root)}
    names.add(remote_url.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git"))
    try:
        package = json.loads(plain_file.read(os.path.join(root, "package.json"), 1_000_000, follow=True))
        names.add(str(package.get("name", "")) if isinstance(package, dict) else "")
    except (OSError, ValueError, RecursionError):
        pass
    return {name.lower() for name in names if name}


def tag_of(ctx: Context, commit: str) -> str:
    """Return the release tag of `commit`, else any tag of it, else an empty text. Raises GitError."""
    here = all_tags(ctx.git, ctx.config.git.tag_pattern or None, points_at=commit)
    read = [tag for tag in here if tag.release is not None]
    if not read:
        return max((tag.name for tag in here), default="")
    names: set[str] = set()
    if len({release(tag).series for tag in read}) > 1:
        names = _names_of(ctx)

    def order(tag: Tag) -> tuple[object, ...]:
        series = release(tag).series
        return (
            release(tag).final,
            not series or series.rpartition("/")[2] in names,
            release(tag).rank,
            tag.name,
        )

    return max(read, key=order).name
