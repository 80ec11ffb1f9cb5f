"""Figures of the log view's benchmarks: rows of the table, keys pressed in a row, ratios."""

from __future__ import annotations

import random
import statistics
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import ptybench
from tests.benchmarks.log_tools import Steps


class Line(NamedTuple):
    """One row of the table: our figure, those of the others by name, the goal, and whether it is met."""

    metric: str
    cells: dict[str, str]
    goal: str = ""
    ok: bool | None = None


def press_all(
    session: ptybench.Session, steps: Steps, count: int, gap: float = 0.04, seconds: float = 30
) -> list[float]:
    """Milliseconds from each key to the screen that it asks for; one without an answer counts as 5 000."""
    found: list[float] = []
    source = random.Random(7)
    end = ptybench.now() + seconds
    while len(found) < count and ptybench.now() < end:
        session.pump(gap + source.random() * gap)
        taken, _ = ptybench.press(session, steps[len(found) % len(steps)], 5)
        found.append(5000.0 if taken is None else taken)
    return found


def paired(values: list[float], base: list[float]) -> float:
    """The median of the ratios of each round."""
    return statistics.median(value / floor for value, floor in zip(values, base, strict=False))


def p95(values: list[float]) -> float:
    """The 95th percentile; infinite without any value."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))] if values else float("inf")


def kilo(rates: list[float]) -> str:
    """A rate in words."""
    return f"{statistics.median(rates) / 1000:,.0f} k lines/s"


def busy(pid: int) -> float:
    """Seconds of processor that all threads of a process have used, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
