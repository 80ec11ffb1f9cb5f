"""The rule by which a watch proposes a verdict. The engineer gives it; this only says what was seen.

Missing data is never good news: without evidence that the fault itself is gone, nothing is "fixed".
"""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from hotfix_tui.incident.model.measured import LATENCY
from hotfix_tui.monitor.checks import SAFE_METHODS
from hotfix_tui.monitor.tables import Check, Known, MetricTable, Sample, WatchSpec

LEAST = 2
"""With fewer observations of one thing in the second half of the watch, no conclusion is drawn."""

_FAILING = 0.2
_FELL = 0.5
_FELL_SOMEWHAT = 0.9
_ROSE = 1.2
_UNSTABLE = 1.25
_SLOWER_BY = 100.0
"""How many milliseconds slower the checks have to be before it means anything."""


class MetricFinding(NamedTuple):
    """What one check or metric says. `kind`: good, partial, neutral, not-yet, no-data, not-fixed or worse.

    ``not-yet`` means not back to normal, which by itself suggests no verdict.
    """

    kind: str
    text: str


class Judged(NamedTuple):
    """One watched thing, and what it says. `kind`: metric, latency, smoke or probe."""

    kind: str
    name: str
    finding: MetricFinding
    direction: str = ""
    before: float | None = None
    after: float | None = None


class Proposal(NamedTuple):
    """The proposed verdict, why (a clause or a few), and the metrics as {name, before, after}."""

    verdict: str
    why: str
    metrics: list[dict[str, object]]


def propose(
    spec: WatchSpec, samples: Sequence[Sample], baseline: Sequence[Known], watched: float
) -> Proposal:
    """Return what the samples of a watch of `watched` seconds suggest; `baseline` is from before the deployment."""
    judged = judge_all(spec, samples, baseline, watched)
    verdict, why = _composed([judgement.finding for judgement in judged], watched, float(spec["seconds"]))
    metrics = [
        {"name": judgement.name} | _known(before=judgement.before, after=judgement.after)
        for judgement in judged
        if judgement.kind == "metric"
    ]
    return Proposal(verdict, why, metrics)


def judge_all(
    spec: WatchSpec, samples: Sequence[Sample], baseline: Sequence[Known], watched: float
) -> list[Judged]:
    """Return what each watched thing says: the second half of the watch against the time before the deployment."""
    known = {entry["name"]: entry for entry in baseline}
    late = [sample for sample in samples if sample["t"] >= watched / 2 and sample["t"] >= 0]
    past = [sample for sample in samples if sample.get("before")]
    out = []
    for metric in spec["metrics"]:
        was = before(metric, past, known)
        values = _values(late, metric["name"])
        now = round(median(values), 6) if len(values) >= LEAST else None
        normal = usual(spec, metric, samples) if metric["direction"] == "normal" else None
        said = metric_finding(metric["name"], metric["direction"], was, now)
        if normal is not None and now is not None:
            said, was = usual_finding(metric["name"], normal, now), normal
        out.append(Judged("metric", metric["name"], said, metric["direction"], was, now))
    out += _latency([*past, *baseline], late)
    for kind, checks in (("smoke", spec["smoke"]), ("probe", spec["probes"])):
        for check in checks:
            name = check["name"]
            if kind == "smoke" and check.get("method", "GET") not in SAFE_METHODS:
                out.append(Judged(kind, name, _once_finding(check, spec.get("once", {}).get(name))))
                continue
            seen = [bool(s["ok"]) for s in late if _is(s, kind, name)]
            was_ok = known[name].get("ok") if name in known else None
            if was_ok is None and (earlier := [bool(s["ok"]) for s in past if _is(s, kind, name)]):
                was_ok = sum(earlier) * 2 > len(earlier)
            out.append(Judged(kind, name, _check_finding(kind, name, seen, was_ok)))
    return out


def before(metric: MetricTable, past: Sequence[Sample], known: Mapping[str, Known]) -> float | None:
    """Return a metric's value while the fault was there: since its detection, or just before the deployment.

    Samples taken during the deployment count only if nothing else is known: it may have been half done.
    """
    if values := _values([sample for sample in past if sample.get("past")], metric["name"]):
        return round(median(values), 6)
    if metric["name"] in known and (value := known[metric["name"]].get("value")) is not None:
        return value
    values = _values(past, metric["name"])
    return round(median(values), 6) if values else None


def usual(spec: WatchSpec, metric: MetricTable, samples: Sequence[Sample]) -> float | None:
    """Return a metric's value before the fault was detected, None if there is no history."""
    detected = float(spec.get("detected") or 0.0)
    values = _values(
        [sample for sample in samples if sample.get("past") and sample["at"] < detected], metric["name"]
    )
    return round(median(values), 6) if len(values) >= LEAST else None


def _latency(past: Sequence[Sample | Known], late: Sequence[Sample]) -> list[Judged]:
    """Return what the response times of probes and smoke requests say; nothing if there are too few of them."""
    was, now = _ms(past), _ms(late)
    if len(now) < LEAST:
        return []
    after = round(median(now), 1)
    usual = round(median(was), 1) if was else None
    return [Judged("latency", LATENCY, latency_finding(usual, after), "stable", usual, after)]


def latency_finding(before: float | None, after: float) -> MetricFinding:
    """Return what the latency of the checks says: a few milliseconds more are noise in every network."""
    if before is None:
        return MetricFinding("neutral", f"{LATENCY} is {after:.0f} ms, without a value from before")
    text = f"{LATENCY}: {before:.0f} ms before, {after:.0f} ms now"
    slower = after > before * _UNSTABLE and after - before > _SLOWER_BY
    return MetricFinding("worse" if slower else "neutral", text)


def _ms(samples: Sequence[Sample | Known]) -> list[float]:
    return [float(sample["ms"]) for sample in samples if sample.get("ms") and sample.get("ok")]


def _values(samples: Sequence[Sample], name: str) -> list[float]:
    return [
        float(value)
        for sample in samples
        if _is(sample, "metric", name) and (value := sample.get("value")) is not None
    ]


def metric_finding(name: str, direction: str, before: float | None, after: float | None) -> MetricFinding:
    """Return what a metric says that was `before` the deployment and is `after` it."""
    if after is None:
        return MetricFinding("no-data", f"{name}: no data")
    if direction == "normal":
        return MetricFinding("neutral", f"{name} is {after:g}")
    if before is None:
        return MetricFinding("neutral", f"{name} is {after:g}, without a value from before")
    text = f"{name}: {before:g} before, {after:g} now"
    if before <= 0:
        return MetricFinding("worse" if after > 0 else "neutral", text)
    share = after / before
    if direction == "stable":
        return MetricFinding("worse" if share > _UNSTABLE else "neutral", text)
    if share <= _FELL:
        return MetricFinding("good", text)
    if share > _ROSE:
        return MetricFinding("worse", text)
    return MetricFinding("partial" if share <= _FELL_SOMEWHAT else "not-fixed", text)


def usual_finding(name: str, usual: float, after: float) -> MetricFinding:
    """Return what a metric says that should be what it was before the fault."""
    text = f"{name}: usually {usual:g}, {after:g} now"
    back = usual / _UNSTABLE <= after <= usual * _UNSTABLE
    return MetricFinding("neutral" if back else "not-yet", text)


def _check_finding(kind: str, name: str, seen: Sequence[bool], before: bool | None) -> MetricFinding:
    if len(seen) < LEAST:
        return MetricFinding("no-data", f"{name}: no data")
    bad = len(seen) - sum(seen)
    if bad >= LEAST and bad / len(seen) >= _FAILING:
        text = f"{name}: {bad} of {len(seen)} failed"
        return MetricFinding("worse" if kind == "probe" and before else "not-fixed", text)
    # A probe that never failed says nothing about the fault.
    shows = kind == "smoke" or before is False
    return MetricFinding("good" if shows else "neutral", f"{name}: {len(seen) - bad} of {len(seen)} passed")


def _once_finding(spec: Check, seen: dict[str, object] | None) -> MetricFinding:
    """Return the finding for a request that is sent only once because it may change something: the smoke test
    counts.
    """
    name = spec["name"]
    if not seen:
        return MetricFinding(
            "no-data", f"{name}: {spec['method']} is not repeated, and the smoke test has not sent it"
        )
    if seen.get("ok"):
        return MetricFinding("good", f"{name}: passed in the smoke test")
    why = f": {seen['why']}" if seen.get("why") else ""
    return MetricFinding("not-fixed", f"{name}: failed in the smoke test{why}")


def _composed(findings: Sequence[MetricFinding], watched: float, asked: float) -> tuple[str, str]:
    def of(kind: str) -> list[str]:
        return [finding.text for finding in findings if finding.kind == kind]

    for kind in ("worse", "not-fixed"):
        if of(kind):
            return kind, "; ".join(of(kind))
    if not findings:
        return "not-enough-data", "nothing is configured to be watched ([[smoke]], [[probe]], [[metric]])"
    if watched < asked / 2:
        return "not-enough-data", f"watched for {watched:.0f} s of {asked:.0f} s only"
    if of("no-data"):
        return "not-enough-data", "; ".join(of("no-data"))
    good = of("good") + of("partial")
    if not good:
        return "not-enough-data", "nothing that was watched shows the fault itself: " + "; ".join(
            of("neutral")
        )
    left = of("not-yet")
    return ("mitigated" if of("partial") or left else "fixed"), "; ".join(good + left)


def _is(sample: Sample, kind: str, name: str) -> bool:
    return bool(sample["kind"] == kind and sample["name"] == name)


def _known(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
