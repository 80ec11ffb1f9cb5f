"""The outcome of a pick: on its branch, in conflict, or with nothing left of it.

Apart from the step: how a pick ended is read from its worktree and the remote, whatever comes next.
"""

from hotfix_tui.incident.model.evidence.backport import ALREADY_THERE, CONFLICT, PICKED, TEST_ONLY, Backported
from hotfix_tui.steps.backport import commands
from hotfix_tui.steps.backport.forecast import already_there
from hotfix_tui.steps.backport.inspect import BackportWorktree, Conflict, look, only_tests
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.contract import Context, Probe, done, failed, waiting


def listed(conflicts: list[Conflict]) -> str:
    """Return the conflicts as a clause: each file with the kind of conflict."""
    return ", ".join(f"{conflict.path} ({conflict.kind})" for conflict in conflicts)


def after_pick(ctx: Context, step: str, line: str, there: BackportWorktree, bad: Probe | None) -> Probe:
    """Return the result of picking, from the worktree and the remote; `bad` is the run's failure, None if there is
    none.
    """
    if there.conflicts:
        return _in_conflict(ctx, step, there)
    if there.doing and (stopped := _stopped(step, line, there, bad)):
        return stopped
    if nothing := _nothing(ctx, step, line, there):
        return nothing
    if bad is not None:
        return bad
    branch = ctx.seen(Backported, step).branch
    if not there.own and not there.doing:
        looked = look(ctx, step, line)
        if looked.state == "done":
            return looked  # it was merged into its line in the meantime
        return failed(
            f"nothing arrived on {branch}: see whether {line} has the change already, else pick it: `do {step}`",
            Backported(verdict=""),
            adds=True,
        )
    pushed = bool(ctx.remote) and commands.on_remote(ctx, branch) == there.commit
    if ctx.remote and not pushed:
        return failed(
            f"{branch} is not on {ctx.remote} as {there.commit[:7]}",
            Backported(commit=there.commit),
            adds=True,
        )
    return _picked(ctx, line, branch, there, pushed)


def half_done(ctx: Context, step: str, line: str, there: BackportWorktree) -> Probe | None:
    """Return what the engineer has to decide in the worktree; None if nothing is stopped there, or nothing is left.

    A pick that stopped is not one that was never begun: editor and shell are opened there, and the row keeps saying so.
    """
    if not there.doing:
        return None
    if there.conflicts:
        return _in_conflict(ctx, step, there)
    if there.empty:
        return _stopped(step, line, there, None)
    return failed(
        f"nothing is in conflict any more in {there.path}, and the {there.doing} is not finished there. "
        f"Go on: `do {step} --choose continue`",
        Backported(conflicts=(), verdict=CONFLICT),
        adds=True,
    )


def _in_conflict(ctx: Context, step: str, there: BackportWorktree) -> Probe:
    names = tuple(conflict.path for conflict in there.conflicts)
    return failed(
        f"conflicts: {listed(there.conflicts)}. Resolve them in {there.path} and `git add` them there, then: "
        f"`do {step} --choose continue`",
        Backported(
            conflicts=names,
            resolved=tuple(sorted({*ctx.seen(Backported, step).resolved, *names})),
            verdict=CONFLICT,
        ),
        adds=True,
    )


def _picked(ctx: Context, line: str, branch: str, there: BackportWorktree, pushed: bool) -> Probe:
    untidy = (
        f". In {there.path} git still shows the pick as under way: see whether another git holds a lock "
        f"(packed-refs.lock), then git {there.doing} --quit there"
    )
    tests = only_tests(ctx, line, there.commit)
    what = f", but only the test is new there: see whether {line} has the fault at all" if tests else ""
    return waiting(
        f"picked as {there.commit[:7]} on {branch}{what}; not merged into {line} yet"
        + (untidy if there.doing else ""),
        Backported(
            commit=there.commit,
            pushed=pushed,
            verdict=TEST_ONLY if tests else PICKED,
            merged=False,
            url=commands.page(ctx, line, branch) or None,
        ),
        adds=True,
    )


def _nothing(ctx: Context, step: str, line: str, there: BackportWorktree) -> Probe | None:
    """Return the result if nothing is left of a commit; None if something is. Raises GitError.

    That is "already there" only if the line itself has the same lines: resolving a conflict by keeping the line's
    text carries nothing over.
    """
    skipped = ctx.record.note(step).act == "skip" and not there.own
    if not skipped and not (there.empty and there.doing):
        return None
    chosen = list(ctx.seen(Backported, step).picked)
    if not skipped and len(chosen) == 1 and there.own:
        return None  # the one commit was made, and git could not clean up after it
    if already_there(ctx, branch_ref(ctx, line), chosen):
        return done(
            f"nothing is left to pick: {line} has the same lines already",
            Backported(verdict=ALREADY_THERE),
            adds=True,
        )
    if skipped:
        return failed(f"skipped; {line} does not carry the fix", Backported(verdict=""), adds=True)
    if len(chosen) == 1:
        return failed(
            f"nothing of the fix is left: the conflict was resolved to what {line} had. If {line} never had the fault, "
            f"waive this backport with that reason; else give up and pick again: `do {step} --choose abort`",
            Backported(verdict=CONFLICT),
            adds=True,
        )
    return failed(
        f"nothing is left of one commit; go on: `do {step} --choose skip`",
        Backported(verdict=CONFLICT),
        adds=True,
    )


def _stopped(step: str, line: str, there: BackportWorktree, bad: Probe | None) -> Probe | None:
    """Return the result if git stopped without a conflicting file; None if nothing is left of the current commit."""
    if there.doing == "am" and there.empty:
        # git applied nothing of the patch: no file has a trace of it, and that is not "nothing left".
        why = f" ({bad.why})" if bad else ""
        return failed(
            f"the patch does not apply to {line}{why}. Give it up: `do {step} --choose abort`, then pick: "
            f"`do {step} --choose pick`",
            Backported(verdict=CONFLICT),
            adds=True,
        )
    if there.empty:
        return None
    return failed(
        f"git stopped with nothing left in conflict: it put in how a like conflict was resolved before (rerere). "
        f"Look at the files in {there.path}, then: `do {step} --choose continue`",
        Backported(conflicts=(), verdict=CONFLICT),
        adds=True,
    )
