"""What became of a pick: done, in conflict, or with nothing left of it."""

from hotfix_tui.steps.backport import commands
from hotfix_tui.steps.backport.inspect import Place
from hotfix_tui.steps.contract import Context, Probe, done, failed


def after_pick(ctx: Context, step: str, line: str, there: Place, bad: Probe | None) -> Probe:
    """The result of picking, from the worktree and the remote; `bad` is what the run itself says, None if well."""
    if there.conflicts:
        names = ", ".join(there.conflicts)
        return failed(
            f"conflicts in {names}. Resolve them in {there.path}, then: `do {step} --choose continue`",
            conflicts=there.conflicts,
            verdict="conflict",
        )
    if there.doing and (stopped := _stopped(step, line, there, bad)):
        return stopped
    alone = len(ctx.evidence(step, "picked", [])) == 1
    if there.empty and there.doing and not (alone and there.own):
        if alone:
            return done(
                f"nothing is left to pick: {line} has the same lines already", verdict="already there"
            )
        return failed(f"nothing is left of one commit; go on: `do {step} --choose skip`", verdict="conflict")
    if ctx.evidence(step, "act") == "skip" and not there.own:
        if ctx.evidence(step, "nothing_left", False):
            return done(
                f"nothing was left to pick: {line} has the same lines already", verdict="already there"
            )
        return failed(f"skipped; {line} does not carry the fix", verdict="")
    if bad is not None:
        return bad
    branch = str(ctx.evidence(step, "branch"))
    if not there.own and not there.doing:
        return failed(
            f"nothing arrived on {branch}: see whether {line} has the change already, else pick it: `do {step}`",
            verdict="",
        )
    pushed = bool(ctx.remote) and commands.on_remote(ctx, branch) == there.commit
    if ctx.remote and not pushed:
        return failed(f"{branch} is not on {ctx.remote} as {there.commit[:7]}", commit=there.commit)
    untidy = (
        f". In {there.path} git still shows the pick as under way: see whether another git holds a lock "
        f"(packed-refs.lock), then git {there.doing} --quit there"
    )
    return done(
        f"picked as {there.commit[:7]} on {branch}; it still has to be merged into {line}"
        + (untidy if there.doing else ""),
        commit=there.commit,
        pushed=pushed,
        verdict="picked",
        merged=False,
        url=commands.page(ctx, line, branch) or None,
    )


def _stopped(step: str, line: str, there: Place, bad: Probe | None) -> Probe | None:
    """What to say where git stopped without a file in conflict; None where nothing is left of the commit at hand."""
    if there.doing == "am" and there.empty:
        # git took nothing of the patch: no file holds a trace of it, and that is not "nothing left".
        why = f" ({bad.why})" if bad else ""
        return failed(
            f"the patch does not apply to {line}{why}. Give it up: `do {step} --choose abort`, then pick: "
            f"`do {step} --choose pick`",
            verdict="conflict",
        )
    if there.empty:
        return None
    return failed(
        f"git stopped with nothing left in conflict: it put in how a like conflict was resolved before (rerere). "
        f"Look at the files in {there.path}, then: `do {step} --choose continue`",
        conflicts=[],
        verdict="conflict",
    )
