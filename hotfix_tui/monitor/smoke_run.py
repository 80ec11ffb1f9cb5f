"""Sends the smoke requests once, one line each, and leaves `result.json` in the run's folder.

Started under the supervisor: `python -m hotfix_tui.monitor.smoke_run`. Exit status 1 when one did not pass.
"""

import asyncio
import sys

from hotfix_tui.monitor.checks import Result, smoke
from hotfix_tui.monitor.files import put, specification
from hotfix_tui.monitor.http import open_session


async def run(requests: list[dict[str, object]]) -> list[Result]:
    """Send the requests in their order; prints each result as it comes."""
    out = []
    async with open_session() as session:
        for spec in requests:
            found = await smoke(session, spec)
            out.append(found)
            word = "ok    " if found["ok"] else "FAILED"
            tail = f"  {found['why']}" if found["why"] else f"  status {found['status']}"
            print(f"{word}  {found['name']}{tail}  ({found['ms']:.0f} ms)", flush=True)
    return out


def main() -> int:
    """The driver."""
    results = asyncio.run(run(specification()["smoke"]))
    put("result.json", {"results": results})
    return 0 if all(one["ok"] for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
