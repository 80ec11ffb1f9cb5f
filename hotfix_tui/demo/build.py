"""Builds a drill in a fresh folder: a remote, the engineer's clone, and the deployed copies of two environments."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import secrets
import shlex
import shutil
import socket
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotfix_tui.demo import history, settings
from hotfix_tui.demo.history import DemoError, Git

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["SCENARIOS", "DemoError", "World", "build", "load"]

SCENARIOS = ("expired-token", "worse-first")
"""``expired-token``: the fix helps. ``worse-first``: there is also a first fix, which makes it worse."""

TICKET = "ENG-1234"
_KEYS = ("drill-key-of-this-autumn", "drill-key-of-last-spring")
_SERVICE = "tokend"
_PATHS = ("root", "checkout", "remote", "patch", "bad_patch", "patch_after_bad")


@dataclass(frozen=True)
class World:
    """A drill on disk.

    ``checkout`` is the engineer's clone of the bare ``remote``. ``patch`` mends what is live and brings its regression
    test. In the scenario ``worse-first``, ``bad_patch`` is the fix that makes it worse, and ``patch_after_bad`` leads
    from there to the right one.
    """

    root: Path
    checkout: Path
    remote: Path
    staging_url: str
    production_url: str
    patch: Path
    bad_patch: Path | None
    patch_after_bad: Path | None
    ticket: str
    expired_token: str
    valid_token: str
    scenario: str

    @property
    def tool(self) -> Path:
        """tokenctl, which deploys and runs the service of this drill."""
        return self.root / "bin" / "tokenctl"


def build(
    directory: str | None = None,
    *,
    scenario: str = "expired-token",
    log_updates: bool = False,
    pace: float = 1.0,
) -> World:
    """Build a drill in ``directory``, which must be missing or empty (default: a new one for temporary files).

    ``log_updates`` lets the remote write each ref update that it is asked for into ``remote-updates.log``; ``pace``
    stretches the seconds that a deployment takes. No server runs yet: ``processes.start`` does that.
    Raises DemoError with one sentence; what was built until then is removed.
    """
    if scenario not in SCENARIOS:
        raise DemoError(f"There is no scenario {scenario!r}; choose one of {', '.join(SCENARIOS)}.")
    root, ours = _fresh(directory)
    try:
        return _build(root, scenario, log_updates=log_updates, pace=pace)
    except BaseException as error:
        for path in [root] if ours else list(root.iterdir()):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        if isinstance(error, OSError):
            raise DemoError(f"The drill cannot be built in {root}: {error.strerror or error}.") from None
        raise


def load(root: Path) -> World:
    """The drill that was built in a folder. Raises DemoError when there is none."""
    try:
        found: dict[str, Any] = json.loads((root / "drill.json").read_text(encoding="utf-8"))["world"]
        for name in _PATHS:
            found[name] = found[name] and Path(found[name])
        return World(**found)
    except (OSError, ValueError, KeyError, TypeError):
        raise DemoError(f"{root} holds no drill.") from None


def _fresh(directory: str | None) -> tuple[Path, bool]:
    """The folder to build in, and whether it was made here."""
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


def _build(root: Path, scenario: str, *, log_updates: bool, pace: float) -> World:
    """Build everything below ``root``."""
    seed = history.replay(root / ".seed")
    world = _world(root, scenario)
    _patches(world, seed)
    _repositories(world, seed, log_updates=log_updates)
    _tool(root)
    _servers(world, seed, pace)
    text = settings.render(
        tool=world.tool,
        staging_url=world.staging_url,
        production_url=world.production_url,
        expired=world.expired_token,
        valid=world.valid_token,
    )
    (world.checkout / ".hotfix-tui.toml").write_text(text, encoding="utf-8")
    shutil.rmtree(seed.folder)
    return world


def _world(root: Path, scenario: str) -> World:
    """Where everything will be."""
    worse = scenario == "worse-first"
    staging, production = _free_ports()
    return World(
        root=root,
        checkout=root / _SERVICE,
        remote=root / f"{_SERVICE}.git",
        staging_url=f"http://127.0.0.1:{staging}",
        production_url=f"http://127.0.0.1:{production}",
        patch=root / "fix.patch",
        bad_patch=root / "first-fix.patch" if worse else None,
        patch_after_bad=root / "second-fix.patch" if worse else None,
        ticket=TICKET,
        expired_token=_token("ada", 1_735_689_600),
        valid_token=_token("ada", 4_070_908_800),
        scenario=scenario,
    )


def _patches(world: World, seed: Git) -> None:
    """Put the fixes beside the repositories, outside of what git tracks."""
    source = history.WORLD / "patches"
    shutil.copyfile(source / "fix.patch", world.patch)
    if world.bad_patch is not None and world.patch_after_bad is not None:
        shutil.copyfile(source / "worse.patch", world.bad_patch)
        text = history.rework(seed, world.bad_patch, world.patch, world.root / ".index")
        world.patch_after_bad.write_text(text, encoding="utf-8")


def _repositories(world: World, seed: Git, *, log_updates: bool) -> None:
    """The bare remote and the engineer's clone of it, neither of which heeds the settings of this machine's user."""
    above = Git(world.root)
    above("clone", "--quiet", "--bare", "--no-hardlinks", str(seed.folder), str(world.remote))
    remote = Git(world.remote)
    remote("remote", "remove", "origin")
    above("clone", "--quiet", "--no-hardlinks", str(world.remote), str(world.checkout))
    checkout = Git(world.checkout)
    for git, hooks in ((remote, world.remote / "hooks"), (checkout, world.checkout / ".git" / "hooks")):
        for name, value in (("gc.auto", "0"), ("maintenance.auto", "false"), ("core.hooksPath", str(hooks))):
            git("config", name, value)
    for name, value in (
        ("user.name", "On-call Engineer"),
        ("user.email", "oncall@tokend.example"),
        ("commit.gpgSign", "false"),
        ("tag.gpgSign", "false"),
        ("core.autocrlf", "false"),
    ):
        checkout("config", name, value)
    with (world.checkout / ".git" / "info" / "exclude").open("a", encoding="utf-8") as exclude:
        exclude.write("/.hotfix-tui.toml\n")
    if log_updates:
        _log_updates(world)


def _log_updates(world: World) -> None:
    """Let the remote write each update that it is asked for: old, new, ref."""
    hook = world.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    log = shlex.quote(str(world.root / "remote-updates.log"))
    hook.write_text(f"#!/bin/sh\nexec cat >> {log}\n", encoding="utf-8")
    hook.chmod(0o755)


def _tool(root: Path) -> None:
    """Put tokenctl into ``bin``; it works without this package."""
    shutil.copytree(history.WORLD / "ctl", root / "bin" / "ctl", ignore=shutil.ignore_patterns("__pycache__"))
    tool = root / "bin" / "tokenctl"
    tool.write_text(
        "#!/usr/bin/env python3\n"
        '"""Deploys and runs tokend on this machine; see tokenctl --help."""\n\n'
        "import sys\n\nfrom ctl.main import main\n\nsys.exit(main())\n",
        encoding="utf-8",
    )
    tool.chmod(0o755)


def _servers(world: World, seed: Git, pace: float) -> None:
    """The deployed copies with their past, and the file that tells tokenctl where it is."""
    releases = _releases()
    now = datetime.now(UTC)
    past = {
        "production": (("v2.3.2", 21.0), ("v2.3.3", 9.0), (history.LIVE_TAG, 0.09)),
        "staging": ((history.LIVE_TAG, 1.2), ("main", 0.8)),
    }
    for environment, deployments in past.items():
        folder = world.root / "servers" / environment
        folder.mkdir(parents=True)
        for name, days in deployments:
            commit = releases.resolve(seed.folder, name)
            releases.export(folder, seed.folder, commit)
            releases.point(folder, commit)
            releases.note(folder, "deploy", commit, "Ines Okafor", now - timedelta(days=days))
    (world.root / "servers" / "keys").write_text("\n".join(_KEYS) + "\n", encoding="utf-8")
    (world.root / "servers" / "activity").touch()
    told = {
        "process_token": f"drill-{secrets.token_hex(8)}",
        "ports": {
            "staging": int(world.staging_url.rpartition(":")[2]),
            "production": int(world.production_url.rpartition(":")[2]),
        },
        "traffic": [world.valid_token, world.valid_token, world.expired_token, world.valid_token],
        "pace": pace,
        "idle_seconds": 7200,
        "world": {
            name: str(value) if isinstance(value, Path) else value for name, value in asdict(world).items()
        },
    }
    (world.root / "drill.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _releases() -> ModuleType:
    """Tokenctl's own module about releases, imported only when a drill is built."""
    from hotfix_tui.demo.world.ctl import releases

    return releases


def _free_ports() -> tuple[int, int]:
    """Two free ports, below those that the system gives to outgoing connections, so that they stay free."""
    found: list[int] = []
    source = random.SystemRandom()
    for _ in range(200):
        port = source.randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
        if len(found) == 2:
            return found[0], found[1]
    raise DemoError("There is no free port between 20000 and 30000 on 127.0.0.1 for the drill's servers.")


def _token(user: str, expires_at: int) -> str:
    """A token as the service signs it; ``expires_at`` is in seconds since 1970."""
    claims = {"user": user, "plan": "team", "expires_at": expires_at}
    payload = base64.urlsafe_b64encode(json.dumps(claims, sort_keys=True).encode())
    return f"{payload.decode()}.{hmac.new(_KEYS[0].encode(), payload, hashlib.sha256).hexdigest()}"
