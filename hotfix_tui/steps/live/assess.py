"""What is live according to git alone: a statement if the evidence is strong, otherwise a question with candidates."""

import re
from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import humane
from hotfix_tui.detect.platform import platforms
from hotfix_tui.detect.platform_push import follower
from hotfix_tui.detect.tree import Tree
from hotfix_tui.git.branch_lines import ENVIRONMENTS, lines_among
from hotfix_tui.git.history import commit_info, is_ancestor
from hotfix_tui.git.refs import branches
from hotfix_tui.git.tags import Tag, tags
from hotfix_tui.incident.model.evidence.branch import Candidate, Preflight
from hotfix_tui.incident.model.shipping import to_production_by_hand
from hotfix_tui.platforms.loader import PlatformError, load
from hotfix_tui.steps.common.production_branch import head_of, production_head
from hotfix_tui.steps.common.releases import SLEEPING, Releases, made, of_another, release, releases_of
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.live.landing import Landing, beyond, branches_holding, landing_of

OLD, AGED = timedelta(days=365), timedelta(days=120)
"""Ages at which a release may no longer be what runs."""

FAR, MANY, SOME = 150, 40, 8
"""How many commits since then, merges left out, make it doubtful: at any age, when it has aged, when it is old."""

_LISTED = 8


class Assessment(NamedTuple):
    """What git says is live. `question` is empty if `best` is a statement; `landing` is where its fix lands."""

    best: Candidate | None
    landing: Landing | None
    candidates: tuple[Candidate, ...] = ()
    question: str = ""


_FOLLOWS_NOTHING = ("github-actions",)
"""Platforms that deploy what a workflow tells them: the workflow files say more than their mere presence."""


def assess(ctx: Context) -> Assessment:
    """Weigh tags, branches, age and distance. Raises GitError."""
    releases = releases_of(ctx)
    head, _ = production_head(ctx)
    if releases.highest is None:
        return _without_release(ctx, releases, head)
    top = releases.highest
    landing = landing_of(ctx, top.commit, release(top).numbers)
    others = [*_other_lines(releases, top), *_odd_releases(releases, top)]
    moving = _continuous(ctx, top, head)
    doubts = [_other_releases(top, others)] if others else []
    doubts += [*_position(ctx, top, landing), *_age(ctx, top, landing, head), *(why for why, _, _ in moving)]
    standing = _standing(releases, top)
    doubts += [f"the tag {one_line(tag.name, 60)} points elsewhere" for tag in standing]
    held_by = branches_holding(ctx, top.commit) if landing.nowhere else []
    there = f"on {one_line(held_by[0], 60)}" if held_by else "on no branch that is here"
    counted = _counted(releases, top)
    doubts += [f"{one_line(tag.name, 60)} is newer, and its name only counts" for tag in counted]
    best = of_tag(ctx, top, landing, "the highest release" + (f", {there}" if landing.nowhere else ""))
    if not doubts:
        return Assessment(best, landing)
    # A release branch comes first: nothing else is released with the fix there.
    on_branches = [on_branch(best, name) for name in landing.also]
    listed = [*on_branches, best] if landing.branch == ctx.production else [best, *on_branches]
    listed += [
        on_branch(best, name) for name in (*held_by[:3], ctx.production) if name != landing.branch and held_by
    ]
    for tag in others:
        listed.append(of_tag(ctx, tag, _of_another_line(ctx, tag), "newer, or maintained in parallel"))
    if landing.nowhere and (held := releases_of(ctx, reachable_from=head).highest if head else None):
        where = landing_of(ctx, held.commit, release(held).numbers)
        listed.append(of_tag(ctx, held, where, f"the highest release that {ctx.production} holds"))
    listed += [_as_tagged(ctx, tag) for tag in standing]
    listed += [
        of_tag(ctx, tag, landing_of(ctx, tag.commit), "newer, by a number that counts") for tag in counted
    ]
    listed += [_of_moving(ctx, move) for move in moving]
    listed += [of_head(ctx, head)] if head else []
    return Assessment(best, landing, unique(listed), question(doubts))


def _of_another_line(ctx: Context, tag: Tag) -> Landing:
    """Return where the fix for a release of another line lands: its own branch, if it has one."""
    where = landing_of(ctx, tag.commit, release(tag).numbers)
    if where.branch != ctx.production or not where.also:
        return where
    since = beyond(ctx.git, head_of(ctx, where.also[0])[0], tag.commit)
    return where._replace(branch=where.also[0], since=since, also=(where.branch, *where.also[1:]))


def question(doubts: list[str]) -> str:
    """Return the doubts as one question."""
    return f"What is live is not certain: {'; '.join(doubts)}. Choose it"


def unique(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates, each commit once per branch where its fix would land."""
    kept: dict[tuple[str, str], Candidate] = {}
    for candidate in candidates:
        kept.setdefault((candidate.commit, candidate.branch), candidate)
    return tuple(list(kept.values())[:_LISTED])


def of_tag(ctx: Context, tag: Tag, landing: Landing, why: str) -> Candidate:
    """Return a tag as a candidate."""
    name = f"{tag.name}:{landing.branch}" if landing.also else tag.name
    return Candidate(name, tag.commit, tag.name, landing.branch, tag.at, landing.since, why, tag.dated)


def on_branch(candidate: Candidate, branch: str) -> Candidate:
    """Return the same commit with a fix that lands on `branch`."""
    return candidate.but(name=f"{candidate.tag or candidate.commit}:{branch}", branch=branch, since=0)


def of_branch(ctx: Context, name: str, commit: str, why: str) -> Candidate:
    """Return the head of a branch as a candidate."""
    at = datetime.fromisoformat(commit_info(ctx.git, commit).committed)
    return Candidate(_chosen_as(name, commit, name), commit, "", name, at, 0, why)


def of_head(ctx: Context, head: str, why: str = "") -> Candidate:
    """Return the head of the production branch as a candidate: the choice "production"."""
    candidate = of_branch(ctx, ctx.production, head, why or f"the head of {ctx.production}")
    return candidate.but(name="production")


def _chosen_as(name: str, commit: str, branch: str) -> str:
    """Return what `do branch.base --choose` takes; "production" means the production branch, whatever its name."""
    return f"{commit[:12]}:{branch}" if name in ("production", "live") else name


_STANDS = ("production", "prod", "live", "deployed", "deploy", "deployment")


def _standing(releases: Releases, top: Tag | None) -> list[Tag]:
    """Return the tags that say what was deployed, if not the highest release: moving ones, the newest with a date."""
    names = [(tag, re.split(r"[^a-z]+", tag.name.lower())[0]) for tag in releases.unread]
    marks = [tag for tag, first in names if first in _STANDS]
    moving = [tag for tag in marks if tag.name.lower() in _STANDS]
    dated = [tag for tag in marks if tag not in moving and any(char.isdigit() for char in tag.name)][:1]
    if top is None:
        return [*moving, *dated]
    moving = [tag for tag in moving if made(tag) > made(top) - OLD]
    dated = [tag for tag in dated if made(tag) > made(top)]
    return [tag for tag in (*moving, *dated) if tag.commit != top.commit]


def _as_tagged(ctx: Context, tag: Tag) -> Candidate:
    """Return a tag that says what was deployed as a candidate."""
    candidate = of_tag(ctx, tag, landing_of(ctx, tag.commit), "a tag that says what was deployed")
    return candidate.but(name=_chosen_as(candidate.name, tag.commit, candidate.branch))


def _without_release(ctx: Context, releases: Releases, head: str) -> Assessment:
    """Return the assessment if no release is known: without tags the production branch is the best guess, else ask."""
    here = of_head(ctx, head) if head else None
    landing = Landing(ctx.production)
    shown = [] if here is None else [here]
    if releases.unclear or releases.others:
        newest = sorted(releases.others.values(), key=made, reverse=True)[: _LISTED - 1]
        listed = [
            of_tag(ctx, tag, landing_of(ctx, tag.commit, release(tag).numbers), "the newest of its package")
            for tag in newest
        ]
        why = f"{releases.unclear or 'the tags are those of other packages'} (git.tag-pattern names one)"
        return Assessment(here, landing, unique([*listed, *shown]), question([why]))
    moving = _continuous(ctx, None, head)
    follows = [_of_moving(ctx, move) for move in moving]
    candidates = [*reversed(releases.pres[-2:]), *reversed(releases.variants[-2:])] or list(
        releases.unread[:3]
    )
    if not candidates:
        lines = _maintained(ctx, head)
        doubts = [why for why, _, _ in moving]
        if lines:
            names = _and([one_line(line.branch, 60) for line in lines[:3]])
            doubts.append(f"no release is tagged, and {names} may be what runs")
        every = unique([*shown, *follows, *lines])
        return Assessment(here, landing, every if doubts else (), question(doubts) if doubts else "")
    names = ", ".join(one_line(tag.name, 60) for tag in candidates[:3])
    kind = "only pre-releases are tagged" if releases.pres or releases.variants else "no tag is a release"
    standing = [_as_tagged(ctx, tag) for tag in _standing(releases, None)]
    listed = [of_tag(ctx, tag, landing_of(ctx, tag.commit), "a tag") for tag in candidates]
    every = unique([*standing[:1], *shown, *standing, *follows, *listed])
    return Assessment(
        here, landing, every, question([f"{kind} here ({names})", *(why for why, _, _ in moving)])
    )


def _maintained(ctx: Context, head: str) -> list[Candidate]:
    """Return the heads of the numbered release branches that went on without the production branch."""
    every = branches(ctx.git, ctx.remote or None)
    among = lines_among([branch.name for branch in every], tags(ctx.git))
    heads_found = [(line, branch) for branch in every if (line := among.get(branch.name))]
    heads_found.sort(key=lambda pair: pair[0], reverse=True)
    heads = [
        of_branch(ctx, branch.name, branch.commit, "a branch of releases")
        for _, branch in heads_found[:_LISTED]
        if branch.name != ctx.production and not (head and is_ancestor(ctx.git, branch.commit, head))
    ]
    return [candidate for candidate in heads if candidate.at is not None and ctx.now - candidate.at < OLD][:3]


def _other_releases(top: Tag, others: list[Tag]) -> str:
    later = [one_line(tag.name, 60) for tag in others if made(tag) > made(top)]
    older = [one_line(tag.name, 60) for tag in others if made(tag) <= made(top)]
    said = [f"{_and(later)} {'are' if len(later) > 1 else 'is'} newer"] if later else []
    said += [f"{_and(older)} {'are' if len(older) > 1 else 'is'} maintained in parallel"] if older else []
    return f"{one_line(top.name, 60)} is the highest release, but {', and '.join(said)}"


def _and(names: list[str]) -> str:
    """Return names in reading form: ``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _other_lines(releases: Releases, top: Tag) -> list[Tag]:
    """Return the highest release of each older line that continued after a newer one had begun, newest first."""
    lines: dict[tuple[int, ...], list[Tag]] = {}
    for tag in releases.finals:
        lines.setdefault(release(tag).line, []).append(tag)
    # Releases are sorted, so the lines are in the order of their first ones: of those that begin above a rank, only
    # the earliest one matters.
    begun = [release(tags[0]).rank for tags in lines.values()]
    earliest = list(accumulate((made(tags[0]) for tags in reversed(lines.values())), min))
    tried: dict[tuple[int, ...], datetime] = {}
    for tag in releases.pres:
        tried[release(tag).line] = max(made(tag), tried.get(release(tag).line, made(tag)))
    topped, own, highest = made(top), release(top).line, release(top).rank
    heads = []
    for line, of_line in lines.items():
        last = max(of_line, key=lambda tag: release(tag).rank)
        rank, at = release(last).rank, made(last)
        above = len(begun) - bisect_right(begun, rank)
        maintained = above > 0 and at > earliest[above - 1] and at > topped - SLEEPING
        maintained = maintained or (line in tried and tried[line] > topped and rank < highest)
        if line != own and maintained:
            heads.append(last)
    newest = max(releases.finals, key=made)
    if made(newest) > topped and newest not in heads:
        heads.append(newest)
    return sorted(heads, key=made, reverse=True)[:3]


def _odd_releases(releases: Releases, top: Tag) -> list[Tag]:
    """Return tags made after the highest release whose names do not say whether they are releases."""
    odd = [
        tag
        for tag in releases.variants
        if made(tag) > made(top) and release(tag).numbers >= release(top).numbers
    ]
    return odd[-1:]


def _counted(releases: Releases, top: Tag) -> list[Tag]:
    """Return the newest tag that only counts, if such tags went on after the highest release: v1693, v1694."""
    later = [
        tag for tag in releases.unread if made(tag) > made(top) and re.fullmatch(r"[vV]?[0-9]{1,6}", tag.name)
    ]
    return later[:1] if len(later) > 2 else []


def _position(ctx: Context, top: Tag, landing: Landing) -> list[str]:
    """Return why it is unclear where the fix for the highest release lands."""
    name = one_line(top.name, 60)
    if landing.nowhere:
        if held_by := branches_holding(ctx, top.commit):
            return [
                f"{name} is on {_and([one_line(branch, 60) for branch in held_by[:3]])}, not on {ctx.production}"
            ]
        return [f"{name} is on no branch that is known here, not on {ctx.production} either"]
    if not landing.also:
        return []
    also = _and(list(landing.also[:3]))
    if landing.branch != ctx.production and ctx.production in landing.also:
        return [
            f"{name} is on {landing.branch}, and {ctx.production} holds nothing that it lacks: that branch may only "
            "prepare the release, so it is not clear where the fix lands"
        ]
    if landing.branch == ctx.production:
        holds = "hold" if len(landing.also) > 1 else "holds"
        return [
            f"{also} {holds} {name}, too, and {ctx.production} holds {_commits(landing.since)} more, so it is not "
            "clear where the fix lands"
        ]
    return [f"{name} is on {landing.branch} and on {also}, so it is not clear where the fix lands"]


def _age(ctx: Context, top: Tag, landing: Landing, head: str) -> list[str]:
    """Return that the highest release is old or far away, by what came since."""
    age = ctx.now - made(top)
    branch = landing.branch
    since = landing.since
    if branch != ctx.production and age >= OLD and head:
        # Its own line is quiet: what moved on is the production branch.
        branch, since = ctx.production, _later(ctx, head, made(top))
    doubtful = since >= FAR or (age >= AGED and since >= MANY) or (age >= OLD and since >= SOME)
    if branch != landing.branch and age < OLD:
        doubtful = False
    if not doubtful:
        return []
    return [
        f"{one_line(top.name, 60)} was {top.dated} {days(age)} ago, and {branch} holds {_commits(since)} since"
    ]


def _later(ctx: Context, head: str, at: datetime) -> int:
    """Return how many commits of `head` were made after `at`, merges left out."""
    when = f"--since={int(at.timestamp())}"
    return int(ctx.git.text("rev-list", "--count", "--no-merges", when, head, "--", timeout=60) or 0)


def days(age: timedelta) -> str:
    """Return an age in whole days, or in hours if it is less than two."""
    if age < timedelta(days=2):
        return humane(max(0.0, age.total_seconds()))
    return f"{age.days} days"


def _commits(count: int) -> str:
    return f"{count} commit{'s' if count != 1 else ''}"


_Moving = tuple[str, str, str]
"""Why something other than the last release may run, the branch ("" for the production branch), and its commit."""


def _of_moving(ctx: Context, move: _Moving) -> Candidate:
    why, name, commit = move
    return of_branch(ctx, name, commit, why) if name else of_head(ctx, commit, why)


def _continuous(ctx: Context, top: Tag | None, head: str) -> list[_Moving]:
    """Return evidence that production does not run releases: an environment branch, a platform that follows a
    branch.
    """
    out: list[_Moving] = []
    taken = top.commit if top else head
    for branch in branches(ctx.git, ctx.remote or None):
        other = branch.name in ENVIRONMENTS and branch.name != ctx.production and branch.commit != taken
        if other and not (top and _long_before(ctx, branch.commit, top)):
            out.append(
                (
                    f"there is a branch {branch.name}, which may say what is deployed",
                    branch.name,
                    branch.commit,
                )
            )
    if top is None or not head or head == top.commit:
        return out
    if ctx.seen(Preflight).deploys_on_push:
        out.append((f"a push to {ctx.production} deploys", "", head))
    elif (place := _deployed_by_a_person(ctx)) and (series := of_another(ctx, top)):
        why = f"{one_line(top.name, 60)} is a release of {one_line(series, 60)}, and {place} deploys to production"
        out.append((why, "", head))
    elif follows := _following(ctx):
        why = f"if the project on {follows} follows {ctx.production}, its head is live, not {one_line(top.name, 60)}"
        out.append((why, "", head))
    return out


def _deployed_by_a_person(ctx: Context) -> str:
    """Return the file of a pipeline that deploys to production when a person starts it; empty if there is none."""
    places = [trigger.place for trigger in ctx.seen(Preflight).triggers if to_production_by_hand(trigger)]
    return one_line(places[0].partition(":")[0], 60) if places else ""


def _long_before(ctx: Context, commit: str, top: Tag) -> bool:
    """Return whether a commit is so much older than the highest release that nothing is deployed from there now."""
    return datetime.fromisoformat(commit_info(ctx.git, commit).committed) < made(top) - OLD


def _following(ctx: Context) -> str:
    """Return the platform that may deploy each push to the production branch; empty if there is none."""
    configured = ctx.config.deploy.platform
    names = [configured] if configured else [found.name for found in platforms(ctx.root) if not found.docs]
    for name in names:
        try:
            how = load(name).deploys_on_push
        except PlatformError:
            continue
        if how != "never" and name not in _FOLLOWS_NOTHING:
            return name
    return follower(Tree(ctx.root)) if not configured else ""
