"""Remotes that refuse, ask or hang: real sockets on loopback, and an ssh that says what the real one says."""

import contextlib
import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

_SSH = """#!/bin/sh
# Says what OpenSSH says, and asks on the terminal like it unless BatchMode is on.
case "$*" in
*BatchMode=yes*) ;;
*) exec {ask} ;;
esac
{says}
exit 255
"""
_ASK = "sh -c \"exec 3<>/dev/tty || exit 9; printf 'passphrase: ' >&3; read x <&3\""

PERMISSION_DENIED = "echo 'git@host.example: Permission denied (publickey).' >&2"
HOST_KEY = (
    "echo 'No ED25519 host key is known for host.example and you have requested strict checking.' >&2\n"
    "echo 'Host key verification failed.' >&2"
)
HANGS = "exec sleep 600"
_TAKEN: list[socket.socket] = []


def ssh(folder: Path, says: str) -> str:
    """Return an ssh in `folder` that ends with `says`; its path, for core.sshCommand."""
    program = folder / "ssh-stand-in" / "ssh"
    program.parent.mkdir()
    program.write_text(_SSH.format(ask=_ASK, says=says))
    program.chmod(0o755)
    return str(program)


def closed_port() -> int:
    """Return a port on loopback on which nothing listens, and that nothing else is given until this process ends."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    _TAKEN.append(taken)
    return int(taken.getsockname()[1])


class _Login(http.server.BaseHTTPRequestHandler):
    """Asks everyone to log in."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="shop"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def asks_for_login() -> Iterator[str]:
    """A web server that answers 401; yields its URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Login)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/shop.git"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
