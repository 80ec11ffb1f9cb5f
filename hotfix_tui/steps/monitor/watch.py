"""monitor.watch: production is watched for the configured time; at its end a verdict is proposed."""

from typing import Any

from hotfix_tui.base.text import one_line
from hotfix_tui.config.durations import format as spoken
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.evidence.monitor import Smoked, Watched
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.contract import (
    Context,
    Plan,
    Probe,
    Step,
    describe_end,
    done,
    failed,
    not_done,
    unknown,
)
from hotfix_tui.steps.deploy import live
from hotfix_tui.steps.monitor.smoke import read_result
from hotfix_tui.steps.monitor.spec import monitor_command, targets


class Watch(Step):
    """Runs the watch under the supervisor, so that it goes on when the wizard is closed."""

    id = "monitor.watch"

    def probe(self, ctx: Context) -> Probe:
        """A time that is over cannot be watched again: what was seen holds for the commit that was live then."""
        if not ctx.seen(Watched).proposed:
            return not_done("production was not watched yet")
        if ctx.seen(Watched).commit != live.expected(ctx):
            return not_done("production runs another commit since")
        return unknown("the watch is over; watch again to see how it is now")

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        spec = targets(ctx)
        seconds = float(ctx.config.monitor.watch)
        baseline = ctx.seen(Deployed).baseline or ctx.seen(RolledBack).baseline
        counts = (("smoke request", "smoke"), ("probe", "probes"), ("metric", "metrics"))
        found = [(len(spec[key]), name) for name, key in counts if spec[key]]
        words = [f"{number} {name}{'s' if number > 1 else ''}" for number, name in found]
        warnings = []
        if not words:
            warnings.append(
                "Nothing is configured to be watched, so only the time runs: look at your error tracking, "
                "metrics and user reports yourself. The proposal will be not-enough-data."
            )
        elif spec["metrics"] and not baseline:
            warnings.append("There are no values from before the deployment to compare with.")
        command = monitor_command(
            ctx,
            "watch_run",
            {**spec, "seconds": seconds, "baseline": baseline, "once": _sent_once(ctx)},
            "Watch production",
        )
        return Plan(
            f"Watch production for {spoken(seconds)}" + (f": {', '.join(words)}" if words else ""),
            commands=[command],
            tty=False,
            timeout=seconds + 120,
            warnings=warnings,
            trusted=not words,
            evidence={"commit": live.expected(ctx)},
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        found = read_result(directory)
        proposed = str(found.get("proposed", ""))
        if not proposed:
            return failed(f"The watch left no result: {describe_end(run)}; watch again")
        why = one_line(str(found.get("why", "")), 300)
        seconds = float(found.get("seconds", 0))
        evidence = {
            "proposed": proposed,
            "samples": int(found.get("samples", 0)),
            "seconds": seconds,
            "metrics": [one for one in found.get("metrics", []) if isinstance(one, dict)],
            "proposed_why": why,
        }
        if found.get("cut_short"):
            return failed(f"stopped after {seconds:.0f} s; proposed {proposed}: {why}", **evidence)
        return done(f"proposed {proposed}: {why}", **evidence)


def _sent_once(ctx: Context) -> dict[str, dict[str, Any]]:
    """Return by name what the smoke test saw of the commit that is watched."""
    seen = ctx.seen(Smoked)
    if seen.commit != live.expected(ctx):
        return {}
    return {one.name: {"ok": one.ok, "why": one.why} for one in seen.results}


STEPS = (Watch(),)
