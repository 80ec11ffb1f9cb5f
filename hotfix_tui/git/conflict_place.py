"""The first place where a pick will conflict: the line's text against the fix's. Nothing is changed to find it."""

import os
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.forecast import steps
from hotfix_tui.git.process import Git

LARGEST = 1_000_000
"""Largest file in bytes that is compared; of a larger one only the name is reported."""

_MOST = 20
"""At most this many lines of each side are kept."""


class Conflict(NamedTuple):
    """One conflict. Without `ours` and `theirs` there are no lines to compare, and `why` says why, as a clause."""

    commit: str
    path: str
    files: int
    """How many files have conflicts."""
    places: int = 0
    """How many places in this file do."""
    line: int = 0
    """Where it begins in the line's own file, counting from 1."""
    before: str = ""
    """The text just before it."""
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    why: str = ""


def first_place(git: Git, tip: str, picks: Sequence[tuple[str, str]]) -> Conflict | None:
    """Return where the first conflicting commit of `picks` conflicts on `tip`; None if all apply. Raises GitError."""
    for step in steps(git, tip, picks):
        if step.files:
            path = step.files[0]
            place = Conflict(step.commit, path, len(step.files))
            sides = [_text(git, tree, path) for tree in (step.ours, step.parent, step.commit)]
            ours, base, theirs = sides
            if ours is None or theirs is None:
                return place._replace(why=_without(ours, theirs))
            return _compared(git, place, ours, base or b"", theirs)
    return None


def _without(ours: bytes | None, theirs: bytes | None) -> str:
    if ours is None and theirs is None:
        return "it is on neither side by this name"
    return (
        "it is not there on the line" if ours is None else "the fix removes it, and the line has changed it"
    )


def _text(git: Git, tree: str, path: str) -> bytes | None:
    """Return a file of a tree; None if it does not exist, or is too large to compare."""
    size = git.run("cat-file", "-s", f"{tree}:{path}", ok=(0, 128))
    if size.returncode or int(size.stdout) > LARGEST:
        return None
    return git.run("cat-file", "blob", f"{tree}:{path}").stdout


def _compared(git: Git, place: Conflict, ours: bytes, base: bytes, theirs: bytes) -> Conflict:
    with tempfile.TemporaryDirectory(prefix="hotfix-tui-conflict-") as folder:
        paths = []
        for name, held in (("line", ours), ("base", base), ("fix", theirs)):
            paths.append(os.path.join(folder, name))
            with open(paths[-1], "wb") as file:
                file.write(held)
        merged = git.run("merge-file", "-p", *paths, ok=range(256))
    if merged.returncode == 255 or b"\0" in ours[:8000]:
        return place._replace(why="it is no text")
    return read(place, merged.stdout.decode("utf-8", "replace"))


def read(conflict: Conflict, merged: str) -> Conflict:
    """Return `conflict` with the first place that the markers in a merged text show. Raises GitError without one."""
    lines = merged.splitlines()
    begins = [place for place, line in enumerate(lines) if line.startswith("<<<<<<< ")]
    if not begins:
        raise GitError(f"the conflict in {conflict.path} cannot be shown")
    begin = begins[0]
    sides: dict[str, list[str]] = {"ours": [], "base": [], "theirs": []}
    side = "ours"
    for line in lines[begin + 1 :]:
        if line.startswith(">>>>>>> "):
            break
        if line.startswith("||||||| "):
            side = "base"
        elif line == "=======":
            side = "theirs"
        else:
            sides[side].append(line)
    return conflict._replace(
        places=len(begins),
        line=begin + 1,
        before=lines[begin - 1] if begin else "",
        ours=tuple(sides["ours"][:_MOST]),
        theirs=tuple(sides["theirs"][:_MOST]),
    )
