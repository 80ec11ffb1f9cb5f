"""What a metric was before the watch began: read from where it keeps its past.

Prometheus, Sentry and CloudWatch are asked once for the whole time. Where a value is that of a span (Datadog, New
Relic), the question of one reading is asked for some earlier moments, so that what was and what is compare.
"""

import asyncio
import json
import math
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hotfix_tui.monitor import sources
from hotfix_tui.monitor.http import MissingSecret, Request, filled, send
from hotfix_tui.monitor.metrics import Reading, printed, read, sentry_request

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import aiohttp

Points = list[tuple[float, float]]
"""Times in seconds since 1970, and what the number was."""

_POINTS = 240
_FINEST = 5.0
"""Seconds between two points at least."""
_LONGEST = 24 * 3600.0
"""Seconds of the past that are asked for at most."""
_REPLAYS = 24
"""Earlier moments for which a question is asked again at most: such services count questions."""
_APART = 60.0
"""Seconds between two such moments at least."""
_AT_ONCE = 3
_PATIENCE = 20.0
"""Seconds that all of it may take: the watch waits for it."""
_LARGEST = 1_000_000


async def history(session: "aiohttp.ClientSession", spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The samples of the time from `since` until now of each metric that keeps them; what does not answer has none."""
    since, now = float(spec.get("since") or 0.0), time.time()
    detected, until = float(spec.get("detected") or since), float(spec.get("first_deployed") or now)
    if not since or since >= now:
        return []
    begins = max(since, now - _LONGEST)
    tasks = [asyncio.create_task(_points(session, one, begins, now)) for one in spec["metrics"]]
    if not tasks:
        return []
    _, late = await asyncio.wait(tasks, timeout=_PATIENCE)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    found = [[] if task in late else task.result() for task in tasks]
    return [
        {
            "t": round(min(at - now, -0.01), 2),
            "at": at,
            "kind": "metric",
            "name": one["name"],
            "value": value,
            "why": "",
            "past": True,
            "before": detected <= at < until,
        }
        for one, points in zip(spec["metrics"], found, strict=True)
        for at, value in points
    ]


async def _points(
    session: "aiohttp.ClientSession", one: dict[str, Any], since: float, until: float
) -> Points:
    """The past of one metric, the oldest first; empty where it has none that can be read."""
    found: Awaitable[Points]
    if "prometheus" in one:
        found = _of_prometheus(session, one["prometheus"], since, until)
    elif "sentry" in one:
        found = _of_sentry(session, one["sentry"], since, until)
    else:
        past = sources.known()[one["asks"]["source"]].get("past", "") if "asks" in one else ""
        if past not in ("range", "replay"):
            return []
        found = _of_range(one, since, until) if past == "range" else _replayed(session, one, since, until)
    try:
        points = await found
    except (MissingSecret, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []
    return sorted((at, value) for at, value in points if math.isfinite(value) and since <= at <= until)


async def _of_prometheus(
    session: "aiohttp.ClientSession", spec: dict[str, Any], since: float, until: float
) -> Points:
    step = max((until - since) / _POINTS, _FINEST)
    words = {"query": spec["query"], "start": f"{since:.3f}", "end": f"{until:.3f}", "step": f"{step:.3f}"}
    url = f"{spec['url'].rstrip('/')}/api/v1/query_range?{urlencode(words)}"
    headers = {name: filled(value) for name, value in spec.get("headers", {}).items()}
    if spec.get("token"):
        headers["Authorization"] = f"Bearer {filled(spec['token'])}"
    answer = await send(session, Request(url, headers=headers, timeout=10.0))
    result = json.loads(answer.body)["data"]["result"] if answer.status == 200 else []
    return [(float(at), float(value)) for at, value in result[0]["values"]] if result else []


async def _of_sentry(
    session: "aiohttp.ClientSession", spec: dict[str, object], since: float, until: float
) -> Points:
    """Events a minute; for a long time Sentry gives longer buckets, whose counts are shared among their minutes."""
    times = {
        name: f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%M:%S}"
        for name, at in (("start", since), ("end", until))
    }
    answer = await send(session, sentry_request(spec, times))
    data = json.loads(answer.body)["data"] if answer.status == 200 else []
    counts = [(float(at), sum(float(one["count"]) for one in parts)) for at, parts in data]
    if len(counts) < 2:
        return []
    minutes = (counts[1][0] - counts[0][0]) / 60
    return (
        [(at, count / minutes) for at, count in counts[:-1]] if minutes > 0 else []
    )  # the last one is not over


async def _of_range(one: dict[str, Any], since: float, until: float) -> Points:
    """By a command that prints times and values beside one another."""
    source = sources.known()[one["asks"]["source"]]
    output = await printed({**one, **sources.request_of(one["asks"], until, since)}, _LARGEST)
    if isinstance(output, Reading):
        return []
    said = json.loads(output)
    times, values = sources.at(said, source["past-times"]), sources.at(said, source["past-values"])
    return [
        (datetime.fromisoformat(at).timestamp(), float(value))
        for at, value in zip(times, values, strict=True)
    ]


async def _replayed(
    session: "aiohttp.ClientSession", one: dict[str, Any], since: float, until: float
) -> Points:
    """By the question of one reading, asked for earlier moments."""
    apart = max((until - since) / _REPLAYS, _APART)
    moments = [until - apart * number for number in range(1, int((until - since) / apart) + 1)]
    turn = asyncio.Semaphore(_AT_ONCE)

    async def was(at: float) -> tuple[float, float | None]:
        asks = sources.earlier(one["asks"], at)
        if asks is None:
            return at, None
        async with turn:
            return at, (await read(session, {**one, "asks": asks}, at)).value

    found = await asyncio.gather(*(was(at) for at in moments))
    return [(at, value) for at, value in found if value is not None]
