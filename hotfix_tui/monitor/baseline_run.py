"""Reads probes and metrics once, just before a deployment, and writes `baseline.json` to the run's folder.

Started under the supervisor: `python -m hotfix_tui.monitor.baseline_run`. It takes ten seconds at most, and skips
what it cannot read: nothing here may hold up a deployment.
"""

import asyncio
import sys

from hotfix_tui.monitor.files import BASELINE, put, specification
from hotfix_tui.monitor.watching import once

PATIENCE = 10.0


def main() -> int:
    """Run the driver; return its exit status."""
    spec = specification()
    readings = asyncio.run(once(spec, PATIENCE))
    put(BASELINE, {"baseline": readings})
    for reading in readings:
        state = f"{reading['value']:g}" if "value" in reading else ("ok" if reading["ok"] else "failing")
        print(f"before: {reading['name']}: {state}", flush=True)
    missing = len(spec["probes"]) + len(spec["metrics"]) - len(readings)
    if missing:
        print(f"before: {missing} did not answer", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
