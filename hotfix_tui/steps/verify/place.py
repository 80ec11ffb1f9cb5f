"""Where a check runs: in the hotfix worktree, or in a clean checkout of a commit.

Clean is what landed if that differs, and the fix's own commit if the worktree has untracked files that it does not
contain: then the commit is tested as it is.

Apart from `checks`, which runs and judges: what is checked, and where, is settled here before.
"""

import os
import re
from typing import NamedTuple

from hotfix_tui.git.worktrees import worktrees
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import STEPS
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.rules.step_state import RETESTED, current_key
from hotfix_tui.steps.changeset.state import State, locks_of, look, tree_to_check
from hotfix_tui.steps.common.checkouts import (
    add_detached,
    is_clean_at,
    numbered_paths,
    submodules,
    worktrees_dir,
)
from hotfix_tui.steps.common.commands import driver, project_command
from hotfix_tui.steps.common.lending import lendable, lending
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.verify.untracked import untracked_inputs

_DEPENDENCIES = re.compile(
    r"\b(?:pip3? install|(?:npm|pnpm|yarn|bun) (?:ci|install|i)|uv (?:sync|pip)|poetry install"
    r"|pdm (?:install|sync)|pipenv|bundle(?: install)?|composer install|mix deps\.get)\b|^yarn$"
)
"""Set-ups that do nothing but install dependencies."""


class CheckWorktree(NamedTuple):
    """A checkout, the tree in it, and the commands that prepare it; `commit` is set for a clean one.

    `untracked` are untracked files there that are not chosen: present during the check, but in no commit. `installs`
    says that the set-up is run there first; otherwise its result is linked in from where it is installed.
    """

    path: str
    tree: str
    commands: list[Command]
    commit: str = ""
    untracked: tuple[str, ...] = ()
    installs: bool = False


def place_for(ctx: Context, step: str) -> CheckWorktree:
    """Return where `step` has to be checked now. Raises Refused, GitError."""
    if landed_differs(ctx, step):
        return _clean(ctx, step, ctx.landed, ctx.seen(Landed).tree, "landed")
    tree = tree_to_check(ctx, step)
    state = look(ctx)
    if state is not None and not state.here:
        # Nobody works on the branch here (it was adopted, or left): its commit is checked in its own checkout.
        return _clean(ctx, step, state.head, tree, "check")
    more = tuple(untracked_inputs(ctx, state))
    if more and state is not None and step != catalog.VERIFY_SETUP and _committed(ctx, state):
        return _clean(ctx, step, state.head, tree, "check")
    return CheckWorktree(ctx.worktree, tree, [], untracked=more)


def _committed(ctx: Context, state: State) -> bool:
    """Return whether the head of the branch contains the whole change."""
    return state.head != ctx.base and not state.pending and not state.conflicts


def landed_differs(ctx: Context, step: str) -> bool:
    """Return whether `step` counts for the landed commit now, because something else landed with the fix."""
    landed = ctx.seen(Landed).tree
    if step not in RETESTED or not landed or landed == ctx.seen(Changed).tree:
        return False
    # The set-up is kept by its lockfiles; the checks say for which tree it is required.
    return current_key(ctx.record, STEPS[catalog.VERIFY_TEST]) == landed


def _clean(ctx: Context, step: str, commit: str, tree: str, purpose: str) -> CheckWorktree:
    """Return a clean checkout of `commit` with the files of `git.carry`, set up if that is known."""
    carried, lent = list(ctx.config.git.carry), lendable(ctx)
    installs = step != catalog.VERIFY_SETUP and _installs(ctx, tree, bool(lent))
    expected = [*carried, *([] if installs else lent)]
    known = {os.path.realpath(worktree.path) for worktree in worktrees(ctx.git)}
    for path in numbered_paths(worktrees_dir(ctx, purpose)):
        there = os.path.realpath(path) in known and os.path.isdir(path)
        if there and is_clean_at(path, commit, expected) and _all_lent(path, [] if installs else lent):
            return CheckWorktree(path, tree, [], commit, installs=installs)
        if not there and not os.path.lexists(path):
            break
    commands = [add_detached(ctx, path, commit), *submodules(ctx, path, commit)]
    names = [name for name in carried if os.path.lexists(os.path.join(ctx.root, name))]
    if names:
        commands.append(
            driver("common.carry_driver", "--from", ctx.root, "--to", path, "--", *names, cwd=ctx.root)
        )
    setup = ctx.config.commands.setup
    if installs and setup is not None:
        commands.append(project_command(ctx, setup, path, catalog.VERIFY_SETUP, commit=commit))
    elif lent:
        commands.append(lending(ctx, path))
    return CheckWorktree(path, tree, commands, commit, installs=installs)


def _installs(ctx: Context, tree: str, lent: bool) -> bool:
    """Return whether the set-up is run in a clean checkout of `tree`.

    Installed dependencies are linked in instead if the lockfiles are the same: that needs no network, and takes no
    minutes. A set-up that prepares something else (a build folder) always runs.
    """
    setup = ctx.config.commands.setup
    if setup is None:
        return False
    if not lent or not _DEPENDENCIES.search(" ".join(setup.argv())):
        return True
    ours = ctx.seen(Changed).tree
    return bool(ours) and locks_of(ctx.git, tree) != locks_of(ctx.git, ours)


def _all_lent(path: str, lent: list[str]) -> bool:
    """Return whether a checkout still has what was linked into it, where there is a folder for that."""
    wanted = [os.path.join(path, name) for name in lent]
    return all(os.path.exists(path_) for path_ in wanted if os.path.isdir(os.path.dirname(path_)))
