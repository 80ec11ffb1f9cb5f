"""The host of one environment: keeps its port across deployments and runs what the pointer names.

A new server is started first; the old one ends once the new one reports that it is ready, so no request is refused.
"""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from itertools import cycle
from pathlib import Path

from . import identity, releases, requests
from .place import SETTINGS, CtlError, Place

_PATIENCE = 8.0
"""Seconds that a new server may take until it is ready."""

_AGAIN = 2.0
"""Seconds before a release that did not start is tried again."""


class Host:
    """Runs the server of one environment until it is told to end, is idle for too long, or its folder is gone."""

    def __init__(self, place: Place, environment: str) -> None:
        self.place = place
        self.environment = environment
        self.folder = place.folder(environment)
        self.ending = False
        self.server: subprocess.Popen[bytes] | None = None
        self.release = ""
        self.failed = ""
        self.not_before = 0.0
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def run(self) -> None:
        """Serve until the end; CtlError if the port is taken."""
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self.listener.bind(("127.0.0.1", self.place.ports[self.environment]))
        except OSError:
            raise CtlError(
                f"Port {self.place.ports[self.environment]} is taken by another program."
            ) from None
        self.listener.listen(128)
        signal.signal(signal.SIGTERM, self._end)
        identity.save(self.folder / "host.json", identity.of(os.getpid(), self.place.token))
        if self.environment == "production":
            threading.Thread(target=self._traffic, daemon=True).start()
        try:
            while not self.ending and self._wanted():
                self._follow_pointer()
                time.sleep(0.1)
        finally:
            self._stop(self.server)

    def _end(self, *_: object) -> None:
        self.ending = True

    def _wanted(self) -> bool:
        """Return whether the drill still exists and was used recently."""
        try:
            idle = time.time() - self.place.activity.stat().st_mtime
        except OSError:
            return False
        return idle < self.place.idle_seconds and (self.place.root / SETTINGS).exists()

    def _follow_pointer(self) -> None:
        """Run the release that the pointer names, unless it is running or has just failed to start."""
        try:
            wanted = releases.current(self.folder)
        except CtlError:
            return
        running = self.server is not None and self.server.poll() is None
        if running and wanted == self.release:
            return
        if wanted == self.failed and time.monotonic() < self.not_before:
            return
        server = self._start(wanted)
        if server is None:
            self.failed, self.not_before = wanted, time.monotonic() + _AGAIN
            releases.mark_failed(self.folder, wanted)
            return
        self._stop(self.server)
        self.server, self.release, self.failed = server, wanted, ""
        identity.save(self.folder / "server.json", identity.of(server.pid, self.place.token, wanted))

    def _start(self, commit: str) -> subprocess.Popen[bytes] | None:
        """Start a server; None if it ended or was not ready in time."""
        release = self.folder / "releases" / commit
        reader, writer = os.pipe()
        arguments = [sys.executable, str(Path(__file__).with_name("child.py"))]
        arguments += [self.place.token, str(os.getpid())]
        arguments += ["--listen-fd", str(self.listener.fileno()), "--ready-fd", str(writer)]
        arguments += ["--key-file", str(self.place.keys)]
        arguments += ["--release-file", str(release / releases.RELEASE_FILE)]
        try:
            server = subprocess.Popen(
                arguments,
                cwd=release,
                stdin=subprocess.DEVNULL,
                pass_fds=(self.listener.fileno(), writer),
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            )
        except OSError as error:
            print(f"ERROR {commit[:9]} cannot be started: {error}", file=sys.stderr, flush=True)
            os.close(reader)
            return None
        finally:
            os.close(writer)
        ready, _, _ = select.select([reader], [], [], _PATIENCE)
        said = os.read(reader, 1) if ready else b""
        os.close(reader)
        if said:
            return server
        print(f"ERROR {commit[:9]} did not become ready", file=sys.stderr, flush=True)
        self._stop(server)
        return None

    @staticmethod
    def _stop(server: subprocess.Popen[bytes] | None) -> None:
        """End a server that this host started: asked first, forced after a while."""
        if server is None or server.poll() is not None:
            return
        server.terminate()
        try:
            server.wait(3.0)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

    def _traffic(self) -> None:
        """Request accounts as clients do, one of them with an expired token, and log the answers."""
        for number, token in enumerate(cycle(self.place.traffic)):
            time.sleep(0.5)
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.place.ports[self.environment], timeout=5
            )
            with suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/account", headers={"Authorization": f"Bearer {token}"})
                answer = connection.getresponse()
                answer.read()
                self._log(number, answer.status, requests.kind(token))
            connection.close()

    def _log(self, number: int, status: int, kind: str) -> None:
        with suppress(OSError):
            requests.note(self.folder, number, status, kind)
