"""Which process is ours: its pid, its start time, and a word in its arguments.

A pid alone is not enough: the system reuses it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """One process of the drill; ``release`` is the commit it serves, empty for a host."""

    pid: int
    started: str
    token: str
    release: str = ""


def of(pid: int, token: str, release: str = "") -> Identity:
    """Return the identity of a running process."""
    return Identity(pid, _started(pid), token, release)


def save(path: Path, identity: Identity) -> None:
    """Write an identity so that a reader sees either the old one or the new one."""
    scratch = path.with_name(path.name + ".new")
    scratch.write_text(json.dumps(asdict(identity)), encoding="utf-8")
    scratch.replace(path)


def read(path: Path) -> Identity | None:
    """Return the identity in a file; None if there is none or it cannot be read."""
    try:
        return Identity(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def alive(identity: Identity | None) -> bool:
    """Return whether exactly this process is still running."""
    if identity is None or not identity.started:
        return False
    return _started(identity.pid) == identity.started and identity.token in _arguments(identity.pid)


def end(identity: Identity | None, seconds: float = 5.0) -> None:
    """End a process and wait for it: asked first, forced after ``seconds``. Other processes are left alone."""
    for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 2.0)):
        if identity is None or not alive(identity):
            return
        try:
            os.kill(identity.pid, number)
        except ProcessLookupError:
            return
        until = time.monotonic() + patience
        while time.monotonic() < until and alive(identity):
            time.sleep(0.02)


def _started(pid: int) -> str:
    """Return when a process started, in a form that is only good for comparing; empty if it does not run."""
    if Path("/proc/self/stat").exists():
        try:
            # The name in parentheses may itself contain spaces and parentheses.
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in (b"Z", b"X") else fields[19].decode()
    return "" if _ps(pid, "stat").startswith("Z") else _ps(pid, "lstart")


def _arguments(pid: int) -> list[str]:
    """Return the arguments of a process; empty if they are not visible."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return []
    return _ps(pid, "command").split()


def _ps(pid: int, column: str) -> str:
    """Return one column of ``ps`` for one process, for systems without /proc."""
    result = subprocess.run(
        ["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return result.stdout.strip()
