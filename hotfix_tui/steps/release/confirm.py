"""release.confirm: the production branch, brought up to date, carries the fix."""

from hotfix_tui.git.remote import fetch_argv
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.contract import (
    Command,
    Context,
    Plan,
    Probe,
    Step,
    done,
    not_done,
    refuse,
    unknown_if_git_fails,
)
from hotfix_tui.steps.landed import fix as landed_fix


class ConfirmStep(Step):
    """Finds which commit of the production branch has the fix, and what else landed up to there."""

    id = catalog.RELEASE_CONFIRM
    looks_early = True

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        if not ctx.commit:
            return not_done("there is no hotfix commit yet")
        landed_fix.refresh(ctx, ctx.landing)
        return look(ctx)

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if not ctx.commit:
            raise refuse("There is no hotfix commit to look for.", "Make it: `do verify.commit`.", self.id)
        title = f"See that {ctx.landing} carries the fix"
        if not ctx.remote:
            return Plan(title)
        argv = fetch_argv(ctx.remote, branches=[ctx.landing])
        env = ctx.git.environment(write=True, network=True)
        return Plan(title, commands=[Command(argv=argv, cwd=ctx.root, env=env)], timeout=120)

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        return failure_probe(run, directory, f"Fetching {ctx.landing}") or look(ctx)


@unknown_if_git_fails
def look(ctx: Context) -> Probe:
    """Return whether the production branch, as last fetched, carries the fix."""
    landed = landed_fix.arrival(ctx, ctx.landing)
    if landed is None:
        where = f"{ctx.remote}/{ctx.landing}" if ctx.remote else ctx.landing
        return not_done(f"{where} does not carry the fix, neither its commit nor the same change")
    why = f"{landed.commit[:7]} carries it, by {landed.by}"
    if landed.also_count:
        why += f"; {landed.also_count} other commit{'s' if landed.also_count > 1 else ''} landed, too"
    seen = Landed(
        commit=landed.commit,
        commits=tuple(landed.commits),
        tree=landed.tree,
        same_tree=landed.same_tree,
        also_landed=tuple(landed.also),
        also_count=landed.also_count,
        by=landed.by,
    )
    return done(why, seen, adds=True)


STEPS = (ConfirmStep(),)
