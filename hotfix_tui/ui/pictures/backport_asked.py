"""What the picture of backport needs besides the record: the commits, and how each will go onto each line."""

import os
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base import plain_file
from hotfix_tui.base.errors import HotfixError
from hotfix_tui.incident.model.catalog import backport_step
from hotfix_tui.incident.model.record import Record

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.git.conflict_place import Place
    from hotfix_tui.steps.contract import Context

_PLACES = 6
"""Lines of which the first place in conflict is looked for."""
_TAIL = 4_000
_LARGEST = 1_000_000


class Pick(NamedTuple):
    """A commit that is carried over, and its subject."""

    commit: str
    subject: str


class Outlook(NamedTuple):
    """How a line would take the commits: a verdict each, as `git.forecast` says it, and the first place in conflict.

    `why` says why nothing can be told, as a clause.
    """

    verdicts: tuple[str, ...] = ()
    place: "Place | None" = None
    why: str = ""


class Asked(NamedTuple):
    """The answer of `ask`."""

    at: datetime
    picks: tuple[Pick, ...]
    outlooks: dict[str, Outlook]
    """By the line's step."""
    tails: dict[str, tuple[str, ...]]
    """The last lines of a run under way, by its step."""
    why: str = ""
    """Why it is not known what to carry over, as a sentence."""


def lines(record: Record) -> dict[str, str]:
    """Return the lines by the ids of their steps, the named ones first."""
    return {backport_step(line).id: line for line in (*record.lines, *record.offered_lines)}


def read(engine: "Engine") -> Asked:
    """Look what would become of each backport that is not done. No network is asked and nothing is changed."""
    from hotfix_tui.steps.backport.picks import picks

    ctx, known = engine.context(), lines(engine.record)
    chosen: list[str] = []
    why = ""
    try:
        chosen = picks(ctx, next(iter(known), ""))
    except (HotfixError, OSError) as problem:
        why = str(problem).splitlines()[0] if str(problem) else "git cannot be asked"
    outlooks: dict[str, Outlook] = {}
    for step, line in known.items():
        if chosen and engine.record.entry(step).get("state") not in ("done", "waiting", "running"):
            places = sum(one.place is not None for one in outlooks.values())
            outlooks[step] = _outlook(ctx, step, line, chosen, shown=places < _PLACES)
    return Asked(engine.clock(), _picks(ctx, chosen), outlooks, tails(engine), why)


def tails(engine: "Engine") -> dict[str, tuple[str, ...]]:
    """Return the last lines of every backport that runs, by its step."""
    return {step: tail for step in lines(engine.record) if (tail := _tail(engine, step))}


def _picks(ctx: "Context", chosen: list[str]) -> tuple[Pick, ...]:
    from hotfix_tui.git.objects import commits

    found = commits(ctx.git, chosen)
    return tuple(Pick(one, found[one].subject if one in found else "") for one in chosen)


def _outlook(ctx: "Context", step: str, line: str, chosen: list[str], *, shown: bool) -> Outlook:
    from hotfix_tui.git.conflict_place import first_place
    from hotfix_tui.git.errors import GitError
    from hotfix_tui.git.refs import commit_of
    from hotfix_tui.steps.backport.forecast import of_picks
    from hotfix_tui.steps.common.production_branch import branch_ref

    under_way = _in_worktree(ctx, step)
    ref = branch_ref(ctx, line)
    try:
        verdicts = tuple(one.verdict for one in of_picks(ctx, ref, chosen))
        place = under_way
        if place is None and shown and "conflict" in verdicts:
            place = first_place(ctx.git, ref, [(one, commit_of(ctx.git, f"{one}^1")) for one in chosen])
    except (GitError, OSError, ValueError) as problem:
        return Outlook(place=under_way, why=getattr(problem, "sentence", "") or "git cannot tell")
    return Outlook(verdicts, place)


def _in_worktree(ctx: "Context", step: str) -> "Place | None":
    """Return the first place in conflict of a pick that is under way, from its worktree; None where there is none."""
    from hotfix_tui.git.conflict_place import Place
    from hotfix_tui.git.conflict_place import read as conflict_in
    from hotfix_tui.git.errors import GitError
    from hotfix_tui.incident.model.evidence.backport import Backported

    seen = ctx.seen(Backported, step)
    if not seen.conflicts or not seen.worktree:
        return None
    path = seen.conflicts[0]
    try:
        inside = os.path.realpath(os.path.join(seen.worktree, path))
        if not inside.startswith(os.path.realpath(seen.worktree) + os.sep):
            return None
        held = plain_file.read(inside, _LARGEST).decode("utf-8", "replace")
        return conflict_in(Place("", path, len(seen.conflicts)), held)
    except (OSError, ValueError, GitError):
        return Place("", path, len(seen.conflicts), why="its markers are gone: add it, then continue")


def _tail(engine: "Engine", step: str) -> tuple[str, ...]:
    entry = engine.record.entry(step)
    if entry.get("state") != "running" or not isinstance(entry.get("run"), int):
        return ()
    try:
        held = plain_file.read_tail(os.path.join(engine.run_directory(entry["run"]), "log"), _TAIL)
    except (OSError, KeyError):
        return ()
    return tuple(held.decode("utf-8", "replace").splitlines()[-12:])
