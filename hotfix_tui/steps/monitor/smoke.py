"""monitor.smoke: the configured requests, sent to production once, with the answers they must get."""

import os
from typing import Any

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.evidence.monitor import Smoked
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.outcome import ended_badly
from hotfix_tui.steps.contract import Context, Plan, Probe, Step, done, failed, not_done, unknown
from hotfix_tui.steps.deploy import live
from hotfix_tui.steps.monitor.spec import described, monitor_command, smoke

_BY_HAND = """\
1. Send the request that showed the fault to production{where}.
2. See that the answer is the right one now (an expired token must get 401, for example).
3. Try the normal case, too, then tick the step.
(With [[smoke]] in the configuration the wizard sends them.)"""


class Smoke(Step):
    """Sends the requests of [[smoke]]; done when every answer is the expected one."""

    id = "monitor.smoke"

    def probe(self, ctx: Context) -> Probe:
        """Requests are not sent again by themselves: what was seen holds for the commit that was live then."""
        if not ctx.seen(Smoked).results:
            return not_done("the requests were not sent yet")
        if ctx.seen(Smoked).commit != live.expected(ctx):
            return not_done("production runs another commit since")
        return unknown("send the requests again to see it now")

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        requests = ctx.config.smoke
        if not requests:
            url = ctx.config.deploy.production_url
            hand = _BY_HAND.format(where=f", {url}" if url else "")
            return Plan("Try the fix in production", by_hand=hand, url=url)
        title = f"Send {len(requests)} request{'s' if len(requests) > 1 else ''} to production: "
        title += "; ".join(described(one) for one in requests[:5]) + ("; …" if len(requests) > 5 else "")
        changing = [one.name for one in requests if one.method not in ("GET", "HEAD", "OPTIONS")]
        return Plan(
            title,
            commands=[monitor_command(ctx, "smoke_run", {"smoke": smoke(ctx)}, "Send the smoke requests")],
            tty=False,
            timeout=sum(one.timeout for one in requests) + 30,
            warnings=[f"These may change data in production: {', '.join(changing)}."] if changing else [],
            trusted=False,
            evidence={"commit": live.expected(ctx)},
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        results = read_result(directory).get("results")
        if not isinstance(results, list) or not results:
            return ended_badly(run, directory, "The smoke test") or failed("The smoke test left no result")
        kept = [_kept(one) for one in results if isinstance(one, dict)]
        bad = [one for one in kept if not one["ok"]]
        if bad:
            why = "; ".join(f"{one['name']}: {one['why']}" for one in bad[:3])
            return failed(f"{len(bad)} of {len(kept)} did not pass: {why}", results=kept)
        if len(kept) < len(ctx.config.smoke):
            return failed(f"only {len(kept)} of {len(ctx.config.smoke)} were sent", results=kept)
        return done(f"{len(kept)} of {len(kept)} passed", results=kept)


def read_result(directory: str) -> dict[str, Any]:
    """What a driver of the monitor room left in its run's folder; empty when it left nothing that can be read."""
    return plain_file.read_table(os.path.join(directory, "result.json"), 1_000_000)


def _kept(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one_line(str(one.get("name", "")), 80),
        "ok": bool(one.get("ok")),
        "status": int(one.get("status") or 0),
        "why": one_line(str(one.get("why", "")), 160),
        "ms": float(one.get("ms") or 0),
    }


STEPS = (Smoke(),)
