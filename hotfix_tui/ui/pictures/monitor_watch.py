"""What the picture of monitor is made of: what is asked for, what the watches saw, what that says so far."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from hotfix_tui.config.durations import parse
from hotfix_tui.incident.model.evidence import monitor as evidence
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.measured import LATENCY, answers
from hotfix_tui.incident.model.record import Record
from hotfix_tui.monitor.samples import samples_of
from hotfix_tui.monitor.verdict import LEAST, Finding, Proposal, latency_finding, metric_finding, propose
from hotfix_tui.ui.pictures.monitor_plot import Series

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

WATCH, SMOKE, PRODUCTION, ROLLBACK = (
    "monitor.watch",
    "monitor.smoke",
    "deploy.production",
    "deploy.rollback",
)
_WATCHES = 6
_SAFE = ("GET", "HEAD", "OPTIONS")


class Metric(NamedTuple):
    """A number that is watched, and where it should go: ``falls``, ``stable`` or ``normal``."""

    name: str
    direction: str


class Asked(NamedTuple):
    """What the incident's configuration and its deployment say about the watch."""

    metrics: tuple[Metric, ...]
    smoke: tuple[str, ...]
    """Smoke requests that may be repeated."""
    probes: tuple[str, ...]
    seconds: float
    baseline: tuple[dict[str, object], ...]
    baseline_at: datetime | None
    deployed_at: datetime | None
    detected: float = 0.0
    """When the fault was, in seconds since 1970."""
    back: bool = False
    """Whether what went out last was a rollback."""

    @property
    def nothing(self) -> bool:
        """Whether nothing is configured to be watched."""
        return not (self.metrics or self.smoke or self.probes)


class Watch(NamedTuple):
    """The samples of one watch, and the number of its run."""

    run: int
    samples: tuple[dict[str, Any], ...]


class Seen(NamedTuple):
    """What the files of the watches hold, the oldest first."""

    watches: tuple[Watch, ...] = ()

    def of(self, run: int | None) -> tuple[dict[str, object], ...]:
        """Return the samples of one watch."""
        return next((one.samples for one in self.watches if one.run == run), ())


def asked(record: Record) -> Asked:
    """Return what is watched; what is missing or odd in an older record is left out."""
    put = record.seen(Deployed).baseline or record.seen(RolledBack).baseline
    run: dict[str, Any] = next(
        (one for one in reversed(record.runs) if one.get("step") in (PRODUCTION, ROLLBACK)), {}
    )
    ended = run.get("ended") or record.entry(PRODUCTION).get("at")
    metrics = [
        Metric(str(one.get("name", "")), str(one.get("direction", "falls")))
        for one in _tables(record.config.get("metric"))
    ]
    if metrics and LATENCY in answers(record.config).get("monitor.api-latency", ()):
        metrics.insert(1, Metric(LATENCY, "stable"))
    return Asked(
        tuple(metrics),
        tuple(
            str(one.get("name", ""))
            for one in _tables(record.config.get("smoke"))
            if str(one.get("method", "GET")) in _SAFE
        ),
        tuple(str(one.get("name", "")) for one in _tables(record.config.get("probe"))),
        _seconds(record.config.get("monitor")),
        tuple(_tables(put)),
        run.get("at") if isinstance(run.get("at"), datetime) else None,
        ended if isinstance(ended, datetime) else None,
        record.detected_at.timestamp(),
        run.get("step") == ROLLBACK,
    )


def _tables(found: object) -> list[dict[str, object]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list | tuple) else []


def _seconds(table: object) -> float:
    said = table.get("watch", 900.0) if isinstance(table, Mapping) else 900.0
    try:
        return float(said) if isinstance(said, int | float) else parse(str(said))
    except ValueError:
        return 900.0


def read(engine: "Engine") -> Seen:
    """Read the samples of the latest watches from the folders of their runs; what cannot be read is left out."""
    numbers = [int(one["n"]) for one in engine.record.runs if one.get("step") == WATCH][-_WATCHES:]
    return Seen(
        tuple(
            Watch(number, tuple(samples_of(f"{engine.run_directory(number)}/samples.ndjson")))
            for number in numbers
        )
    )


def series(of: Asked, seen: Seen, name: str) -> Series:
    """Return the values of a metric over time: what was seen before the deployment first, then every watch."""
    values: list[tuple[float, float | None]] = []
    if name == LATENCY:
        every = [one for watch in seen.watches for one in watch.samples if _took(one)]
        return sorted(((one["at"], float(one["ms"])) for one in every), key=lambda one: one[0])
    if of.baseline_at is not None and (before := baseline(of, name)) is not None:
        values.append((of.baseline_at.timestamp(), before))
    for watch in seen.watches:
        values += [
            (one["at"], _number(one.get("value")))
            for one in watch.samples
            if one["kind"] == "metric" and one["name"] == name
        ]
    return sorted(values, key=lambda one: one[0])


def _took(one: Mapping[str, object]) -> bool:
    return one.get("ok") is True and isinstance(one.get("ms"), int | float)


def baseline(of: Asked, name: str) -> float | None:
    """Return what a metric was before the deployment, None where that is not known."""
    return next((_number(one.get("value")) for one in of.baseline if one.get("name") == name), None)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def results(seen: Iterable[dict[str, object]], kind: str, name: str) -> list[dict[str, object]]:
    """Return the results of a probe or a smoke request, the oldest first."""
    return [one for one in seen if one["kind"] == kind and one["name"] == name]


def so_far(of: Asked, samples: tuple[dict[str, object], ...], watched: float) -> Proposal:
    """Return what the watch would propose if it ended now."""
    spec = {
        "metrics": [one._asdict() for one in of.metrics if one.name != LATENCY],
        "smoke": [{"name": one} for one in of.smoke],
        "probes": [{"name": one} for one in of.probes],
        "seconds": of.seconds,
        "detected": of.detected,
    }
    good = [one for one in samples if one["kind"] == "metric" or isinstance(one.get("ok"), bool)]
    return propose(spec, good, list(of.baseline), watched)


class Result(NamedTuple):
    """A metric before the deployment and after it, as numbers where they are known, and what that says.

    kind: as `verdict.Finding` has it, and ``unjudged`` where there is nothing to judge by.
    """

    metric: Metric
    before: float | None
    after: float | None
    kind: str
    latest: float | None = None
    """The newest value, while there are too few to judge by."""


def result(of: Asked, found: Iterable[evidence.Metric], metric: Metric) -> Result:
    """Return the result of a metric from what the watch proposes, or from its end."""
    one = next((one for one in found if one.name == metric.name), evidence.Metric())
    before = baseline(of, metric.name) if one.before is None else one.before
    after = one.after
    said = metric_finding(metric.name, metric.direction, before, after)
    judged = said.kind != "neutral" or (metric.direction == "stable" and before is not None and before > 0)
    return Result(metric, before, after, said.kind if judged else "unjudged")


def latency(of: Asked, samples: Iterable[Mapping[str, Any]], watched: float) -> Result:
    """Return what the times of the checks say: the second half of the watch against the time before it."""
    every = list(samples)
    was = [
        one["ms"] for one in [*every, *of.baseline] if (one.get("before") or "t" not in one) and _took(one)
    ]
    late = [one["ms"] for one in every if not one.get("before") and one["t"] >= watched / 2 and _took(one)]
    metric = Metric(LATENCY, "stable")
    before = round(median(was), 1) if was else None
    if len(late) < LEAST:
        return Result(metric, before, None, "no-data")
    after = round(median(late), 1)
    said = latency_finding(before, after).kind
    return Result(metric, before, after, said if before is not None else "unjudged")


def too_early(found: Result, samples: Sequence[dict[str, object]]) -> Result:
    """Return the result without a judgement: the first half of a watch says nothing yet."""
    own = [one for one in results(samples, "metric", found.metric.name) if not one.get("before")]
    latest = next((value for one in reversed(own) if (value := _number(one.get("value"))) is not None), None)
    if found.metric.name == LATENCY:
        took = [one["ms"] for one in samples if not one.get("before") and _took(one)]
        latest = _number(took[-1]) if took else None
    return found._replace(after=None, kind="no-data" if latest is None else "unjudged", latest=latest)


def in_words(why: str, found: Iterable[Result]) -> str:
    """Return a proposal's reasons with the change of each metric in percent in place of its two numbers."""
    for one in found:
        said: Finding = metric_finding(one.metric.name, one.metric.direction, one.before, one.after)
        if one.before and one.after is not None and said.text in why:
            why = why.replace(said.text, f"{one.metric.name} {_moved(one.before, one.after)}")
    return why


def _moved(before: float, after: float) -> str:
    share = round(abs(after - before) / before * 100)
    if not share:
        return "stayed"
    return f"{'fell' if after < before else 'rose'} by {share} %"
