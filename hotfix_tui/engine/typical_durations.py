"""How long a step usually takes: from its earlier runs, in this incident and in the latest others here."""

import statistics
from collections.abc import Iterable
from datetime import datetime

from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.model.record import Record
from hotfix_tui.session.errors import StoreError
from hotfix_tui.session.listing import newest_first

_WHOLE = ("", "activate")
"""Deployment actions after which all of the traffic goes to the new version: other phases are quick."""
_RUNS = 5
_INCIDENTS = 8


def usual_seconds(engine: Engine, steps: Iterable[str], *, earlier: bool = False) -> dict[str, float]:
    """Return the median duration of each step's latest runs, in seconds; a step that never ran is left out.

    With `earlier` the run that its step shows does not count: it is compared with those before it. Successful runs
    count; failed ones only if there are no others.
    """
    others = _others(engine)
    medians: dict[str, float] = {}
    for step in steps:
        for state in ("done", "failed"):
            shown = engine.record.entry(step).get("run") if earlier else None
            own = _durations(engine.record, step, state, but=shown)
            times = [*own, *(took for record in others for took in _durations(record, step, state))][:_RUNS]
            if times:
                medians[step] = statistics.median(times)
                break
    return medians


def _durations(record: Record, step: str, state: str, *, but: object = None) -> list[float]:
    """Return how long the runs of `step` that ended in `state` took, latest first, without the run `but`."""
    out: list[float] = []
    for run in reversed(record.runs):
        if (
            run["step"] != step
            or run["n"] == but
            or run.get("state") != state
            or _says_nothing(run.get("outcome"))
        ):
            continue
        if step == Deployed.STEP and RunNote.from_dict(run.get("note", {})).act not in _WHOLE:
            continue
        begun, ended = run.get("at"), run.get("ended")
        if isinstance(begun, datetime) and isinstance(ended, datetime):
            out.append(max((ended - begun).total_seconds(), 0.0))
    return out


def rollback_seconds(engine: Engine) -> dict[str, float]:
    """Return how long the latest successful rollback of each kind took, in seconds."""
    latest_by_kind: dict[str, float] = {}
    for record in [engine.record, *_others(engine)]:
        kind = record.seen(RolledBack).kind
        latest = _durations(record, RolledBack.STEP, "done")[:1]
        if kind and latest:
            latest_by_kind.setdefault(kind, latest[0])
    return latest_by_kind


_NOT_THE_WORK = ("cancelled", "could not run", "the checkout to run it in could not")


def _says_nothing(outcome: object) -> bool:
    """Return whether a run that ended so did not get as far as its work: its time says nothing of the next one's."""
    return isinstance(outcome, str) and outcome.startswith(_NOT_THE_WORK)


def _others(engine: Engine) -> list[Record]:
    """Return the records of the other incidents here, latest change first."""
    records: list[Record] = []
    for summary in newest_first(engine.store.listing())[: _INCIDENTS + 1]:
        if summary.id == engine.id:
            continue
        try:
            records.append(Record(engine.store.load(summary.id).doc))
        except StoreError:
            continue
    return records
