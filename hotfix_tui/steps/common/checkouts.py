"""Clean checkouts of exactly one commit, for deploying and merging: separate worktrees, next to the hotfix's.

The wizard creates and keeps them: what was deployed from where can be inspected afterwards.
"""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hotfix_tui.config.placeholders import PlaceholderError, fill
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.repository import discover, in_progress
from hotfix_tui.git.status import status
from hotfix_tui.git.worktrees import worktrees
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common import worktree_place
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.lending import lendable
from hotfix_tui.steps.contract import Command, Context, if_git_fails

NO_HOOKS = ("-c", "core.hooksPath=/dev/null")
"""For checkouts that nobody works in: hooks prepare a place to work."""


class Checkout(NamedTuple):
    """A checkout: its path, and the commands that create it (empty if it exists and is clean)."""

    path: str
    commands: list[Command]


def worktrees_dir(ctx: Context, purpose: str, line: str = "") -> str:
    """Return the absolute path for a worktree of this incident: the configured pattern, `-` and `purpose`.

    Raises Refused for a pattern that cannot be filled in.
    """
    repository = discover(ctx.root)
    values = {
        "repo": worktree_place.shown_name(repository.name),
        "id": ctx.record.id,
        "ticket": ctx.record.id,
        "slug": purpose,
        "line": line or purpose,
        "round": str(ctx.record.round),
    }
    try:
        path = worktree_place.place(ctx, fill(worktree_place.pattern(ctx)[0], values))
    except (PlaceholderError, worktree_place.BadPlace) as problem:
        raise refuse(
            f"No worktree can be made by git.worktree: {problem}.".replace("..", "."),
            "Correct it in .hotfix-tui.toml, or name a folder of your own for all worktrees: "
            f"{worktree_place.VARIABLE}.",
        ) from None
    return f"{path}-{purpose}"


def numbered_paths(path: str) -> Iterator[str]:
    """Yield `path`, then `path-2`, `path-3`, …"""
    yield path
    number = 2
    while True:
        yield f"{path}-{number}"
        number += 1


def first_free_path(ctx: Context, path: str) -> str:
    """Return the first numbered path with nothing there now, and no worktree before."""
    taken = {os.path.realpath(tree.path) for tree in worktrees(ctx.git)}
    return next(
        place
        for place in numbered_paths(path)
        if not os.path.lexists(place) and os.path.realpath(place) not in taken
    )


@if_git_fails(False)
def is_clean_at(path: str, commit: str, carried: Sequence[str]) -> bool:
    """Return whether the worktree at `path` is at `commit` with nothing changed or added except carried files."""
    now = status(Git(path))
    return (
        now.commit == commit
        and now.clean
        and in_progress(Git(path)) is None
        and all(_below(name, carried) for name in now.untracked)
    )


def deploy_checkout(ctx: Context, commit: str, more: Sequence[str] = ()) -> Checkout:
    """Return a clean, detached checkout of `commit` with the files of `git.carry` and `more` in it.

    Raises Refused, GitError.
    """
    wanted = worktrees_dir(ctx, "deploy")
    known = {os.path.realpath(tree.path) for tree in worktrees(ctx.git)}
    carried = _names(ctx, more)
    for path in numbered_paths(wanted):
        real = os.path.realpath(path)
        if real in known and os.path.isdir(path):
            if is_clean_at(path, commit, [*carried, *lendable(ctx)]) and _all_there(
                ctx, path, commit, carried
            ):
                return Checkout(path, [])
        elif real not in known and not os.path.lexists(path):
            return Checkout(path, _made(ctx, path, commit, carried))
    raise AssertionError("places never end")


def folder_in(ctx: Context, checkout: str) -> str:
    """Return the folder of a checkout that is deployed: its top level, or the part that the configuration names."""
    return os.path.normpath(os.path.join(checkout, ctx.config.deploy.folder))


def add_detached(ctx: Context, path: str, commit: str) -> Command:
    """Return the command that creates a detached worktree of `commit` at `path`."""
    return git_command(ctx, *NO_HOOKS, "worktree", "add", "--detach", "--", path, commit)


def submodules(ctx: Context, path: str, commit: str) -> list[Command]:
    """Return the command that fills the submodules of `commit` in its checkout at `path`; none if it has none."""
    if not resolve_path(ctx.git, commit, ".gitmodules"):
        return []
    return [git_command(ctx, "-C", path, "submodule", "update", "--init", "--recursive", network=True)]


def _made(ctx: Context, path: str, commit: str, carried: Sequence[str]) -> list[Command]:
    commands = [add_detached(ctx, path, commit), *submodules(ctx, path, commit)]
    for name, source in _to_carry(ctx, commit, carried):
        parent = os.path.dirname(os.path.join(path, name))
        if os.path.dirname(name):
            commands.append(Command(argv=["mkdir", "-p", "--", parent], cwd=ctx.root))
        commands.append(Command(argv=["cp", "-R", "-P", "-p", "--", source, parent], cwd=ctx.root))
    return commands


def _to_carry(ctx: Context, commit: str, carried: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is carried into a checkout of `commit`: its name there, and its current path."""
    out = []
    for name in carried:
        source = next(
            (
                p
                for p in (os.path.join(ctx.root, name), os.path.join(ctx.worktree, name))
                if os.path.lexists(p)
            ),
            "",
        )
        if source and not resolve_path(ctx.git, commit, name) and not _leads_out(ctx, commit, name):
            out.append((os.path.normpath(name), source))
    return out


def _leads_out(ctx: Context, commit: str, name: str) -> bool:
    """Return whether `commit` has something other than a folder on the way to `name`: a link, which leads elsewhere."""
    folder = os.path.dirname(os.path.normpath(name))
    while folder:
        kind = ctx.git.run("cat-file", "-t", f"{resolve(ctx.git, commit)}:{folder}", ok=(0, 1, 128)).stdout
        if kind.strip() not in (b"", b"tree"):
            return True
        folder = os.path.dirname(folder)
    return False


def _all_there(ctx: Context, path: str, commit: str, carried: Sequence[str]) -> bool:
    return all(os.path.lexists(os.path.join(path, name)) for name, _ in _to_carry(ctx, commit, carried))


def resolve_path(git: Git, commit: str, path: str) -> bool:
    """Return whether `commit` contains the file or folder `path`."""
    lookup = git.run("cat-file", "-e", f"{resolve(git, commit)}:{os.path.normpath(path)}", ok=(0, 1, 128))
    return lookup.returncode == 0


def _names(ctx: Context, more: Sequence[str]) -> list[str]:
    """Return what is carried, without anything below another: a folder includes its content."""
    names = list(dict.fromkeys(os.path.normpath(name) for name in (*worktree_place.carried(ctx), *more)))
    return [name for name in names if not any(name.startswith(f"{other}/") for other in names)]


def _below(name: str, carried: Sequence[str]) -> bool:
    return any(name == item.rstrip("/") or name.startswith(item.rstrip("/") + "/") for item in carried)
