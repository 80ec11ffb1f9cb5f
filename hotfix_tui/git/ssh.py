"""Which host an ssh address means: ~/.ssh/config may alias it (a second account, a short name, a Match).

Apart from the preflight, which judges the host: this asks ssh for it.
"""

import os
import re
import shlex
from typing import NamedTuple
from urllib.parse import urlsplit

from hotfix_tui.git.process import Git

_SCP = re.compile(r"(?:(?P<user>[^@/:\s]+)@)?(?P<host>[^:/\s\[\]@]+):(?P<path>(?!//|:).+)")
_SECONDS = 5.0


class SshAddress(NamedTuple):
    """The parts of an ssh address; `port` and `user` are empty if not given."""

    user: str
    host: str
    port: str
    path: str

    def at(self, host: str) -> str:
        """Return the same address on another host."""
        user = f"{self.user}@" if self.user else ""
        if not self.port and not self.path.startswith("/"):
            return f"{user}{host}:{self.path}"
        return f"ssh://{user}{host}{f':{self.port}' if self.port else ''}/{self.path.lstrip('/')}"


def ssh_address(url: str) -> SshAddress | None:
    """Return the parts of an address that git reaches by ssh; None for any other."""
    if "://" in url:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return None
        if parts.scheme not in ("ssh", "git+ssh", "ssh+git") or not host:
            return None
        return SshAddress(parts.username or "", host, str(port or ""), parts.path)
    match = None if os.path.isabs(url) or url.startswith(".") else _SCP.fullmatch(url)
    return SshAddress(match["user"] or "", match["host"], "", match["path"]) if match else None


def real_host(git: Git, address: SshAddress) -> str:
    """Return the host that ssh connects to for `address`, according to ssh itself (``ssh -G``, which opens no
    connection).

    Falls back to the address's own host if ssh cannot be asked. Options of the configured command (``-F``, ``-i``)
    count.
    """
    import subprocess

    if address.host.startswith("-") or address.user.startswith("-"):
        return address.host
    command = _command(git)
    port = ["-p", address.port] if address.port else []
    who = ["-l", address.user] if address.user else []
    try:
        asked = subprocess.run(
            [*command, *port, *who, "-G", address.host],
            cwd=git.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            start_new_session=True,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return address.host
    lines = asked.stdout.decode("utf-8", "replace").splitlines() if asked.returncode == 0 else []
    host = next((line.split(" ", 1)[1].strip() for line in lines if line.startswith("hostname ")), "")
    return host if re.fullmatch(r"[A-Za-z0-9.:_-]+", host) else address.host


def _command(git: Git) -> list[str]:
    """Return the ssh program with the options that git gives it; plain ssh if another program replaces it."""
    configured = os.environ.get("GIT_SSH_COMMAND") or git.ssh
    try:
        words = shlex.split(configured)
    except ValueError:
        words = []
    return words if words and os.path.basename(words[0]) == "ssh" else ["ssh"]
