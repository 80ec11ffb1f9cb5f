"""Sends the smoke requests once, one line each, and writes `result.json` to the run's folder.

Started under the supervisor: `python -m hotfix_tui.monitor.smoke_run`. Exit status 1 if one did not pass.
"""

import asyncio
import sys

from hotfix_tui.monitor.checks import CheckResult, smoke
from hotfix_tui.monitor.files import put, specification
from hotfix_tui.monitor.http import open_session
from hotfix_tui.monitor.tables import Check


async def run(requests: list[Check]) -> list[CheckResult]:
    """Send the requests in order; print each result as it comes."""
    out = []
    async with open_session() as session:
        for spec in requests:
            result = await smoke(session, spec)
            out.append(result)
            word = "ok    " if result["ok"] else "FAILED"
            tail = f"  {result['why']}" if result["why"] else f"  status {result['status']}"
            print(f"{word}  {result['name']}{tail}  ({result['ms']:.0f} ms)", flush=True)
    return out


def main() -> int:
    """Run the driver; return its exit status."""
    results = asyncio.run(run(specification()["smoke"]))
    put("result.json", {"results": results})
    return 0 if all(result["ok"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
