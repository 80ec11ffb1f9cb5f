"""verify.push: this one branch, at its verified commit, to every address of the remote, and checked there after."""

from typing import NamedTuple

from hotfix_tui.base.ref_names import head_ref
from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.faults import wants_terminal
from hotfix_tui.git.history import is_ancestor
from hotfix_tui.git.push import Address, addresses, push_args, sent_along
from hotfix_tui.git.refs import branch_exists, resolve
from hotfix_tui.git.remote import ASK_SECONDS, ls_remote, push_urls, remotes
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.model.evidence.verify import Pushed
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.hooks import hooks_here, missing_hooks
from hotfix_tui.steps.common.outcome import argvs, failure_probe, last_words, reason_of, unchecked
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.common.set_off import branch_starts
from hotfix_tui.steps.contract import (
    Choice,
    Command,
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    not_done,
    refuse,
    unknown,
    unknown_if_git_fails,
)
from hotfix_tui.steps.guards import disclosure

_AGAIN, _WITHOUT = "missing", "without"
_REFUSED = [0, 1]
"""Statuses of a push after which the next address still gets its turn: 1 is a rejection, git's own errors are 128."""


class Push(Step):
    """Done when every push URL of the remote has the branch at the hotfix commit."""

    id = catalog.VERIFY_PUSH
    looks_early = True

    def choices(self, ctx: Context) -> list[Choice]:
        seen = _kept(ctx)
        if seen is None or not seen.missing or not seen.reached:
            return []
        names = ", ".join(seen.missing)
        return [
            Choice(_AGAIN, f"Push to {names} again", "the others have it"),
            Choice(_WITHOUT, f"Go on without {names}", "push it there later: it is said at this step"),
        ]

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        if not ctx.commit:
            return not_done("there is no hotfix commit yet")
        if not ctx.push_remote:
            return not_done("there is no remote")
        return _look(ctx, _there(ctx)) if ctx.branch else _absent(ctx)

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if not ctx.push_remote:
            raise refuse(
                "There is no remote to push to.", "Add one: git remote add, then `do branch.preflight`."
            )
        if not ctx.commit:
            raise refuse("There is no hotfix commit yet.", "Make it: `do verify.commit`.", self.id)
        if not ctx.branch:
            raise refuse("There is no hotfix branch.", "Make it: `do branch.create`.", self.id)
        if ctx.branch in (ctx.production, ctx.landing):
            cure = f"Make a hotfix branch, or push it yourself: git push {ctx.push_remote} {ctx.branch}."
            what = "production branch" if ctx.branch == ctx.production else "branch on which the fix lands"
            raise refuse(f"{ctx.branch} is the {what}.", cure, self.id)
        if choice not in ("", _AGAIN, _WITHOUT):
            cure = f"Choose {_AGAIN} or {_WITHOUT}, or leave --choose out."
            raise refuse(f"{one_line(choice, 60)!r} is no way to push.", cure, self.id)
        disclosure.destination(ctx)
        return _without(ctx) if choice == _WITHOUT else _plan(ctx)

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        if choice != _WITHOUT:
            return None
        seen = self.probe(ctx)
        pushed = seen.seen(Pushed)
        if seen.state == "done" or not pushed.reached:
            return seen
        return done(_said_without(pushed.missing), pushed.but(without=pushed.missing, missing=()))

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        seen = self.probe(ctx)
        if seen.state == "done":
            idle = unchecked(directory)
            return seen._replace(why="; ".join(filter(None, (seen.why, idle))))
        partly = bool(seen.seen(Pushed).reached)
        if seen.state == "unknown" and not partly and not _not_let_in(run, directory):
            return seen
        if moved := _moved(ctx, run):
            return failed(moved)
        if partly:
            reasons = [why for why in map(str, _reasons(run, directory)) if why]
            why = f"{seen.why}: {'; '.join(dict.fromkeys(reasons))}" if reasons else seen.why
            again = (
                f"`do {self.id}` tries what is missing; `do {self.id} --choose {_WITHOUT}` goes on without"
            )
            return failed(f"{why}. {again}", seen.seen(Pushed))
        return failure_probe(run, directory, "The push") or failed(seen.why)


class _There(NamedTuple):
    """What the addresses of the remote have; `by_name` if it has only one, for fetching and for pushing."""

    places: list[Address]
    by_name: bool


def _ref(ctx: Context) -> str:
    return head_ref(ctx.branch)


def _name(ctx: Context) -> str:
    return one_line(ctx.branch, 80)


def _kept(ctx: Context) -> Pushed | None:
    """Return what was seen at the last push of this commit; None if nothing was."""
    seen = ctx.seen(Pushed)
    return seen if seen.commit == ctx.commit else None


def _there(ctx: Context) -> _There:
    """Return what each address of the remote has under the branch's name. Raises GitError if none can be queried."""
    git, remote, ref = ctx.git, ctx.push_remote, _ref(ctx)
    pushed = push_urls(git, remote)
    if len(pushed) == 1 and pushed == remotes(git).get(remote):
        commit = ls_remote(git, remote, [ref], timeout=ASK_SECONDS).get(ref)
        return _There([Address(pushed[0], commit)], True)
    places = addresses(git, remote, ref, timeout=ASK_SECONDS)
    if places and all(place.error for place in places):
        raise next(place.error for place in places if place.error)
    return _There(places, False)


def _look(ctx: Context, there: _There) -> Probe:
    """Return at which addresses the branch is at the hotfix commit."""
    reached = tuple(place.shown for place in there.places if place.commit == ctx.commit)
    missing = tuple(place.shown for place in there.places if place.commit != ctx.commit)
    kept = _kept(ctx)
    accepted = kept.without if kept else ()
    seen = Pushed(ref=_ref(ctx), commit=ctx.commit, remote=ctx.push_remote)
    if not missing:
        more = "" if there.by_name else f"on {', '.join(reached)}"
        return done(more, seen.but(without=(), missing=(), reached=reached if more else ()))
    if not reached:
        commits = {place.commit for place in there.places if not place.error}
        if commits == {None}:
            return _absent(ctx)
        other = next((commit for commit in commits if commit), "") or ""
        return not_done(f"{ctx.push_remote} has {_name(ctx)} at {other[:7]}, not at {ctx.commit[:7]}")
    if set(missing) <= set(accepted):
        return done(_said_without(missing), seen.but(reached=reached, without=missing))
    unasked = [f"{place.shown} could not be asked: {place.why}" for place in there.places if place.error]
    why = f"{', '.join(reached)} has {_name(ctx)}, {', '.join(missing)} does not"
    seen = seen.but(reached=reached, missing=missing)
    if len(unasked) == len(missing):
        return unknown(f"{', '.join(reached)} has {_name(ctx)}; {'; '.join(unasked)}", seen)
    return not_done(why, seen)


def _said_without(missing: tuple[str, ...]) -> str:
    return f"not on {', '.join(missing)}: push it there later"


def _plan(ctx: Context) -> Plan:
    there, unasked = _asked(ctx)
    places = there.places if there else []
    open_ = [place for place in places if place.commit != ctx.commit]
    if there and not open_:
        return Plan(f"See that {ctx.push_remote} has {ctx.branch}")
    source, guard = _source(ctx)
    refspec = f"{source}:{_ref(ctx)}"
    commands, replaced = list(guard), []
    for remote, place in _targets(ctx, places, open_):
        lease = _lease(ctx, place.commit) if place and place.commit else []
        replaced += [place.commit for _ in lease if place and place.commit]
        args = push_args(ctx.git, remote, refspec, lease=lease)
        commands.append(git_command(ctx, *args, cwd=ctx.worktree, network=True))
    for command in commands[len(guard) : -1]:
        command.ok[:] = _REFUSED
    where = ctx.push_remote if len(open_) == len(places) else ", ".join(place.shown for place in open_)
    warnings = disclosure.before_push(ctx) + unasked
    warnings += [f"The branch there is replaced, exactly if it is still at {sha[:7]}." for sha in replaced]
    warnings += sent_along(ctx.git)
    if none := missing_hooks(ctx.work):
        warnings.append(none)
    title = f"Push {ctx.branch} to {where}"
    locks = [f"push-{ctx.branch}"]
    starts, heed = branch_starts(ctx)
    assures = _assured(open_, replaced)
    return Plan(
        title,
        commands,
        tty=True,
        timeout=1800,
        locks=locks,
        warnings=warnings + heed,
        assures=assures,
        starts=starts,
    )


def _assured(open_: list[Address], replaced: list[str]) -> list[str]:
    """Return that nothing is overwritten, if the remote was queried and says so."""
    if not open_ or replaced or any(place.error for place in open_):
        return []
    if all(place.commit is None for place in open_):
        return ["The branch is new there; nothing is overwritten."]
    return ["What is there already is part of it; nothing is overwritten."]


def _source(ctx: Context) -> tuple[str, list[Command]]:
    """Return what is pushed, and the check before it.

    A pre-push hook may check the branch, so the push uses the branch's own name; git first checks that the branch has
    nothing but the verified commit. Without such a hook, the commit itself is pushed: nothing can come between.
    """
    if "pre-push" not in hooks_here(ctx.work) or branch_exists(ctx.git, ctx.branch) != ctx.commit:
        return ctx.commit, []
    args = ("merge-base", "--is-ancestor", _ref(ctx), ctx.commit)
    return _ref(ctx), [git_command(ctx, *args, cwd=ctx.worktree)]


def _targets(ctx: Context, places: list[Address], open_: list[Address]) -> list[tuple[str, Address | None]]:
    """Return what to push to: the remote by its name if all addresses have the same, otherwise each that lacks it."""
    alike = {place.commit for place in open_}
    if len(alike) < 2 and len(open_) == len(places):
        return [(ctx.push_remote, open_[0] if open_ else None)]
    # An address with a password must not appear on a command line; those that have the branch accept nothing new.
    if any(place.secret for place in open_):
        return [(ctx.push_remote, None)]
    return [(place.url, place) for place in open_]


def _without(ctx: Context) -> Plan:
    seen = _kept(ctx)
    if seen is None or not seen.reached:
        raise refuse(
            "No address has the branch yet, so it cannot go on without one.",
            "Push it: `do verify.push`.",
            Push.id,
        )
    return Plan(f"Go on without {', '.join(seen.missing) or 'nothing'}")


def _asked(ctx: Context) -> tuple[_There | None, list[str]]:
    """Return what `_there` does, and what to read first if the remote wants to prompt before it says anything.

    The push is planned anyway, since it can be run on the terminal; nothing is forced, so an existing branch rejects
    it. Raises Refused if the remote cannot be queried at all.
    """
    try:
        return _there(ctx), []
    except GitError as error:
        if wants_terminal(error.stderr):
            said = f"{ctx.push_remote} could not be asked: {error.sentence}"
            return None, [f"{said}; or run it with the terminal: `do verify.push --terminal`."]
        cure = "Fix that, then push again; or push by hand, and look again."
        raise refuse(f"{ctx.push_remote}: {error.sentence}.", cure, catalog.VERIFY_PUSH) from error


def _not_let_in(run: RunState, directory: str) -> bool:
    """Return whether the push failed at the login, so that certainly nothing was pushed."""
    return run.state == "exited" and not run.succeeded and wants_terminal(last_words(run, directory))


def _moved(ctx: Context, run: RunState) -> str:
    """Return a sentence if the branch has moved on since its commit was verified, so that nothing was pushed."""
    if run.state != "exited" or run.failed_command != 0:
        return ""
    tip = branch_exists(ctx.git, ctx.branch)
    if tip is None or tip == ctx.commit:
        return ""
    return (
        f"{_name(ctx)} is at {tip[:7]} now, not at the verified {ctx.commit[:7]}, so nothing was pushed; "
        "look at the change (`do fix.change`) and verify it again"
    )


def _reasons(run: RunState, directory: str) -> list[str]:
    """Return why the pushes of a run failed."""
    pushes = [n for n, argv in enumerate(argvs(directory)) if "push" in argv]
    return [reason_of(directory, n) for n in pushes if n < len(run.codes) and run.codes[n]]


def _absent(ctx: Context) -> Probe:
    """Return what it means that the remote does not have the branch: not yet, not any more, or not needed."""
    landing = branch_ref(ctx, ctx.landing)
    if resolve(ctx.git, landing) and is_ancestor(ctx.git, ctx.commit, landing):
        ref = head_ref(ctx.landing)
        return done(f"{ctx.landing} holds the commit", Pushed(ref, ctx.commit, ctx.remote), adds=True)
    pushed = ctx.seen(Pushed).commit == ctx.commit
    adopted = ctx.seen(Branched).adopted
    if (pushed or adopted) and ctx.record.entry(catalog.RELEASE_CONFIRM).get("state") == "done":
        why = "the branch was removed there after the fix landed" if pushed else "the fix landed there"
        return done(why, Pushed(commit=ctx.commit, remote=ctx.push_remote), adds=True)
    name = _name(ctx) or "the hotfix commit"
    return not_done(f"{ctx.push_remote} does not have {name} {'(any more)' if pushed else 'yet'}")


def _lease(ctx: Context, there: str) -> list[str]:
    """Return the option that lets the push replace exactly `there`; none is needed if it only adds commits.

    Raises Refused if the remote branch has something that the wizard did not put there.
    """
    if resolve(ctx.git, there) and is_ancestor(ctx.git, there, ctx.commit):
        return []
    ours = ctx.seen(Branched).made_by_wizard
    if ours and ctx.seen(Pushed).commit == there:
        return [f"--force-with-lease={_ref(ctx)}:{there}"]
    cure = (
        f"Fetch and look at it: git fetch {ctx.push_remote} {ctx.branch}. Then build on it, "
        "or take another branch name: git branch -m, and `do branch.create`."
    )
    raise refuse(
        f"{ctx.push_remote} has {_name(ctx)} at {there[:7]} with commits that are not here.",
        cure,
        catalog.VERIFY_PUSH,
    )


STEPS = (Push(),)
