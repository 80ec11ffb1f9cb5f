"""What a metric was before the watch began: read from the source's history.

Prometheus, Sentry and CloudWatch are queried once for the whole period. If a value covers a span (Datadog, New
Relic), the query of one reading is repeated for some earlier moments, so that past and present are comparable.

Apart from `watching`, which asks for one value after the other: each source has another way to ask for a past one.
"""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from hotfix_tui.monitor import sources
from hotfix_tui.monitor.http import MissingSecret, Request, send
from hotfix_tui.monitor.metrics import Reading, bearer, printed, read, sentry_request
from hotfix_tui.monitor.tables import MetricTable, Prometheus, Sample, Sentry, WatchSpec, number_of

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import aiohttp

Points = list[tuple[float, float]]
"""Times in seconds since 1970, with the values."""

_POINTS = 240
_FINEST = 5.0
"""Minimum seconds between two points."""
_LONGEST = 24 * 3600.0
"""At most this many seconds of history are requested."""
_REPLAYS = 24
"""At most this many earlier moments are queried: such services count queries."""
_APART = 60.0
"""Minimum seconds between two such moments."""
_AT_ONCE = 3
_PATIENCE = 20.0
"""Time limit for all of it in seconds: the watch waits for it."""
_LARGEST = 1_000_000


async def history(session: "aiohttp.ClientSession", spec: WatchSpec) -> list[Sample]:
    """Return the samples from `since` until now of each metric with a history; one that does not answer has none."""
    since, now = float(spec.get("since") or 0.0), time.time()
    detected, until = float(spec.get("detected") or since), float(spec.get("first_deployed") or now)
    if not since or since >= now:
        return []
    begins = max(since, now - _LONGEST)
    tasks = [asyncio.create_task(_points(session, metric, begins, now)) for metric in spec["metrics"]]
    if not tasks:
        return []
    _, late = await asyncio.wait(tasks, timeout=_PATIENCE)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    histories = [[] if task in late else task.result() for task in tasks]
    return [
        {
            "t": round(min(at - now, -0.01), 2),
            "at": at,
            "kind": "metric",
            "name": metric["name"],
            "value": value,
            "why": "",
            "past": True,
            "before": detected <= at < until,
        }
        for metric, points in zip(spec["metrics"], histories, strict=True)
        for at, value in points
    ]


async def _points(
    session: "aiohttp.ClientSession", metric: MetricTable, since: float, until: float
) -> Points:
    """Return the history of one metric, oldest first; empty if it has none that can be read."""
    history_read: Awaitable[Points]
    if "prometheus" in metric:
        history_read = _of_prometheus(session, metric["prometheus"], since, until)
    elif "sentry" in metric:
        history_read = _of_sentry(session, metric["sentry"], since, until)
    else:
        past = sources.known()[metric["asks"]["source"]].get("past", "") if "asks" in metric else ""
        if past not in ("range", "replay"):
            return []
        history_read = (
            _of_range(metric, since, until) if past == "range" else _replayed(session, metric, since, until)
        )
    try:
        points = await history_read
    except (
        MissingSecret,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        OverflowError,
    ):
        return []
    measured = ((at, number_of(value)) for at, value in points if since <= at <= until)
    return sorted((at, value) for at, value in measured if value is not None)


async def _of_prometheus(
    session: "aiohttp.ClientSession", spec: Prometheus, since: float, until: float
) -> Points:
    step = max((until - since) / _POINTS, _FINEST)
    words = {"query": spec["query"], "start": f"{since:.3f}", "end": f"{until:.3f}", "step": f"{step:.3f}"}
    url = f"{spec['url'].rstrip('/')}/api/v1/query_range?{urlencode(words)}"
    answer = await send(session, Request(url, headers=bearer(spec), timeout=10.0))
    result = json.loads(answer.body)["data"]["result"] if answer.status == 200 else []
    return [(float(at), float(value)) for at, value in result[0]["values"]] if result else []


async def _of_sentry(session: "aiohttp.ClientSession", spec: Sentry, since: float, until: float) -> Points:
    """Return events per minute; for long periods Sentry's longer buckets are spread over their minutes."""
    times = {
        name: f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%M:%S}"
        for name, at in (("start", since), ("end", until))
    }
    answer = await send(session, sentry_request(spec, times))
    data = json.loads(answer.body)["data"] if answer.status == 200 else []
    counts = [(float(at), sum(float(part["count"]) for part in parts)) for at, parts in data]
    if len(counts) < 2:
        return []
    minutes = (counts[1][0] - counts[0][0]) / 60
    return (
        [(at, count / minutes) for at, count in counts[:-1]] if minutes > 0 else []
    )  # the last one is incomplete


async def _of_range(metric: MetricTable, since: float, until: float) -> Points:
    """Return the output of a command that prints pairs of times and values."""
    source = sources.known()[metric["asks"]["source"]]
    argv = sources.request_of(metric["asks"], until, since)["argv"]
    output = await printed({**metric, "argv": argv}, _LARGEST)
    if isinstance(output, Reading):
        return []
    said = json.loads(output)
    times, values = sources.at(said, source["past-times"]), sources.at(said, source["past-values"])
    return [
        (datetime.fromisoformat(at).timestamp(), float(value))
        for at, value in zip(times, values, strict=True)
    ]


async def _replayed(
    session: "aiohttp.ClientSession", metric: MetricTable, since: float, until: float
) -> Points:
    """Return the query of one reading, repeated for earlier moments."""
    apart = max((until - since) / _REPLAYS, _APART)
    moments = [until - apart * number for number in range(1, int((until - since) / apart) + 1)]
    turn = asyncio.Semaphore(_AT_ONCE)

    async def was(at: float) -> tuple[float, float | None]:
        asks = sources.earlier(metric["asks"], at)
        if asks is None:
            return at, None
        async with turn:
            return at, (await read(session, {**metric, "asks": asks}, at)).value

    values = await asyncio.gather(*(was(at) for at in moments))
    return [(at, value) for at, value in values if value is not None]
