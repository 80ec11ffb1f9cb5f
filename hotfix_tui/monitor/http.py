"""One HTTP request, bounded as a whole: in time, and in the size of the answer that is read."""

import asyncio
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hotfix_tui.base.errors import HotfixError

if TYPE_CHECKING:
    import aiohttp

BODY_LIMIT = 256_000
"""At most this many bytes of an answer are read; the rest is ignored."""

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")


class MissingSecret(HotfixError):
    """An environment variable that a request needs is not set; the text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `timeout` is in seconds and covers the whole exchange; `headers` may name variables ($NAME)."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back, and the milliseconds it took. `status` is 0 if nothing came; `problem` says why."""

    status: int
    body: bytes
    ms: float
    problem: str = ""


def filled(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return `text` with $NAME and ${NAME} replaced from the environment. Raises MissingSecret; a lone $ stays."""

    def one(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        value = environ.get(name)
        if value is None:
            raise MissingSecret(f"the environment variable {name} is not set")
        return value

    return _VARIABLE.sub(one, text)


def open_session() -> "aiohttp.ClientSession":
    """Return a session to send requests with: no cookies kept, proxies from the environment."""
    import aiohttp

    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        trust_env=True,
        headers={"User-Agent": "hotfix-tui", "Cache-Control": "no-cache"},
    )


async def send(session: "aiohttp.ClientSession", request: Request) -> HttpAnswer:
    """Send `request`. Never raises for what the network or the server does: see `Answer.problem`.

    Redirects are not followed: the target of a redirect is an answer that a check may expect.
    """
    import aiohttp

    started = time.monotonic()
    try:
        headers = {name: filled(value) for name, value in request.headers.items()}
        async with asyncio.timeout(request.timeout):
            async with session.request(
                request.method, request.url, headers=headers, data=request.body, allow_redirects=False
            ) as response:
                body = await _body(response)
                return HttpAnswer(response.status, body, _since(started))
    except MissingSecret as error:
        return HttpAnswer(0, b"", 0.0, str(error))
    except TimeoutError:
        return HttpAnswer(0, b"", _since(started), f"no whole answer within {request.timeout:g} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return HttpAnswer(0, b"", _since(started), _reason(error))


async def _body(response: "aiohttp.ClientResponse") -> bytes:
    """Return at most BODY_LIMIT bytes of an answer."""
    parts, size = [], 0
    async for part in response.content.iter_chunked(65536):
        parts.append(part)
        size += len(part)
        if size >= BODY_LIMIT:
            break
    return b"".join(parts)[:BODY_LIMIT]


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)


def _reason(error: Exception) -> str:
    """Return what went wrong, as a clause without the address, which may hold a token."""
    import aiohttp

    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the host's name is not known"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "the certificate or the TLS connection is not right"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection ({error.os_error.strerror or 'refused'})"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection without an answer"
    if isinstance(error, aiohttp.InvalidURL):
        return "the address is not one"
    return f"the exchange failed ({type(error).__name__})"
