"""What the picture of backport needs besides the record: the commits, and how each will apply to each line.

Apart from the picture: forecasting picks takes git longer than a frame may, so a lane does it.
"""

import os
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base import plain_file
from hotfix_tui.base.errors import HotfixError
from hotfix_tui.git.conflict_place import Conflict, first_place
from hotfix_tui.git.conflict_place import read as conflict_in
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.objects import commits
from hotfix_tui.git.refs import commit_of
from hotfix_tui.incident.model.catalog import backport_step
from hotfix_tui.incident.model.evidence.backport import TEST_ONLY, Backported
from hotfix_tui.incident.model.record import Record
from hotfix_tui.steps.backport import picks
from hotfix_tui.steps.backport.forecast import of_picks, only_tests_left
from hotfix_tui.steps.common.production_branch import branch_ref

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.steps.contract import Context

_PLACES = 6
"""For this many lines the first conflict is located."""
_TAIL = 4_000
_LARGEST = 1_000_000


class Pick(NamedTuple):
    """A commit that is carried over, and its subject."""

    commit: str
    subject: str


class Outlook(NamedTuple):
    """How the commits would apply to a line: a verdict each, from `git.forecast`, and the first conflict.

    `why` says why nothing is known, as a clause.
    """

    verdicts: tuple[str, ...] = ()
    place: "Conflict | None" = None
    why: str = ""


class BackportAsked(NamedTuple):
    """The answer of `ask`."""

    at: datetime
    picks: tuple[Pick, ...]
    outlooks: dict[str, Outlook]
    """By the line's step."""
    tails: dict[str, tuple[str, ...]]
    """The last lines of a running command, by its step."""
    why: str = ""
    """Why it is not known what to carry over, as a sentence."""


def lines(record: Record) -> dict[str, str]:
    """Return the lines by their step ids, the named ones first."""
    return {backport_step(line).id: line for line in (*record.lines, *record.offered_lines)}


def read(engine: "Engine") -> BackportAsked:
    """Forecast each backport that is not done. The network is not used and nothing is changed."""
    ctx, known = engine.context(), lines(engine.record)
    chosen: list[str] = []
    why = ""
    try:
        chosen = picks.picks(ctx, next(iter(known), ""))
    except (HotfixError, OSError) as problem:
        why = str(problem).splitlines()[0] if str(problem) else "git cannot be asked"
    outlooks: dict[str, Outlook] = {}
    for step, line in known.items():
        if chosen and engine.record.entry(step).get("state") not in ("done", "waiting", "running"):
            places = sum(outlook.place is not None for outlook in outlooks.values())
            outlooks[step] = _outlook(ctx, step, line, chosen, shown=places < _PLACES)
    return BackportAsked(engine.clock(), _picks(ctx, chosen), outlooks, tails(engine), why)


def tails(engine: "Engine") -> dict[str, tuple[str, ...]]:
    """Return the last lines of every running backport, by its step."""
    return {step: tail for step in lines(engine.record) if (tail := _tail(engine, step))}


def _picks(ctx: "Context", chosen: list[str]) -> tuple[Pick, ...]:
    read_commits = commits(ctx.git, chosen)
    return tuple(
        Pick(commit, read_commits[commit].subject if commit in read_commits else "") for commit in chosen
    )


def _outlook(ctx: "Context", step: str, line: str, chosen: list[str], *, shown: bool) -> Outlook:
    under_way = _in_worktree(ctx, step)
    ref = branch_ref(ctx, line)
    try:
        verdicts: tuple[str, ...] = tuple(pick.verdict for pick in of_picks(ctx, ref, chosen))
        if only_tests_left(ctx, ref, chosen):
            verdicts = tuple(TEST_ONLY if verdict == "picks" else verdict for verdict in verdicts)
        place = under_way
        if place is None and shown and "conflict" in verdicts:
            place = first_place(
                ctx.git, ref, [(commit, commit_of(ctx.git, f"{commit}^1")) for commit in chosen]
            )
    except (GitError, OSError, ValueError) as problem:
        return Outlook(place=under_way, why=getattr(problem, "sentence", "") or "git cannot tell")
    return Outlook(verdicts, place)


def _in_worktree(ctx: "Context", step: str) -> "Conflict | None":
    """Return the first conflict of a pick in progress, from its worktree; None if there is none."""
    seen = ctx.seen(Backported, step)
    if not seen.conflicts or not seen.worktree:
        return None
    path = seen.conflicts[0]
    try:
        inside = os.path.realpath(os.path.join(seen.worktree, path))
        if not inside.startswith(os.path.realpath(seen.worktree) + os.sep):
            return None
        held = plain_file.read(inside, _LARGEST).decode("utf-8", "replace")
        return conflict_in(Conflict("", path, len(seen.conflicts)), held)
    except (OSError, ValueError, GitError):
        return Conflict("", path, len(seen.conflicts), why="its markers are gone: add it, then continue")


def _tail(engine: "Engine", step: str) -> tuple[str, ...]:
    entry = engine.record.entry(step)
    if entry.get("state") != "running" or not isinstance(entry.get("run"), int):
        return ()
    try:
        held = plain_file.read_tail(os.path.join(engine.run_directory(entry["run"]), "log"), _TAIL)
    except (OSError, KeyError):
        return ()
    return tuple(held.decode("utf-8", "replace").splitlines()[-12:])
