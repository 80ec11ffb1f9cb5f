"""Whether logging out would kill our supervisors, and the command prefix that prevents it (systemd only)."""

import functools
import os
import shutil
from pathlib import Path

_QUESTION = [
    "busctl",
    "get-property",
    "org.freedesktop.login1",
    "/org/freedesktop/login1",
    "org.freedesktop.login1.Manager",
    "KillUserProcesses",
]
_PREFIX = ["systemd-run", "--user", "--scope", "--collect", "--quiet", "--"]


def logout_kills(booted: Path = Path("/run/systemd/system")) -> bool:
    """Return whether logind is known to kill a user's processes at logout; False if unknown."""
    if not booted.is_dir() or shutil.which(_QUESTION[0]) is None:
        return False
    import subprocess

    try:
        answer = subprocess.run(
            _QUESTION,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.split() == [b"b", b"true"]


@functools.cache
def prefix() -> list[str]:
    """Return what to put before a supervisor's command line so that it survives a logout; usually nothing."""
    if "XDG_RUNTIME_DIR" not in os.environ or shutil.which(_PREFIX[0]) is None or not logout_kills():
        return []
    return list(_PREFIX)
