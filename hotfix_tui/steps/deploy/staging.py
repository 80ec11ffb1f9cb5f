"""verify.staging: the tested commit on the staging environment, from the same kind of checkout as production's."""

from hotfix_tui.git.refs import tree
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.verify import Staged
from hotfix_tui.incident.rules.step_state import current_key
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.checkouts import deploy_checkout, folder_in, worktrees_dir
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.common.target_commit import values
from hotfix_tui.steps.contract import (
    Context,
    Plan,
    Probe,
    Step,
    done,
    if_git_fails,
    not_done,
    refuse,
    refusing,
    unknown,
)
from hotfix_tui.steps.deploy import platform_check
from hotfix_tui.steps.deploy.dependencies import made_ready, unbuilt
from hotfix_tui.steps.deploy.methods import meanings, method_for


class Staging(Step):
    """Deploys to staging; usually nothing there can be queried, so its command's end counts."""

    id = catalog.VERIFY_STAGING

    def probe(self, ctx: Context) -> Probe:
        """Return the result for the deployed files, whichever commit contains them."""
        deployed = ctx.seen(Staged).commit
        if not deployed:
            return not_done("nothing was deployed to staging yet")
        wanted = _commit(ctx)
        if deployed != wanted and not _same_files(ctx, deployed, wanted):
            return not_done(f"staging got {deployed[:7]}, an earlier version")
        return unknown("staging cannot be asked; look at its page")

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        commit = _commit(ctx)
        if not commit:
            raise refuse("There is no commit to deploy yet.", "Commit the fix: `do verify.commit`.", self.id)
        title = f"Deploy {commit[:7]} to staging"
        url = ctx.config.deploy.staging_url
        known_there = Staged(commit=commit, url=url) if url else Staged(commit=commit)
        known = values(ctx, "staging", commit)
        with refusing("Fix that, then deploy again.", self.id):
            method = method_for(ctx, "staging", self.id, worktrees_dir(ctx, "deploy"), known, title)
            if not method.commands:
                return Plan(
                    title, by_hand=method.by_hand, url=url, warnings=method.warnings, known=known_there
                )
            checkout = deploy_checkout(ctx, commit, method.carry)
            lend = made_ready(ctx, "staging", checkout, commit, self.id)
            method = method_for(ctx, "staging", self.id, folder_in(ctx, checkout.path), known, title)
        return Plan(
            title,
            commands=[*checkout.commands, *lend, *method.commands],
            tty=method.tty,
            timeout=method.timeout,
            locks=["staging"],
            warnings=platform_check.before(ctx, "staging").sentences
            + unbuilt(ctx, "staging")
            + method.warnings,
            unasked=method.unasked,
            trusted=method.trusted,
            known=known_there,
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        bad = failure_probe(run, directory, "The deployment to staging", meanings(ctx, "staging"))
        if bad is not None:
            return bad
        commit = ctx.seen(Staged).commit or _commit(ctx)
        return done("its command ended well; look at staging yourself", Staged(commit=commit), adds=True)


def _commit(ctx: Context) -> str:
    """Return the commit whose files count: the landed one, once it is confirmed that other files landed too."""
    if ctx.landed and current_key(ctx.record, ctx.record.definition(catalog.VERIFY_STAGING)) == _tree(ctx):
        return ctx.landed
    return ctx.commit


def _tree(ctx: Context) -> str:
    return _tree_of(ctx, ctx.landed)


@if_git_fails("")
def _tree_of(ctx: Context, commit: str) -> str:
    return tree(ctx.git, commit) if commit else ""


def _same_files(ctx: Context, first: str, other: str) -> bool:
    return bool(tree_id := _tree_of(ctx, first)) and tree_id == _tree_of(ctx, other)


STEPS = (Staging(),)
