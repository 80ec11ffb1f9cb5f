"""The rule by which a watch proposes a verdict. The engineer gives it; this only says what was seen.

Data that is missing is never good news: without evidence that the fault itself is gone, nothing is "fixed".
"""

from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple

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


class Finding(NamedTuple):
    """What one check or metric says. `kind`: good, partial, neutral, no-data, not-fixed or worse."""

    kind: str
    text: str


class Proposal(NamedTuple):
    """The proposed verdict, why (a clause or a few), and the metrics as {name, before, after}."""

    verdict: str
    why: str
    metrics: list[dict[str, Any]]


def propose(
    spec: dict[str, Any], samples: Sequence[Sample], baseline: Sequence[dict[str, Any]], watched: float
) -> Proposal:
    """What the samples of a watch of `watched` seconds say; `baseline` is what was seen before the deployment."""
    before = {str(one.get("name")): one for one in baseline}
    late = [one for one in samples if one["t"] >= watched / 2]
    metrics, findings = [], []
    for one in spec["metrics"]:
        values = [
            float(s["value"]) for s in late if _is(s, "metric", one["name"]) and s.get("value") is not None
        ]
        was = before.get(one["name"], {}).get("value")
        now = round(median(values), 6) if len(values) >= LEAST else None
        metrics.append({"name": one["name"]} | _known(before=was, after=now))
        findings.append(metric_finding(one["name"], one["direction"], was, now))
    for kind, key in (("smoke", "smoke"), ("probe", "probes")):
        for one in spec[key]:
            if kind == "smoke" and one.get("method", "GET") not in SAFE_METHODS:
                findings.append(_once_finding(one, spec.get("once", {}).get(one["name"])))
                continue
            seen = [bool(s["ok"]) for s in late if _is(s, kind, one["name"])]
            findings.append(_check_finding(kind, one["name"], seen, before.get(one["name"], {}).get("ok")))
    verdict, why = _composed(findings, watched, float(spec["seconds"]))
    return Proposal(verdict, why, metrics)


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


def _once_finding(spec: dict[str, Any], seen: dict[str, Any] | None) -> Finding:
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
    return ("mitigated" if of("partial") else "fixed"), "; ".join(good)


def _is(sample: Sample, kind: str, name: str) -> bool:
    return bool(sample["kind"] == kind and sample["name"] == name)


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
