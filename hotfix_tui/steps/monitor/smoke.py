"""monitor.smoke: the configured requests, sent to production once, with the expected answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.monitor import SmokeAnswer, Smoked
from hotfix_tui.monitor.checks import SAFE_METHODS
from hotfix_tui.monitor.tables import Observed, Sample
from hotfix_tui.monitor.verdict import LEAST
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common import published
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.contract import Context, Plan, Probe, Step, done, failed, not_done, unknown
from hotfix_tui.steps.live.expected import expected
from hotfix_tui.steps.monitor import watch
from hotfix_tui.steps.monitor.spec import described, monitor_command, read_result, smoke

_BY_HAND = """\
1. Send the request that showed the fault to production{where}.
2. See that the answer is the right one now (an expired token must get 401, for example).
3. Try the normal case, too, then tick the step.
(The wizard sends it by itself once it knows it: e here takes the request as a pasted curl, as
`smoke add 'curl …'` does.)"""


class Smoke(Step):
    """Sends the requests of [[smoke]]; done when every answer is as expected."""

    id = catalog.MONITOR_SMOKE

    def probe(self, ctx: Context) -> Probe:
        """Return the watch's result for repeated requests; those that may change something need a person's key."""
        if (watched := _watched(ctx)) is not None:
            return watched
        if not ctx.seen(Smoked).results:
            asked = ctx.config.smoke
            return not_done(
                "the requests were not sent yet" if asked else "nobody said yet that it was tried"
            )
        if ctx.seen(Smoked).commit != expected(ctx):
            return not_done("production runs another commit since")
        return unknown("send the requests again to see it now")

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        requests = ctx.config.smoke
        if not requests and (hand := published.tried(ctx)):
            return Plan("Try the fix as its users get it", by_hand=hand, url=published.page(ctx), told=True)
        if not requests:
            url = ctx.config.deploy.production_url
            hand = _BY_HAND.format(where=f", {url}" if url else "")
            return Plan("Try the fix in production", by_hand=hand, url=url, told=True)
        title = f"Send {len(requests)} request{'s' if len(requests) > 1 else ''} to production: "
        title += "; ".join(described(request) for request in requests[:5]) + (
            "; …" if len(requests) > 5 else ""
        )
        changing = [request.name for request in requests if request.method not in ("GET", "HEAD", "OPTIONS")]
        return Plan(
            title,
            commands=[monitor_command(ctx, "smoke_run", {"smoke": smoke(ctx)}, "Send the smoke requests")],
            tty=False,
            timeout=sum(request.timeout for request in requests) + 30,
            warnings=[f"These may change data in production: {', '.join(changing)}."] if changing else [],
            trusted=False,
            known=Smoked(commit=expected(ctx)),
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        kept = results(directory)
        if not kept:
            return failure_probe(run, directory, "The smoke test") or failed("The smoke test left no result")
        if why := what_failed(kept):
            return failed(why, Smoked(results=kept), adds=True)
        if len(kept) < len(ctx.config.smoke):
            return failed(
                f"only {len(kept)} of {len(ctx.config.smoke)} were sent", Smoked(results=kept), adds=True
            )
        return done(f"{len(kept)} of {len(kept)} passed", Smoked(results=kept), adds=True)


def results(directory: str) -> tuple[SmokeAnswer, ...]:
    """Return the answers to a run's requests; empty if it wrote no result."""
    rows = read_result(directory).get("results")
    if not isinstance(rows, list):
        return ()
    return tuple(_kept(cast(Observed, row)) for row in rows if isinstance(row, dict))


def what_failed(kept: Sequence[SmokeAnswer]) -> str:
    """Return which requests did not pass, and why, as a clause; empty if all did."""
    bad = [answer for answer in kept if not answer.ok]
    why = "; ".join(f"{answer.name}: {answer.why}" for answer in bad[:3])
    return f"{len(bad)} of {len(kept)} did not pass: {why}" if bad else ""


def _watched(ctx: Context) -> Probe | None:
    """Return what the watch has seen of all requests since the deployment; None if it cannot answer for all of them."""
    if not ctx.config.smoke or any(request.method not in SAFE_METHODS for request in ctx.config.smoke):
        return None
    seen = watch.seen(ctx)
    if seen is None or _sent_since(ctx, seen[0]):
        return None
    late = [sample for sample in seen[0] if sample["kind"] == "smoke" and sample["t"] >= seen[1] / 2]
    latest = [[s for s in late if s["name"] == request.name][-LEAST:] for request in ctx.config.smoke]
    if any(len(own) < LEAST for own in latest):
        return None
    kept = tuple(_kept(own[-1]) for own in latest)
    bad = [_kept(own[-1]) for own in latest if not any(sample.get("ok") for sample in own)]
    commit = expected(ctx)
    if bad:
        why = "; ".join(f"{answer.name}: {answer.why}" for answer in bad[:3])
        return failed(f"{len(bad)} of {len(kept)} did not pass: {why}", Smoked(commit, kept), adds=True)
    if all(answer.ok for answer in kept):
        return done(f"{len(kept)} of {len(kept)} passed", Smoked(commit, kept), adds=True)
    return None


def _sent_since(ctx: Context, samples: Sequence[Sample]) -> bool:
    """Return whether the requests were sent by themselves after the watch had its last sample: that is newer."""
    own = [run["at"] for run in ctx.record.runs if run.get("step") == Smoked.STEP]
    last = max((float(sample.get("at") or 0.0) for sample in samples), default=0.0)
    return bool(own) and isinstance(own[-1], datetime) and own[-1].timestamp() > last


def _kept(row: Observed) -> SmokeAnswer:
    return SmokeAnswer(
        name=one_line(str(row.get("name", "")), 80),
        ok=bool(row.get("ok")),
        status=int(row.get("status") or 0),
        why=one_line(str(row.get("why", "")), 160),
        ms=float(row.get("ms") or 0),
    )


STEPS = (Smoke(),)
