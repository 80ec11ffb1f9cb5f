"""The rule by which a watch proposes a verdict. The engineer gives it; this only says what was seen.

Data that is missing is never good news: without evidence that the fault itself is gone, nothing is "fixed".
"""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from hotfix_tui.incident.model.measured import LATENCY
from hotfix_tui.monitor.checks import SAFE_METHODS

Sample = dict[str, Any]
"""One observation: `t` (seconds since the start), `kind` (smoke, probe, metric), `name`, and `ok` or `value`."""

LEAST = 2
"""Observations of one thing in the second half of the watch below which there is no saying."""

_FAILING = 0.2
_FELL = 0.5
_FELL_SOMEWHAT = 0.9
_ROSE = 1.2
_UNSTABLE = 1.25
_SLOWER_BY = 100.0
"""Milliseconds by which the checks have to be slower before that says something."""


class Finding(NamedTuple):
    """What one check or metric says. `kind`: good, partial, neutral, not-yet, no-data, not-fixed or worse.

    ``not-yet`` is not back to what is usual, which speaks for no verdict by itself.
    """

    kind: str
    text: str


class Judged(NamedTuple):
    """One thing that was watched, and what it says. `kind`: metric, latency, smoke or probe."""

    kind: str
    name: str
    finding: Finding
    direction: str = ""
    before: float | None = None
    after: float | None = None


class Proposal(NamedTuple):
    """The proposed verdict, why (a clause or a few), and the metrics as {name, before, after}."""

    verdict: str
    why: str
    metrics: list[dict[str, object]]


def propose(
    spec: dict[str, Any], samples: Sequence[Sample], baseline: Sequence[dict[str, Any]], watched: float
) -> Proposal:
    """What the samples of a watch of `watched` seconds say; `baseline` is what was seen before the deployment."""
    found = judge_all(spec, samples, baseline, watched)
    verdict, why = _composed([one.finding for one in found], watched, float(spec["seconds"]))
    metrics = [
        {"name": one.name} | _known(before=one.before, after=one.after)
        for one in found
        if one.kind == "metric"
    ]
    return Proposal(verdict, why, metrics)


def judge_all(
    spec: dict[str, Any], samples: Sequence[Sample], baseline: Sequence[dict[str, Any]], watched: float
) -> list[Judged]:
    """What each thing says that was watched: the second half of the watch against the time before the deployment."""
    known = {str(one.get("name")): one for one in baseline}
    late = [one for one in samples if one["t"] >= watched / 2 and one["t"] >= 0]
    past = [one for one in samples if one.get("before")]
    out = []
    for one in spec["metrics"]:
        was = before(one, past, known)
        values = _values(late, one["name"])
        now = round(median(values), 6) if len(values) >= LEAST else None
        normal = usual(spec, one, samples) if one["direction"] == "normal" else None
        said = metric_finding(one["name"], one["direction"], was, now)
        if normal is not None and now is not None:
            said, was = usual_finding(one["name"], normal, now), normal
        out.append(Judged("metric", one["name"], said, one["direction"], was, now))
    out += _latency([*past, *baseline], late)
    for kind, key in (("smoke", "smoke"), ("probe", "probes")):
        for one in spec[key]:
            if kind == "smoke" and one.get("method", "GET") not in SAFE_METHODS:
                said = _once_finding(one, spec.get("once", {}).get(one["name"]))
                out.append(Judged(kind, one["name"], said))
                continue
            seen = [bool(s["ok"]) for s in late if _is(s, kind, one["name"])]
            was_ok = known.get(one["name"], {}).get("ok")
            if was_ok is None and (earlier := [bool(s["ok"]) for s in past if _is(s, kind, one["name"])]):
                was_ok = sum(earlier) * 2 > len(earlier)
            out.append(Judged(kind, one["name"], _check_finding(kind, one["name"], seen, was_ok)))
    return out


def before(
    metric: dict[str, Any], past: Sequence[Sample], known: Mapping[str, Mapping[str, Any]]
) -> float | None:
    """What a metric was while the fault was there: since its detection, or just before the deployment.

    What was sampled while the deployment ran counts only where nothing else is known: it may have been half done.
    """
    if values := _values([one for one in past if one.get("past")], metric["name"]):
        return round(median(values), 6)
    said = known.get(metric["name"], {}).get("value")
    if isinstance(said, int | float):
        return float(said)
    values = _values(past, metric["name"])
    return round(median(values), 6) if values else None


def usual(spec: dict[str, Any], metric: dict[str, Any], samples: Sequence[Sample]) -> float | None:
    """What a metric was before the fault was detected, None where nobody kept that."""
    detected = float(spec.get("detected") or 0.0)
    values = _values([one for one in samples if one.get("past") and one["at"] < detected], metric["name"])
    return round(median(values), 6) if len(values) >= LEAST else None


def _latency(past: Sequence[Sample], late: Sequence[Sample]) -> list[Judged]:
    """What the times of probes and smoke requests say; nothing where there are too few of them."""
    was, now = _ms(past), _ms(late)
    if len(now) < LEAST:
        return []
    after = round(median(now), 1)
    usual = round(median(was), 1) if was else None
    return [Judged("latency", LATENCY, latency_finding(usual, after), "stable", usual, after)]


def latency_finding(before: float | None, after: float) -> Finding:
    """What the latency of the checks says: a few milliseconds more are the noise of every network."""
    if before is None:
        return Finding("neutral", f"{LATENCY} is {after:.0f} ms, without a value from before")
    text = f"{LATENCY}: {before:.0f} ms before, {after:.0f} ms now"
    slower = after > before * _UNSTABLE and after - before > _SLOWER_BY
    return Finding("worse" if slower else "neutral", text)


def _ms(samples: Sequence[Sample]) -> list[float]:
    return [float(one["ms"]) for one in samples if one.get("ms") and one.get("ok")]


def _values(samples: Sequence[Sample], name: str) -> list[float]:
    return [
        float(one["value"]) for one in samples if _is(one, "metric", name) and one.get("value") is not None
    ]


def metric_finding(name: str, direction: str, before: float | None, after: float | None) -> Finding:
    """What a metric says that was `before` the deployment and is `after` it."""
    if after is None:
        return Finding("no-data", f"{name}: no data")
    if direction == "normal":
        return Finding("neutral", f"{name} is {after:g}")
    if before is None:
        return Finding("neutral", f"{name} is {after:g}, without a value from before")
    text = f"{name}: {before:g} before, {after:g} now"
    if before <= 0:
        return Finding("worse" if after > 0 else "neutral", text)
    share = after / before
    if direction == "stable":
        return Finding("worse" if share > _UNSTABLE else "neutral", text)
    if share <= _FELL:
        return Finding("good", text)
    if share > _ROSE:
        return Finding("worse", text)
    return Finding("partial" if share <= _FELL_SOMEWHAT else "not-fixed", text)


def usual_finding(name: str, usual: float, after: float) -> Finding:
    """What a metric says that should be what it was before the fault."""
    text = f"{name}: usually {usual:g}, {after:g} now"
    back = usual / _UNSTABLE <= after <= usual * _UNSTABLE
    return Finding("neutral" if back else "not-yet", text)


def _check_finding(kind: str, name: str, seen: Sequence[bool], before: bool | None) -> Finding:
    if len(seen) < LEAST:
        return Finding("no-data", f"{name}: no data")
    bad = len(seen) - sum(seen)
    if bad >= LEAST and bad / len(seen) >= _FAILING:
        text = f"{name}: {bad} of {len(seen)} failed"
        return Finding("worse" if kind == "probe" and before else "not-fixed", text)
    # A probe that was fine all the time says nothing about the fault.
    shows = kind == "smoke" or before is False
    return Finding("good" if shows else "neutral", f"{name}: {len(seen) - bad} of {len(seen)} passed")


def _once_finding(spec: dict[str, object], seen: dict[str, object] | None) -> Finding:
    """What a request says that is not repeated, since it may change something: the smoke test's answer counts."""
    name = spec["name"]
    if not seen:
        return Finding(
            "no-data", f"{name}: {spec['method']} is not repeated, and the smoke test has not sent it"
        )
    if seen.get("ok"):
        return Finding("good", f"{name}: passed in the smoke test")
    why = f": {seen['why']}" if seen.get("why") else ""
    return Finding("not-fixed", f"{name}: failed in the smoke test{why}")


def _composed(findings: Sequence[Finding], watched: float, asked: float) -> tuple[str, str]:
    def of(kind: str) -> list[str]:
        return [one.text for one in findings if one.kind == kind]

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
