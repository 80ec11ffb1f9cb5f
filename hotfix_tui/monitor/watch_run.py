"""Watches production and proposes a verdict: samples in `samples.ndjson`, the end in `result.json`, progress on stdout.

Started under the supervisor: `python -m hotfix_tui.monitor.watch_run`. Asked to end, it judges by what it has.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from hotfix_tui.monitor.files import path, put, specification
from hotfix_tui.monitor.verdict import propose
from hotfix_tui.monitor.watching import Watch


async def run(spec: dict[str, Any]) -> bool:
    """Watch as `spec` says and write the result; whether it lasted its whole time."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(path("samples.ndjson"), flags, 0o600), "a", encoding="utf-8") as out:
        watch = Watch(spec, out, lambda line: print(line, flush=True))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, watch.stop.set)
        await watch.run()
    seconds = watch.seconds
    found = propose(spec, watch.samples, spec.get("baseline", []), seconds)
    put(
        "result.json",
        {
            "proposed": found.verdict,
            "why": found.why,
            "metrics": found.metrics,
            "samples": len(watch.samples),
            "seconds": round(seconds, 1),
            "cut_short": watch.stop.is_set(),
        },
    )
    print(f"Proposed: {found.verdict}: {found.why}", flush=True)
    return not watch.stop.is_set()


def main() -> int:
    """The driver."""
    return 0 if asyncio.run(run(specification())) else 130


if __name__ == "__main__":
    sys.exit(main())
