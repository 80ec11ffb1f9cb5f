"""The outcome of creating the branch: files that git could not write, and what was carried along."""

import os
from typing import Any

from hotfix_tui.base import plain_file
from hotfix_tui.base.reasons import reason
from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import status
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.outcome import argvs, reason_of, redacted, words_of
from hotfix_tui.steps.contract import Probe, failed


def half_way(git: Git, bad: Probe) -> Probe:
    """Add how to restore the files if git stopped in the middle of switching a clean checkout."""
    try:
        shown = _shown([change.path for change in status(git, untracked="no").changed])
    except GitError:
        return bad
    if not shown:
        return bad
    return failed(f"{bad.why}. git stopped half-way and changed {shown}; bring them back: git restore .")


def not_written(place: str) -> str:
    """Return the files of the base missing in the new checkout, as text; git itself counts that as success.

    Left alone, they would look like files that the fix deletes.
    """
    try:
        changed = status(Git(place), untracked="no").changed if place else []
    except GitError:
        return ""
    return _shown([change.path for change in changed if change.worktree == "D"])


def submodules_missing(place: str) -> str:
    """Return the submodules of the checkout at `place` whose files are missing, as text. Raises GitError."""
    if not os.path.lexists(os.path.join(place, ".gitmodules")):
        return ""
    lines = Git(place).text("submodule", "status").splitlines()
    return _shown([f"submodule {line.split(' ', 1)[1]}" for line in lines if line.startswith("-")])


def not_made(run: RunState, directory: str) -> Probe | None:
    """Return that `git worktree add` itself failed, with git's reason; None if it succeeded."""
    place = _adding(directory)
    if place is None or len(run.codes) <= place or not run.codes[place]:
        return None
    why = reason_of(directory, place)
    return failed(f"Making the branch failed (exit status {run.codes[place]})" + (f": {why}" if why else ""))


def hook_failed(run: RunState, directory: str) -> list[str]:
    """Return a remark if the worktree exists, but git returned the status of a failed post-checkout hook."""
    place = _adding(directory)
    if place is None or len(run.codes) <= place or not run.codes[place]:
        return []
    said = redacted(reason(words_of(directory, place)))
    return [
        f"the post-checkout hook failed there (exit status {run.codes[place]})"
        + (f": {said}" if said else "")
    ]


def _adding(directory: str) -> int | None:
    """Return which command of the run creates the worktree; None if none does."""
    return next((n for n, argv in enumerate(argvs(directory)) if argv[1:3] == ["worktree", "add"]), None)


def taken_along(directory: str, seen: Branched) -> tuple[list[str], Branched, bool]:
    """Return remarks on the carrying driver's work in a run, the branch as `seen` with that, and whether it ran."""
    carried = _carried(directory)
    seen = seen.but(carried=tuple(carried.get("carried", [])))
    remarks = []
    if conflicts := carried.get("conflicts", []):
        seen = seen.but(conflicts=tuple(conflicts[:50]))
        remarks.append(f"{len(conflicts)} files taken along have conflicts to resolve in the worktree")
    if left := carried.get("left_out", {}):
        remarks.append(f"left out: {', '.join(sorted(left)[:5])}")
    if carried.get("error"):
        seen = seen.but(taken_along=False)
        remarks.append(f"the changes were not taken along: {carried['error']}")
    return remarks, seen, bool(carried)


def _carried(directory: str) -> dict[str, Any]:
    """Return what the driver wrote to the folder of the run; empty if it did not run."""
    return plain_file.read_table(os.path.join(directory, "carry.json"))


def _shown(paths: list[str]) -> str:
    return ", ".join(one_line(path, 60) for path in paths[:3]) + (" …" if len(paths) > 3 else "")
