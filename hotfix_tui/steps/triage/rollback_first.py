"""triage.rollback-first: fix forward, or roll back first — with what the last release says about it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import humane
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.tags import Tag
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.triage import Weighed
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common import published
from hotfix_tui.steps.common.going_back import lines, loss
from hotfix_tui.steps.common.releases import Releases, made, release, releases_of
from hotfix_tui.steps.contract import Choice, Context, Plan, Probe, Step, done, if_git_fails, not_done
from hotfix_tui.steps.live.answer import LiveAnswer
from hotfix_tui.steps.live.ask import ask
from hotfix_tui.steps.live.assess import assess

FIX, ROLLBACK = "fix", "rollback"

SUSPECT = timedelta(hours=2)
"""A release this shortly before the fault was seen is the first suspect."""

UNSEEN = -1
"""Replaces a number of commits that cannot be read: a clone need not have the older ones."""

_SHOWN = 3
SECONDS = 5.0
"""Seconds that the sources of what is live may take to answer: a decision waits for it."""


class LastRelease(NamedTuple):
    """The last release before the fault was seen, and what going back to the previous one on its line loses.

    `before` is how long before the fault it was deployed, if known (`deployed`, `by` whom), otherwise tagged.
    `other_line` is a release of another line that was tagged even later.
    """

    tag: str
    before: timedelta
    deployed: bool
    previous: str
    lost: list[str]
    commits: int
    migrations: list[str]
    other_line: str = ""
    by: str = ""
    dated: str = "tagged"


class RollbackFirst(Step):
    """A decision. Choosing to roll back records it; the rollback itself is a separate action."""

    id = catalog.TRIAGE_ROLLBACK_FIRST

    def choices(self, ctx: Context) -> list[Choice]:
        release = last_release(ctx)
        loses = _loses(release) if release else "users are helped at once"
        if _possible(ctx):
            loses = "to what it goes back is known once it is known what is live"
        back = Choice(ROLLBACK, "Roll back first", loses)
        fix = Choice(FIX, "Fix forward", "the fault stays in production until the fix is there")
        if published.likely(ctx):
            back = Choice(ROLLBACK, "Take the release back first", "nobody installs it from then on")
            fix = Choice(FIX, "Fix forward", "the fault stays in the release until the next one is there")
        first = release is not None and _suspect(release) and not _nowhere_to(ctx, release)
        return [back, fix] if first else [fix, back]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if choice and choice not in (FIX, ROLLBACK):
            raise refuse(f"{one_line(choice, 40)!r} is no answer.", f"Choose {FIX} or {ROLLBACK}.", self.id)
        return Plan("Decide whether to roll back first", warnings=advice(ctx))

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        if not choice:
            return not_done(f"choose {FIX} or {ROLLBACK}")  # the plan has the arguments for each
        said = " ".join(advice(ctx)[:1])
        why = "Decided: roll back first." if choice == ROLLBACK else "Decided: fix forward."
        return done(f"{why} {said}".strip(), Weighed(choice, said), adds=True)

    def probe(self, ctx: Context) -> Probe:
        chosen = ctx.seen(Weighed).choice
        return done("", Weighed(chosen), adds=True) if chosen else not_done("choose fix or rollback")


def advice(ctx: Context) -> list[str]:
    """Return what the last release says, as sentences; the first one is about time."""
    if possible := _possible(ctx):
        return _undecided(ctx, possible)
    release = last_release(ctx)
    if release is None:
        return [_unknown(ctx)]
    span, tag = humane(release.before.total_seconds()), one_line(release.tag, 60)
    package = published.likely(ctx)
    if release.deployed:
        by = f" (by {one_line(release.by, 60)})" if release.by else ""
        said = [f"{tag} was deployed {span} before the fault was seen{by}."]
    else:
        out = "published" if package else "deployed"
        unknown = out if release.dated == "tagged" else f"tagged and {out}"
        said = [
            f"{tag} was {release.dated} {span} before the fault was seen; when it was {unknown} is not known here."
        ]
    if _suspect(release) and _nowhere_to(ctx, release):
        said.append(f"Such a release is the first suspect, but {_loses(release)}.")
    elif _suspect(release):
        helps = (
            "taking it back helps who has not installed it yet" if package else "rolling back helps users now"
        )
        said.append(f"Such a release is the first suspect: {helps}.")
    if release.other_line:
        said.append(
            f"{release.other_line}. Which of them {'users have' if package else 'is live'} is asked when the base is "
            "found."
        )
    if release.previous:
        said.append(f"Going back: {_loses(release)}.")
    if release.migrations:
        names = ", ".join(one_line(path, 60) for path in release.migrations[:3])
        said.append(f"It changed the data ({names}): the older code may not work with it.")
    return said


def row(ctx: Context) -> str:
    """Return what is known of the last release in a clause; of no release where several may be live."""
    if _possible(ctx):
        return "which release is live is not known yet"
    release = last_release(ctx)
    if release is None:
        return ""
    how = "went out" if release.deployed else f"was {release.dated}"
    return f"{release.tag} {how} {humane(release.before.total_seconds())} before the fault"


def _possible(ctx: Context) -> list[Tag]:
    """Return the releases of which any may be live, newest first; empty where it is known, or only one may be."""
    if ctx.record.seen(Base).commit or _deployment(ctx) is not None:
        return []
    try:
        names = {candidate.tag for candidate in assess(ctx).candidates if candidate.tag}
        tags = [tag for tag in releases_of(ctx).finals if tag.name in names and tag.at is not None]
    except GitError:
        return []
    return sorted(tags, key=made, reverse=True) if len(tags) > 1 else []


def _undecided(ctx: Context, possible: list[Tag]) -> list[str]:
    """Return what is said while several releases may be live: of no one of them that it is, nor what is before it."""
    package, seen = published.likely(ctx), ctx.record.detected_at
    ages = []
    for tag in possible[:_SHOWN]:
        apart = (seen - made(tag)).total_seconds()
        side = "before" if apart >= 0 else "after"
        ages.append(f"{one_line(tag.name, 60)} ({tag.dated} {humane(abs(apart))} {side} the fault was seen)")
    more = f" and {len(possible) - _SHOWN} more" if len(possible) > _SHOWN else ""
    which = "Which release users have" if package else "Which release is live"
    said = [f"{which} is not known yet, and is asked when the base is found: {', '.join(ages)}{more}."]
    near = [tag for tag in possible if timedelta(0) <= seen - made(tag) <= SUSPECT]
    if near:
        helps = (
            "taking it back helps who has not installed it yet" if package else "rolling back helps users now"
        )
        names = " or ".join(one_line(tag.name, 60) for tag in near[:_SHOWN])
        said.append(f"If it is {names}, that is the first suspect: {helps}.")
    return said


def _suspect(release: LastRelease) -> bool:
    return release.before <= SUSPECT


def _nowhere_to(ctx: Context, release: LastRelease) -> bool:
    """Return whether nothing is there to roll back to; what is published can be taken back all the same."""
    return not release.previous and not release.by and not published.likely(ctx)


def _loses(release: LastRelease) -> str:
    if not release.previous and release.by:
        return "what ran before it is not known here"
    if not release.previous:
        return "there is no earlier release to go back to"
    previous = one_line(release.previous, 60)
    shown = release.lost[:_SHOWN]
    if release.commits == UNSEEN:
        return f"what {previous} lacks cannot be read here"
    count = f"{release.commits} commit{'s' if release.commits != 1 else ''}"
    if not shown:
        return f"{previous} lacks {count}"
    more = f" and {release.commits - len(shown)} more" if release.commits > len(shown) else ""
    return f"{previous} lacks {count} ({'; '.join(one_line(line, 60) for line in shown)}{more})"


@if_git_fails(None)
def last_release(ctx: Context) -> LastRelease | None:
    """Return the last tagged release before the fault was detected; None if there is none."""
    return _last_release(ctx)


def _unknown(ctx: Context) -> str:
    """Return why no release can be named, as a sentence."""
    which = "releases" if published.likely(ctx) else "deployments"
    look = f"look at your {which}: did one come shortly before the fault?"
    try:
        releases = releases_of(ctx)
    except GitError:
        return f"The tags cannot be read here; {look}"
    newest = sorted([*releases.pres, *releases.others.values(), *releases.unread], key=made, reverse=True)
    if not releases.finals and newest:
        named = ", ".join(one_line(tag.name, 60) for tag in newest[:_SHOWN])
        named += f" and {len(newest) - _SHOWN} more" if len(newest) > _SHOWN else ""
        return f"Which tag is the release that runs is not clear here ({named}); {look}"
    return f"No release is known here; {look}"


def _last_release(ctx: Context) -> LastRelease | None:
    seen, releases = ctx.record.detected_at, releases_of(ctx)
    before = [tag for tag in releases.finals if tag.at is not None and tag.at <= seen]
    live = _deployment(ctx)
    tag = _tag_of(ctx, before, live)
    if tag is None:
        if live is None or live.at is None:
            return None
        name = live.tag or live.commit[:7]
        return LastRelease(name, seen - live.at, True, "", [], 0, [], by=live.source)
    base = ctx.record.seen(Base)
    at = live.at if live is not None else base.deployed_at if base.commit == tag.commit else None
    known = at is not None and at <= seen
    at = at if known and at is not None else made(tag)
    by = live.source if live is not None else ""
    certain = live is not None or base.commit == tag.commit
    other_line = "" if certain else _later_of_another_line(releases, before, tag, seen)
    previous = releases.previous(tag)
    if previous is None:
        return LastRelease(tag.name, seen - at, known, "", [], 0, [], other_line, by, tag.dated)
    try:
        gone = loss(ctx.git, previous.commit, tag.commit)
    except GitError:
        return LastRelease(
            tag.name, seen - at, known, previous.name, [], UNSEEN, [], other_line, by, tag.dated
        )
    lost, migrations = lines(gone.commits), list(gone.migrations)
    count = len(gone.commits)
    return LastRelease(
        tag.name, seen - at, known, previous.name, lost, count, migrations, other_line, by, tag.dated
    )


def _tag_of(ctx: Context, before: list[Tag], live: LiveAnswer | None) -> Tag | None:
    """Return the release that was live when the fault was seen, as far as known; otherwise the last one before it."""
    base = ctx.record.seen(Base).commit
    commit = live.commit if live is not None else base
    here = next((tag_ for tag_ in before if commit and tag_.commit == commit), None)
    if here is not None or live is not None:
        return here
    return before[-1] if before else None


def _deployment(ctx: Context) -> LiveAnswer | None:
    """Return the last deployment before the fault, from any source that says what is live since when; else what is
    live without a time, where all sources agree; None if there is none.

    Nothing is queried once the base is known: it keeps what was said then.
    """
    base = ctx.record.seen(Base)
    if base.deployed_at is not None:
        return None
    seen = ctx.record.detected_at
    asked = ask(ctx, SECONDS)
    answers = [answer for answer in asked if answer.commit]
    said = [answer for answer in answers if answer.at is not None and answer.at <= seen]
    if said or base.commit:
        return max(said, key=lambda answer: answer.at or seen, default=None)
    one = len({answer.commit for answer in answers}) == 1 and not any(answer.mixed for answer in asked)
    return answers[0] if one and _released(ctx, answers[0]) else None


@if_git_fails(False)
def _released(ctx: Context, answer: LiveAnswer) -> bool:
    """Return whether what is live is a release from before the fault, so that it was live then as far as can be said.

    Not what was deployed after the fault was seen: what ran before that is not in the answer.
    """
    if answer.at is not None:
        return False
    seen = ctx.record.detected_at
    finals = releases_of(ctx).finals
    return any(tag.commit == answer.commit and tag.at is not None and tag.at <= seen for tag in finals)


def _later_of_another_line(releases: Releases, before: list[Tag], tag: Tag, seen: datetime) -> str:
    """Return that a release of another line, or of another package, was tagged after this one."""
    others = [tag_ for tag_ in releases.others.values() if tag_.at is not None and tag_.at <= seen]
    latest = max([*before, *others], key=made)
    if made(latest) <= made(tag) or release(latest).line == release(tag).line != ():
        return ""
    span = humane((seen - made(latest)).total_seconds())
    return f"{one_line(latest.name, 60)} was {latest.dated} {span} before the fault was seen"


STEPS = (RollbackFirst(),)
