"""Builds a drill in a fresh folder: a remote, the engineer's clone, and the deployed copies of two environments."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hotfix_tui.demo import environments, history, repositories, settings, story
from hotfix_tui.demo.history import DemoError
from hotfix_tui.demo.layout import World

__all__ = ["SCENARIOS", "DemoError", "World", "build", "load"]

USUAL = "expired-token"
SCENARIOS = {
    USUAL: "expired tokens open accounts, and the first fix helps",
    "worse-first": "the first fix makes it worse: roll back, then fix it in a second round",
    "backport-conflict": "the fix conflicts with what a release line has changed",
    "red-check": "a check of the forge fails that nobody ran here, and blocks the merge",
    "lost-connection": "the connection breaks in the push and in the deployment: look, before anything is repeated",
}
"""What can go wrong, one line each."""

TICKET = "ENG-1234"
LOST = "lose-connection"
"""A file in the drill's folder that makes the connection to production break during the next deployment."""

_SERVICE = "tokend"
_PATHS = ("root", "checkout", "remote", "patch", "bad_patch", "patch_after_bad")


def build(
    directory: str | None = None,
    *,
    scenario: str = USUAL,
    forge: bool = False,
    log_updates: bool = False,
    pace: float = 1.0,
) -> World:
    """Build a drill in ``directory``, which must be missing or empty (default: a new temporary folder).

    ``forge`` gives it its own forge with pull requests; without one, the fix lands by a manual merge. ``log_updates``
    makes the remote log each requested ref update to ``remote-updates.log``; ``pace`` scales the seconds that a
    deployment takes. No server runs yet: ``processes.start`` starts them. Raises DemoError with one sentence;
    anything built until then is removed.
    """
    if scenario not in SCENARIOS:
        raise DemoError(f"There is no scenario {scenario!r}; choose one of {', '.join(SCENARIOS)}.")
    root, ours = _fresh(directory)
    try:
        return _build(_world(root, scenario, forge=forge), log_updates=log_updates, pace=pace)
    except BaseException as error:
        _remove(root, ours=ours)
        if isinstance(error, OSError):
            raise DemoError(f"The drill cannot be built in {root}: {error.strerror or error}.") from None
        raise


def load(root: Path) -> World:
    """Return the drill in a folder. Raises DemoError if there is none."""
    try:
        layout: dict[str, Any] = json.loads((root / "drill.json").read_text(encoding="utf-8"))["world"]
        for name in _PATHS:
            layout[name] = layout[name] and Path(layout[name])
        return World(**layout)
    except (OSError, ValueError, KeyError, TypeError):
        raise DemoError(f"{root} holds no drill.") from None


def _fresh(directory: str | None) -> tuple[Path, bool]:
    """Return the folder to build in, and whether it was created here."""
    if directory is None:
        return Path(tempfile.mkdtemp(prefix="hotfix-drill-")).resolve(), True
    root = Path(directory).absolute()
    try:
        if not root.exists() and not root.is_symlink():
            root.mkdir(parents=True)
            return root.resolve(), True
        root = root.resolve(strict=True)
        if not root.is_dir():
            raise DemoError(f"{root} is not a folder; name a new or an empty one.")
        if any(root.iterdir()):
            raise DemoError(f"{root} is not empty; a drill needs a new or an empty folder.")
    except OSError as error:
        raise DemoError(f"{directory} cannot be used for the drill: {error.strerror}.") from None
    return root, False


def _remove(root: Path, *, ours: bool) -> None:
    """Remove what an unfinished build left: the folder if it was created here, otherwise its content."""
    if ours:
        shutil.rmtree(root, ignore_errors=True)
        return
    for path in root.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _build(world: World, *, log_updates: bool, pace: float) -> World:
    """Build everything below the drill's folder."""
    root = world.root
    seed = history.replay(root / ".seed", on_plans=world.scenario == "backport-conflict")
    repositories.patches(world, seed)
    repositories.clone(world, seed, log_updates=log_updates)
    environments.tool(root)
    environments.servers(world, seed, pace)
    text = settings.render(
        tool=world.tool,
        staging_url=world.staging_url,
        production_url=world.production_url,
        expired=world.expired_token,
        valid=world.valid_token,
        lines=(history.RELEASE_LINE,) if world.forge_url else (history.RELEASE_LINE, "develop"),
    )
    (world.checkout / ".hotfix-tui.toml").write_text(text, encoding="utf-8")
    (world.root / "README.txt").write_text(story.render(world), encoding="utf-8")
    if world.scenario == "backport-conflict":
        repositories.resolved(world, seed)
    if world.scenario == "lost-connection":
        (root / LOST).touch()
    shutil.rmtree(seed.folder)
    return world


def _world(root: Path, scenario: str, *, forge: bool) -> World:
    """Return the layout of the drill."""
    twice = scenario in ("worse-first", "red-check")
    staging, production, own = environments.free_ports(3, root)
    return World(
        root=root,
        checkout=root / _SERVICE,
        remote=root / f"{_SERVICE}.git",
        staging_url=f"http://127.0.0.1:{staging}",
        production_url=f"http://127.0.0.1:{production}",
        patch=root / "fix.patch",
        bad_patch=root / "first-fix.patch" if twice else None,
        patch_after_bad=root / "second-fix.patch" if twice else None,
        ticket=TICKET,
        expired_token=environments.token("ada", 1_735_689_600),
        valid_token=environments.token("ada", 4_070_908_800),
        scenario=scenario,
        forge_url=f"http://127.0.0.1:{own}/drill/{_SERVICE}" if forge else "",
    )
