"""Asks the server for processes; one server per process that runs tests, started on first use."""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PROGRAM = Path(__file__).with_name("server.py")
_KEPT = ("PATH", "HOME")
_OF_THE_START = ("PYTHON", "LC_", "LANG", "MALLOC_", "LD_", "DYLD_", "TESTS_")
"""Variables that an interpreter reads when it starts: each set of them has its own server."""


@dataclass(frozen=True)
class Ended:
    """How a call ended."""

    returncode: int
    stdout: str
    stderr: str


class Server:
    """A running server for one set of the variables that matter at the start."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._asked, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_PROGRAM)],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                env={**{n: v for n, v in os.environ.items() if n in _KEPT}, **environment},
                cwd="/",
            )

    def begin(self, request: Mapping[str, object], streams: list[int]) -> tuple[int, IO[bytes]]:
        """Start a process; return its id, and what later reports how it ended."""
        ours, theirs = socket.socketpair()
        message = json.dumps(request).encode() + b"\n"
        with self._lock:
            with theirs:
                sent = socket.send_fds(self._asked, [message], [*streams, theirs.fileno()])
                self._asked.sendall(message[sent:])
            answer = ours.makefile("rb", buffering=0)  # what comes with the first line has yet to be read
            ours.close()
            return json.loads(answer.readline())["pid"], answer

    def end(self) -> None:
        """Shut it down."""
        self._asked.close()
        self._process.wait()


_servers: dict[tuple[tuple[str, str], ...], Server] = {}
_starting = threading.Lock()


def _server(environment: Mapping[str, str]) -> Server:
    at_start = tuple(
        sorted((name, value) for name, value in environment.items() if name.startswith(_OF_THE_START))
    )
    with _starting:
        if at_start not in _servers:
            _servers[at_start] = Server(dict(at_start))
            atexit.register(_servers[at_start].end)
        return _servers[at_start]


def call(
    args: list[str], *, cwd: Path | str, env: Mapping[str, str], stdin: str | None, timeout: float
) -> Ended:
    """Call ``hotfix-tui`` with `args`, like ``subprocess.run`` with both outputs captured."""
    server = _server(env)
    request = {"argv": ["hotfix-tui", *args], "env": dict(env), "cwd": str(cwd)}
    with ExitStack() as files:
        theirs = [_standard_input(stdin)]
        ours = []
        for _ in range(2):
            read, write = os.pipe()
            theirs.append(write)
            ours.append(files.enter_context(open(read, "rb", buffering=0)))
        try:
            pid, ends = server.begin(request, theirs)
        finally:
            for fd in theirs:
                os.close(fd)
        files.enter_context(ends)
        try:
            out, err, told = _read([*ours, ends], timeout)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise
    return Ended(json.loads(told)["code"], out.decode(), err.decode())


def _standard_input(text: str | None) -> int:
    if text is None:
        return os.open(os.devnull, os.O_RDONLY)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - what is read is another open file of it
    with file:
        file.write(text.encode())
        file.seek(0)
        return os.dup(file.fileno())


def _read(files: list[IO[bytes]], timeout: float) -> list[bytes]:
    """Read all of them to their ends."""
    read = dict.fromkeys(files, b"")
    until = time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        for file in files:
            selector.register(file, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(until - time.monotonic())
            if not ready:
                raise TimeoutError(f"not at its end after {timeout:.0f} s: {read}")
            for key, _ in ready:
                data = os.read(key.fd, 1 << 16)
                read[key.fileobj] += data  # type: ignore[index]
                if not data:
                    selector.unregister(key.fileobj)
    return list(read.values())
