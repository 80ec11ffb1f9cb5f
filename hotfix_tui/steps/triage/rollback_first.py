"""triage.rollback-first: fix forward, or roll back first — with what the last release says about it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import humane
from hotfix_tui.git.diff import diff_numstat
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import log
from hotfix_tui.git.tags import version_tags
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common.path_rules import suspicious
from hotfix_tui.steps.contract import Choice, Context, Plan, Probe, Step, done, not_done

FIX, ROLLBACK = "fix", "rollback"

SUSPECT = timedelta(hours=2)
"""A release so soon before the fault was seen is the first suspect."""

_LISTED = 5


class Release(NamedTuple):
    """The last release before the fault was seen, and what going back to the one before it loses."""

    tag: str
    before: timedelta
    previous: str
    lost: list[str]
    commits: int
    migrations: list[str]


class RollbackFirst(Step):
    """A decision. Choosing to roll back records it; the rollback itself is an act of its own."""

    id = "triage.rollback-first"

    def choices(self, ctx: Context) -> list[Choice]:
        release = last_release(ctx)
        back = Choice(ROLLBACK, "Roll back first", _loses(release) if release else "users are helped at once")
        fix = Choice(FIX, "Fix forward", "the fault stays in production until the fix is there")
        return [back, fix] if release and _suspect(release) else [fix, back]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if choice and choice not in (FIX, ROLLBACK):
            raise refuse(f"{one_line(choice, 40)!r} is no answer.", f"Choose {FIX} or {ROLLBACK}.", self.id)
        return Plan("Decide whether to roll back first", warnings=advice(ctx))

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        if not choice:
            return not_done(f"choose {FIX} or {ROLLBACK}; {' '.join(advice(ctx))}".strip())
        said = " ".join(advice(ctx)[:1])
        why = "Decided: roll back first." if choice == ROLLBACK else "Decided: fix forward."
        return done(f"{why} {said}".strip(), choice=choice, advice=said)

    def probe(self, ctx: Context) -> Probe:
        chosen = str(ctx.evidence(self.id, "choice"))
        return done(choice=chosen) if chosen else not_done("choose fix or rollback")


def advice(ctx: Context) -> list[str]:
    """Return what the last release says, as sentences; the first one is about time."""
    release = last_release(ctx)
    if release is None:
        return ["No release is known here; look at your deployments: did one come shortly before the fault?"]
    span = humane(release.before.total_seconds())
    said = [f"{one_line(release.tag, 60)} was released {span} before the fault was seen."]
    if _suspect(release):
        said.append("Such a release is the first suspect: rolling back helps users now.")
    if release.previous:
        said.append(f"Going back: {_loses(release)}.")
    if release.migrations:
        names = ", ".join(one_line(path, 60) for path in release.migrations[:3])
        said.append(f"It changed the data ({names}): the older code may not work with it.")
    return said


def _suspect(release: Release) -> bool:
    return release.before <= SUSPECT


def _loses(release: Release) -> str:
    if not release.previous:
        return "there is no earlier release to go back to"
    previous = one_line(release.previous, 60)
    shown = "; ".join(release.lost[:3])
    count = f"{release.commits} commit{'s' if release.commits != 1 else ''}"
    return f"{previous} lacks {count}" + (f" ({one_line(shown, 160)})" if shown else "")


def last_release(ctx: Context) -> Release | None:
    """Return the last tagged release before the fault was detected; None where there is none to be seen."""
    try:
        return _last_release(ctx)
    except GitError:
        return None


def _last_release(ctx: Context) -> Release | None:
    git, seen = ctx.git, ctx.record.detected_at
    found = version_tags(git, ctx.config.git.tag_pattern or None)
    found = [tag for tag in found if "-" not in tag.version] or found
    if not found:
        return None
    times = _times(ctx)
    dated = sorted((times[tag.name], place) for place, tag in enumerate(found) if tag.name in times)
    earlier = [(at, place) for at, place in dated if at <= seen]
    if not earlier:
        return None
    at, place = earlier[-1]
    tag = found[place]
    if place == 0:
        return Release(tag.name, seen - at, "", [], 0, [])
    previous = found[place - 1]
    commits = log(git, tag.commit, not_in=[previous.commit], limit=None)
    files = diff_numstat(git, previous.commit, tag.commit)
    migrations = [f.path for f in files if any(kind == "migration" for kind, _ in suspicious(f.path))]
    lost = [one_line(f"{commit.sha[:7]} {commit.subject}", 80) for commit in commits[:_LISTED]]
    return Release(tag.name, seen - at, previous.name, lost, len(commits), migrations[:_LISTED])


def _times(ctx: Context) -> dict[str, datetime]:
    """Return when each tag was made, or its commit where the tag itself has no time."""
    lines = ctx.git.text("for-each-ref", "--format=%(refname:strip=2)%00%(creatordate:unix)", "refs/tags/")
    pairs = (line.split("\0") for line in lines.splitlines())
    return {name: datetime.fromtimestamp(int(at), UTC) for name, at in pairs if at.isdigit()}


STEPS = (RollbackFirst(),)
