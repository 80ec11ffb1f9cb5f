"""What must still hold before an act that leaves the machine: production has not moved, nothing foreign rides along.

One place for all of them. Each finding can be cured, or accepted with a reason for what it is now.
"""

import hashlib
import shlex
from contextlib import suppress
from typing import NamedTuple

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import commits_not_in, is_ancestor, log, merge_bases
from hotfix_tui.git.remote import fetch, fetch_argv
from hotfix_tui.incident.model.evidence.branch import Base, Branched
from hotfix_tui.incident.rules import policy
from hotfix_tui.steps.common.production_branch import landing_head
from hotfix_tui.steps.common.releases import release, releases_of
from hotfix_tui.steps.common.target_commit import deploys_first, wanted_commit
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.guards.production_moved import MOVED, Finding, moved
from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.live.answer import Answer

RIDES = "riding-along"
"""The id of the finding that commits ride along."""

ALONG = "taken-along"
"""The id of the finding that the merge would take along commits of the release that the branch does not hold."""

DEPLOY = "deploy.production"

STOPS = ("verify.push", "pull-request.create", "release.merge", "release.tag", DEPLOY)
"""Acts that wait until a finding is cured or accepted. A rollback and a backport only say what was found."""

_LOOKS_INTO = ("pull-request.create", "release.merge", DEPLOY)
"""Acts before which the commits of the hotfix are looked through."""

_LANDS = ("pull-request.create", "release.merge")
"""Acts that bring everything which the hotfix holds to the branch on which it lands."""

_ASK_SECONDS = 8.0
_FETCH_SECONDS = 20.0


class Standing(NamedTuple):
    """What was found before an act: what stops it, what is only said, and which findings were looked for."""

    findings: list[Finding]
    warnings: list[str]
    looked_for: tuple[str, ...]


def guards(step: str) -> bool:
    """Whether anything is looked for before `step`."""
    return step in STOPS or step == "deploy.rollback" or step.startswith("backport.")


def looked_for(step: str) -> tuple[str, ...]:
    """The ids of the findings that stop `step`."""
    if step not in STOPS:
        return ()
    return (MOVED, *((RIDES,) if step in _LOOKS_INTO else ()), *((ALONG,) if step in _LANDS else ()))


def look(ctx: Context, step: str, *, may_fetch: bool = True) -> Standing:
    """Look before `step`, in bounded time; without `may_fetch` nothing is written, not even what a fetch brings.

    Raises GitError.
    """
    commit = wanted_commit(ctx) if step == DEPLOY else ctx.commit
    if not (commit and ctx.base and policy.is_code_fix(ctx.record)):
        return Standing([], [], ())
    findings: list[Finding] = []
    warnings: list[str] = []
    for place, seen in enumerate(_asked(ctx, may_fetch)):
        found, warning = moved(ctx, step, commit, seen, first=place == 0)
        findings += [found] if found and not findings else []
        warnings += [warning] if warning else []
    if step not in _LOOKS_INTO:
        return _said(step, Standing(findings, warnings, (MOVED,)))
    findings += riding_along(ctx, step, commit)
    if step not in _LANDS:
        return Standing(findings, warnings, (MOVED, RIDES))
    findings += _taken_along(ctx)
    return Standing(findings, warnings, (MOVED, RIDES, ALONG))


def _said(step: str, found: Standing) -> Standing:
    """What is never refused only says what was found."""
    if step in STOPS:
        return found
    return Standing([], [*found.warnings, *(one.text for one in found.findings)], ())


def _asked(ctx: Context, may_fetch: bool) -> list[Answer]:
    """What the sources say; where one names what is not here, it is read again after a fetch."""
    seen = live_commit.ask(ctx, _ASK_SECONDS)
    if not (may_fetch and ctx.remote) or all(one.commit or not one.raw for one in seen):
        return seen
    with suppress(GitError):
        fetch(ctx.git, fetch_argv(ctx.remote), timeout=_FETCH_SECONDS)
    return [one if one.commit else live_commit.again(ctx, one) for one in seen]


def riding_along(ctx: Context, step: str, commit: str) -> list[Finding]:
    """Commits of the production branch that are not live and are not the fix, but that the hotfix holds.

    Not where the hotfix rolls forward, nor once the fix has landed: then release.confirm lists what landed besides.
    Raises GitError.
    """
    upstream, _ = landing_head(ctx)
    rolls_forward = ctx.seen(Base).choice == "production"
    if rolls_forward or not upstream or ctx.landed or (step == DEPLOY and not deploys_first(ctx)):
        return []
    foreign: list[str] = []
    for base in merge_bases(ctx.git, commit, upstream):
        foreign += [one for one in commits_not_in(ctx.git, base, ctx.base, limit=50) if one not in foreign]
    picked = _picked(ctx, commit, upstream)
    parts = [(foreign, "came in with another branch"), (picked, "were picked from there")]
    found = [(commits, what) for commits, what in parts if commits]
    if not found:
        return []
    text = " ".join(_sentence(ctx, commits, what) for commits, what in found)
    content = hashlib.sha256("\n".join([*foreign, *picked]).encode()).hexdigest()[:16]
    cure = (
        "Take them out of the branch, or start from the production branch (`do branch.base --choose production`), "
        f"or say why they belong there: `accept {RIDES} --why …`."
    )
    return [Finding(RIDES, text, cure, content)]


def _taken_along(ctx: Context) -> list[Finding]:
    """The commits of a release that stands on no branch: a merge would take them to where the fix lands.

    Commits that this branch has in another form do not count, nor does what is no release. Raises GitError.
    """
    head, _ = landing_head(ctx)
    base = ctx.record.evidence(Base)
    tag = releases_of(ctx).at(ctx.base) if head and base is not None and not ctx.landed else None
    if tag is None or is_ancestor(ctx.git, ctx.base, head):
        return []
    lines = ctx.git.text("cherry", head, ctx.base, timeout=60).splitlines()
    foreign = [line[2:] for line in lines if line.startswith("+ ")]
    if not foreign:
        return []
    subjects = [log(ctx.git, commit, limit=1)[0] for commit in foreign[:3]]
    names = ", ".join(one.named(60) for one in subjects)
    more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
    many = f"{len(foreign)} commits" if len(foreign) > 1 else "1 commit"
    text = f"{ctx.landing} does not hold {tag.name}: the merge would take {many} of that release along, "
    line = "release-" + ".".join(release(tag).texts[:2])
    push = shlex.join(["git", "push", ctx.remote or ".", f"{ctx.base}:refs/heads/{line}"])
    cure = (
        f"Give the release a branch and land there: {push}, then `do branch.base --choose {tag.name}:{line}`; "
        f"or say why these commits belong on {ctx.landing}: `accept {ALONG} --why …`."
    )
    content = hashlib.sha256("\n".join(foreign).encode()).hexdigest()[:16]
    return [Finding(ALONG, f"{text}{names}{more}.", cure, content)]


def _picked(ctx: Context, commit: str, upstream: str) -> list[str]:
    """Commits of the hotfix that the production branch carries in another form, and production does not.

    A fix that was named as it is (adopted) may be such commits: that is said by whoever named it.
    """
    if is_ancestor(ctx.git, commit, upstream) or ctx.seen(Branched).adopted:
        return []
    lines = ctx.git.text("cherry", upstream, commit, ctx.base, timeout=60).splitlines()
    return [line[2:] for line in lines if line.startswith("- ") and line[2:] != ctx.commit]


def _sentence(ctx: Context, commits: list[str], what: str) -> str:
    names = []
    for commit in commits[:3]:
        one = log(ctx.git, commit, limit=1)[0]
        names.append(one.named(60))
    more = f" and {len(commits) - 3} more" if len(commits) > 3 else ""
    return (
        f"The hotfix holds {len(commits)} commit{'s' if len(commits) > 1 else ''} of {ctx.landing} that "
        f"production does not run; they {what}: {', '.join(names)}{more}."
    )
