"""fix.change: the change itself, made by the engineer; the wizard inspects it, applies a patch, keeps what is
chosen.
"""

import os
import shlex

from hotfix_tui.base.text import one_line
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.refs import tree
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.fix import Changed, FileChanged
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.changeset import start_checkout
from hotfix_tui.steps.changeset.state import State, changed_inside, locks, look, record_text, test_files
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.contract import (
    Choice,
    Context,
    Plan,
    Probe,
    Step,
    done,
    not_done,
    unknown_if_git_fails,
)

_LISTED = 100
"""How many files are kept by name; the counts include all."""

_BY_HAND = """\
1. Change the files in {worktree}
2. Fix the problem at hand and nothing else; note the root cause in a comment at the fix.
3. Add a test that fails without the fix.
4. New files count once they are chosen: git add -- FILE there, or `do fix.change --choose include:FILE`.
5. Look again: `do fix.change`."""


class ChangeStep(Step):
    """Done if what would be committed differs from the base."""

    id = catalog.FIX_CHANGE
    looks_early = True

    def choices(self, ctx: Context) -> list[Choice]:
        try:
            state = look(ctx)
        except GitError:
            return []
        if state is None:
            return []
        offered = [] if state.files else prepared_patches(ctx)
        options = [
            Choice(f"patch:{path}", f"Apply the prepared patch {os.path.basename(path)}") for path in offered
        ]
        options.append(
            Choice("", "Look at the change", "after you have edited the files, in your editor or a shell")
        )
        if len(offered) == 1:
            options[0] = options[0]._replace(at_once=one_line(options[0].title, 48))
        for path in filter(_plain, state.untracked[:20]):
            options.append(Choice(f"include:{path}", f"Take the new file {one_line(path, 60)} into the fix"))
        for path in state.chosen[:20]:
            options.append(
                Choice(f"exclude:{path}", f"Leave the new file {one_line(path, 60)} out of the fix")
            )
        return options if len(options) > 1 else []

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if not ctx.branch:
            raise refuse("There is no hotfix branch yet.", "Make it first: `do branch.create`.", self.id)
        kind, _, path = choice.partition(":")
        if kind == "patch":
            return _patch(ctx, path)
        if kind in ("include", "exclude"):
            _choose(ctx, kind, path)
            verb = "Take" if kind == "include" else "Leave"
            return Plan(f"{verb} {one_line(path, 80)} {'into' if kind == 'include' else 'out of'} the fix")
        if choice not in ("", "look"):
            cure = "Give patch:FILE, include:FILE or exclude:FILE, or leave --choose out to look."
            raise refuse(f"{one_line(choice, 60)!r} is no way to change the fix.", cure, self.id)
        if self.probe(ctx).state == "done":
            return Plan("Look at the change")
        return Plan(
            "Make the change in an editor",
            by_hand=_BY_HAND.format(worktree=ctx.worktree),
            clipboard=f"cd {shlex.quote(ctx.worktree)}",
        )

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        kind, _, path = choice.partition(":")
        if kind not in ("include", "exclude"):
            return None
        chosen = _choose(ctx, kind, path)
        entry = ctx.record.steps.get(self.id, {})
        evidence = {**entry.get("evidence", {}), "chosen": chosen}
        copied = ctx.record.copy()
        copied.steps[self.id] = {**entry, "evidence": evidence}
        seen = self.probe(
            Context(copied, ctx.root, ctx.config, ctx.directory, ctx.now, ctx.by),
        )
        return seen.over(Changed(chosen=tuple(chosen)))

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        seen = self.probe(ctx)
        bad = failure_probe(run, directory, "applying it")
        return seen._replace(state="failed", why=f"the patch was not applied: {bad.why}") if bad else seen

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        state = look(ctx)
        if state is None:
            return not_done("there is no hotfix branch to look at")
        if state.conflicts:
            shown = ", ".join(one_line(path, 60) for path in state.conflicts[:3])
            return not_done(f"there are conflicts to resolve: {shown}", _changed(ctx, state), adds=True)
        if state.tree == tree(ctx.git, ctx.base):
            return not_done(_nothing(ctx, state), _changed(ctx, state), adds=True)
        return done(_left_out(ctx, state), _changed(ctx, state), adds=True)


def prepared_patches(ctx: Context) -> list[str]:
    """Return the paths of patches prepared for this repository: ``offers/*.patch`` next to its incidents."""
    folder = os.path.join(os.path.dirname(ctx.directory), "offers")
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".patch"))
    except OSError:
        return []
    return [os.path.join(folder, name) for name in names]


def _plain(path: str) -> bool:
    return record_text(path) == path


def _patch(ctx: Context, path: str) -> Plan:
    """Return the plan that applies a patch file and leaves it as an uncommitted change, new files included."""
    places = [os.path.join(ctx.root, os.path.expanduser(path)), os.path.abspath(path)]
    patch = next((place for place in places if path and os.path.isfile(place)), "")
    if not patch:
        cure = "Give the path of a patch file: `do fix.change --choose patch:FILE`."
        raise refuse(f"There is no patch file {one_line(path, 120)!r}.", cure, catalog.FIX_CHANGE)
    state = look(ctx)
    if state is None or not state.here:
        cure = "Give it a worktree again: `do branch.create`."
        raise refuse(f"{ctx.branch} is checked out nowhere.", cure, catalog.FIX_CHANGE)
    name = one_line(os.path.basename(patch), 60)
    command = git_command(ctx, "apply", "--3way", "--whitespace=nowarn", "--", patch, cwd=ctx.worktree)
    return Plan(f"Apply {name} to {ctx.branch}, not committed yet", [command], timeout=120)


def _choose(ctx: Context, kind: str, path: str) -> list[str]:
    """Return the chosen untracked files with `path` included or excluded; raises Refused for no such file."""
    state = look(ctx)
    known = [*state.untracked, *state.chosen] if state else []
    if path not in known:
        near = ", ".join(one_line(name, 60) for name in known[:5]) or "none"
        raise refuse(
            f"{one_line(path, 80)!r} is no new file in {ctx.worktree}.",
            f"New files there: {near}.",
            catalog.FIX_CHANGE,
        )
    if record_text(path) != path:
        cure = f"Add it in a shell: git add -- FILE in {ctx.worktree}."
        raise refuse(
            "The name of this file is not UTF-8, so it cannot be chosen here.", cure, catalog.FIX_CHANGE
        )
    chosen = set(state.chosen if state else [])
    return sorted(chosen | {path} if kind == "include" else chosen - {path})


def _changed(ctx: Context, state: State) -> Changed:
    files = state.files[:_LISTED]
    return Changed(
        tree=state.tree,
        head=state.head,
        files=tuple(FileChanged(one_line(f.path, 300), f.added, f.removed, f.status) for f in files),
        added=sum(f.added for f in state.files),
        removed=sum(f.removed for f in state.files),
        untracked=tuple(record_text(path) for path in state.untracked[:_LISTED]),
        chosen=tuple(state.chosen),
        locks=locks(ctx, state),
        other_tree=start_checkout.sentence(ctx),
    )


def _nothing(ctx: Context, state: State) -> str:
    if state.here and (inside := changed_inside(ctx.work)):
        shown = one_line(inside[0], 60)
        return f"nothing is changed yet but files inside the submodule {shown}; commit them there first"
    if state.untracked:
        shown = ", ".join(one_line(path, 60) for path in state.untracked[:3])
        return f"nothing is changed yet but new files that are not chosen: {shown}"
    return "nothing is changed yet"


def _left_out(ctx: Context, state: State) -> str:
    """Return a remark on an existing change: untracked files that look as if they belonged to it."""
    tests = [path for path in state.untracked if is_test_file(path, list(ctx.config.guard.test_paths))]
    if tests and not test_files(ctx, state.files):
        return f"the new test {one_line(tests[0], 80)} is not chosen yet"
    return ""


STEPS = (ChangeStep(),)
