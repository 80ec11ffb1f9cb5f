"""The watch over production: it begins with a deployment, by anybody, and ends with the incident."""

from functools import partial
from pathlib import Path

from hotfix_tui.engine import start
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.engine.reconcile import collect_result, end_run
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import ROLLBACK, WATCH
from hotfix_tui.incident.model.evidence.deploy import WITHOUT_TRAFFIC
from hotfix_tui.incident.model.evidence.monitor import Measured
from hotfix_tui.incident.model.measured import answers
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.runner import runs
from hotfix_tui.session.errors import StoreError
from hotfix_tui.steps import registry
from hotfix_tui.steps.common import trusted
from hotfix_tui.steps.monitor import spec, watch

_LATEST = 3
"""How many of the latest watch runs are checked for one that is still active."""


def begin(engine: Engine, after: int | None = None) -> str:
    """Start the watch, with the deployment of run `after` or for what is deployed; return why it could not start,
    else empty.

    If nothing is configured to be watched, none starts: the passing of time alone shows nothing.
    """
    if engine.dry_run:
        return ""

    try:
        ctx = engine.context()
        if not watch.watched(spec.targets(ctx)):
            return ""
        if not _may_act(engine):
            return (
                "The watch does not begin: the configured requests are not trusted yet (`hotfix-tui trust`)."
            )
        chosen = watch.plan(ctx, after)
        end_watch(engine, "another one begins")
        start.start(engine, WATCH, chosen)
    except (Refused, EngineError, StoreError, OSError) as problem:
        return f"The watch did not begin: {problem}"
    return ""


def follow_up(engine: Engine) -> str:
    """Start the watch if production was deployed and nobody watches that yet; probe the measured items.

    Returns why a watch that is due could not start, otherwise an empty text.
    """
    if is_due(engine.record):
        return begin(engine)
    look(engine)
    return ""


def look(engine: Engine) -> None:
    """Probe the measured items; only changes are recorded."""
    if engine.dry_run or engine.record.state != "open" or "run" not in engine.record.entry(WATCH):
        return
    ctx = engine.context()
    for step in measured_steps(engine.record):
        impl = registry.find(step)
        now = engine.record.entry(step)
        if impl is None or now.get("state") == "running" or now.get("how") == "tick":
            continue
        try:
            seen = impl.probe(ctx)
        except Refused:
            continue
        before = engine.record.seen(Measured, step).kind
        if _STATES.get(seen.state) != now.get("state") or (
            step != SMOKE and seen.seen(Measured).kind != before
        ):
            engine.change(partial(running.apply_probe, step=step, probe=seen))


_STATES = {"done": "done", "failed": "failed"}
SMOKE = catalog.MONITOR_SMOKE


def measured_steps(record: Record) -> list[str]:
    """Return the steps that the watch answers by its measurements."""
    asked = answers(record.config)
    return [
        *([SMOKE] if record.config.get("smoke") else []),
        *(step for step in record.definitions() if step in asked),
    ]


def begins_with(record: Record, step: str, method: str = "") -> bool:
    """Return whether the watch begins with `step`: a deployment, or a rollback if that is what helps the users."""
    if method in WITHOUT_TRAFFIC:
        return False
    deployed = any(run.get("step") == catalog.DEPLOY_PRODUCTION for run in record.runs)
    helps = step == ROLLBACK.id and not deployed and record.state == "open"
    return step == catalog.DEPLOY_PRODUCTION or helps


def is_due(record: Record) -> bool:
    """Return whether what is live now should be watched, and has not been in this round."""
    if record.state != "open" or record.entry(WATCH) or record.this_round.get("verdict"):
        return False
    step = catalog.DEPLOY_PRODUCTION if policy.is_code_fix(record) else catalog.DEPLOY_LIVE
    return bool(record.entry(step).get("state") == "done")


def sampling(engine: Engine) -> int | None:
    """Return the number of the active watch, whether it has proposed a verdict or not; None if there is none."""
    for number in reversed(
        [int(run["n"]) for run in engine.record.runs if run.get("step") == WATCH][-_LATEST:]
    ):
        if runs.look(Path(engine.run_directory(number))).state == "running":
            return number
    return None


def end_watch(engine: Engine, why: str) -> None:
    """Tell the watch to end, if one is active, and record its end if it comes soon."""
    number = None if engine.dry_run else sampling(engine)
    if (
        number is not None
        and end_run(engine, number, why)
        and engine.record.entry(WATCH).get("run") == number
    ):
        collect_result(engine, WATCH)


def _may_act(engine: Engine) -> bool:
    return trusted.may_act(engine.record, engine.store.directory(engine.id), engine.root)
