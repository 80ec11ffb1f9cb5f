"""Reading one number: from Prometheus, Sentry, a page with JSON, a command, or a source described as data."""

import asyncio
import json
import math
import os
import re
import signal
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from hotfix_tui.base import bounded
from hotfix_tui.monitor import sources
from hotfix_tui.monitor.http import HttpAnswer, MissingSecret, Request, filled, send
from hotfix_tui.monitor.tables import MetricTable, Prometheus, Sentry, number_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp

_TIMEOUT = 10.0
_LARGEST = 65_536
"""At most this many bytes of a command's output are searched for the number."""

_NUMBER = re.compile(rb"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class Reading(NamedTuple):
    """A metric at one moment: its value, or None and why there is none (a clause)."""

    value: float | None
    why: str = ""


async def read(session: "aiohttp.ClientSession", spec: MetricTable, at: float | None = None) -> Reading:
    """Read the metric that `spec` describes. Never raises: errors are part of the reading.

    A source described as data can be queried for its value `at` an earlier moment.
    """
    try:
        if "argv" in spec:
            return await _from_command(spec)
        if "prometheus" in spec:
            return await _from_prometheus(session, spec["prometheus"])
        if "sentry" in spec:
            return await _from_sentry(session, spec["sentry"])
        if "asks" in spec:
            return await _from_source(session, spec, at)
        page, _, pointer = spec["json_url"].partition("#")
        request = Request(page, headers=spec.get("headers", {}), timeout=_TIMEOUT)
        return _json(await send(session, request), _picker(spec.get("pointer") or pointer))
    except MissingSecret as error:
        return Reading(None, str(error))


async def _from_source(session: "aiohttp.ClientSession", spec: MetricTable, at: float | None) -> Reading:
    """Return a number from one of the sources described as data."""
    asked = sources.request_of(spec["asks"], at)
    if "argv" in asked:
        return await _from_command({**spec, "argv": asked["argv"], "pointer": asked["pointer"]})
    request = Request(
        asked["url"], method=asked["method"], headers=asked["headers"], body=asked["body"], timeout=_TIMEOUT
    )
    return _json(await send(session, request), _picker(asked["pointer"]))


def _picker(pointer: str) -> "Callable[[object], float | None]":
    """Return a function that finds the number in an answer: at a JSON pointer, or the first one there is."""
    return lambda said: _first_number(sources.at(said, pointer) if pointer else said)


async def _from_prometheus(session: "aiohttp.ClientSession", spec: Prometheus) -> Reading:
    url = f"{spec['url'].rstrip('/')}/api/v1/query?{urlencode({'query': spec['query']})}"
    return _json(await send(session, Request(url, headers=bearer(spec), timeout=_TIMEOUT)), _prometheus_value)


async def _from_sentry(session: "aiohttp.ClientSession", spec: Sentry) -> Reading:
    """Return events per minute over the last ten minutes."""
    return _json(await send(session, sentry_request(spec, {"statsPeriod": "10m"})), _sentry_value)


def sentry_request(spec: Sentry, times: dict[str, str]) -> Request:
    """Return the query for the events of each minute in `times`."""
    query = f"project:{spec['project']} {spec['query']}" if spec["project"] else spec["query"]
    words = {
        "yAxis": "count()",
        **times,
        "interval": "1m",
        "query": query,
        "environment": spec["environment"],
    }
    organization = spec["organization"]
    url = f"{spec['url'].rstrip('/')}/api/0/organizations/{organization}/events-stats/?{urlencode(words)}"
    return Request(url, headers=bearer(spec), timeout=_TIMEOUT)


def bearer(spec: Prometheus | Sentry) -> dict[str, str]:
    """Return the header with the token, if there is one."""
    return {"Authorization": f"Bearer {filled(spec['token'])}"} if spec.get("token") else {}


def _json(answer: HttpAnswer, pick: "Callable[[object], float | None]") -> Reading:
    if answer.problem:
        return Reading(None, answer.problem)
    if answer.status != 200:
        return Reading(None, f"status {answer.status}")
    try:
        value = pick(json.loads(answer.body))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        return Reading(None, "the answer has another form than expected")
    return _finite(value)


def _finite(value: float | None) -> Reading:
    if value is None or not math.isfinite(value):
        return Reading(None, "there is no value")
    measured = number_of(value)
    return (
        Reading(measured) if measured is not None else Reading(None, "the number is too large to be measured")
    )


def _prometheus_value(said: Any) -> float | None:
    result = said["data"]["result"]
    if said["data"].get("resultType") in ("scalar", "string"):
        return float(result[1])
    return float(result[0]["value"][1]) if result else None


def _sentry_value(said: Any) -> float | None:
    counts = [sum(float(part["count"]) for part in parts) for _, parts in said["data"]]
    return sum(counts) / len(counts) if counts else None


def _first_number(said: object) -> float | None:
    """Return the number itself, the one under "value", or the first one found."""
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        return float(said)
    if isinstance(said, str):
        return float(said)
    if isinstance(said, dict) and "value" in said:
        return _first_number(said["value"])
    for inner in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        if isinstance(inner, int | float | dict | list) and (number := _first_number(inner)) is not None:
            return number
    return None


async def _from_command(spec: MetricTable) -> Reading:
    """Return the first number that a command prints."""
    output = await printed(spec)
    if isinstance(output, Reading):
        return output
    pointer = spec.get("pointer", "")
    if pointer or output.lstrip()[:1] in (b"{", b"["):
        return _json(HttpAnswer(200, output, 0.0), _picker(pointer))
    match = _NUMBER.search(output)
    return _finite(float(match[0])) if match else Reading(None, "the command printed no number")


async def printed(spec: MetricTable, most: int = _LARGEST) -> bytes | Reading:
    """Return the first `most` bytes that a command prints; the reason why there are none if it failed."""
    try:
        process = await asyncio.create_subprocess_exec(
            *spec["argv"],
            cwd=spec["cwd"],
            env={**os.environ, **spec["env"]},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return Reading(None, f"the command could not be started ({getattr(error, 'strerror', '') or error})")
    try:
        async with asyncio.timeout(float(spec["timeout"])):
            output, whole = await _output(process, most)
    except TimeoutError:
        return Reading(None, f"the command did not answer within {float(spec['timeout']):g} s")
    finally:
        if process.returncode is None:
            _kill(process)
            await process.wait()
    if not whole:
        return Reading(None, "the command did not stop printing and was stopped")
    if process.returncode:
        return Reading(None, f"the command ended with exit status {process.returncode}")
    return output


async def _output(process: asyncio.subprocess.Process, most: int) -> tuple[bytes, bool]:
    """Return the first bytes that a command prints until its end, and whether it ended; an endless one is abandoned."""
    kept, size = b"", 0
    assert process.stdout is not None
    while piece := await process.stdout.read(65_536):
        kept += piece[: max(0, most - size)]
        size += len(piece)
        if size > bounded.MOST:
            return kept, False
    await process.wait()
    return kept, True


def _kill(process: asyncio.subprocess.Process) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        try:
            process.kill()
        except ProcessLookupError:
            return
