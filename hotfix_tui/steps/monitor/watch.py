"""monitor.watch: production is watched from the deployment on; when its time is over a verdict is proposed."""

import os
from datetime import datetime

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import one_line
from hotfix_tui.config.durations import for_people
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.evidence.monitor import MeasuredMetric, Smoked, Watched
from hotfix_tui.incident.rules.published import nothing_to_watch
from hotfix_tui.monitor.samples import samples_of
from hotfix_tui.monitor.tables import Sample, Targets, WatchSpec, known_of
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.target_commit import wanted_commit
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
from hotfix_tui.steps.live.expected import expected
from hotfix_tui.steps.monitor.spec import monitor_command, read_result, targets

SAMPLES = "samples.ndjson"

NOT_DEPLOYED = 3
"""How the watch ends if the deployment that it began with failed."""

LONGEST = 12 * 3600.0
"""Seconds after which a watch ends by itself: nobody may come back for it."""

_EARLIER = 5
"""How many earlier watches of this incident are read in addition."""


class WatchStep(Step):
    """Runs the watch under the supervisor, so that it continues when the wizard is closed."""

    id = catalog.MONITOR_WATCH

    def probe(self, ctx: Context) -> Probe:
        """Return the stored result: the past cannot be watched again, and what was seen is about the commit live
        then.
        """
        if not ctx.seen(Watched).proposed:
            return not_done("production was not watched yet")
        if ctx.seen(Watched).commit != expected(ctx):
            return not_done("production runs another commit since")
        return unknown("the watch is over; watch again to see how it is now")

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        return plan(ctx)

    def settles_early(self, directory: str) -> bool:
        """Return whether the watch's own time is over: it has proposed a verdict, and keeps sampling."""
        return os.path.exists(os.path.join(directory, "result.json"))

    def came_to_nothing(self, run: RunState) -> str:
        return "what it was to watch was not deployed" if run.exit_code == NOT_DEPLOYED else ""

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        result = read_result(directory)
        proposed = str(result.get("proposed", ""))
        if not proposed:
            return failed(f"The watch left no result: {describe_end(run)}; watch again")
        why = one_line(str(result.get("why", "")), 300)
        seconds = float(result.get("seconds", 0))
        seen = Watched(
            proposed=proposed,
            samples=int(result.get("samples", 0)),
            seconds=seconds,
            metrics=tuple(
                MeasuredMetric.from_dict(row) for row in result.get("metrics", []) if isinstance(row, dict)
            ),
            proposed_why=why,
        )
        if result.get("cut_short"):
            return failed(f"stopped after {seconds:.0f} s; proposed {proposed}: {why}", seen, adds=True)
        return done(f"proposed {proposed}: {why}", seen, adds=True)


_NOTHING_RUNS = """\
1. Nothing runs here that could be watched: try what was published (`do monitor.smoke`), and look for new reports.
2. Give the verdict: `verdict fixed --why …`, or not-fixed, or worse."""


def plan(ctx: Context, after: int | None = None) -> Plan:
    """Return what watches production; with `after` from that run on, which deploys, otherwise from now on."""
    spec, warnings = targets(ctx), []
    seconds = float(ctx.config.monitor.watch)
    words = watched(spec)
    if not words and after is None and nothing_to_watch(ctx.record):
        return Plan("Give the verdict", by_hand=_NOTHING_RUNS, told=True)
    if not words:
        warnings.append(
            "Nothing is configured to be watched, so only the time runs: look at your error tracking, "
            "metrics and user reports yourself. The proposal will be not-enough-data."
        )
    elif spec["metrics"] and not _baseline(ctx) and after is None:
        warnings.append("There are no values from before the deployment to compare with.")
    told = {
        **judging(ctx, spec),
        "longest": max(LONGEST, seconds),
        "earlier": _earlier(ctx),
        "record": os.path.join(ctx.directory, "session.toml"),
    }
    if after is not None:
        told["after"] = _folder(ctx, after, _step_of(ctx, after))
    else:
        told["continues"] = _continued(ctx)
    return Plan(
        f"Watch production for {for_people(seconds)}" + (f": {', '.join(words)}" if words else ""),
        commands=[monitor_command(ctx, "watch_run", told, "Watch production")],
        tty=False,
        timeout=max(LONGEST, seconds) + 120,
        warnings=warnings,
        trusted=not words,
        known=Watched(commit=_to_be_live(ctx, after)),
    )


def _step_of(ctx: Context, number: int) -> str:
    return next((str(run["step"]) for run in ctx.record.runs if run["n"] == number), Deployed.STEP)


def _to_be_live(ctx: Context, after: int | None) -> str:
    """Return the commit being watched: what the run `after` brings, otherwise what production should run now."""
    if after is None:
        return expected(ctx)
    return ctx.seen(RolledBack).target if _step_of(ctx, after) == RolledBack.STEP else wanted_commit(ctx)


def judging(ctx: Context, spec: Targets) -> WatchSpec:
    """Return what is watched with everything that the samples are judged by."""
    detected = ctx.record.detected_at.timestamp()
    judged: WatchSpec = {
        "smoke": spec["smoke"],
        "probes": spec["probes"],
        "metrics": spec["metrics"],
        "detected": detected,
        "since": detected - float(ctx.config.monitor.baseline),
        "seconds": float(ctx.config.monitor.watch),
        "baseline": known_of(_baseline(ctx)),
        "once": _sent_once(ctx),
    }
    first = next((run["at"] for run in ctx.record.runs if run.get("step") == Deployed.STEP), None)
    if isinstance(first, datetime):
        judged["first_deployed"] = first.timestamp()
    return judged


def seen(ctx: Context) -> tuple[list[Sample], float] | None:
    """Return the samples of this round's latest watch including earlier history, and how long it has watched.

    None if there is none, or what it saw cannot be read.
    """
    number = ctx.record.entry(WatchStep.id).get("run")
    if number is None:
        return None
    own = samples_of(os.path.join(_folder(ctx, int(number), WatchStep.id), SAMPLES))
    if not own:
        return None
    before = [sample for path in _earlier(ctx) for sample in samples_of(path) if sample.get("before")]
    return before + [sample for sample in own if not sample.get("before")], max(
        0.0, *(sample["t"] for sample in own), 0.0
    )


def announced(ctx: Context) -> tuple[str, list[str]]:
    """Return what a deployment's plan says about its watch, and what to note beforehand."""
    spec = targets(ctx)
    words = watched(spec)
    if not words:
        return "", [] if nothing_to_watch(ctx.record) else [NOTHING]
    said = f"From then on production is watched for {for_people(float(ctx.config.monitor.watch))}: "
    shows = any(metric["direction"] == "falls" for metric in spec["metrics"]) or spec["smoke"]
    return f"{said}{', '.join(words)}.", [] if shows else [NOTHING_SHOWS_IT]


NOTHING = (
    "Nothing will be watched after it: nobody will see by numbers whether it helped. The shortest way to change that "
    "is the request that shows the fault, pasted as curl: e at the smoke test, or `smoke add 'curl …'`."
)
NOTHING_SHOWS_IT = (
    "What is watched says that production lives, but nothing shows the fault itself: without a [[smoke]] request or "
    "a [[metric]] that should fall, the proposal will be not-enough-data."
)


def watched(spec: Targets) -> list[str]:
    """Return what is watched, in numbers and words; empty if nothing is."""
    counts = (
        ("smoke request", len(spec["smoke"])),
        ("probe", len(spec["probes"])),
        ("metric", len(spec["metrics"])),
    )
    counted = [(number, name) for name, number in counts if number]
    return [f"{number} {name}{'s' if number > 1 else ''}" for number, name in counted]


def _baseline(ctx: Context) -> tuple[object, ...]:
    return ctx.seen(Deployed).baseline or ctx.seen(RolledBack).baseline


def _folder(ctx: Context, number: int, step: str) -> str:
    return os.path.join(ctx.directory, "runs", f"{number}-{step}")


def _watches(ctx: Context) -> list[int]:
    return [int(run["n"]) for run in ctx.record.runs if run.get("step") == WatchStep.id]


def _earlier(ctx: Context) -> list[str]:
    """Return the samples of this incident's earlier watches: they show the fault."""
    return [
        os.path.join(_folder(ctx, watch_run, WatchStep.id), SAMPLES)
        for watch_run in _watches(ctx)[-_EARLIER:]
    ]


def _continued(ctx: Context) -> str:
    """Return the samples of an interrupted watch over the same deployment; empty if there is none."""
    deployed = max((int(run["n"]) for run in ctx.record.runs if run.get("step") == Deployed.STEP), default=0)
    late = [watch_run for watch_run in _watches(ctx) if watch_run > deployed]
    rounds = {int(run["n"]): run.get("round") for run in ctx.record.runs}
    if not late or rounds.get(late[-1]) != ctx.record.round:
        return ""
    folder = _folder(ctx, late[-1], WatchStep.id)
    ended = plain_file.read_table(os.path.join(folder, "result.json"), 1_000_000)
    if ended and not ended.get("cut_short"):
        return ""
    kept = os.path.join(folder, SAMPLES)
    # One that had its whole time, by what is configured now, is over: it says nothing of how production is now.
    over = max((sample["t"] for sample in samples_of(kept)), default=0.0) >= float(ctx.config.monitor.watch)
    return "" if over else kept


def _sent_once(ctx: Context) -> dict[str, dict[str, object]]:
    """Return by name what the smoke test saw of the watched commit."""
    seen = ctx.seen(Smoked)
    if seen.commit != expected(ctx):
        return {}
    return {result.name: {"ok": result.ok, "why": result.why} for result in seen.results}


STEPS = (WatchStep(),)
