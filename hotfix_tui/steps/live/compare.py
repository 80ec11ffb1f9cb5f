"""Whether production runs what it should: production's answers, compared by commit and by tree."""

import time
from typing import NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.live.answer import Answer
from hotfix_tui.steps.live.ask import ask, best

PATIENCE = 10.0
"""Seconds during which production is polled after a deployment, since a switch takes a moment."""

_PAUSE = 1.0


class Live(NamedTuple):
    """What production said. `same` is whether it runs the wanted commit (or its tree), None if unknown."""

    same: bool | None
    seen: Answer | None
    why: str

    @property
    def commit(self) -> str:
        """The live commit, empty if unknown."""
        return (self.seen.commit if self.seen else None) or ""


def same_commit(git: Git, first_name: str, other: str) -> bool:
    """Return whether two commits are the same, or have exactly the same files. Unknown ones are never the same."""
    if first_name == other:
        return True
    try:
        first, second = resolve(git, first_name, "tree"), resolve(git, other, "tree")
    except GitError:
        return False
    return first is not None and first == second


def is_here(git: Git, commit: str) -> bool:
    """Return whether the repository has the commit with this full id."""
    try:
        return len(commit) in (40, 64) and resolve(git, commit) == commit
    except GitError:
        return False


_ANSWER = 10.0
"""Seconds that an answer may take however short the wait is: platform programs are slow to start."""


def look(ctx: Context, wanted: str, timeout: float = 15.0) -> Live:
    """Query once. All sources that mean a commit have to agree, since one of them may be a stale page.

    A source that only knows what was reported to it counts only if there is no other, and it can only confirm.
    """
    seen = ask(ctx, timeout)
    seen = [answer for answer in seen if not answer.second_hand] or _confirming(ctx, seen, wanted)
    first = best(seen)
    if first is None:
        if published_alone(ctx.record):
            return Live(None, None, "a person looks whether it is there: nothing is asked automatically")
        return Live(None, None, "no way to ask production is configured (git.live or deploy.current)")
    if half := next((answer for answer in seen if answer.mixed), None):
        return Live(None, half, f"{half.source}: {half.why}")
    if not first.commit:
        return Live(None, first, f"{first.source}: {first.why}")
    others = [answer for answer in seen if answer.commit and not same_commit(ctx.git, answer.commit, wanted)]
    if not others:
        return Live(True, first, f"{first.source} says {first.commit[:7]}")
    wrong = others[0]
    name = f"{(wrong.commit or '')[:7]}" + (f" ({wrong.tag})" if wrong.tag else "")
    return Live(False, wrong, f"production runs {name}, not {wanted[:7]} ({wrong.source})")


def _confirming(ctx: Context, seen: list[Answer], wanted: str) -> list[Answer]:
    """Return the answers that confirm `wanted`; a deployment older than the one in question denies nothing."""
    return [answer for answer in seen if answer.commit and same_commit(ctx.git, answer.commit, wanted)]


def wait_until_live(ctx: Context, wanted: str, seconds: float = PATIENCE) -> Live:
    """Poll until production runs `wanted` or `seconds` are over; the last answer counts."""
    until = time.monotonic() + seconds
    while True:
        live = look(ctx, wanted, max(_ANSWER, until - time.monotonic()))
        if live.same or live.seen is None or time.monotonic() + _PAUSE >= until:
            return live
        time.sleep(_PAUSE)
        asking.anew()
