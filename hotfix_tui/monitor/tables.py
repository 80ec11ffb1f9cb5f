"""The tables of this room, which travel as JSON: what is watched, and what was seen of it."""

from collections.abc import Iterable
from typing import Required, TypedDict


class Check(TypedDict, total=False):
    """One request of [[smoke]] or address of [[probe]], with the expected answer. Times are in seconds."""

    name: Required[str]
    url: Required[str]
    method: str
    headers: dict[str, str]
    body: str
    expect_status: list[int]
    expect_body: str
    timeout: float
    interval: float
    max_ms: float | None


class Prometheus(TypedDict):
    """A query of a source that speaks Prometheus' interface; `token` may name a variable."""

    url: str
    query: str
    token: str


class Sentry(TypedDict):
    """A query for events of Sentry; `token` may name a variable."""

    organization: str
    project: str
    query: str
    environment: str
    url: str
    token: str


class Asks(TypedDict):
    """A query of a source that is described as data, by the source's name, with the metric's settings."""

    source: str
    values: dict[str, str]


class Source(TypedDict, total=False):
    """What the settings of a source that is described as data become: one of the two."""

    prometheus: Prometheus
    asks: Asks


class Query(TypedDict, total=False):
    """One reading of such a source: a request or a command, and where the number is in the answer."""

    pointer: Required[str]
    argv: list[str]
    url: str
    method: str
    headers: dict[str, str]
    body: bytes | None


class MetricTable(Source, total=False):
    """One [[metric]]: how it should move, and one of the ways to read it. `timeout` is in seconds."""

    name: Required[str]
    direction: Required[str]
    pointer: str
    argv: list[str]
    cwd: str
    env: dict[str, str]
    timeout: float
    sentry: Sentry
    json_url: str
    headers: dict[str, str]


class Targets(TypedDict):
    """Everything that is watched."""

    smoke: list[Check]
    probes: list[Check]
    metrics: list[MetricTable]


class Known(TypedDict, total=False):
    """One thing as it was just before a deployment: a check with its response time in ms, or a metric's value."""

    name: Required[str]
    ok: bool
    ms: float
    value: float


class WatchSpec(Targets, total=False):
    """What a watch is started with. Moments are in seconds since 1970, spans in seconds, places are paths."""

    seconds: float
    longest: float
    after: str
    """The folder of the deployment's run, whose end the watch waits for."""
    continues: str
    """The samples of a watch that was cut off, which this one continues."""
    earlier: list[str]
    record: str
    detected: float
    since: float
    first_deployed: float
    baseline: list[Known]
    once: dict[str, dict[str, object]]
    """The smoke test's answer to each request that is not repeated, by the request's name."""


class Observed(TypedDict, total=False):
    """What one look at a check or a metric says; `ms` is its response time."""

    kind: Required[str]
    """metric, smoke or probe."""
    name: Required[str]
    ok: bool
    status: int
    ms: float
    value: float | None
    why: str
    before: bool
    """Seen while the fault was there."""
    past: bool
    """From the source's history."""


class Sample(Observed):
    """One observation: `t` is in seconds since the deployment (below 0 before it), `at` in seconds since 1970."""

    t: float
    at: float


def known_of(entries: Iterable[object]) -> list[Known]:
    """Return what a record holds of the time just before a deployment; entries of another form are left out."""
    return [known for entry in entries if isinstance(entry, dict) and (known := _known(entry)) is not None]


def _known(entry: dict[str, object]) -> Known | None:
    name = entry.get("name")
    if not isinstance(name, str):
        return None
    known: Known = {"name": name}
    if isinstance(ok := entry.get("ok"), bool):
        known["ok"] = ok
    if (ms := number_of(entry.get("ms"))) is not None:
        known["ms"] = ms
    if (value := number_of(entry.get("value"))) is not None:
        known["value"] = value
    return known


LARGEST_VALUE = 1e24
"""No measurement is larger: beyond this a source is wrong, and sums and means would overflow."""

_SMALLEST = 1e-24


def number_of(value: object) -> float | None:
    """Return `value` as a number that can have been measured, None for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= LARGEST_VALUE:
        return None
    return float(value) if abs(value) >= _SMALLEST else 0.0
