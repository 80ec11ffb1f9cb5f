"""What is live before a deployment, and whether the deployment would include the fix at all."""

from contextlib import suppress

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import changes_not_in, is_ancestor
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.platforms.release import ServedRelease
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.deploy import methods, past
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.landed import fix as landed_fix
from hotfix_tui.steps.live.answer import LiveAnswer

_MERGE = "Merge it first: `do release.merge`, then `do release.confirm`."


def known_before(ctx: Context, commit: str, seen: LiveAnswer | None, warnings: list[str]) -> Deployed:
    """Return what is live before the deployment: the commit, and the platform's own id of it.

    Only values read as a commit, or as a release's id, are kept as such. What an attempt of this round put there is
    not what was live before.
    """
    before = ctx.record.evidence(Deployed) or Deployed()
    previous = seen.commit if seen else ""
    if previous in ("", commit):
        previous = before.commit_before
    made = Deployed(commit, previous, ctx.seen(Tagged).tag, part=ctx.part).without_defaults()
    on = methods.platform(ctx)
    if on is None or not releases.reads(on):
        if on is not None and methods.configured(ctx, "rollback") is None:
            warnings += filter(None, [past.unread(on, releases.values(ctx, on))])
        return made
    now = releases.served(ctx, on)
    tried = ctx.record.entry(Deployed.STEP).get("state") in ("failed", "unknown")
    half = releases.spread(ctx, on, after_failure=tried).mixed
    if half:
        warnings.append(f"{half}.")
    if now.release is None:
        if now.asked and not half:
            warnings.append(
                f"Which release {on.name} serves is not known, so that a rollback to it goes by hand: {now.why}."
            )
        kept = before.release_before
    elif _is_ours(ctx, commit, before, now.release):
        kept = before.release_before
    else:
        kept = releases.kept(ctx, now.release)
        serves = "served last as a whole" if half else "serves"
        now_ = "" if half else " now"
        warnings.append(f"{on.name} {serves} {kept.id}{now_}; `rollback previous` goes back to it.")
    if now.release is not None and now.release.pinned:
        warnings.append(
            f"{on.name} holds what it serves there: what is deployed does not go live by itself until that is undone."
            + (" Prepare a release and activate it." if "prepare" in on.commands else "")
        )
    on_it = Deployed(platform=on.id, previous_release=kept.id if kept else "", release_before=kept)
    return made.joined(on_it).without_defaults()


def _is_ours(ctx: Context, commit: str, before: Deployed, release: ServedRelease) -> bool:
    """Return whether an earlier attempt of this round put the release there, or may have."""
    its = releases.whole_commit(ctx, release)
    if len(its) in releases.WHOLE:
        return its == commit
    tried = any(
        run["step"] == Deployed.STEP and run.get("round", 1) == ctx.record.round for run in ctx.record.runs
    )
    return tried and before.release_before is not None


def head_is_taken(ctx: Context, commit: str, step: str = Deployed.STEP, cure: str = _MERGE) -> list[str]:
    """Return what to read if the platform deploys a branch's head. Raises Refused if that does not contain `commit`."""
    on = methods.takes_head(ctx)
    if on is None:
        return []
    with suppress(GitError):
        landed_fix.refresh(ctx, ctx.landing)
    head = resolve(ctx.git, branch_ref(ctx, ctx.landing))
    if head is None or not is_ancestor(ctx.git, commit, head):
        raise refuse(
            f"{on.name} deploys the head of {ctx.landing}, which does not hold {commit[:7]}.",
            cure,
            step,
        )
    beyond = len(changes_not_in(ctx.git, head, commit))
    more = f", with {beyond} other commit{'s' if beyond > 1 else ''}" if beyond else ""
    return [f"{on.name} deploys the head of {ctx.landing}, {head[:7]}{more}."]
