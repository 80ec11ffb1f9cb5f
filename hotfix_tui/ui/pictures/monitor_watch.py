"""The data of the monitor picture: what is requested, what the watches saw, what that suggests so far."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from hotfix_tui.config.durations import parse
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence import monitor as evidence
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.measured import LATENCY, answers
from hotfix_tui.incident.model.record import Record
from hotfix_tui.monitor.samples import samples_of
from hotfix_tui.monitor.tables import Known, Sample, WatchSpec, known_of
from hotfix_tui.monitor.verdict import (
    LEAST,
    MetricFinding,
    Proposal,
    latency_finding,
    metric_finding,
    propose,
)
from hotfix_tui.ui.pictures.monitor_plot import Series

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

WATCH, SMOKE, PRODUCTION, ROLLBACK = (
    catalog.MONITOR_WATCH,
    catalog.MONITOR_SMOKE,
    catalog.DEPLOY_PRODUCTION,
    catalog.DEPLOY_ROLLBACK,
)
_WATCHES = 6
_SAFE = ("GET", "HEAD", "OPTIONS")


class ShownMetric(NamedTuple):
    """A watched number, and its direction: ``falls``, ``stable`` or ``normal``."""

    name: str
    direction: str


class WatchSettings(NamedTuple):
    """What the incident's configuration and its deployment say about the watch."""

    metrics: tuple[ShownMetric, ...]
    smoke: tuple[str, ...]
    """Smoke requests that may be repeated."""
    probes: tuple[str, ...]
    seconds: float
    baseline: tuple[Known, ...]
    baseline_at: datetime | None
    deployed_at: datetime | None
    detected: float = 0.0
    """When the fault was detected, in seconds since 1970."""
    back: bool = False
    """Whether the latest deployment was a rollback."""

    @property
    def nothing(self) -> bool:
        """Whether nothing is configured to be watched."""
        return not (self.metrics or self.smoke or self.probes)


class WatchSamples(NamedTuple):
    """The samples of one watch, and the number of its run."""

    run: int
    samples: tuple[Sample, ...]


class WatchFiles(NamedTuple):
    """The contents of the watches' files, oldest first."""

    watches: tuple[WatchSamples, ...] = ()

    def of(self, run: int | None) -> tuple[Sample, ...]:
        """Return the samples of one watch."""
        return next((watch.samples for watch in self.watches if watch.run == run), ())


def asked(record: Record) -> WatchSettings:
    """Return what is watched; missing or odd values in an older record are left out."""
    put = record.seen(Deployed).baseline or record.seen(RolledBack).baseline
    run: dict[str, Any] = next(
        (run_ for run_ in reversed(record.runs) if run_.get("step") in (PRODUCTION, ROLLBACK)), {}
    )
    ended = run.get("ended") or record.entry(PRODUCTION).get("at")
    metrics = [
        ShownMetric(str(table.get("name", "")), str(table.get("direction", "falls")))
        for table in _tables(record.config.get("metric"))
    ]
    if metrics and LATENCY in answers(record.config).get(catalog.MONITOR_API_LATENCY, ()):
        metrics.insert(1, ShownMetric(LATENCY, "stable"))
    return WatchSettings(
        tuple(metrics),
        tuple(
            str(table.get("name", ""))
            for table in _tables(record.config.get("smoke"))
            if str(table.get("method", "GET")) in _SAFE
        ),
        tuple(str(table.get("name", "")) for table in _tables(record.config.get("probe"))),
        _seconds(record.config.get("monitor")),
        tuple(known_of(put)),
        run.get("at") if isinstance(run.get("at"), datetime) else None,
        ended if isinstance(ended, datetime) else None,
        record.detected_at.timestamp(),
        run.get("step") == ROLLBACK,
    )


def _tables(tables: object) -> list[dict[str, object]]:
    return [table for table in tables if isinstance(table, dict)] if isinstance(tables, list | tuple) else []


def _seconds(table: object) -> float:
    said = table.get("watch", 900.0) if isinstance(table, Mapping) else 900.0
    try:
        return float(said) if isinstance(said, int | float) else parse(str(said))
    except ValueError:
        return 900.0


def read(engine: "Engine") -> WatchFiles:
    """Read the samples of the latest watches from their run folders; unreadable ones are left out."""
    numbers = [int(run["n"]) for run in engine.record.runs if run.get("step") == WATCH][-_WATCHES:]
    return WatchFiles(
        tuple(
            WatchSamples(number, tuple(samples_of(f"{engine.run_directory(number)}/samples.ndjson")))
            for number in numbers
        )
    )


def series(of: WatchSettings, seen: WatchFiles, name: str) -> Series:
    """Return the values of a metric over time: from before the deployment first, then every watch."""
    values: list[tuple[float, float | None]] = []
    if name == LATENCY:
        every = [sample for watch in seen.watches for sample in watch.samples if _took(sample)]
        return sorted(((sample["at"], sample["ms"]) for sample in every), key=lambda point: point[0])
    if of.baseline_at is not None and (before := baseline(of, name)) is not None:
        values.append((of.baseline_at.timestamp(), before))
    for watch in seen.watches:
        values += [
            (sample["at"], sample.get("value"))
            for sample in watch.samples
            if sample["kind"] == "metric" and sample["name"] == name
        ]
    return sorted(values, key=lambda point: point[0])


def _took(sample: Sample | Known) -> bool:
    return sample.get("ok") is True and "ms" in sample


def baseline(of: WatchSettings, name: str) -> float | None:
    """Return a metric's value before the deployment, None if unknown."""
    return next((entry.get("value") for entry in of.baseline if entry["name"] == name), None)


def results(seen: Iterable[Sample], kind: str, name: str) -> list[Sample]:
    """Return the results of a probe or a smoke request, oldest first."""
    return [sample for sample in seen if sample["kind"] == kind and sample["name"] == name]


def so_far(of: WatchSettings, samples: tuple[Sample, ...], watched: float) -> Proposal:
    """Return what the watch would propose if it ended now."""
    spec: WatchSpec = {
        "metrics": [
            {"name": metric.name, "direction": metric.direction}
            for metric in of.metrics
            if metric.name != LATENCY
        ],
        "smoke": [{"name": name, "url": ""} for name in of.smoke],
        "probes": [{"name": name, "url": ""} for name in of.probes],
        "seconds": of.seconds,
        "detected": of.detected,
    }
    good = [sample for sample in samples if sample["kind"] == "metric" or isinstance(sample.get("ok"), bool)]
    return propose(spec, good, list(of.baseline), watched)


class MetricChange(NamedTuple):
    """A metric before and after the deployment, as numbers if known, and the result.

    kind: as in `verdict.MetricFinding`, and ``unjudged`` if there is nothing to judge by.
    """

    metric: ShownMetric
    before: float | None
    after: float | None
    kind: str
    latest: float | None = None
    """The newest value, while there are too few to judge by."""


def result(
    of: WatchSettings, metrics: Iterable[evidence.MeasuredMetric], metric: ShownMetric
) -> MetricChange:
    """Return the result of a metric from what the watch proposes, or from its end."""
    measured = next(
        (measured for measured in metrics if measured.name == metric.name), evidence.MeasuredMetric()
    )
    before = baseline(of, metric.name) if measured.before is None else measured.before
    after = measured.after
    said = metric_finding(metric.name, metric.direction, before, after)
    judged = said.kind != "neutral" or (metric.direction == "stable" and before is not None and before > 0)
    return MetricChange(metric, before, after, said.kind if judged else "unjudged")


def latency(of: WatchSettings, samples: Iterable[Sample], watched: float) -> MetricChange:
    """Return the result for the checks' latency: the second half of the watch against the time before it."""
    every = list(samples)
    was = [sample["ms"] for sample in every if sample.get("before") and _took(sample)]
    was += [known["ms"] for known in of.baseline if _took(known)]
    late = [
        sample["ms"]
        for sample in every
        if not sample.get("before") and sample["t"] >= watched / 2 and _took(sample)
    ]
    metric = ShownMetric(LATENCY, "stable")
    before = round(median(was), 1) if was else None
    if len(late) < LEAST:
        return MetricChange(metric, before, None, "no-data")
    after = round(median(late), 1)
    said = latency_finding(before, after).kind
    return MetricChange(metric, before, after, said if before is not None else "unjudged")


def too_early(judged: MetricChange, samples: Sequence[Sample]) -> MetricChange:
    """Return the result without a judgement: the first half of a watch is not conclusive."""
    own = [sample for sample in results(samples, "metric", judged.metric.name) if not sample.get("before")]
    latest = next((value for sample in reversed(own) if (value := sample.get("value")) is not None), None)
    if judged.metric.name == LATENCY:
        took = [sample["ms"] for sample in samples if not sample.get("before") and _took(sample)]
        latest = took[-1] if took else None
    return judged._replace(after=None, kind="no-data" if latest is None else "unjudged", latest=latest)


def in_words(why: str, results: Iterable[MetricChange]) -> str:
    """Return a proposal's reasons with the percentage change of each metric instead of its two numbers."""
    for result in results:
        said: MetricFinding = metric_finding(
            result.metric.name, result.metric.direction, result.before, result.after
        )
        if result.before and result.after is not None and said.text in why:
            why = why.replace(said.text, f"{result.metric.name} {_moved(result.before, result.after)}")
    return why


def _moved(before: float, after: float) -> str:
    share = round(abs(after - before) / before * 100)
    if not share:
        return "stayed"
    return f"{'fell' if after < before else 'rose'} by {share} %"
