"""One check of production: a request, the expected answer, and the verdict on the actual one."""

from typing import TYPE_CHECKING, TypedDict

from hotfix_tui.base.text import one_line
from hotfix_tui.monitor.http import HttpAnswer, Request, send
from hotfix_tui.monitor.tables import Check

if TYPE_CHECKING:
    import aiohttp

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing on the server, and so may be repeated."""


class CheckResult(TypedDict):
    """The result of a check. `status` is 0 without an answer; `why` is a clause, empty when it is `ok`."""

    name: str
    ok: bool
    status: int
    why: str
    ms: float


async def smoke(session: "aiohttp.ClientSession", spec: Check) -> CheckResult:
    """Send one request of [[smoke]] and judge its answer by status and body."""
    request = Request(
        spec["url"],
        method=spec["method"],
        headers=spec["headers"],
        body=spec["body"].encode() if spec["body"] else None,
        timeout=float(spec["timeout"]),
    )
    return judge(spec, await send(session, request))


async def probe(session: "aiohttp.ClientSession", spec: Check) -> CheckResult:
    """Query one address of [[probe]] and judge its answer by status and time."""
    limit = spec.get("max_ms")
    answer = await send(session, Request(spec["url"], timeout=max(5.0, 2 * (limit or 0) / 1000)))
    result = judge(spec, answer)
    if result["ok"] and limit and answer.ms > limit:
        result["ok"], result["why"] = False, f"it took {answer.ms:.0f} ms, more than {limit:.0f}"
    return result


def judge(spec: Check, answer: HttpAnswer) -> CheckResult:
    """Compare an answer with what is expected. The body itself is never repeated: it may contain anything."""
    why = answer.problem
    expected = spec["expect_status"]
    if not why and answer.status not in expected:
        why = f"status {answer.status}, expected {' or '.join(map(str, expected))}"
    wanted = spec.get("expect_body") or ""
    if not why and wanted and wanted.encode() not in answer.body:
        why = f"the answer does not hold {one_line(wanted, 60)!r}"
    return CheckResult(name=spec["name"], ok=not why, status=answer.status, why=why, ms=answer.ms)
