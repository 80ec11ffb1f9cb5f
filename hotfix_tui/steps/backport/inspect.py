"""How far a backport has come: in its worktree, on its branch, on the line."""

import os
from typing import NamedTuple

from hotfix_tui.base.ref_names import head_ref
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.git.diff import diff_numstat
from hotfix_tui.git.history import is_ancestor, merge_base
from hotfix_tui.git.patches import contains_patch
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.remote import ASK_SECONDS, ls_remote
from hotfix_tui.git.repository import head, in_progress
from hotfix_tui.git.status import status
from hotfix_tui.incident.model.evidence.backport import ALREADY_THERE, PICKED, Backported
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.backport.forecast import already_there, shown_as
from hotfix_tui.steps.backport.picks import picks, usual_branch
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.contract import Context, Probe, done, not_done, waiting
from hotfix_tui.steps.landed import fix as landed_fix

_KINDS = {
    "123": "changed on both sides",
    "12": "changed on the line, deleted by the fix",
    "13": "deleted on the line, changed by the fix",
    "23": "added on both sides",
    "2": "renamed or added on the line",
    "3": "renamed or added by the fix",
    "1": "gone on both sides",
}
"""The kind of a conflict, by the stages that git keeps of the file."""


class Conflict(NamedTuple):
    """One unmerged file, and its kind of conflict, as a clause. Which text is right is for the engineer to decide."""

    path: str
    kind: str


class BackportWorktree(NamedTuple):
    """A backport's worktree. `doing` is "cherry-pick" or "am" while one is in progress.

    `conflicts` are its unmerged files; `empty` is whether nothing is left of the current pick; `own` whether there
    are commits beyond the line.
    """

    path: str
    commit: str
    doing: str
    conflicts: list[Conflict]
    empty: bool
    own: bool


def place(ctx: Context, path: str, line: str) -> BackportWorktree | None:
    """Return the worktree at `path`; None if there is none (any more). Raises GitError."""
    if not path or not os.path.isdir(path):
        return None
    there = Git(path)
    doing = in_progress(there) or ""
    now = status(there, untracked="no")
    commit = head(there).commit or ""
    tip = resolve(ctx.git, branch_ref(ctx, line))
    return BackportWorktree(
        path=path,
        commit=commit,
        doing=doing,
        conflicts=_unmerged(there) if now.conflicts else [],
        empty=bool(doing) and now.clean,
        own=bool(commit and tip and not is_ancestor(ctx.git, commit, tip)),
    )


def _unmerged(there: Git) -> list[Conflict]:
    """Return the unmerged files of a worktree with their kinds of conflict. Raises GitError."""
    stages: dict[str, str] = {}
    for entry in there.run("ls-files", "--unmerged", "-z").stdout.split(b"\0")[:-1]:
        about, _, path = entry.partition(b"\t")
        name = os.fsdecode(path)
        stages[name] = stages.get(name, "") + about.split(b" ")[2].decode("ascii")
    return [
        Conflict(name, _KINDS.get("".join(sorted(numbers)), "in conflict"))
        for name, numbers in sorted(stages.items())
    ]


def look(ctx: Context, step: str, line: str) -> Probe:
    """Return whether the fix is on the line, or on a branch for it that is published. Raises GitError."""
    landed_fix.refresh(ctx, line)
    landed = landed_fix.arrival(ctx, line)
    branch = ctx.seen(Backported, step).branch
    picked = ctx.seen(Backported, step).commit
    if landed is not None:
        verdict = PICKED if picked else ALREADY_THERE
        return done(
            f"{line} carries the fix as {landed.commit[:7]}",
            Backported(line=line, commit=picked or landed.commit, merged=True, verdict=verdict),
            adds=True,
        )
    if picked and resolve(ctx.git, picked) and _on_line(ctx, line, picked):
        return done(
            f"{line} holds the backport {picked[:7]}",
            Backported(line=line, commit=picked, merged=True, verdict=PICKED),
            adds=True,
        )
    if _has_the_lines(ctx, step, line):
        return done(
            f"{line} has the same lines already", Backported(line=line, verdict=ALREADY_THERE), adds=True
        )
    return _on_branch(ctx, line, branch or usual_branch(ctx, line), picked)


def _has_the_lines(ctx: Context, step: str, line: str) -> bool:
    """Return whether nothing would be left to pick, whoever wrote it. Raises GitError."""
    try:
        chosen = picks(ctx, step)
    except Refused:
        return False
    return already_there(ctx, branch_ref(ctx, line), chosen)


def _on_line(ctx: Context, line: str, picked: str) -> bool:
    """Return whether the line contains the backport, even squashed; resolving conflicts may have changed its patch."""
    ref = branch_ref(ctx, line)
    if is_ancestor(ctx.git, picked, ref):
        return True
    base = merge_base(ctx.git, picked, ref)
    return base is not None and contains_patch(ctx.git, ref, base, picked) is not None


def _on_branch(ctx: Context, line: str, branch: str, picked: str) -> Probe:
    ref = head_ref(branch)
    if not ctx.remote:
        commit = resolve(ctx.git, ref)
        pushed = False
    else:
        commit = ls_remote(ctx.git, ctx.remote, [ref], timeout=ASK_SECONDS).get(ref)
        pushed = commit is not None
    if commit is None:
        shown = shown_as(ctx, branch_ref(ctx, line))
        cure = (
            f". The line {shown}; if it needs no fix, waive this backport with that reason" if shown else ""
        )
        return not_done(f"{line} does not carry the fix, and there is no branch {branch}{cure}")
    where = f"{ctx.remote}/{branch}" if ctx.remote else branch
    holds = commit == picked or _holds_fix(ctx, line, commit)
    if not holds:
        return not_done(f"{where} does not carry the fix")
    why = f"picked as {commit[:7]} on {where}, not merged into {line} yet"
    seen = Backported(line=line, branch=branch, commit=commit, pushed=pushed, merged=False, verdict=PICKED)
    return waiting(why, seen, adds=True)


def _holds_fix(ctx: Context, line: str, commit: str) -> bool:
    """Return whether a branch made elsewhere carries the fix; one that is not here cannot be checked."""
    if resolve(ctx.git, commit) is None:
        return False
    ref = branch_ref(ctx, line)
    if is_ancestor(ctx.git, commit, ref):
        return False
    return contains_patch(ctx.git, commit, landed_fix.start_of_fix(ctx), ctx.commit) is not None


def only_tests(ctx: Context, line: str, commit: str) -> bool:
    """Return whether the picks up to `commit` change only tests although the fix changes more. Raises GitError."""
    tests = list(ctx.config.guard.test_paths)
    fix = [file.path for file in diff_numstat(ctx.git, landed_fix.start_of_fix(ctx), ctx.commit)]
    base = merge_base(ctx.git, commit, branch_ref(ctx, line))
    made = [file.path for file in diff_numstat(ctx.git, base, commit)] if base else []
    return (
        bool(made)
        and all(is_test_file(path, tests) for path in made)
        and not all(is_test_file(path, tests) for path in fix)
    )
