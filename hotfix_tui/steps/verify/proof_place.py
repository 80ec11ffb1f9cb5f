"""What a throwaway worktree needs so that tests run in it: installed dependencies lent by links, and paths."""

import os
from collections.abc import Iterator, Mapping

_INSTALLED = ("node_modules", ".venv", "venv", "vendor")
"""Folders of installed dependencies, which git does not hold."""

_DEPTH = 3
"""How deep such folders are looked for: packages of a workspace have their own."""

_SKIPPED = (".git", "dist", "build", "target", "__pycache__", *_INSTALLED)


def lend(lenders: list[str], scratch: str) -> list[str]:
    """Link the installed dependencies of the first lender that has them; return the links that were made."""
    made: list[str] = []
    for lender in lenders:
        for folder in _installed(lender, "", _DEPTH):
            place = os.path.join(scratch, folder)
            if os.path.isdir(os.path.dirname(place)) and not os.path.lexists(place):
                os.symlink(os.path.join(lender, folder), place)
                made.append(place)
    return made


def _installed(root: str, folder: str, depth: int) -> Iterator[str]:
    """Give the folders of installed dependencies below `root`, relative to it."""
    try:
        with os.scandir(os.path.join(root, folder)) as entries:
            inside = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for name in sorted(inside):
        path = os.path.join(folder, name)
        if name in _INSTALLED:
            yield path
        elif depth > 1 and name not in _SKIPPED and not name.startswith("."):
            yield from _installed(root, path, depth - 1)


def take_back(links: list[str]) -> None:
    """Remove the links, so that nothing which removes the worktree can follow them."""
    for link in links:
        if os.path.islink(link):
            os.unlink(link)


def environment_for(parent: Mapping[str, str], scratch: str) -> dict[str, str]:
    """Return the environment for tests in `scratch`.

    An installation that points back to the worktree of the fix would let the base pass: the paths of this
    worktree come first. No byte code is written, since two versions of a file may have the same second and size.
    """
    paths = [scratch, *(path for path in (os.path.join(scratch, "src"),) if os.path.isdir(path))]
    inherited = parent.get("PYTHONPATH", "")
    return {
        **parent,
        "CI": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([*paths, inherited] if inherited else paths),
    }
