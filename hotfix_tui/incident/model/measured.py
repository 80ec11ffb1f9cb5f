"""Which items of the list after a deployment are answered by a number: they look for themselves, and nobody ticks them.

A metric or probe says so by ``answers``; else its name does, where exactly one speaks of the item.
"""

from collections.abc import Mapping
from typing import Literal, get_args

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
"""An item of the list that a number can answer, as ``answers`` names it; its step is ``monitor.<item>``."""

ITEMS: tuple[str, ...] = get_args(Item)

LATENCY = "latency of the checks"
"""What probes and smoke requests took: a metric that needs no configuration."""

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
"""Words in a metric's name by which it answers an item; the first item that has one takes it."""


def answers(config: Mapping[str, object], *, shown: bool = False) -> dict[str, tuple[str, ...]]:
    """Return by step the names of the metrics and probes that answer it; a step that a person answers is not there.

    With `shown` also the numbers that nobody can judge by themselves: they are shown to who answers.
    """
    asked = [(one, True) for one in _tables(config, "metric") if shown or _judged(one)]
    asked += [(one, False) for one in _tables(config, "probe")]
    found: dict[str, list[str]] = {}
    by_name: dict[str, list[str]] = {}
    for one, metric in asked:
        name, item = str(one.get("name", "")), one.get("answers")
        if item in ITEMS:
            found.setdefault(f"monitor.{item}", []).append(name)
        elif metric and (item := _by_name(name)):
            by_name.setdefault(f"monitor.{item}", []).append(name)
    for step, names in by_name.items():
        if step not in found and len(names) == 1:
            found[step] = names
    if "monitor.api-latency" not in found and _checks(config):
        found["monitor.api-latency"] = [LATENCY]
    return {step: tuple(names) for step, names in found.items()}


def _checks(config: Mapping[str, object]) -> bool:
    """Say whether something is asked again and again whose time can be taken."""
    safe = any(str(one.get("method", "GET")) in _SAFE for one in _tables(config, "smoke"))
    return bool(_tables(config, "probe")) or safe


def _judged(metric: Mapping[str, object]) -> bool:
    """Say whether a number can be judged: what should be normal needs a source that knows what that is."""
    return metric.get("direction", "falls") != "normal" or "prometheus" in metric


def _by_name(name: str) -> str:
    spoken = f"{name.lower()} "
    return next((item for item, words in _WORDS.items() if any(word in spoken for word in words)), "")


def _tables(config: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = config.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []
