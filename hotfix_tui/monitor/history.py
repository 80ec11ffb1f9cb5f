"""What a metric was before the watch began: read in one go from where it keeps its past, as Prometheus does."""

import json
import math
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hotfix_tui.monitor.http import MissingSecret, Request, filled, send

if TYPE_CHECKING:
    import aiohttp

_POINTS = 240
_FINEST = 5.0
"""Seconds between two points at least."""
_LONGEST = 24 * 3600.0
"""Seconds of the past that are asked for at most."""


async def history(session: "aiohttp.ClientSession", spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The samples of the time from `since` until now of each metric that keeps them; what does not answer has none."""
    since, now = float(spec.get("since") or 0.0), time.time()
    detected, until = float(spec.get("detected") or since), float(spec.get("first_deployed") or now)
    if not since or since >= now:
        return []
    out = []
    for one in spec["metrics"]:
        if "prometheus" in one:
            points = await _of_prometheus(session, one["prometheus"], max(since, now - _LONGEST), now)
            out += [
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
                for at, value in points
            ]
    return out


async def _of_prometheus(
    session: "aiohttp.ClientSession", spec: dict[str, Any], since: float, until: float
) -> list[tuple[float, float]]:
    step = max((until - since) / _POINTS, _FINEST)
    words = {"query": spec["query"], "start": f"{since:.3f}", "end": f"{until:.3f}", "step": f"{step:.3f}"}
    url = f"{spec['url'].rstrip('/')}/api/v1/query_range?{urlencode(words)}"
    try:
        headers = {name: filled(value) for name, value in spec.get("headers", {}).items()}
        if spec.get("token"):
            headers["Authorization"] = f"Bearer {filled(spec['token'])}"
        answer = await send(session, Request(url, headers=headers, timeout=10.0))
        result = json.loads(answer.body)["data"]["result"] if answer.status == 200 else []
        points = [(float(at), float(value)) for at, value in result[0]["values"]] if result else []
    except (MissingSecret, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return []
    return [(at, value) for at, value in points if math.isfinite(value)]
