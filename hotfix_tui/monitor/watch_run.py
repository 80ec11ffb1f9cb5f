"""Watches production and proposes a verdict: samples in `samples.ndjson`, the result in `result.json`, progress on
stdout.

Started under the supervisor: `python -m hotfix_tui.monitor.watch_run`. It writes the result when the watch time is
over and goes on until it is asked to end; asked before that, it judges by what it has.
"""

import asyncio
import os
import signal
import sys

from hotfix_tui.base import plain_file
from hotfix_tui.monitor.files import BASELINE, path, put, specification
from hotfix_tui.monitor.tables import Known, WatchSpec, known_of
from hotfix_tui.monitor.verdict import propose
from hotfix_tui.monitor.watching import Watch

NOT_DEPLOYED = 3
"""The exit status if the deployment that the watch began with failed."""


async def run(spec: WatchSpec) -> int:
    """Watch as `spec` says and write the result; return the exit status."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(path("samples.ndjson"), flags, 0o600), "a", encoding="utf-8") as out:
        watch = Watch(spec, out, lambda line: print(line, flush=True))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, watch.stop.set)
        await watch.run(lambda: _conclude(spec, watch))
    if watch.failed:
        return NOT_DEPLOYED
    if watch.proposed:
        return 0
    _conclude(spec, watch, cut_short=True)
    return 130


def _conclude(spec: WatchSpec, watch: Watch, *, cut_short: bool = False) -> None:
    """Write down what the samples say so far."""
    seconds = watch.seconds
    proposal = propose(spec, watch.samples, _baseline(spec), seconds)
    put(
        "result.json",
        {
            "proposed": proposal.verdict,
            "why": proposal.why,
            "metrics": proposal.metrics,
            "samples": len(watch.samples),
            "seconds": round(seconds, 1),
            "cut_short": cut_short,
        },
    )
    print(f"Proposed: {proposal.verdict}: {proposal.why}", flush=True)


def _baseline(spec: WatchSpec) -> list[Known]:
    """Return what was read just before the deployment: by its own run, which this watch began with, else before."""
    if after := spec.get("after"):
        read = plain_file.read_table(os.path.join(after, BASELINE), 200_000).get("baseline")
        if isinstance(read, list) and (known := known_of(read)):
            return known
    return spec.get("baseline", [])


def main() -> int:
    """Run the driver; return its exit status."""
    return asyncio.run(run(specification()))


if __name__ == "__main__":
    sys.exit(main())
