"""Which process is ours: its number, when it started, and a word in its arguments.

A process number alone is not enough: the system gives it to somebody else later.
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
    """The identity of a process that runs now."""
    return Identity(pid, _started(pid), token, release)


def save(path: Path, identity: Identity) -> None:
    """Write an identity so that a reader sees the old one or the new one."""
    scratch = path.with_name(path.name + ".new")
    scratch.write_text(json.dumps(asdict(identity)), encoding="utf-8")
    scratch.replace(path)


def read(path: Path) -> Identity | None:
    """The identity in a file; None when there is none or it cannot be read."""
    try:
        return Identity(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def alive(identity: Identity | None) -> bool:
    """Whether this very process still runs."""
    if identity is None or not identity.started:
        return False
    return _started(identity.pid) == identity.started and identity.token in _arguments(identity.pid)


def end(identity: Identity | None, seconds: float = 5.0) -> None:
    """End a process and wait for its end: asked first, forced after ``seconds``. Another process is left alone."""
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
    """When a process started, in a form that can only be compared; empty when it does not run."""
    if Path("/proc/self/stat").exists():
        try:
            # The name in parentheses may itself hold spaces and parentheses.
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in (b"Z", b"X") else fields[19].decode()
    return "" if _ps(pid, "stat").startswith("Z") else _ps(pid, "lstart")


def _arguments(pid: int) -> list[str]:
    """The arguments of a process; empty when they cannot be seen."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return []
    return _ps(pid, "command").split()


def _ps(pid: int, column: str) -> str:
    """One column of ``ps`` for one process, where there is no /proc."""
    found = subprocess.run(
        ["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()
