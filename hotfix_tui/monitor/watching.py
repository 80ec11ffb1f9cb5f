"""Watching production for a while: probes, smoke requests and metrics, each at its own pace, each sample kept."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any, TextIO

from hotfix_tui.monitor.checks import SAFE_METHODS, probe, smoke
from hotfix_tui.monitor.http import open_session
from hotfix_tui.monitor.metrics import read
from hotfix_tui.monitor.verdict import Sample

SMOKE_EVERY = 5.0
METRIC_EVERY = 10.0
_LINES = 10.0


class Watch:
    """One watch. `samples` are the observations so far; `stop` ends it before its time."""

    def __init__(self, spec: dict[str, Any], out: TextIO, say: Callable[[str], None]) -> None:
        self.spec = spec
        self.samples: list[Sample] = []
        self.stop = asyncio.Event()
        self._out = out
        self._say = say
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._started

    async def run(self) -> None:
        """Watch until the time is over or `stop` is set."""
        self._started = time.monotonic()
        limit = float(self.spec["seconds"])
        async with open_session() as session:
            tasks = [asyncio.create_task(job) for job in self._jobs(session, min(1.0, limit / 10))]
            tasks.append(asyncio.create_task(self._progress(limit)))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), limit)
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for one in ended:
            if isinstance(one, Exception):
                raise one

    def _jobs(self, session: Any, least: float) -> list[Coroutine[Any, Any, None]]:
        pace = float(self.spec["seconds"]) / 6
        jobs = []
        for one in self.spec["probes"]:
            jobs.append(self._check("probe", one, session, max(least, min(float(one["interval"]), pace))))
        for one in self.spec["smoke"]:
            if one["method"] in SAFE_METHODS:
                jobs.append(self._check("smoke", one, session, max(least, min(SMOKE_EVERY, pace))))
            else:
                self._say(f"{one['name']}: {one['method']} is not repeated, since it may change something")
        for one in self.spec["metrics"]:
            jobs.append(self._metric(one, session, max(least, min(METRIC_EVERY, pace))))
        return jobs

    async def _check(self, kind: str, spec: dict[str, Any], session: Any, every: float) -> None:
        was_ok: bool | None = None
        while True:
            begun = time.monotonic()
            found = await (smoke if kind == "smoke" else probe)(session, spec)
            self._keep({"kind": kind, **found})
            if found["ok"] != was_ok:
                word = "ok" if found["ok"] else f"FAILED: {found['why']}"
                self._say(f"{found['name']}: {word} ({found['ms']:.0f} ms)")
            was_ok = found["ok"]
            await asyncio.sleep(max(0.05, every - (time.monotonic() - begun)))

    async def _metric(self, spec: dict[str, Any], session: Any, every: float) -> None:
        last_why: str | None = None
        while True:
            begun = time.monotonic()
            found = await read(session, spec)
            self._keep({"kind": "metric", "name": spec["name"], "value": found.value, "why": found.why})
            if found.value is None and found.why != last_why:
                self._say(f"{spec['name']}: no value: {found.why}")
            last_why = found.why
            await asyncio.sleep(max(0.05, every - (time.monotonic() - begun)))

    async def _progress(self, limit: float) -> None:
        while True:
            await asyncio.sleep(min(_LINES, limit / 4))
            checks = [one for one in self.samples if one["kind"] != "metric"]
            bad = sum(not one["ok"] for one in checks)
            latest = {one["name"]: one["value"] for one in self.samples if one["kind"] == "metric"}
            values = "".join(f"  {name} {value:g}" for name, value in latest.items() if value is not None)
            self._say(
                f"{_clock(self.seconds)} of {_clock(limit)}  {len(checks)} checks, {bad} failed{values}"
            )

    def _keep(self, sample: Sample) -> None:
        sample = {"t": round(self.seconds, 2), "at": round(time.time(), 2), **sample}
        self.samples.append(sample)
        self._out.write(json.dumps(sample) + "\n")
        self._out.flush()


async def once(spec: dict[str, Any], patience: float) -> list[dict[str, Any]]:
    """Probes and metrics, read once and side by side, within `patience` seconds; what does not answer is left out."""

    async def one_probe(session: Any, one: dict[str, Any]) -> dict[str, Any]:
        return {"name": one["name"], "ok": (await probe(session, one))["ok"]}

    async def one_metric(session: Any, one: dict[str, Any]) -> dict[str, Any]:
        value = (await read(session, one)).value
        return {"name": one["name"]} | ({} if value is None else {"value": value})

    async with open_session() as session:
        tasks = [asyncio.create_task(one_probe(session, one)) for one in spec["probes"]]
        tasks += [asyncio.create_task(one_metric(session, one)) for one in spec["metrics"]]
        if not tasks:
            return []
        finished, late = await asyncio.wait(tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return [task.result() for task in tasks if task in finished and len(task.result()) > 1]


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
