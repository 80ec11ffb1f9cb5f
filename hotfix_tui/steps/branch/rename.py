"""Under embargo: give the hotfix branch a neutral name before anybody outside has seen it.

Apart from the creation of the branch, of which it is another way: it acts only under embargo.
"""

from hotfix_tui.git.refs import branch_exists
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.branch.names import branch_names
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.contract import Choice, Context, Plan, Probe, done, failed
from hotfix_tui.steps.guards import disclosure

_STEP = catalog.BRANCH_CREATE
CHOICE = Choice(
    disclosure.NEUTRAL_NAME, "Give the branch a neutral name", "it is renamed; commits and files stay"
)


def plan(ctx: Context) -> Plan:
    """Return the one command that renames it. Raises Refused if there is nothing to rename, or it is too late."""
    if not ctx.branch or not disclosure.renamable(ctx):
        raise refuse(
            "The branch is not renamed: its name tells nothing, it was pushed, or it is not the wizard's.",
            "Rename it yourself: git branch -m, then adopt it: `adopt BRANCH`.",
            _STEP,
        )
    name, _ = branch_names(ctx)
    command = git_command(ctx, "branch", "-m", "--", ctx.branch, name, cwd=ctx.worktree)
    known = Branched(branch=name, renamed_from=ctx.branch)
    return Plan(f"Rename {ctx.branch} to {name}", [command], known=known, timeout=60)


def conclude(ctx: Context, run: RunState, directory: str) -> Probe:
    """Return its current name, according to git."""
    if branch_exists(ctx.git, ctx.branch):
        return done(f"it is called {ctx.branch} now", Branched(renamed_from=""), adds=True)
    before = ctx.seen(Branched).renamed_from
    bad = failure_probe(run, directory, "Renaming the branch")
    why = bad.why if bad else "it has its old name still"
    return failed(why, Branched(branch=before, renamed_from=""), adds=True)
