"""Staging and production of a drill: deployed copies with a history, their keys and ports, and tokenctl.

Apart from `build`, which puts the drill together: these are the servers that run meanwhile, with their ports and
keys.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import random
import secrets
import shutil
import socket
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from hotfix_tui.demo import history
from hotfix_tui.demo.history import DemoError, DrillGit
from hotfix_tui.demo.layout import World
from hotfix_tui.demo.world.ctl import place, releases

RESERVED = Path(f"/tmp/hotfix-tui-ports-{os.getuid()}")
"""Which ports belong to which of this user's drills: one file per port, containing the drill's folder."""

_SHARED = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC

_KEYS = ("drill-key-of-this-autumn", "drill-key-of-last-spring")


def tool(root: Path) -> None:
    """Install tokenctl into ``bin``; it works without this package."""
    shutil.copytree(history.WORLD / "ctl", root / "bin" / "ctl", ignore=shutil.ignore_patterns("__pycache__"))
    tool = root / "bin" / "tokenctl"
    tool.write_text(
        "#!/usr/bin/env python3\n"
        '"""Deploys and runs tokend on this machine; see tokenctl --help."""\n\n'
        "import sys\n\nfrom ctl.main import main\n\nsys.exit(main())\n",
        encoding="utf-8",
    )
    tool.chmod(0o755)


def servers(world: World, seed: DrillGit, pace: float) -> None:
    """Create the deployed copies with their history, and the file that tells tokenctl where it is."""
    past = {
        "production": (("v2.3.2", 21.0), ("v2.3.3", 9.0), (history.LIVE_TAG, 0.09)),
        "staging": ((history.LIVE_TAG, 1.2), ("main", 0.8)),
    }
    for environment, deployments in past.items():
        _deployed_before(world.root / "servers" / environment, seed, deployments)
    (world.root / "servers" / "keys").write_text("\n".join(_KEYS) + "\n", encoding="utf-8")
    (world.root / "servers" / "activity").touch()
    told = {
        "process_token": f"drill-{secrets.token_hex(8)}",
        "forge_port": urlsplit(world.forge_url).port if world.forge_url else None,
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


def _deployed_before(folder: Path, seed: DrillGit, deployments: tuple[tuple[str, float], ...]) -> None:
    """Deploy to one environment what was deployed in the past: pairs of a commit's name and how many days ago."""
    folder.mkdir(parents=True)
    now = datetime.now(UTC)
    try:
        for name, days in deployments:
            commit = releases.resolve(seed.folder, name)
            releases.export(folder, seed.folder, commit)
            releases.point(folder, commit)
            releases.note(folder, "deploy", commit, "Ines Okafor", now - timedelta(days=days))
    except place.CtlError as error:
        raise DemoError(f"The drill cannot be built: {error}") from None


def free_ports(count: int, root: Path) -> list[int]:
    """Return `count` free ports for the drill in `root`, below the range for outgoing connections.

    They stay reserved as long as that folder exists: a left drill, or one whose servers are not up yet, listens on
    none of them, but another drill must not get them.
    """
    ports: list[int] = []
    source = random.SystemRandom()
    for _ in range(200):
        port = source.randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports and _is_ours(port, root):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise DemoError("There is no free port between 20000 and 30000 on 127.0.0.1 for the drill's servers.")


def _is_ours(port: int, root: Path) -> bool:
    """Record that `port` belongs to the drill in `root`, unless it belongs to another existing drill."""
    try:
        RESERVED.mkdir(mode=0o700, exist_ok=True)
        if RESERVED.lstat().st_uid != os.getuid():
            return True  # we know nothing about somebody else's folder
        with open(os.open(RESERVED / str(port), _SHARED, 0o600), "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            owner = file.read(4096)
            if owner and owner != str(root) and os.path.isdir(owner):
                return False
            file.seek(0)
            file.truncate()
            file.write(str(root))
    except (OSError, ValueError):
        return True  # if nothing can be recorded, a currently free port has to do
    return True


def token(user: str, expires_at: int) -> str:
    """Return a token signed as the service does; ``expires_at`` is in seconds since 1970."""
    claims = {"user": user, "plan": "team", "expires_at": expires_at}
    payload = base64.urlsafe_b64encode(json.dumps(claims, sort_keys=True).encode())
    return f"{payload.decode()}.{hmac.new(_KEYS[0].encode(), payload, hashlib.sha256).hexdigest()}"
