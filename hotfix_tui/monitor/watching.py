"""Watching production: probes, smoke requests and metrics, each at its own pace, each sample kept.

A watch begins with a deployment. Until that has ended it samples the previous state (`t` below 0); its clock runs
from then on. When its time is over it proposes a verdict, and keeps sampling, less often, until somebody ends it.
"""

import asyncio
import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, TextIO

from hotfix_tui.base import plain_file
from hotfix_tui.monitor.checks import SAFE_METHODS, probe, smoke
from hotfix_tui.monitor.history import history
from hotfix_tui.monitor.http import open_session
from hotfix_tui.monitor.metrics import read
from hotfix_tui.monitor.samples import samples_of
from hotfix_tui.monitor.tables import Check, Known, MetricTable, Observed, Sample, Targets, WatchSpec

if TYPE_CHECKING:
    import aiohttp

SMOKE_EVERY = 5.0
METRIC_EVERY = 10.0
AFTERWARDS = 3.0
"""How many times slower it samples once a verdict was proposed."""
_LINES = 10.0
_LOOK_EVERY = 0.25
"""Seconds between two checks whether the deployment has ended."""
_RECORD_EVERY = 3.0
"""Seconds between two checks whether the incident has ended."""
_STATE = re.compile(rb'^state = "([a-z-]+)"', re.MULTILINE)


class Watch:
    """One watch. `samples` are the observations so far; `stop` ends it early."""

    def __init__(self, spec: WatchSpec, out: TextIO, say: Callable[[str], None]) -> None:
        self.spec = spec
        self.samples: list[Sample] = []
        self.stop = asyncio.Event()
        self.zero: float | None = None if spec.get("after") else time.time()
        """When the deployment ended, in seconds since 1970; None until it has."""
        self.failed = False
        """Whether the deployment failed: there is nothing to watch then."""
        self.proposed = False
        self._out = out
        self._say = say
        for path in spec.get("earlier", []):
            self.samples += [sample for sample in samples_of(path) if sample.get("before")]
        if kept := samples_of(spec["continues"]) if spec.get("continues") else []:
            # Time during which nobody looked is a gap, and does not count as watching.
            self.samples += kept
            self.zero = time.time() - max(0.0, *(sample["t"] for sample in kept))

    @property
    def seconds(self) -> float:
        """How long the deployed version has been watched."""
        return max(time.time() - self.zero, 0.0) if self.zero is not None else 0.0

    async def run(self, propose: Callable[[], None]) -> None:
        """Watch until `stop` is set or the maximum time is over; call `propose` when the watch's own time is over."""
        async with open_session() as session:
            tasks = [asyncio.create_task(job) for job in self._jobs(session)]
            course = asyncio.create_task(self._course(session, propose))
            with contextlib.suppress(TimeoutError):
                ends: list[asyncio.Task[object]] = [asyncio.create_task(self.stop.wait()), course]
                if _is_open(self.spec):
                    ends.append(asyncio.create_task(self._incident_over()))
                await asyncio.wait(
                    ends, timeout=self.spec.get("longest"), return_when=asyncio.FIRST_COMPLETED
                )
            every = [*tasks, *ends]
            for task in every:
                task.cancel()
            ended = await asyncio.gather(*every, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    async def _course(self, session: "aiohttp.ClientSession", propose: Callable[[], None]) -> None:
        """Read the history, wait for the deployment, and then for the watch's own time."""
        for sample in await history(session, self.spec):
            self._write(sample)
        if not await self._deployed():
            self.failed = True
            return
        limit = float(self.spec["seconds"])
        progress = asyncio.create_task(self._progress(limit))
        try:
            await asyncio.sleep(max(limit - self.seconds, 0.0))
        finally:
            progress.cancel()
        propose()
        self.proposed = True
        if self.spec.get("longest") and _is_open(self.spec):
            await self.stop.wait()

    async def _incident_over(self) -> None:
        """Wait until the incident has ended, or its record is gone: nobody is left to watch for."""
        while _is_open(self.spec):
            await asyncio.sleep(_RECORD_EVERY)

    async def _deployed(self) -> bool:
        """Wait for the end of the deployment it began with, if any; return whether that succeeded."""
        after = self.spec.get("after")
        while after:
            ended = plain_file.read_table(os.path.join(after, "exit.json"), 200_000)
            if ended:
                if ended.get("failed_command") is not None or ended.get("cancelled"):
                    self._say("The deployment did not end well: nothing to watch.")
                    return False
                break
            await asyncio.sleep(_LOOK_EVERY)
        self.zero = time.time() if self.zero is None else self.zero
        self._out.write(json.dumps({"kind": "deployed", "at": round(self.zero, 2)}) + "\n")
        self._out.flush()
        self._say(f"Deployed: watching for {_clock(float(self.spec['seconds']))}")
        return True

    def _jobs(self, session: "aiohttp.ClientSession") -> list[Coroutine[object, object, None]]:
        limit = float(self.spec["seconds"])
        pace, least = limit / 6, min(1.0, limit / 10)
        jobs = []
        for check in self.spec["probes"]:
            jobs.append(self._check("probe", check, session, max(least, min(float(check["interval"]), pace))))
        for check in self.spec["smoke"]:
            if check["method"] in SAFE_METHODS:
                jobs.append(self._check("smoke", check, session, max(least, min(SMOKE_EVERY, pace))))
            else:
                self._say(
                    f"{check['name']}: {check['method']} is not repeated, since it may change something"
                )
        for metric in self.spec["metrics"]:
            jobs.append(self._metric(metric, session, max(least, min(METRIC_EVERY, pace))))
        return jobs

    async def _pause(self, begun: float, every: float) -> None:
        every *= AFTERWARDS if self.proposed else 1.0
        await asyncio.sleep(max(0.05, every - (time.monotonic() - begun)))

    async def _check(self, kind: str, spec: Check, session: "aiohttp.ClientSession", every: float) -> None:
        was_ok: bool | None = None
        while True:
            begun = time.monotonic()
            result = await (smoke if kind == "smoke" else probe)(session, spec)
            self._keep(
                {
                    "kind": kind,
                    "name": result["name"],
                    "ok": result["ok"],
                    "status": result["status"],
                    "why": result["why"],
                    "ms": result["ms"],
                }
            )
            if result["ok"] != was_ok:
                word = "ok" if result["ok"] else f"FAILED: {result['why']}"
                self._say(f"{result['name']}: {word} ({result['ms']:.0f} ms)")
            was_ok = result["ok"]
            await self._pause(begun, every)

    async def _metric(self, spec: MetricTable, session: "aiohttp.ClientSession", every: float) -> None:
        last_why: str | None = None
        while True:
            begun = time.monotonic()
            reading = await read(session, spec)
            self._keep({"kind": "metric", "name": spec["name"], "value": reading.value, "why": reading.why})
            if reading.value is None and reading.why != last_why:
                self._say(f"{spec['name']}: no value: {reading.why}")
            last_why = reading.why
            await self._pause(begun, every)

    async def _progress(self, limit: float) -> None:
        while True:
            await asyncio.sleep(min(_LINES, limit / 4))
            checks = [sample for sample in self.samples if sample["kind"] != "metric" and sample["t"] >= 0]
            bad = sum(not check["ok"] for check in checks)
            latest = {
                sample["name"]: sample["value"] for sample in self.samples if sample["kind"] == "metric"
            }
            values = "".join(f"  {name} {value:g}" for name, value in latest.items() if value is not None)
            self._say(
                f"{_clock(self.seconds)} of {_clock(limit)}  {len(checks)} checks, {bad} failed{values}"
            )

    def _keep(self, sample: Observed) -> None:
        now = time.time()
        if self.zero is None:
            self._write({"t": -0.01, "at": round(now, 2), **sample, "before": True})
        else:
            self._write({"t": round(now - self.zero, 2), "at": round(now, 2), **sample})

    def _write(self, sample: Sample) -> None:
        self.samples.append(sample)
        self._out.write(json.dumps(sample) + "\n")
        self._out.flush()


def _is_open(spec: WatchSpec) -> bool:
    """Return whether the incident is open according to its file; without a file nobody knows."""
    if not spec.get("record"):
        return True
    try:
        state = _STATE.search(plain_file.read(spec["record"], 200_000))
    except OSError:
        return False
    return state is not None and state[1] == b"open"


async def once(spec: Targets, patience: float) -> list[Known]:
    """Return probes and metrics, read once and concurrently, within `patience` seconds; silent ones are left out."""

    async def one_probe(session: "aiohttp.ClientSession", spec_: Check) -> Known:
        result = await probe(session, spec_)
        known: Known = {"name": spec_["name"], "ok": result["ok"]}
        if result["ok"]:
            known["ms"] = result["ms"]
        return known

    async def one_metric(session: "aiohttp.ClientSession", spec_: MetricTable) -> Known:
        value = (await read(session, spec_)).value
        return {"name": spec_["name"]} if value is None else {"name": spec_["name"], "value": value}

    async with open_session() as session:
        tasks = [asyncio.create_task(one_probe(session, probe_spec)) for probe_spec in spec["probes"]]
        tasks += [asyncio.create_task(one_metric(session, metric_spec)) for metric_spec in spec["metrics"]]
        if not tasks:
            return []
        finished, late = await asyncio.wait(tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return [task.result() for task in tasks if task in finished and len(task.result()) > 1]


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
