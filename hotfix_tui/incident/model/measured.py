"""Which checklist items after a deployment are answered by a number: nobody has to tick those.

A metric or probe says so with ``answers``; otherwise its name decides, if exactly one matches the item.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from hotfix_tui.incident.model import catalog

Item = Literal[
    "error-rate",
    "no-new-errors",
    "api-latency",
    "database",
    "third-party",
    "user-activity",
    "support-tickets",
    "chat",
    "social",
    "status-comments",
]
"""A checklist item that a number can answer, as named in ``answers``; its step is ``monitor.<item>``."""

ITEMS: tuple[str, ...] = get_args(Item)

LATENCY = "latency of the checks"
"""The response time of probes and smoke requests: a metric that needs no configuration."""

_SAFE = ("GET", "HEAD", "OPTIONS")

_WORDS: dict[str, tuple[str, ...]] = {
    "no-new-errors": ("new error", "new issue"),
    "error-rate": ("error", "5xx", "failure"),
    "api-latency": ("latency", "p95", "p99", "response time"),
    "database": ("database", "db "),
    "third-party": ("third", "provider"),
    "user-activity": ("order", "sign-in", "login", "user"),
    "support-tickets": ("ticket",),
}
"""Words in a metric's name that make it answer an item; the first item with a match gets it."""


def answers(config: Mapping[str, object], *, shown: bool = False) -> dict[str, tuple[str, ...]]:
    """Return, by step, the names of the metrics and probes that answer it; steps answered by a person are absent.

    With `shown` also numbers that nothing can judge automatically: they are shown to the person who answers.
    """
    asked = [(table, True) for table in _tables(config, "metric") if shown or _judged(table)]
    asked += [(table, False) for table in _tables(config, "probe")]
    by_step: dict[str, list[str]] = {}
    by_name: dict[str, list[str]] = {}
    for table, metric in asked:
        name, item = str(table.get("name", "")), table.get("answers")
        if item in ITEMS:
            by_step.setdefault(f"monitor.{item}", []).append(name)
        elif metric and (item := _by_name(name)):
            by_name.setdefault(f"monitor.{item}", []).append(name)
    for step, names in by_name.items():
        if step not in by_step and len(names) == 1:
            by_step[step] = names
    if catalog.MONITOR_API_LATENCY not in by_step and _checks(config):
        by_step[catalog.MONITOR_API_LATENCY] = [LATENCY]
    return {step: tuple(names) for step, names in by_step.items()}


def _checks(config: Mapping[str, object]) -> bool:
    """Return whether anything is polled whose response time can be measured."""
    safe = any(str(table.get("method", "GET")) in _SAFE for table in _tables(config, "smoke"))
    return bool(_tables(config, "probe")) or safe


def _judged(metric: Mapping[str, object]) -> bool:
    """Return whether a number can be judged: knowing what is normal needs a source that can say so."""
    return metric.get("direction", "falls") != "normal" or "prometheus" in metric


def _by_name(name: str) -> str:
    spoken = f"{name.lower()} "
    return next((item for item, words in _WORDS.items() if any(word in spoken for word in words)), "")


def _tables(config: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    tables = config.get(key)
    return (
        [table for table in tables if isinstance(table, Mapping)] if isinstance(tables, list | tuple) else []
    )
