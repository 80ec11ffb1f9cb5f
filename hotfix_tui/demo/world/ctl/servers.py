"""Starting the hosts of a drill, querying them, and ending them."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from pathlib import Path

from . import identity
from .asked import get
from .place import ENVIRONMENTS, CtlError, Place


def running(place: Place, environment: str) -> bool:
    """Return whether the host of an environment is running."""
    return identity.alive(identity.read(place.folder(environment) / "host.json"))


def start(place: Place) -> None:
    """Start the hosts that are not running, and wait until their servers answer. CtlError if one does not."""
    place.activity.touch()
    waiting: dict[str, subprocess.Popen[bytes] | None] = {}
    for environment in ENVIRONMENTS:
        waiting[environment] = None
        if not running(place, environment):
            waiting[environment] = _spawn(place, environment)
    forge = _spawn_forge(place)
    for environment, process in waiting.items():
        _wait(place, environment, process)
    if place.forge_port is not None:
        _wait_for_forge(place, place.forge_port, forge)


def stop(place: Place) -> None:
    """End what this drill started: its hosts, and a server that a killed host may have left. Nothing else."""
    for folder in place.hosts:
        identity.end(identity.read(folder / "host.json"))
        identity.end(identity.read(folder / "server.json"))


def last_words(folder: Path, lines: int = 5) -> str:
    """Return the end of a server's own log, for a sentence about what went wrong."""
    try:
        text = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _spawn(place: Place, environment: str) -> subprocess.Popen[bytes]:
    """Start the host of one environment."""
    return _begin(place, place.folder(environment), "host", environment)


def _spawn_forge(place: Place) -> subprocess.Popen[bytes] | None:
    """Start the drill's forge if there is one and it is not running."""
    folder = place.root / "forge"
    if place.forge_port is None or identity.alive(identity.read(folder / "host.json")):
        return None
    return _begin(place, folder, "forge")


def _begin(place: Place, folder: Path, *what: str) -> subprocess.Popen[bytes]:
    """Start tokenctl in its own session, so that a closed terminal does not end it."""
    tool = place.root / "bin" / "tokenctl"
    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, str(tool), *what, place.token],
            cwd=place.root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait(place: Place, environment: str, process: subprocess.Popen[bytes] | None) -> None:
    """Wait until a server is healthy."""
    until = time.monotonic() + 20.0
    while time.monotonic() < until:
        ended = process is not None and process.poll() is not None
        if ended:
            break
        try:
            # Another program's server on this port must not pass for ours.
            if running(place, environment) and get(place, environment, "/healthz")[0] == 200:
                return
        except CtlError:
            pass
        time.sleep(0.05)
    words = last_words(place.folder(environment)).splitlines()
    raise CtlError(f"The {environment} server did not start: {words[-1] if words else 'it gave no reason'}")


def _wait_for_forge(place: Place, port: int, process: subprocess.Popen[bytes] | None) -> None:
    """Wait until the drill's own forge answers."""
    until = time.monotonic() + 20.0
    while time.monotonic() < until and (process is None or process.poll() is None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/api/pulls")
            if connection.getresponse().headers.get("X-Drill-Forge") == "1":
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    words = last_words(place.root / "forge").splitlines()
    raise CtlError(f"The drill's forge did not start: {words[-1] if words else 'it gave no reason'}")
