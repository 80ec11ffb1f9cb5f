"""Whether production runs what it should: production's answers, compared by commit and by tree."""

import re
import time
from typing import NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.git.history import is_ancestor, log
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.steps.contract import Context, if_git_fails
from hotfix_tui.steps.live.answer import LiveAnswer
from hotfix_tui.steps.live.ask import ask, best

PATIENCE = 10.0
"""Seconds during which production is polled after a deployment, since a switch takes a moment."""

_PAUSE = 1.0

_LATER = 1000
"""At most this many later commits are looked at."""

_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})")
"""What git writes into the message of a revert."""


class LiveComparison(NamedTuple):
    """What production said. `same` is whether it runs the wanted commit (or its tree), None if unknown."""

    same: bool | None
    seen: LiveAnswer | None
    why: str

    @property
    def commit(self) -> str:
        """The live commit, empty if unknown."""
        return (self.seen.commit if self.seen else None) or ""


@if_git_fails(False)
def same_commit(git: Git, first_name: str, other: str) -> bool:
    """Return whether two commits are the same, or have exactly the same files. Unknown ones are never the same."""
    if first_name == other:
        return True
    first, second = resolve(git, first_name, "tree"), resolve(git, other, "tree")
    return first is not None and first == second


@if_git_fails(False)
def is_here(git: Git, commit: str) -> bool:
    """Return whether the repository has the commit with this full id."""
    return len(commit) in (40, 64) and resolve(git, commit) == commit


_ANSWER = 10.0
"""Seconds that an answer may take however short the wait is: platform programs are slow to start."""


@if_git_fails(None)
def held(ctx: Context, live: str, wanted: str) -> list[str] | None:
    """Return the other changes that `live` has besides `wanted`, if it was made on top of it and does not take it
    back; otherwise None.
    """
    if not is_here(ctx.git, live) or not is_ancestor(ctx.git, wanted, live):
        return None
    later = log(ctx.git, live, not_in=[wanted], limit=_LATER)
    if _undone(ctx.git, live, wanted):
        return None
    fix = {wanted, ctx.commit, ctx.landed, *ctx.seen(Landed).commits} - {""}
    reverted = {name for commit in later for name in _REVERTS.findall(commit.body)}
    if any(sha.startswith(name) for name in reverted for sha in fix):
        return None
    return [commit.sha for commit in later]


def _undone(git: Git, live: str, wanted: str) -> bool:
    """Return whether the files that `wanted` changed are in `live` as they were before it. Raises GitError."""
    before = f"{wanted}^1"
    changed = git.run("diff", "--name-only", "-z", before, wanted, "--", ok=(0, 128)).stdout
    paths = [name.decode("utf-8", "surrogateescape") for name in changed.split(b"\0") if name]
    if not paths:
        return False
    return git.run("diff", "--quiet", before, live, "--", *paths[:_LATER], ok=(0, 1, 128)).returncode == 0


def look(ctx: Context, wanted: str, timeout: float = 15.0, *, on_top: bool = False) -> LiveComparison:
    """Query once. All sources that mean a commit have to agree, since one of them may be a stale page.

    A source that only knows what was reported to it counts only if there is no other, and it can only confirm. With
    `on_top` a commit counts, too, that was made on top of `wanted`, as the head of a branch is once others push to it.
    """

    def runs(commit: str) -> bool:
        return same_commit(ctx.git, commit, wanted) or (on_top and held(ctx, commit, wanted) is not None)

    seen = ask(ctx, timeout)
    seen = [answer for answer in seen if not answer.second_hand] or [
        answer for answer in seen if answer.commit and runs(answer.commit)
    ]
    first = best(seen)
    if first is None:
        if published_alone(ctx.record):
            return LiveComparison(
                None, None, "a person looks whether it is there: nothing is asked automatically"
            )
        return LiveComparison(
            None, None, "no way to ask production is configured (git.live or deploy.current)"
        )
    if half := next((answer for answer in seen if answer.mixed), None):
        return LiveComparison(None, half, f"{half.source}: {half.why}")
    if not first.commit:
        return LiveComparison(None, first, f"{first.source}: {first.why}")
    others = [answer for answer in seen if answer.commit and not runs(answer.commit)]
    if not others:
        return LiveComparison(
            True, first, f"{first.source} says {first.commit[:7]}{_on_top(ctx, first.commit, wanted)}"
        )
    wrong = others[0]
    name = f"{(wrong.commit or '')[:7]}" + (f" ({wrong.tag})" if wrong.tag else "")
    return LiveComparison(False, wrong, f"production runs {name}, not {wanted[:7]} ({wrong.source})")


def _on_top(ctx: Context, commit: str, wanted: str) -> str:
    """Return what to add where production runs more than `wanted`; empty where it is that, or the same files."""
    if same_commit(ctx.git, commit, wanted):
        return ""
    many = len(held(ctx, commit, wanted) or [])
    return f", which holds {wanted[:7]} and {many} later commit{'s' if many != 1 else ''}"


def wait_until_live(
    ctx: Context, wanted: str, seconds: float = PATIENCE, *, on_top: bool = False
) -> LiveComparison:
    """Poll until production runs `wanted` or `seconds` are over; the last answer counts."""
    until = time.monotonic() + seconds
    while True:
        live = look(ctx, wanted, max(_ANSWER, until - time.monotonic()), on_top=on_top)
        if live.same or live.seen is None or time.monotonic() + _PAUSE >= until:
            return live
        time.sleep(_PAUSE)
        asking.anew()
