"""Watches of production for pictures: what is measured, how the fault was before, and samples of a fix that helps."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.ui.incidents import NOW
from tests.ui.support import Desk

METRICS: list[dict[str, Any]] = [
    {"name": "error rate", "json-url": "https://shop.example/errors", "direction": "falls"},
    {"name": "latency p95", "json-url": "https://shop.example/p95", "direction": "stable"},
    {"name": "orders a minute", "json-url": "https://shop.example/orders", "direction": "normal"},
    {"name": "database load", "json-url": "https://shop.example/load"},
]
BEFORE = [
    {"name": "error rate", "value": 4.3},
    {"name": "latency p95", "value": 131.0},
    {"name": "orders a minute", "value": 31.0},
    {"name": "/health", "ok": True},
]
SMOKE = "three prices are added up"


def configured(desk: Desk, metrics: list[dict[str, Any]] = METRICS, probes: tuple[str, ...] = ()) -> None:
    def put(record: Any) -> None:
        record.config["metric"] = metrics
        record.config["probe"] = [{"name": probe, "url": "https://shop.example/health"} for probe in probes]

    desk.change(put)


def deployed(
    desk: Desk, minutes: float, baseline: list[dict[str, Any]] = BEFORE, commit: str = "f" * 40
) -> None:
    desk.run("deploy.production", "done", b"", minutes=minutes, commit=commit, baseline=baseline)
    ended = NOW - timedelta(minutes=minutes - 1)
    desk.change(lambda record: record.runs[-1].update(ended=ended))


def samples(
    seconds: int, errors: Callable[[int], float | None], *, passes: bool = True
) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for t in range(0, seconds, 10):
        values = (
            ("error rate", errors(t)),
            ("latency p95", 128.0),
            ("orders a minute", 44),
            ("database load", 0.39),
        )
        out += [{"t": t, "kind": "metric", "name": name, "value": value, "why": ""} for name, value in values]
        why = "" if passes else "the answer does not hold '6'"
        out.append({"t": t, "kind": "smoke", "name": SMOKE, "ok": passes, "why": why, "ms": 9.0})
        out.append({"t": t, "kind": "probe", "name": "/health", "ok": True, "why": "", "ms": 4.0})
    return out


def falls(t: int) -> float:
    return 0.2 + 4 * math.exp(-t / 40)


def past(seconds: int) -> list[dict[str, Any]]:
    """Return what a monitor recorded before the deployment: the fault as it was seen."""
    return [
        {
            "t": -float(t),
            "kind": "metric",
            "name": name,
            "value": round(value, 2),
            "why": "",
            "past": True,
            "before": True,
        }
        for t in range(seconds, 0, -40)
        for name, value in (
            ("error rate", 4.3 + 0.5 * math.sin(t / 90) + 0.3 * math.sin(t / 37)),
            ("latency p95", 131 + 6 * math.sin(t / 70)),
        )
    ]
