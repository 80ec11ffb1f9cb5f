"""The drill that a repository belongs to, the last drill, and how a drill is removed."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

from hotfix_tui.base import durable
from hotfix_tui.base.errors import HotfixError
from hotfix_tui.config import load as config
from hotfix_tui.config import trust
from hotfix_tui.demo import processes
from hotfix_tui.demo.build import DemoError, World, load
from hotfix_tui.session import places

MARK = "drill.json"
"""Next to the incidents of a drill's repository: where the drill is. In the user's state directory: the last drill."""

_LARGEST = 100_000


def mark(folder: str, world: World) -> None:
    """Record in `folder` where the drill is. Raises OSError."""
    durable.make_directory(folder)
    text = json.dumps({"root": str(world.root), "scenario": world.scenario})
    durable.replace(str(Path(folder) / MARK), text.encode(), backup=False)


def remember(state: str, world: World) -> None:
    """Record the last opened drill in the user's state directory; if that fails, nothing is lost."""
    with contextlib.suppress(OSError):
        mark(state, world)


def offers(sessions: str) -> str:
    """Return the folder, next to the incidents in `sessions`, for the files that a drill has prepared."""
    return str(Path(sessions) / "offers")


def find(sessions: str, checkout: str) -> World | None:
    """Return the drill whose clone the repository `checkout` is; None if it is not one, or only claims to be."""
    world = _named(offers(sessions))
    if world is None or not _same(world.checkout, Path(checkout)):
        return None
    return world


def is_ours(world: World) -> bool:
    """Return whether this user built the drill here: its configuration is trusted, which nothing downloaded can
    claim.

    A folder that only looks like a drill could name any program as its own.
    """
    root = str(world.checkout)
    try:
        return trust.trusted(Path(places.state_root()), config.load(root), root)
    except (HotfixError, OSError):
        return False


def left(state: str) -> World | None:
    """Return the last built drill that still exists."""
    return _named(state)


def _named(folder: str) -> World | None:
    try:
        said = json.loads(durable.read_regular(str(Path(folder) / MARK), _LARGEST))
        return load(Path(said["root"]))
    except (OSError, ValueError, KeyError, TypeError, DemoError):
        return None


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def remove(world: World, state: str) -> str:
    """End the servers of a drill and remove its folder; return why something of it is left, empty if nothing is.

    Only a folder that contains exactly this drill is removed.
    """
    processes.stop(world)
    try:
        if load(world.root) != world or world.root.is_symlink():
            return f"{world.root} does not hold this drill any more, so it is left as it is."
    except DemoError:
        return ""
    shutil.rmtree(world.root, ignore_errors=True)
    with contextlib.suppress(OSError):
        last = left(state)
        if last is None or last.root == world.root:
            (Path(state) / MARK).unlink(missing_ok=True)
    return f"Something of {world.root} could not be removed." if world.root.exists() else ""
