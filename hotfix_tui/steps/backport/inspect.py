"""How far a backport is: in its worktree, on its branch, on the line."""

import os
from typing import NamedTuple

from hotfix_tui.git.history import is_ancestor, merge_base
from hotfix_tui.git.patches import contains_patch
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.remote import ls_remote
from hotfix_tui.git.repository import head, in_progress
from hotfix_tui.git.status import status
from hotfix_tui.steps.backport.picks import usual_branch
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.contract import Context, Probe, done, not_done
from hotfix_tui.steps.landed import fix as landing

_ASK_SECONDS = 15.0
_MARKERS = (b"<<<<<<< ", b">>>>>>> ")


class Place(NamedTuple):
    """A backport's worktree. `doing` is "cherry-pick" or "am" while one is under way.

    `conflicts` are unresolved files, `marked` those of them with markers still in them; `empty` is whether nothing is
    left of the pick at hand; `own` whether there are commits beyond the line.
    """

    path: str
    commit: str
    doing: str
    conflicts: list[str]
    marked: list[str]
    empty: bool
    own: bool


def place(ctx: Context, path: str, line: str) -> Place | None:
    """The worktree at `path`; None when there is none (any more). Raises GitError."""
    if not path or not os.path.isdir(path):
        return None
    there = Git(path)
    doing = in_progress(there) or ""
    now = status(there, untracked="no")
    commit = head(there).commit or ""
    tip = resolve(ctx.git, branch_ref(ctx, line))
    return Place(
        path=path,
        commit=commit,
        doing=doing,
        conflicts=sorted(now.conflicts),
        marked=[name for name in sorted(now.conflicts) if _has_markers(path, name)],
        empty=bool(doing) and now.clean,
        own=bool(commit and tip and not is_ancestor(ctx.git, commit, tip)),
    )


def look(ctx: Context, step: str, line: str) -> Probe:
    """Whether the fix is on the line, or on a branch for it that is published. Raises GitError."""
    landing.refresh(ctx, line)
    found = landing.arrival(ctx, line)
    branch = str(ctx.evidence(step, "branch"))
    picked = str(ctx.evidence(step, "commit"))
    if found is not None:
        verdict = "picked" if picked else "already there"
        return done(
            f"{line} carries the fix as {found.commit[:7]}",
            line=line,
            commit=picked or found.commit,
            merged=True,
            verdict=verdict,
        )
    if picked and resolve(ctx.git, picked) and _on_line(ctx, line, picked):
        return done(
            f"{line} holds the backport {picked[:7]}", line=line, commit=picked, merged=True, verdict="picked"
        )
    return _on_branch(ctx, line, branch or usual_branch(ctx, line), picked)


def _on_line(ctx: Context, line: str, picked: str) -> bool:
    """Whether the line holds the backport, also squashed; its own conflicts may have changed its patch."""
    ref = branch_ref(ctx, line)
    if is_ancestor(ctx.git, picked, ref):
        return True
    base = merge_base(ctx.git, picked, ref)
    return base is not None and contains_patch(ctx.git, ref, base, picked) is not None


def _on_branch(ctx: Context, line: str, branch: str, picked: str) -> Probe:
    ref = f"refs/heads/{branch}"
    if not ctx.remote:
        commit = resolve(ctx.git, ref)
        pushed = False
    else:
        commit = ls_remote(ctx.git, ctx.remote, [ref], timeout=_ASK_SECONDS).get(ref)
        pushed = commit is not None
    if commit is None:
        return not_done(f"{line} does not carry the fix, and there is no branch {branch}")
    where = f"{ctx.remote}/{branch}" if ctx.remote else branch
    holds = commit == picked or _holds_fix(ctx, line, commit)
    if not holds:
        return not_done(f"{where} does not carry the fix")
    why = f"on {where}; it still has to be merged into {line}"
    return done(why, line=line, branch=branch, commit=commit, pushed=pushed, merged=False, verdict="picked")


def _holds_fix(ctx: Context, line: str, commit: str) -> bool:
    """Whether a branch made elsewhere carries the fix; one that is not here cannot be looked at."""
    if resolve(ctx.git, commit) is None:
        return False
    ref = branch_ref(ctx, line)
    if is_ancestor(ctx.git, commit, ref):
        return False
    return contains_patch(ctx.git, commit, landing.start_of_fix(ctx), ctx.commit) is not None


def _has_markers(folder: str, name: str) -> bool:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return any(line.startswith(_MARKERS) for line in file)
    except OSError:
        return False
