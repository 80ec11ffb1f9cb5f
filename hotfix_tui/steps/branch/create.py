"""branch.create: the hotfix branch, in place on a clean tree or in its own worktree."""

import os
from typing import Any

from hotfix_tui.base import plain_file
from hotfix_tui.base.reasons import reason
from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import is_ancestor
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import branch_exists, resolve
from hotfix_tui.git.repository import discover, head, in_progress
from hotfix_tui.git.status import status
from hotfix_tui.git.worktrees import where_checked_out
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base, Branched, Preflight
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.branch import rename
from hotfix_tui.steps.branch.names import branch_names, worktree_path
from hotfix_tui.steps.changeset import start_checkout
from hotfix_tui.steps.common import worktree_place
from hotfix_tui.steps.common.commands import ANY_STATUS, driver, git_command
from hotfix_tui.steps.common.hooks import generated_hooks
from hotfix_tui.steps.common.outcome import argvs, failure_probe, reason_of, redacted, why_it_failed, words_of
from hotfix_tui.steps.contract import (
    Choice,
    Command,
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    if_git_fails,
    not_done,
    unknown_if_git_fails,
)
from hotfix_tui.steps.guards import disclosure

IN_PLACE, WORKTREE, WITH_CHANGES = "in-place", "worktree", "worktree-with-changes"


class CreateBranch(Step):
    """Creates the branch from the base; the start checkout is left alone unless it is clean and chosen."""

    id = catalog.BRANCH_CREATE

    def choices(self, ctx: Context) -> list[Choice]:
        if ctx.branch and disclosure.renamable(ctx):
            return [rename.CHOICE]
        own = Choice(WORKTREE, "In a worktree of its own", "your checkout stays exactly as it is")
        if not _why_not_in_place(ctx):
            here = Choice(
                IN_PLACE,
                "Here, in this checkout",
                "it is clean; git switch -c moves it to the branch",
                at_once=_label(ctx),
            )
            return [here, own]
        options = [own]
        if ctx.seen(Preflight).bare or in_progress(ctx.git):
            return options
        state = status(ctx.git, untracked="normal")
        if (state.changed or state.untracked) and not state.conflicts:
            along = "uncommitted and untracked files are copied there; here they stay, too"
            options.append(Choice(WITH_CHANGES, "In a worktree, with the unfinished changes", along))
        return options

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if not ctx.base:
            raise refuse("The base is not known yet.", "Find it first: `do branch.base`.", self.id)
        try:
            if choice == disclosure.NEUTRAL_NAME:
                return rename.plan(ctx)
            if self.probe(ctx).state == "done":
                return Plan(f"See that {ctx.branch or 'the fix'} is there")
            return _plan(ctx, choice)
        except GitError as error:
            cure = "Fix that, then create it again."
            raise refuse(f"The branch cannot be made: {error.sentence}.", cure, self.id) from error

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        if ctx.seen(Branched).renamed_from:
            return rename.conclude(ctx, run, directory)
        seen = _there(ctx)
        if seen.state != "done":
            bad = failure_probe(run, directory, "Making the branch") or not_made(run, directory)
            if bad is None:
                return seen if seen.state != "not-done" else failed(seen.why)
            in_place = ctx.seen(Branched).in_place
            return half_way(ctx.git, bad) if in_place else bad
        place = seen.seen(Branched).worktree
        if not ctx.seen(Branched).taken_along and (lost := not_written(place)):
            why = why_it_failed(run, directory) or "git wrote no reason"
            return failed(
                f"git could not write {lost}: {why}; then bring them back in {place}: git restore ."
            )
        remarks, along, looked = taken_along(directory, seen.seen(Branched))
        if ctx.seen(Branched).taken_along and not looked:
            return failed(
                f"the unfinished changes were not taken along to {place}; copy them there, or remove that "
                "worktree (git worktree remove) and make the branch again",
                seen.seen(Branched).but(taken_along=False),
                adds=True,
            )
        remarks += hook_failed(run, directory)
        if missing := submodules_missing(place):
            remarks.append(f"not there yet: {missing}; run git submodule update --init in {place}")
        return done("; ".join(remarks), along, adds=True)

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        seen = _there(ctx)
        return _whole(ctx, seen)


def _label(ctx: Context) -> str:
    """Return the label for creating the branch here; a long branch name gives way."""
    seen = ctx.seen(Base)
    live = not seen.live or seen.live == ctx.base
    out = "what users have" if published_alone(ctx.record) else "what is live"
    start = out if live else seen.tag or ctx.base[:7]
    try:
        name = branch_names(ctx).branch
    except GitError:
        return "Create the branch here"  # its plan says why
    room = 48 - len(f"Create  from {start}")
    return f"Create {one_line(name, max(room, 12))} from {start}"


@unknown_if_git_fails
def _there(ctx: Context) -> Probe:
    """Return whether this round's fix has its branch or, adopted, exists without one."""
    adopted = ctx.seen(Branched).adopted
    if not ctx.branch and not adopted:
        return not_done()
    if not ctx.branch:
        there = resolve(ctx.git, ctx.commit) is not None
        return done("the fix exists without a branch") if there else not_done("the commit is gone")
    return _look(ctx)


def _look(ctx: Context) -> Probe:
    """Return whether this round's branch exists, starts from the base, and where it is checked out."""
    tip = branch_exists(ctx.git, ctx.branch)
    if tip is None:
        if ctx.commit and resolve(ctx.git, ctx.commit):
            return done("the branch was removed after its commit was made")
        return not_done(f"There is no branch {ctx.branch} (any more)")
    if ctx.base and not is_ancestor(ctx.git, ctx.base, tip):
        return failed(f"{ctx.branch} does not hold the base {ctx.base[:7]}; make another branch")
    place = where_checked_out(ctx.git, ctx.branch)
    if place is None or not os.path.isdir(place):
        if ctx.commit:
            return done("the branch is checked out nowhere")
        return not_done(f"{ctx.branch} is checked out nowhere; `do branch.create` gives it a worktree")
    same = os.path.realpath(place) == os.path.realpath(ctx.root)
    return done("", Branched(worktree=ctx.root if same else place, in_place=same), adds=True)


def _plan(ctx: Context, choice: str) -> Plan:
    if resolve(ctx.git, ctx.base) is None:
        raise refuse(
            f"The base {ctx.base[:7]} is not here.", "Fetch it: `do branch.base`.", catalog.BRANCH_CREATE
        )
    why_not = _why_not_in_place(ctx)
    choice = choice or (WORKTREE if why_not else IN_PLACE)
    if choice == IN_PLACE and why_not:
        cure = "Take a worktree of its own: `do branch.create --choose worktree`."
        raise refuse(f"The branch cannot be made in this checkout: {why_not}.", cure, catalog.BRANCH_CREATE)
    if choice not in (IN_PLACE, WORKTREE, WITH_CHANGES):
        cure = f"Choose {IN_PLACE}, {WORKTREE} or {WITH_CHANGES}."
        raise refuse(f"{choice!r} is not a way to make the branch.", cure, catalog.BRANCH_CREATE)
    left = _left_over(ctx)
    branch, remark = (left, "") if left else branch_names(ctx)
    in_place = choice == IN_PLACE and not left
    path = ctx.root if in_place else worktree_path(ctx)
    if in_place:
        commands = [git_command(ctx, "switch", "--no-track", "-c", branch, ctx.base)]
    else:
        new = ("--", path, branch) if left else ("--no-track", "-b", branch, "--", path, ctx.base)
        # A failing post-checkout hook passes its status to git, although the worktree exists: what comes after it
        # counts.
        add = git_command(ctx, "worktree", "add", *new, ok=ANY_STATUS)
        commands = [add, *_after(ctx, path, choice == WITH_CHANGES)]
    if _has_submodules(ctx):
        args = ("-C", path, "submodule", "update", "--init", "--recursive")
        commands.append(git_command(ctx, *args, network=True, ok=ANY_STATUS))
    known = Branched(
        branch=branch,
        worktree=path,
        in_place=in_place,
        start=ctx.base,
        made_by_wizard=True,
        taken_along=choice == WITH_CHANGES,
        carried=(),
        start_dirty=() if in_place or discover(ctx.root).bare else tuple(start_checkout.marks(ctx.git)),
    )
    where = "here" if in_place else f"in {path}"
    title = f"Make the branch {branch} from {ctx.base[:7]} {where}"
    usual = "" if in_place else worktree_place.pattern(ctx)[1]
    remarks = [said for said in (remark, usual) if said]
    return Plan(title, commands, known=known, warnings=remarks, timeout=600)


def _left_over(ctx: Context) -> str:
    """Return the branch created by this round that is checked out nowhere now, or an empty text."""
    made = ctx.branch and ctx.seen(Branched).made_by_wizard
    if made and branch_exists(ctx.git, ctx.branch) and where_checked_out(ctx.git, ctx.branch) is None:
        return ctx.branch
    return ""


def _after(ctx: Context, path: str, changes: bool) -> list[Command]:
    """Return the command that brings along what git does not track; none if there is nothing."""
    names = [name for name in worktree_place.carried(ctx) if os.path.lexists(os.path.join(ctx.root, name))]
    if not discover(ctx.root).bare:
        names += [name for name in generated_hooks(ctx.git) if name not in names]
    if not names and not changes:
        return []
    args = ["--from", ctx.root, "--to", path, *(["--changes"] if changes else []), "--", *names]
    return [driver("common.carry_driver", *args, cwd=ctx.root)]


def _why_not_in_place(ctx: Context) -> str:
    """Return why this checkout cannot switch to the new branch, or an empty text if it can."""
    repository = discover(ctx.root)
    if repository.bare:
        return "it is a bare repository"
    if repository.partial:
        return "it is a partial clone, and a file that cannot be fetched would leave it half switched"
    operation = in_progress(ctx.git)
    if operation:
        return f"a {operation} is in progress"
    if head(ctx.git).detached:
        return "it is at a commit, not on a branch, and would be hard to find again"
    state = status(ctx.git, untracked="no")
    if state.untouched:
        return "git shows files in it as changed that nobody touched (line ends, or a filter)"
    return "" if state.clean else "it has changes that are not committed"


def _has_submodules(ctx: Context) -> bool:
    lookup = ctx.git.run("cat-file", "-e", f"{ctx.base}:.gitmodules", ok=(0, 1, 128))
    return lookup.returncode == 0


_CARRIES = "carry_driver"


def _whole(ctx: Context, seen: Probe) -> Probe:
    """Return `seen`, a probe of the branch, or that the worktree is incomplete, with the cure.

    A kill or a power cut may have interrupted its creation: git writes the index last, so a checkout without one was
    never finished; files lost in a power cut are missing or empty. A done step was complete once: then only the index
    is checked, since files may be deleted deliberately.
    """
    entry = ctx.record.entry(catalog.BRANCH_CREATE)
    if not ctx.seen(Branched).made_by_wizard or ctx.commit:
        return seen
    if ctx.seen(Branched).in_place:
        begun = entry.get("state") == "running" and seen.state == "not-done"
        return _switched_half_way(ctx, seen) if begun else seen
    place = seen.seen(Branched).worktree
    if seen.state != "done" or not place:
        return seen
    why = _why_not_whole(ctx, place, was_done=entry.get("state") == "done")
    if not why:
        return seen
    return failed(
        f"Making the worktree {place} was cut off: {why}. `do branch.create` makes another one; this one stays as it "
        "is (remove it when you have looked: git worktree remove --force --force)"
    )


def _why_not_whole(ctx: Context, place: str, *, was_done: bool) -> str:
    """Return what is missing in the worktree at `place`, as a clause; empty if nothing is."""
    git = Git(place)
    try:
        own = git.text("rev-parse", "--absolute-git-dir")
        if not os.path.isfile(os.path.join(own, "index")):
            return "it has no index, so git takes every file for deleted"
        if was_done:
            return ""
        if os.path.lexists(os.path.join(own, "index.lock")):
            return f"git was writing its index (remove {os.path.join(own, 'index.lock')} if no git is at work there)"
        lost: list[str] = []
        if not ctx.seen(Branched).taken_along:
            changed = status(git, untracked="no").changed
            lost = [change.path for change in changed if _is_lost(place, change.path)]
    except GitError as error:
        return error.sentence
    if lost:
        return f"{len(lost)} of its files {'are' if len(lost) > 1 else 'is'} missing or empty"
    return _not_carried(ctx)


def _is_lost(place: str, path: str) -> bool:
    """Return whether a file that differs from the base is missing or empty: nobody has worked there yet."""
    try:
        status = os.lstat(os.path.join(place, path))
    except OSError:
        return True
    return status.st_size == 0


def _not_carried(ctx: Context) -> str:
    """Return that carrying over untracked files was interrupted together with its run."""
    number = ctx.record.entry(catalog.BRANCH_CREATE).get("run")
    folder = os.path.join(ctx.directory, "runs", f"{number}-{catalog.BRANCH_CREATE}")
    if number is None or os.path.lexists(os.path.join(folder, "exit.json")):
        return ""
    commands = plain_file.read_table(os.path.join(folder, "spec.json")).get("commands", [])
    try:
        carries = any(_CARRIES in word for command in commands for word in command["argv"])
    except (LookupError, TypeError):
        return ""
    if carries and not os.path.lexists(os.path.join(folder, "carry.json")):
        return "what should be brought along to it is not all there"
    return ""


def _switched_half_way(ctx: Context, seen: Probe) -> Probe:
    """Return how to restore the files if git was interrupted while switching this clean checkout."""
    probe = half_way(ctx.git, not_done(f"{seen.why}: making it was cut off"))
    lock = os.path.join(ctx.git.git_dir, "index.lock")
    if probe.state == "failed" and os.path.lexists(lock):
        return failed(f"{probe.why} (first remove {lock}, if no git is at work here)")
    return probe


def half_way(git: Git, bad: Probe) -> Probe:
    """Add how to restore the files if git stopped in the middle of switching a clean checkout."""
    try:
        shown = _shown([change.path for change in status(git, untracked="no").changed])
    except GitError:
        return bad
    if not shown:
        return bad
    return failed(f"{bad.why}. git stopped half-way and changed {shown}; bring them back: git restore .")


@if_git_fails("")
def not_written(place: str) -> str:
    """Return the files of the base missing in the new checkout, as text; git itself counts that as success.

    Left alone, they would look like files that the fix deletes.
    """
    changed = status(Git(place), untracked="no").changed if place else []
    return _shown([change.path for change in changed if change.worktree == "D"])


def submodules_missing(place: str) -> str:
    """Return the submodules of the checkout at `place` whose files are missing, as text. Raises GitError."""
    if not os.path.lexists(os.path.join(place, ".gitmodules")):
        return ""
    lines = Git(place).text("submodule", "status").splitlines()
    return _shown([f"submodule {line.split(' ', 1)[1]}" for line in lines if line.startswith("-")])


def not_made(run: RunState, directory: str) -> Probe | None:
    """Return that `git worktree add` itself failed, with git's reason; None if it succeeded."""
    place = _adding(directory)
    if place is None or len(run.codes) <= place or not run.codes[place]:
        return None
    why = reason_of(directory, place)
    return failed(f"Making the branch failed (exit status {run.codes[place]})" + (f": {why}" if why else ""))


def hook_failed(run: RunState, directory: str) -> list[str]:
    """Return a remark if the worktree exists, but git returned the status of a failed post-checkout hook."""
    place = _adding(directory)
    if place is None or len(run.codes) <= place or not run.codes[place]:
        return []
    said = redacted(reason(words_of(directory, place)))
    return [
        f"the post-checkout hook failed there (exit status {run.codes[place]})"
        + (f": {said}" if said else "")
    ]


def _adding(directory: str) -> int | None:
    """Return which command of the run creates the worktree; None if none does."""
    return next((n for n, argv in enumerate(argvs(directory)) if argv[1:3] == ["worktree", "add"]), None)


def taken_along(directory: str, seen: Branched) -> tuple[list[str], Branched, bool]:
    """Return remarks on the carrying driver's work in a run, the branch as `seen` with that, and whether it ran."""
    carried = _carried(directory)
    seen = seen.but(carried=tuple(carried.get("carried", [])))
    remarks = []
    if conflicts := carried.get("conflicts", []):
        seen = seen.but(conflicts=tuple(conflicts[:50]))
        remarks.append(f"{len(conflicts)} files taken along have conflicts to resolve in the worktree")
    if left := carried.get("left_out", {}):
        remarks.append(f"left out: {', '.join(sorted(left)[:5])}")
    if carried.get("error"):
        seen = seen.but(taken_along=False)
        remarks.append(f"the changes were not taken along: {carried['error']}")
    return remarks, seen, bool(carried)


def _carried(directory: str) -> dict[str, Any]:
    """Return what the driver wrote to the folder of the run; empty if it did not run."""
    return plain_file.read_table(os.path.join(directory, "carry.json"))


def _shown(paths: list[str]) -> str:
    return ", ".join(one_line(path, 60) for path in paths[:3]) + (" …" if len(paths) > 3 else "")


STEPS = (CreateBranch(),)
