"""Starting the hosts of a drill, asking them, and ending them."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import identity
from .place import ENVIRONMENTS, CtlError, Place


def get(place: Place, environment: str, path: str) -> tuple[int, dict[str, Any]]:
    """Ask a server for a page: status and JSON. CtlError when it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", place.ports[environment], timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = json.loads(response.read())
        return response.status, body if isinstance(body, dict) else {}
    except (OSError, http.client.HTTPException, ValueError):
        raise CtlError(f"{place.url(environment)}{path} does not answer.") from None
    finally:
        connection.close()


def running(place: Place, environment: str) -> bool:
    """Whether the host of an environment runs."""
    return identity.alive(identity.read(place.folder(environment) / "host.json"))


def start(place: Place) -> None:
    """Start the hosts that do not run, and wait until their servers answer. CtlError when one does not."""
    place.activity.touch()
    waiting: dict[str, subprocess.Popen[bytes] | None] = {}
    for environment in ENVIRONMENTS:
        waiting[environment] = None
        if not running(place, environment):
            waiting[environment] = _spawn(place, environment)
    for environment, process in waiting.items():
        _wait(place, environment, process)


def stop(place: Place) -> None:
    """End what this drill started: its hosts, and a server that a killed host may have left. Nothing else."""
    for environment in ENVIRONMENTS:
        folder = place.folder(environment)
        identity.end(identity.read(folder / "host.json"))
        identity.end(identity.read(folder / "server.json"))


def last_words(folder: Path, lines: int = 5) -> str:
    """The end of a server's own log, for a sentence about what went wrong."""
    try:
        text = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _spawn(place: Place, environment: str) -> subprocess.Popen[bytes]:
    """Start one host in a session of its own, so that a closed terminal does not end it."""
    tool = place.root / "bin" / "tokenctl"
    with (place.folder(environment) / "server.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, str(tool), "host", environment, place.token],
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
            # A server of somebody else on this port must not pass for ours.
            if running(place, environment) and get(place, environment, "/healthz")[0] == 200:
                return
        except CtlError:
            pass
        time.sleep(0.05)
    words = last_words(place.folder(environment)).splitlines()
    raise CtlError(f"The {environment} server did not start: {words[-1] if words else 'it gave no reason'}")
