"""Fetch a URL once: http and https only, on the origin that was named, bounded in time and size.

Whatever a server does wrong is an answer, never an exception: a broken production answers in every way there is.
Standard library only.
"""

import os
import re
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPMessage,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from typing import IO, Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from hotfix_tui.base.errors import Clause

_PORTS = {"http": 80, "https": 443}
_MOST_REDIRECTS = 5
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
_HEADERS = {
    "Accept": "application/json, text/plain;q=0.9, */*;q=0.1",
    "User-Agent": "hotfix-tui",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: the `body` of a 2xx answer, or `problem`, a clause that says why there is none."""

    body: bytes = b""
    problem: str = ""
    status: int = 0
    """The HTTP status of a rejected answer; 0 when there was no answer, or a good one."""


class _Refused(Clause):
    """The request was not sent; the text is a clause."""


def get(
    url: str,
    *,
    timeout: float,
    limit: int,
    environ: Mapping[str, str] = os.environ,
    headers: Mapping[str, str] = {},
) -> Fetched:
    """Fetch `url`; read at most `limit` bytes of the answer, all within `timeout` seconds.

    Redirects are followed on the same origin, and from http to https on the same host; any other is refused with a
    sentence, since only the configured address was agreed to.
    """
    try:
        parts = urlsplit(url)
        origin = _origin(parts)
        every = {**_HEADERS, **_credentials(parts, environ), **headers}
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        request = urllib.request.Request(bare, headers=every)
    except _Refused as no:
        return Fetched(problem=str(no))
    except ValueError:
        return Fetched(problem="the address is not one")
    watch = _Watch(timeout)
    try:
        return _ask(request, origin, watch, limit)
    except _Refused as no:
        return Fetched(problem=str(no))
    except Exception as error:
        if watch.late():
            return Fetched(problem=f"no whole answer within {timeout:g} s")
        why = _reason(error)
        if not why:
            raise
        return Fetched(problem=why)
    finally:
        watch.end()


def _ask(
    request: urllib.request.Request, origin: tuple[str, str, int], watch: "_Watch", limit: int
) -> Fetched:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Http(watch),
        _Https(watch),
        urllib.request.HTTPDefaultErrorHandler(),
        _Redirects(origin),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    try:
        with opener.open(request, timeout=watch.left()) as answer:
            body = _body(answer, limit)
    except urllib.error.HTTPError as error:
        error.close()
        return Fetched(problem=f"it answered with status {error.code}", status=error.code)
    return Fetched(problem=f"no whole answer within {watch.timeout:g} s") if watch.late() else Fetched(body)


def _body(answer: Any, limit: int) -> bytes:
    """Return at most `limit` bytes; a body that broke off is no answer. Raises HTTPException, OSError."""
    parts, size = [], 0
    while size < limit and (part := answer.read(min(65_536, limit - size))):
        parts.append(part)
        size += len(part)
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and size < min(limit, int(announced[:18])):
        raise IncompleteRead(b"")
    return b"".join(parts)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.hostname:
        raise _Refused("only http and https addresses are asked")
    return scheme, parts.hostname.lower().rstrip("."), parts.port or _PORTS[scheme]


def _credentials(parts: SplitResult, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the header for the user and password in the address; either may name an environment variable."""
    if parts.username is None:
        return {}
    words = [_filled(unquote(word), environ) for word in (parts.username, parts.password or "")]
    return {"Authorization": "Basic " + b64encode(":".join(words).encode()).decode()}


def _filled(text: str, environ: Mapping[str, str]) -> str:
    def one(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in environ:
            raise _Refused(f"the environment variable {name} is not set")
        return environ[name]

    return _VARIABLE.sub(one, text)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects that stay on the origin."""

    max_redirections = _MOST_REDIRECTS
    max_repeats = _MOST_REDIRECTS

    def __init__(self, origin: tuple[str, str, int]) -> None:
        self._origin = origin

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the next request, or refuse it and say what to do."""
        try:
            target = _origin(urlsplit(newurl))
        except ValueError:
            raise _Refused("it redirects to something that is no address") from None
        scheme, host, port = self._origin
        secured = scheme == "http" and port == 80 and target == ("https", host, 443)
        if target != self._origin and not secured:
            where = f"{target[0]}://{target[1]}" + ("" if target[2] == _PORTS[target[0]] else f":{target[2]}")
            raise _Refused(
                f"it redirects to another origin, {where[:80]}, which is not asked; "
                "if that is right, configure that address"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Watch:
    """Ends an exchange that takes too long, however slowly its bytes trickle in."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._until = time.monotonic() + timeout
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(timeout, self._close)
        self._timer.daemon = True
        self._timer.start()

    def left(self) -> float:
        """Return the seconds that are left, never less than a positive minimum."""
        return max(0.01, self._until - time.monotonic())

    def late(self) -> bool:
        """Return whether time is up."""
        return time.monotonic() >= self._until

    def end(self) -> None:
        """Stop watching."""
        self._timer.cancel()
        for known in self._sockets:
            known.close()

    def over(self, connected: socket.socket) -> None:
        """Watch `connected` as well, by a descriptor of our own.

        The connection gives its own away: to TLS before the handshake, and to the answer before its body is read.
        """
        self._sockets.append(connected.dup())
        if self.late():
            self._close()

    def _close(self) -> None:
        for known in self._sockets:
            try:
                known.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # already closed


class _Watched(HTTPConnection):
    """A connection that is watched from the moment when it is there."""

    watch: _Watch

    def connect(self) -> None:
        """Connect, and be watched."""
        super().connect()
        self.watch.over(self.sock)


class _WatchedTls(HTTPSConnection, _Watched):
    """With TLS the watch begins before the handshake: the class above is asked to connect first."""


class _Http(urllib.request.HTTPHandler):
    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def http_open(self, req: urllib.request.Request) -> Any:
        """Connect under the watch."""

        def connection(host: str, **more: Any) -> HTTPConnection:
            made = _Watched(host, **more)
            made.watch = self._watch
            return made

        return self.do_open(connection, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def https_open(self, req: urllib.request.Request) -> Any:
        """Connect under the watch, with the certificate checked."""
        context = ssl.create_default_context()

        def connection(host: str, **more: Any) -> HTTPConnection:
            made = _WatchedTls(host, context=context, **more)
            made.watch = self._watch
            return made

        return self.do_open(connection, req)


def _reason(error: Exception) -> str:
    """Return what went wrong, as a clause without the address, which may hold a token; empty if nothing did."""
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ssl.SSLError):
        return "the certificate or the TLS connection is not right"
    if isinstance(error, IncompleteRead):
        return "it broke off in the middle of its answer"
    if isinstance(error, RemoteDisconnected):
        return "it closed the connection without an answer"
    if isinstance(error, ConnectionError):
        return f"no connection ({(error.strerror or type(error).__name__).lower()})"
    if isinstance(error, HTTPException | ValueError | ArithmeticError):
        return "what it answered is no HTTP that can be read"
    if isinstance(error, OSError):
        unknown = type(error).__name__ == "gaierror"
        return "the host's name is not known" if unknown else f"no connection ({error.strerror or error})"
    return ""
