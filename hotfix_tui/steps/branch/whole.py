"""Whether a worktree created by the wizard is complete: its creation may have been interrupted by a kill or a power
cut.

git writes the index last, so a checkout without one was never finished; files lost in a power cut are missing or
empty.
"""

import os

from hotfix_tui.base import plain_file
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import status
from hotfix_tui.incident.model import step_ids
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.steps.branch.create_ends import half_way
from hotfix_tui.steps.contract import Context, Probe, failed, not_done

_STEP = step_ids.BRANCH_CREATE
_CARRIES = "carry_driver"


def check(ctx: Context, seen: Probe) -> Probe:
    """Return `seen`, a probe of the branch, or that the worktree is incomplete, with the cure.

    A done step was complete once: then only the index is checked, since files may be deleted deliberately.
    """
    entry = ctx.record.entry(_STEP)
    if not ctx.seen(Branched).made_by_wizard or ctx.commit:
        return seen
    if ctx.seen(Branched).in_place:
        begun = entry.get("state") == "running" and seen.state == "not-done"
        return _switched_half_way(ctx, seen) if begun else seen
    place = seen.seen(Branched).worktree
    if seen.state != "done" or not place:
        return seen
    why = _why_not_whole(ctx, place, was_done=entry.get("state") == "done")
    if not why:
        return seen
    return failed(
        f"Making the worktree {place} was cut off: {why}. `do branch.create` makes another one; this one stays as it "
        "is (remove it when you have looked: git worktree remove --force --force)"
    )


def _why_not_whole(ctx: Context, place: str, *, was_done: bool) -> str:
    """Return what is missing in the worktree at `place`, as a clause; empty if nothing is."""
    git = Git(place)
    try:
        own = git.text("rev-parse", "--absolute-git-dir")
        if not os.path.isfile(os.path.join(own, "index")):
            return "it has no index, so git takes every file for deleted"
        if was_done:
            return ""
        if os.path.lexists(os.path.join(own, "index.lock")):
            return f"git was writing its index (remove {os.path.join(own, 'index.lock')} if no git is at work there)"
        lost: list[str] = []
        if not ctx.seen(Branched).taken_along:
            changed = status(git, untracked="no").changed
            lost = [change.path for change in changed if _is_lost(place, change.path)]
    except GitError as error:
        return error.sentence
    if lost:
        return f"{len(lost)} of its files {'are' if len(lost) > 1 else 'is'} missing or empty"
    return _not_carried(ctx)


def _is_lost(place: str, path: str) -> bool:
    """Return whether a file that differs from the base is missing or empty: nobody has worked there yet."""
    try:
        status = os.lstat(os.path.join(place, path))
    except OSError:
        return True
    return status.st_size == 0


def _not_carried(ctx: Context) -> str:
    """Return that carrying over untracked files was interrupted together with its run."""
    number = ctx.record.entry(_STEP).get("run")
    folder = os.path.join(ctx.directory, "runs", f"{number}-{_STEP}")
    if number is None or os.path.lexists(os.path.join(folder, "exit.json")):
        return ""
    commands = plain_file.read_table(os.path.join(folder, "spec.json")).get("commands", [])
    try:
        carries = any(_CARRIES in word for command in commands for word in command["argv"])
    except (LookupError, TypeError):
        return ""
    if carries and not os.path.lexists(os.path.join(folder, "carry.json")):
        return "what should be brought along to it is not all there"
    return ""


def _switched_half_way(ctx: Context, seen: Probe) -> Probe:
    """Return how to restore the files if git was interrupted while switching this clean checkout."""
    probe = half_way(ctx.git, not_done(f"{seen.why}: making it was cut off"))
    lock = os.path.join(ctx.git.git_dir, "index.lock")
    if probe.state == "failed" and os.path.lexists(lock):
        return failed(f"{probe.why} (first remove {lock}, if no git is at work here)")
    return probe
