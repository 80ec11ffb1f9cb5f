"""backport.<line>: the fix is carried to another line, picked in its own worktree on its own branch."""

import os
from collections.abc import Sequence

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.identity import message_encoding
from hotfix_tui.git.push import push_args, sent_along
from hotfix_tui.incident.model.catalog import line_slug
from hotfix_tui.incident.model.evidence.backport import Backported
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.backport import commands, inspect
from hotfix_tui.steps.backport.ends import after_pick, half_done, listed
from hotfix_tui.steps.backport.forecast import expected
from hotfix_tui.steps.backport.inspect import BackportWorktree
from hotfix_tui.steps.backport.picks import free_branch, line_of, picks, usual_place
from hotfix_tui.steps.common.checkouts import NO_HOOKS, first_free_path
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.forge import has_forge
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.contract import (
    Choice,
    Command,
    Context,
    Plan,
    Probe,
    Refused,
    Step,
    failed,
    given_up,
    refusing,
    unknown,
    unknown_if_git_fails,
)
from hotfix_tui.steps.landed.local_merge import conflicts_in, local_merge

_GO_ON = ("continue", "skip", "abort")
_LIMIT = 900.0


class Backport(Step):
    """One line. Conflicts stay in the worktree for the engineer; then the pick is continued, skipped or aborted."""

    def __init__(self, step: str) -> None:
        self.id = step

    def probe(self, ctx: Context) -> Probe:
        try:
            line = line_of(ctx, self.id)
            if not ctx.commit:
                return Probe("not-done", None, "there is no fix to carry over yet")
            seen = inspect.look(ctx, self.id, line)
            there = self._place(ctx, line) if seen.state == "not-done" else None
            return (half_done(ctx, self.id, line, there) if there else None) or seen
        except (GitError, Refused) as error:
            return unknown(_sentence(error))

    def choices(self, ctx: Context) -> list[Choice]:
        try:
            there = self._place(ctx, line_of(ctx, self.id))
        except (GitError, Refused):
            return []
        if there and there.doing:
            return [
                Choice("continue", "Continue", "The conflicts are resolved."),
                Choice(
                    "skip", "Skip this commit", "Nothing is left of it, or it is not wanted on this line."
                ),
                Choice("abort", "Give up", "Back to the line as it was; the worktree stays."),
            ]
        at_once = one_line(f"Start the backport to {line_of(ctx, self.id)}", 48)
        out = [Choice("pick", "Cherry-pick", "With -x, on a branch of its own, pushed.", at_once)]
        if ctx.seen(Backported, self.id).commit and not has_forge(ctx):
            out.insert(
                0, Choice("land", "Merge into the line", "From a worktree, then pushed without force.")
            )
        return [
            *out,
            Choice("patch", "By patch file", "git format-patch and git am -3, where picking does not work."),
        ]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        line = line_of(ctx, self.id)
        with refusing("Correct that, then try again.", self.id):
            there = self._place(ctx, line)
            if there and there.doing:
                return self._go_on(ctx, line, there, choice or "continue")
            if choice in _GO_ON:
                raise refuse("Nothing is under way on this line.", f"Start it: `do {self.id}`.", self.id)
            if choice == "land":
                return self._land(ctx, line)
            if choice not in ("", "pick", "patch"):
                raise refuse(f"{choice!r} is not a way to backport.", "Choose pick, patch or land.", self.id)
            return self._carry(ctx, line, there, by_patch=choice == "patch")

    def _place(self, ctx: Context, line: str) -> BackportWorktree | None:
        return inspect.place(ctx, ctx.seen(Backported, self.id).worktree, line)

    def _carry(self, ctx: Context, line: str, there: BackportWorktree | None, *, by_patch: bool) -> Plan:
        """Return the plan that picks, or applies as a patch, in the existing worktree or a new one, then pushes."""
        chosen = picks(ctx, self.id)
        ref = commands.known_line(ctx, self.id, line)
        reuse = there is not None and (there.own or not by_patch)
        branch = ctx.seen(Backported, self.id).branch if reuse else free_branch(ctx, line)
        path = there.path if reuse and there else first_free_path(ctx, usual_place(ctx, line))
        todo, warnings = commands.fetching(ctx, line), [] if reuse else expected(ctx, ref, chosen)
        if not reuse:
            add = ("worktree", "add", "--no-track", "-b", branch, "--", path, ref)
            todo.append(git_command(ctx, *NO_HOOKS, *add))
        elif there and not there.own:
            todo.append(git_command(ctx, "-C", path, "merge", "--ff-only", ref))
        patch = ""
        if not (there and there.own):
            if by_patch:
                patch = os.path.join(ctx.directory, "documents", f"backport-{line_slug(line)}.patch")
                todo += commands.by_patch(ctx, path, patch)
            else:
                todo.append(commands.picking(ctx, path, chosen))
        known = Backported(
            line=line,
            branch=branch,
            worktree=path,
            picked=tuple(chosen),
            conflicts=(),
            resolved=(),
            patch=patch,
        )
        return self._planned(ctx, line, branch, path, todo, known, warnings)

    def _planned(
        self,
        ctx: Context,
        line: str,
        branch: str,
        path: str,
        todo: list[Command],
        known: Backported,
        warnings: Sequence[str] = (),
        act: str = "pick",
    ) -> Plan:
        if ctx.remote:
            # By the branch's own name: a pre-push hook may check it.
            push = push_args(ctx.git, ctx.remote, f"refs/heads/{branch}:refs/heads/{branch}")
            todo = [*todo, git_command(ctx, "-C", path, *push, network=True)]
        return Plan(
            f"Carry the fix to {line} on {branch}",
            commands=todo,
            locks=[f"push-{branch}"],
            timeout=_LIMIT,
            known=known,
            note=RunNote(act=act),
            warnings=[*warnings, *(sent_along(ctx.git) if ctx.remote else [])],
            url=commands.page(ctx, line, branch),
            clipboard=commands.title(ctx, line),
        )

    def _go_on(self, ctx: Context, line: str, there: BackportWorktree, choice: str) -> Plan:
        """Return the plan that continues, skips or aborts what is in progress in the worktree."""
        if choice not in _GO_ON:
            raise refuse(
                f"A {there.doing} is under way in {there.path}.", "Choose continue, skip or abort.", self.id
            )
        branch = ctx.seen(Backported, self.id).branch
        step = commands.with_editor(
            git_command(ctx, "-C", there.path, *message_encoding(ctx.git), there.doing, f"--{choice}")
        )
        known = Backported(conflicts=())
        if choice == "abort":
            return Plan(
                f"Give up the {there.doing} for {line}",
                commands=[step],
                timeout=_LIMIT,
                known=known,
                note=RunNote(act=choice),
            )
        todo = [step]
        if choice == "continue":
            if there.conflicts:
                # Which text is right, or whether the file stays at all, is not for a program to decide.
                raise refuse(
                    f"Not resolved yet in {there.path}: {listed(there.conflicts)}.",
                    f"Resolve them there, `git add` (or `git rm`) them, then: `do {self.id} --choose continue`.",
                    self.id,
                )
        elif len(ctx.seen(Backported, self.id).picked) == 1:
            return Plan(
                f"Skip the commit for {line}",
                commands=todo,
                timeout=_LIMIT,
                known=known,
                note=RunNote(act=choice),
            )
        return self._planned(ctx, line, branch, there.path, todo, known, act=choice)

    def _land(self, ctx: Context, line: str) -> Plan:
        commit = ctx.seen(Backported, self.id).commit
        if has_forge(ctx):
            raise refuse(
                f"{line} takes pull requests.",
                f"Open one: {commands.page(ctx, line, ctx.seen(Backported, self.id).branch)}",
                self.id,
            )
        if not commit:
            raise refuse("There is nothing to merge yet.", f"Pick it first: `do {self.id}`.", self.id)
        text = f"Merge the backport of {ctx.record.ticket or ctx.record.id} into {line}"
        before = ctx.seen(Backported, self.id).land_worktree
        merge = local_merge(
            ctx, self.id, line, commit, text, before=before, purpose=f"{line_slug(line)}-merge"
        )
        return Plan(
            f"Merge the backport {commit[:7]} into {line}",
            commands=merge.commands,
            by_hand=merge.by_hand,
            locks=["production"],
            timeout=_LIMIT,
            known=Backported(land_worktree=merge.worktree) if merge.worktree else None,
            note=RunNote(act="land"),
        )

    @unknown_if_git_fails
    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        """Return the result shown by the worktree, the branch and the line; the exit status only explains it."""
        line, act = line_of(ctx, self.id), ctx.record.note(self.id).act
        if act == "land":
            return self._after_land(ctx, run, directory)
        if act == "abort":
            return failure_probe(run, directory, "Giving up") or given_up(
                f"{line} is as it was", Backported(verdict="", conflicts=()), adds=True
            )
        there = self._place(ctx, line)
        bad = failure_probe(run, directory, f"The backport to {line}")
        if there is None:
            return bad or failed("the worktree of the backport is gone")
        return after_pick(ctx, self.id, line, there, bad)

    def _after_land(self, ctx: Context, run: RunState, directory: str) -> Probe:
        result = self.probe(ctx)
        if result.state == "done" and result.seen(Backported).merged:
            return result
        path = ctx.seen(Backported, self.id).land_worktree
        files = conflicts_in(path) if path else []
        if files:
            return failed(
                f"the merge conflicts in {', '.join(files)}. Resolve that in {path} and commit there, "
                f"then: `do {self.id} --choose land`"
            )
        return failure_probe(run, directory, "The merge") or failed("the line does not hold the backport")


def _sentence(error: Exception) -> str:
    return error.sentence if isinstance(error, GitError) else str(error)
