"""verify.push: this one branch, by its commit, and checked against the remote afterwards."""

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.faults import wants_terminal
from hotfix_tui.git.history import is_ancestor
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.remote import ls_remote
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.outcome import ended_badly, last_words
from hotfix_tui.steps.contract import Context, Plan, Probe, Step, done, failed, not_done, refuse, unknown
from hotfix_tui.steps.guards import disclosure as kept_back

_ASK_SECONDS = 15.0


class Push(Step):
    """Done when the remote has the branch at the hotfix commit."""

    id = "verify.push"
    looks_early = True

    def probe(self, ctx: Context) -> Probe:
        if not ctx.commit:
            return not_done("there is no hotfix commit yet")
        if not ctx.push_remote:
            return not_done("there is no remote")
        try:
            there = _there(ctx) if ctx.branch else None
            if there is None:
                return _absent(ctx)
            if there != ctx.commit:
                return not_done(f"{ctx.push_remote} has {_name(ctx)} at {there[:7]}, not at {ctx.commit[:7]}")
            return done(ref=_ref(ctx), commit=ctx.commit, remote=ctx.push_remote)
        except GitError as error:
            return unknown(error.sentence)

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if not ctx.push_remote:
            raise refuse(
                "There is no remote to push to.", "Add one: git remote add, then `do branch.preflight`."
            )
        if not ctx.commit:
            raise refuse("There is no hotfix commit yet.", "Make it: `do verify.commit`.", self.id)
        if not ctx.branch:
            raise refuse("There is no hotfix branch.", "Make it: `do branch.create`.", self.id)
        if ctx.branch == ctx.production:
            cure = f"Make a hotfix branch, or push it yourself: git push {ctx.push_remote} {ctx.production}."
            raise refuse(f"{ctx.branch} is the production branch.", cure, self.id)
        kept_back.destination(ctx)
        there, unasked = _asked(ctx)
        title = f"Push {ctx.branch} to {ctx.push_remote}"
        if there == ctx.commit:
            return Plan(f"See that {ctx.push_remote} has {ctx.branch}")
        lease = _lease(ctx, there) if there else []
        args = ("push", "--porcelain", *lease, "--", ctx.push_remote, f"{ctx.commit}:{_ref(ctx)}")
        command = git_command(ctx, *args, cwd=ctx.worktree, network=True)
        warnings = kept_back.before_push(ctx) + (
            unasked
            or (
                [f"The branch there is replaced, exactly if it is still at {there[:7]}."]
                if lease and there
                else []
            )
        )
        locks = [f"push-{ctx.branch}"]
        return Plan(title, [command], tty=True, timeout=1800, locks=locks, warnings=warnings)

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        seen = self.probe(ctx)
        if seen.state == "done" or (seen.state == "unknown" and not _not_let_in(run, directory)):
            return seen
        return ended_badly(run, directory, "The push") or failed(seen.why)


def _ref(ctx: Context) -> str:
    return f"refs/heads/{ctx.branch}"


def _name(ctx: Context) -> str:
    return one_line(ctx.branch, 80)


def _asked(ctx: Context) -> tuple[str | None, list[str]]:
    """Return what `_there` does, and what to read first where the remote wants an answer before it says anything.

    Then the push is planned all the same, since it can be run with the terminal; nothing is forced, so a branch that
    is there already refuses it. Raises Refused where the remote cannot be asked at all.
    """
    try:
        return _there(ctx), []
    except GitError as error:
        if wants_terminal(error.stderr):
            said = f"{ctx.push_remote} could not be asked: {error.sentence}"
            return None, [f"{said}; or run it with the terminal: `do verify.push --terminal`."]
        cure = "Mend that, then `do verify.push`; or push by hand and look again."
        raise refuse(f"{ctx.push_remote}: {error.sentence}.", cure, "verify.push") from error


def _not_let_in(run: RunState, directory: str) -> bool:
    """Whether the push failed at the login, so that it is certain that nothing was pushed."""
    return run.state == "exited" and not run.succeeded and wants_terminal(last_words(run, directory))


def _there(ctx: Context) -> str | None:
    """Return the commit that the remote has under the branch's name now, None if it has none. Raises GitError."""
    return ls_remote(ctx.git, ctx.push_remote, [_ref(ctx)], timeout=_ASK_SECONDS).get(_ref(ctx))


def _absent(ctx: Context) -> Probe:
    """Return what it means that the remote does not have the branch: not yet, not any more, or not needed."""
    production = f"refs/remotes/{ctx.remote}/{ctx.production}"
    if resolve(ctx.git, production) and is_ancestor(ctx.git, ctx.commit, production):
        ref = f"refs/heads/{ctx.production}"
        return done(f"{ctx.production} holds the commit", ref=ref, commit=ctx.commit, remote=ctx.remote)
    pushed = ctx.evidence("verify.push", "commit") == ctx.commit
    adopted = bool(ctx.evidence("branch.create", "adopted", False))
    if (pushed or adopted) and ctx.record.entry("release.confirm").get("state") == "done":
        why = "the branch was removed there after the fix landed" if pushed else "the fix landed there"
        return done(why, commit=ctx.commit, remote=ctx.push_remote)
    name = _name(ctx) or "the hotfix commit"
    return not_done(f"{ctx.push_remote} does not have {name} {'(any more)' if pushed else 'yet'}")


def _lease(ctx: Context, there: str) -> list[str]:
    """Return the option that lets the push replace exactly `there`; none is needed where it only adds commits.

    Raises Refused where the remote branch holds what the wizard did not put there.
    """
    if resolve(ctx.git, there) and is_ancestor(ctx.git, there, ctx.commit):
        return []
    ours = ctx.evidence("branch.create", "made_by_wizard", False)
    if ours and ctx.evidence("verify.push", "commit") == there:
        return [f"--force-with-lease={_ref(ctx)}:{there}"]
    cure = (
        f"Fetch and look at it: git fetch {ctx.push_remote} {ctx.branch}. Then build on it, "
        "or take another branch name: git branch -m, and `do branch.create`."
    )
    raise refuse(
        f"{ctx.push_remote} has {_name(ctx)} at {there[:7]} with commits that are not here.",
        cure,
        "verify.push",
    )


STEPS = (Push(),)
