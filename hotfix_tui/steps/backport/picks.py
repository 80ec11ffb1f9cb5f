"""What a backport carries over, and the names of its branch and worktree."""

from hotfix_tui.git.refs import branches, first_free
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.catalog import backport_step, line_slug
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.ids import id_of_ticket
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common.checkouts import worktrees_dir
from hotfix_tui.steps.common.target_commit import wanted_commit
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.landed import fix as landed_fix


def line_of(ctx: Context, step: str) -> str:
    """Return the line that the step id stands for. Raises Refused if no line of the incident has that id."""
    for line in (*ctx.record.lines, *ctx.record.offered_lines):
        if backport_step(line).id == step:
            return line
    lines = ", ".join(ctx.record.lines) or "none"
    raise refuse(f"No line belongs to {step}.", f"Lines of this incident: {lines} (git.backports).", step)


def picks(ctx: Context, step: str) -> list[str]:
    """Return the commits that carry the fix, oldest first: what landed, or before that the hotfix's own.

    A merge is carried over as the commits it brought: each keeps its author and message. Raises Refused while neither
    is known.
    """
    landed = list(ctx.seen(Landed).commits)
    if not landed and ctx.landed:
        landed = [ctx.landed]
    if not landed and ctx.commit and wanted_commit(ctx) == ctx.commit:
        landed = landed_fix.own_commits(ctx.git, landed_fix.start_of_fix(ctx), ctx.commit)
    if not landed:
        raise refuse("It is not known yet which commit carries the fix.", "Look: `do release.confirm`.", step)
    out: list[str] = []
    for commit in landed:
        # An earlier fix that this one builds on came with the same merge: it is carried over too.
        brought = landed_fix.own_commits(ctx.git, f"{commit}^1", commit)
        out += brought if landed_fix.is_merge(ctx.git, commit) else [commit]
    if not out:
        cure = f"Pick it by hand: git cherry-pick -m 1 {landed[-1][:12]}."
        raise refuse("The merge brought no commit of its own.", cure, step)
    return list(dict.fromkeys(out))


def usual_branch(ctx: Context, line: str) -> str:
    """Return the name of a backport's branch: ``backport/<line>/<ticket or id>``."""
    return f"backport/{line}/{id_of_ticket(embargo.reference(ctx.record))}"


def free_branch(ctx: Context, line: str) -> str:
    """Return the usual name, or with ``-2``, ``-3``, … if that is taken here or on the remote."""
    taken = {branch.name for branch in branches(ctx.git)}
    if ctx.remote:
        taken |= {branch.name for branch in branches(ctx.git, ctx.remote)}
    return first_free(usual_branch(ctx, line), taken)


def usual_place(ctx: Context, line: str) -> str:
    """Return where the worktree of the line goes, if it is free."""
    return worktrees_dir(ctx, line_slug(line), line_slug(line))
