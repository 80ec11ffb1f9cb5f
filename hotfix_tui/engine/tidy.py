"""Cleans up once an incident is closed: removes the checkouts that the wizard made for its own actions, if nothing
would be lost.

The worktree of the hotfix itself is where the engineer worked: it is named, and stays.

Apart from `closing`, which asks whether the incident may be closed: this deletes, and has to prove first that nothing
is lost.
"""

import os
import re
import shlex
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.engine import leftovers
from hotfix_tui.engine.core import Engine
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import is_ancestor
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import branch_exists
from hotfix_tui.git.repository import head, in_progress
from hotfix_tui.git.status import status
from hotfix_tui.git.worktrees import Worktree, worktrees
from hotfix_tui.incident.edits.journal import Actor, Entries, entry
from hotfix_tui.incident.model.catalog import line_slug
from hotfix_tui.incident.model.evidence.backport import Backported
from hotfix_tui.incident.model.evidence.branch import Branched, Preflight
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.common.checkouts import worktrees_dir
from hotfix_tui.steps.contract import Context

_PURPOSES = ("proof", "deploy", "merge", "revert", "landed", "check", "publish")
"""What the wizard makes detached checkouts for, in addition to those in which backports are merged."""


_NAMED = 8
"""At most so many of the removed worktrees are named."""


class Tidied(NamedTuple):
    """What was removed, and what stays: each path with its reason."""

    removed: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()

    @property
    def sentences(self) -> list[str]:
        """What happened to the worktrees: one sentence for those that were removed, and one for each that stays."""
        out = []
        if self.removed:
            count = f"{len(self.removed)} worktree{'s' if len(self.removed) != 1 else ''}"
            names = [os.path.basename(path) for path in self.removed]
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            out.append(f"Removed {count} of the wizard's own acts: {', '.join(names[:_NAMED])}{more}")
        return [
            *out,
            *(f"Left {path} ({why}); remove it with: git worktree remove {path}" for path, why in self.left),
        ]


def after_closing(engine: Engine) -> Entries:
    """Clean up, and record what was removed and what stays; nothing in a dry run."""
    if engine.dry_run:
        return []
    try:
        done = tidy(engine)
    except (GitError, Refused):
        return []  # the incident is closed anyway; what is there stays there
    sentences = [*done.sentences, *_branches_left(engine), *_still_on(engine)]
    if not sentences:
        return []

    def told(record: Record, actor: Actor) -> Entries:
        return [entry(actor, "close", sentence) for sentence in sentences]

    return engine.change(told)


def _branches_left(engine: Engine) -> list[str]:
    """Return which branches of this incident the remotes still have, as last seen: merged ones can go."""
    record, git = engine.record, Git(engine.root)
    targets = dict.fromkeys([record.landing_branch, record.seen(Preflight).production, *record.lines])
    left: dict[tuple[str, bool], list[str]] = {}
    for branch, remote in leftovers.pushed(engine, leftovers.rounds_of(record)):
        try:
            tip = branch_exists(git, branch, remote) or ""
            heads = [head for name in targets if name and (head := branch_exists(git, name, remote))]
            merged = any(is_ancestor(git, tip, head) for head in heads)
        except GitError:
            continue
        left.setdefault((remote, merged), []).append(branch)
    return [
        f"Merged, and still on {remote}: {', '.join(names)}; delete with: "
        f"git push {shlex.quote(remote)} --delete {' '.join(map(shlex.quote, names))}"
        if merged
        else f"Still on {remote}, and not merged as it is: {', '.join(names)}"
        for (remote, merged), names in left.items()
    ]


def _still_on(engine: Engine) -> list[str]:
    """Return the branch of this incident that the engineer's own checkout is on, with the way back."""
    record, git = engine.record, Git(engine.root)
    try:
        now = head(git).branch
    except GitError:
        return []
    back = record.seen(Preflight).production
    if not now or not back or now not in leftovers.branches(record, leftovers.rounds_of(record)):
        return []
    return [f"This checkout is still on {now}; go back with: git switch {shlex.quote(back)}"]


def tidy(engine: Engine) -> Tidied:
    """Remove the checkouts of this incident that contain nothing of their own. Raises GitError."""
    ctx = engine.context()
    removed, left = [], []
    here = os.path.realpath(engine.root)
    for tree in worktrees(ctx.git)[1:]:
        if os.path.realpath(tree.path) == here or not os.path.isdir(tree.path):
            continue
        if _is_the_hotfix(ctx, tree):
            left.append((tree.path, f"the worktree of {tree.branch}"))
            continue
        if not _is_ours(ctx, tree):
            continue
        why = _kept_for(ctx, tree)
        if not why:
            try:
                ctx.git.run("worktree", "remove", "--", tree.path, write=True, timeout=120)
            except GitError as error:
                why = error.sentence
        if why:
            left.append((tree.path, why))
        else:
            removed.append(tree.path)
    return Tidied(tuple(removed), tuple(left))


def _is_the_hotfix(ctx: Context, tree: Worktree) -> bool:
    """Return whether the engineer worked on a hotfix of this incident there."""
    record = ctx.record
    rounds = [record.kept(number) for number in range(1, record.round)]
    made = record.seen(Branched)
    branches = {earlier.branch for earlier in rounds} | ({made.branch} if made.made_by_wizard else set())
    return bool(tree.branch) and tree.branch in branches


def _is_ours(ctx: Context, tree: Worktree) -> bool:
    """Return whether the wizard made this checkout for an action of this incident, and for nothing else."""
    picks = [ctx.record.seen(Backported, step) for step in ctx.record.steps if step.startswith("backport.")]
    if tree.branch:
        return any(
            pick.branch == tree.branch and os.path.realpath(pick.worktree) == os.path.realpath(tree.path)
            for pick in picks
            if pick.worktree
        )
    prefix = worktrees_dir(ctx, "x").removesuffix("-x")
    purposes = [*_PURPOSES, *(f"{line_slug(pick.line)}-merge" for pick in picks if pick.line)]
    return any(re.fullmatch(re.escape(f"{prefix}-{purpose}") + r"(-\d+)?", tree.path) for purpose in purposes)


def _kept_for(ctx: Context, tree: Worktree) -> str:
    """Return why a checkout has to stay, as a clause; empty if nothing would be lost. Raises GitError."""
    git = Git(tree.path)
    if (under_way := in_progress(git)) is not None:
        return f"a {under_way} is under way there"
    now = status(git, untracked="normal")
    if now.changed or now.conflicts or now.untracked:
        return "it holds changes that no commit has"
    if tree.branch is None and tree.commit and not _held(ctx.git, tree.commit):
        return f"it is at {tree.commit[:7]}, which no branch and no tag holds"
    if ignored := _ignored(git):
        return f"git ignores {ignored} there, and what an act wrote may be found nowhere else"
    return ""


def _held(git: Git, commit: str) -> bool:
    return bool(git.text("for-each-ref", "--count=1", f"--contains={commit}", "--format=%(refname)"))


_MADE_ANEW = frozenset(
    (
        "node_modules",
        "__pycache__",
        ".venv",
        "venv",
        ".tox",
        ".nox",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
    )
)
"""Names of folders that any set-up or run makes anew."""


def _ignored(git: Git) -> str:
    """Return the first ignored file or folder that an act or a person put there; empty if there is none.

    A deployment may leave its state there (Terraform's lies in such a file). Links are the wizard's own.
    """
    options = ("--others", "--ignored", "--exclude-standard", "--directory", "-z")
    root = os.fsencode(git.root)
    for name in git.run("ls-files", *options).stdout.split(b"\0"):
        path = name.rstrip(b"/")
        if path and not os.path.islink(os.path.join(root, path)):
            shown = os.fsdecode(path)
            if os.path.basename(shown) not in _MADE_ANEW:
                return one_line(shown, 60)
    return ""
