"""What must still hold before an action that leaves the machine: production has not moved, nothing foreign is
included.

One place for all of them. Each finding can be cured, or accepted with a reason in its current form.
"""

import hashlib
import shlex
from contextlib import suppress
from typing import NamedTuple

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import changes_not_in, is_ancestor, log, merge_bases
from hotfix_tui.git.remote import fetch, fetch_argv
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base, Branched
from hotfix_tui.incident.rules import policy
from hotfix_tui.steps.common.production_branch import landing_head
from hotfix_tui.steps.common.releases import release, releases_of
from hotfix_tui.steps.common.target_commit import deploys_first, wanted_commit
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.guards.production_moved import MOVED, ProductionMoved, moved
from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.live.answer import LiveAnswer

RIDES = "riding-along"
"""The id of the finding that other commits are included."""

ALONG = "taken-along"
"""The id of the finding that the merge would include commits of the release that the branch does not have."""

DEPLOY = catalog.DEPLOY_PRODUCTION

STOPS = (
    catalog.VERIFY_PUSH,
    catalog.PULL_REQUEST_CREATE,
    catalog.RELEASE_MERGE,
    catalog.RELEASE_TAG,
    DEPLOY,
)
"""Actions that wait until a finding is cured or accepted. A rollback and a backport only report what was found."""

_LOOKS_INTO = (catalog.PULL_REQUEST_CREATE, catalog.RELEASE_MERGE, DEPLOY)
"""Actions before which the commits of the hotfix are examined."""

_LANDS = (catalog.PULL_REQUEST_CREATE, catalog.RELEASE_MERGE)
"""Actions that bring everything the hotfix contains to the landing branch."""

_ASK_SECONDS = 8.0
_FETCH_SECONDS = 20.0


class Standing(NamedTuple):
    """What was found before an action: what blocks it, what is only reported, and which findings were looked for."""

    findings: list[ProductionMoved]
    warnings: list[str]
    looked_for: tuple[str, ...]


def guards(step: str) -> bool:
    """Return whether anything is checked before `step`."""
    return step in STOPS or step == catalog.DEPLOY_ROLLBACK or step.startswith("backport.")


def looked_for(step: str) -> tuple[str, ...]:
    """Return the ids of the findings that block `step`."""
    if step not in STOPS:
        return ()
    return (MOVED, *((RIDES,) if step in _LOOKS_INTO else ()), *((ALONG,) if step in _LANDS else ()))


def look(ctx: Context, step: str, *, may_fetch: bool = True) -> Standing:
    """Check before `step`, in bounded time; without `may_fetch` nothing is written, not even what a fetch brings.

    Raises GitError.
    """
    commit = wanted_commit(ctx) if step == DEPLOY else ctx.commit
    if not (commit and ctx.base and policy.is_code_fix(ctx.record)):
        return Standing([], [], ())
    findings: list[ProductionMoved] = []
    warnings: list[str] = []
    for place, seen in enumerate(_asked(ctx, may_fetch)):
        finding, warning = moved(ctx, step, commit, seen, first=place == 0)
        findings += [finding] if finding and not findings else []
        warnings += [warning] if warning else []
    if step not in _LOOKS_INTO:
        return _said(step, Standing(findings, warnings, (MOVED,)))
    findings += riding_along(ctx, step, commit)
    if step not in _LANDS:
        return Standing(findings, warnings, (MOVED, RIDES))
    findings += _taken_along(ctx)
    return Standing(findings, warnings, (MOVED, RIDES, ALONG))


def _said(step: str, standing: Standing) -> Standing:
    """Return the findings of a step that is never refused: they are only reported."""
    if step in STOPS:
        return standing
    return Standing([], [*standing.warnings, *(finding.text for finding in standing.findings)], ())


def _asked(ctx: Context, may_fetch: bool) -> list[LiveAnswer]:
    """Return what the sources say; if one names a commit that is not here, it is read again after a fetch."""
    seen = live_commit.ask(ctx, _ASK_SECONDS)
    if not (may_fetch and ctx.remote) or all(answer.commit or not answer.raw for answer in seen):
        return seen
    with suppress(GitError):
        fetch(ctx.git, fetch_argv(ctx.remote), timeout=_FETCH_SECONDS)
    return [answer if answer.commit else live_commit.again(ctx, answer) for answer in seen]


def riding_along(ctx: Context, step: str, commit: str) -> list[ProductionMoved]:
    """Return commits of the production branch that are not live and not the fix, but contained in the hotfix.

    Not if the hotfix rolls forward, nor once the fix has landed: then release.confirm lists what else landed. Raises
    GitError.
    """
    upstream, _ = landing_head(ctx)
    rolls_forward = ctx.seen(Base).choice == "production"
    if rolls_forward or not upstream or ctx.landed or (step == DEPLOY and not deploys_first(ctx)):
        return []
    foreign: list[str] = []
    for base in merge_bases(ctx.git, commit, upstream):
        foreign += [sha for sha in changes_not_in(ctx.git, base, ctx.base)[:50] if sha not in foreign]
    picked = _picked(ctx, commit, upstream)
    were = "were" if len(picked) > 1 else "was"
    parts = [(foreign, "came in with another branch"), (picked, f"{were} picked from there")]
    groups = [(commits, what) for commits, what in parts if commits]
    if not groups:
        return []
    text = " ".join(_sentence(ctx, commits, what) for commits, what in groups)
    content = hashlib.sha256("\n".join([*foreign, *picked]).encode()).hexdigest()[:16]
    cure = (
        "Take them out of the branch, or start from the production branch (`do branch.base --choose production`), "
        f"or say why they belong there: `accept {RIDES} --why …`."
    )
    return [ProductionMoved(RIDES, text, cure, content)]


def _taken_along(ctx: Context) -> list[ProductionMoved]:
    """Return the commits of a release that is on no branch: a merge would take them to where the fix lands.

    Commits that this branch has in another form do not count, nor does anything but a release. Raises GitError.
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
    names = ", ".join(subject.named(60) for subject in subjects)
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
    return [ProductionMoved(ALONG, f"{text}{names}{more}.", cure, content)]


def _picked(ctx: Context, commit: str, upstream: str) -> list[str]:
    """Return commits of the hotfix that the production branch carries in another form, and production does not.

    A fix that was adopted as it is may consist of such commits: whoever adopted it said so.
    """
    if is_ancestor(ctx.git, commit, upstream) or ctx.seen(Branched).adopted:
        return []
    lines = ctx.git.text("cherry", upstream, commit, ctx.base, timeout=60).splitlines()
    return [line[2:] for line in lines if line.startswith("- ") and line[2:] != ctx.commit]


def _sentence(ctx: Context, commits: list[str], what: str) -> str:
    names = []
    for commit in commits[:3]:
        entry = log(ctx.git, commit, limit=1)[0]
        names.append(entry.named(60))
    more = f" and {len(commits) - 3} more" if len(commits) > 3 else ""
    return (
        f"The hotfix holds {len(commits)} commit{'s' if len(commits) > 1 else ''} of {ctx.landing} that "
        f"production does not run; {'they' if len(commits) > 1 else 'it'} {what}: {', '.join(names)}{more}."
    )
