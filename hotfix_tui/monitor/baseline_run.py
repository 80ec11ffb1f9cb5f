"""Reads probes and metrics once, just before a deployment, and leaves `baseline.json` in the run's folder.

Started under the supervisor: `python -m hotfix_tui.monitor.baseline_run`. It takes ten seconds at most, and what it
cannot read is left out: nothing here may hold a deployment up.
"""

import asyncio
import sys

from hotfix_tui.monitor.files import put, specification
from hotfix_tui.monitor.watching import once

PATIENCE = 10.0


def main() -> int:
    """The driver."""
    spec = specification()
    found = asyncio.run(once(spec, PATIENCE))
    put("baseline.json", {"baseline": found})
    for one in found:
        state = f"{one['value']:g}" if "value" in one else ("ok" if one["ok"] else "failing")
        print(f"before: {one['name']}: {state}", flush=True)
    missing = len(spec["probes"]) + len(spec["metrics"]) - len(found)
    if missing:
        print(f"before: {missing} did not answer", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
