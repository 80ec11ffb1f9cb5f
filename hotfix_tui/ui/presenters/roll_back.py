"""The dialog of the ways back: what was measured since the deployment, then each way with duration and cost."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.base import asking
from hotfix_tui.base.text import one_line
from hotfix_tui.engine.ways_back import FLAG, Offered, Ways
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import DEPLOY_REVERT, GO_ON, RolledBack
from hotfix_tui.incident.model.evidence.monitor import Smoked
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.monitor.tables import Sample
from hotfix_tui.monitor.verdict import metric_finding
from hotfix_tui.steps.triage.rollback_first import advice
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.paint.rows import Text
from hotfix_tui.ui.pictures import monitor_watch, times
from hotfix_tui.ui.pictures.monitor_plot import number
from hotfix_tui.ui.presenters.confirmation import commands, log_tail

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

THEN = "Then: smoke test, watch, message. The proper fix is a new round."


# What was measured


def measured(engine: "Engine") -> str:
    """Return what is known of production since the deployment, in one or two sentences."""
    record, now = engine.record, engine.clock()
    if gates.rolled_back(record):
        return _is_back(record)
    deployed = _deployed_at(record)
    if deployed is None:
        with asking.looking(engine.remembered):
            return advice(engine.context())[0]
    if published_alone(record):
        return f"Published {times.age(deployed, now)} ago; nothing is measured of what nobody here runs."
    since = f"since the deploy {times.age(deployed, now)} ago"
    measured_ = _of_watch(engine, deployed, since) or _of_smoke(record, since)
    return measured_ or f"Deployed {times.age(deployed, now)} ago; nothing has been measured since."


def _is_back(record: Record) -> str:
    seen = record.seen(RolledBack)
    to = seen.goes_to or "what ran before"
    at = record.entry(RolledBack.STEP).get("at")
    when = f" at {at:%H:%M} UTC" if isinstance(at, datetime) else ""
    return f"Rolled back already{when}: {to} was put back." if seen.kind != FLAG else f"Switched off{when}."


def _deployed_at(record: Record) -> datetime | None:
    """Return when this round's fix was deployed; None if nothing was."""
    if record.entry(catalog.DEPLOY_PRODUCTION).get("state") not in ("done", "failed", "unknown", "running"):
        return None
    return monitor_watch.asked(record).deployed_at


def _of_watch(engine: "Engine", deployed: datetime, since: str) -> str:
    of, seen = monitor_watch.asked(engine.record), monitor_watch.read(engine)
    samples = [
        sample for watch in seen.watches for sample in watch.samples if sample["at"] >= deployed.timestamp()
    ]
    said = [*_metrics(of, samples, since), *_checks(of, samples, since)]
    return min(said)[1] if said else ""


_WORST_FIRST = ("worse", "not-fixed", "partial", "neutral", "no-data", "good")


def _metrics(
    of: monitor_watch.WatchSettings, samples: Sequence[Sample], since: str
) -> Iterable[tuple[int, str]]:
    for place, metric in enumerate(of.metrics):
        values = [
            value
            for sample in monitor_watch.results(samples, "metric", metric.name)
            if (value := sample.get("value")) is not None
        ]
        if not values:
            continue
        after, before = median(values), monitor_watch.baseline(of, metric.name)
        kind = metric_finding(metric.name, metric.direction, before, after).kind
        was = f"; it was {number(before)} before" if before is not None else ""
        name = one_line(metric.name, 40)
        said = f"{name[:1].upper()}{name[1:]} {number(after)} {since}{was}."
        yield _WORST_FIRST.index(kind) * 100 + place, said


def _checks(
    of: monitor_watch.WatchSettings, samples: Sequence[Sample], since: str
) -> Iterable[tuple[int, str]]:
    """Yield what each check says; one that the deployment broke is worse than a fault that stayed."""
    passed_before = {known["name"] for known in of.baseline if known.get("ok") is True}
    names = list(dict.fromkeys(sample["name"] for sample in samples if sample["kind"] in ("smoke", "probe")))
    for place, name in enumerate(names):
        seen = [
            bool(sample.get("ok"))
            for sample in samples
            if sample["kind"] != "metric" and sample["name"] == name
        ]
        bad = len(seen) - sum(seen)
        said = f"{bad} of {len(seen)} failed" if bad else f"{len(seen)} of {len(seen)} passed"
        broken = bool(bad) and name in passed_before
        rank = _WORST_FIRST.index("worse" if broken else "not-fixed" if bad else "good")
        was = "; it passed before" if broken else ""
        yield rank * 100 + 50 + place, f"{one_line(name, 40)}: {said} {since}{was}."


def _of_smoke(record: Record, since: str) -> str:
    results = record.seen(Smoked).results
    bad = [result for result in results if not result.ok]
    if not results:
        return ""
    if not bad:
        return f"The smoke test passed {since}."
    why = f": {one_line(bad[0].why, 60)}" if bad[0].why else ""
    return f"{one_line(bad[0].name, 40)} failed {since}{why}."


# The ways


class WaysShown(NamedTuple):
    """The rows of the dialog, and which of them belong to the selected way."""

    rows: list[Content]
    first: int
    last: int


def paint(
    ways: Ways, at: int, said: str, width: int, room: int, *, plumbing: bool = False, root: str = ""
) -> WaysShown:
    """Return the rows; if there are more than `room`, only the selected way is explained."""
    whole = _rows(ways, at, said, width, plumbing=plumbing, root=root, short=False)
    if len(whole.rows) <= room:
        return whole
    return _rows(ways, at, said, width, plumbing=plumbing, root=root, short=True)


def _rows(ways: Ways, at: int, said: str, width: int, *, plumbing: bool, root: str, short: bool) -> WaysShown:
    out = rows.wrap(said, width)
    first = last = 0
    for place, way in enumerate(ways.offered):
        if not short or not place:
            out.append(Content(""))
        here = place == at
        block = [_title(way, width, here=here, recommended=place == ways.first)]
        if here or not short:
            block += _meaning(way, width)
        if here:
            first, last = len(out), len(out) + len(block)
            block = [_filled(row, width) for row in block]
        out += block
    chosen = ways.offered[at]
    if chosen.possible and chosen.way.plan is not None:
        out.append(Content(""))
        out += commands(chosen.way.plan, width, plumbing=plumbing, root=root) + log_tail(
            chosen.way.plan, width
        )
    return WaysShown(out, first, last)


def _filled(row: Content, width: int) -> Content:
    return rows.on_selection(rows.cut(row, width, pad=True), bold=False)


def _title(way: Offered, width: int, *, here: bool, recommended: bool) -> Content:
    title = rows.text(
        f"{glyphs.SELECTED if here else ' '} ", (way.way.title, "bold" if way.possible else "$muted")
    )
    why: Text = ("recommended", "$muted") if recommended else ""
    if not way.possible:
        why = ("not set up" if way.way.name == FLAG else "not possible", "$bad")
    right: Text = (takes(way), "$muted")
    if (
        sum(rows.width_of(part) for part in (title, why, right)) + 3 > width
    ):  # drop the less important part first
        return rows.ends(title, right if way.possible else why, width)
    return rows.ends(rows.text(title, "  " if why else "", why), right, width)


def takes(way: Offered) -> str:
    """Return how long a way takes: as it took before, or approximately."""
    if way.possible and way.way.by_hand:
        return "by hand"
    if way.seconds is None:
        return "seconds" if way.way.name == FLAG else "" if not way.possible else "time not known"
    tail = ", checks" if way.way.ci else ""
    if way.about:
        return f"about {times.span(max(way.seconds, 1))}{tail}"
    return f"took {times.lasted(way.seconds)} before"


def _meaning(way: Offered, width: int) -> list[Content]:
    out: list[Content] = []
    if way.way.missing:
        return [
            rows.text("    ", row) for row in rows.wrap((_sentence(way.way.missing), "$muted"), width - 4)
        ]
    out += [rows.text("    ", row) for row in rows.wrap((" ".join(way.way.says), "$muted"), width - 4)]
    for said in way.way.warns:
        alert = rows.text((f"{glyphs.ALERT} ", "bold $warn"), (said, "$warn"))
        out += [rows.text("    ", row) for row in rows.wrap(alert, width - 4)]
    return out


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."


def offer(way: Offered) -> bar.Bar:
    """Return the bar of the dialog with a way selected."""
    if not way.possible:
        return bar.Bar("idle", "This way cannot be chosen", "why not", _sentence(way.way.missing))
    if way.way.by_hand:
        return bar.Bar("act", "Show how it is done by hand", "asks nothing of production", THEN)
    label = {
        "revert": "Revert it",
        DEPLOY_REVERT: "Deploy the revert",
        GO_ON: "Go on with the rollback",
        FLAG: "Switch it off",
    }.get(way.way.name, f"Roll back to {way.way.to}" if way.way.to else f"Roll back: {way.way.title}")
    return bar.Bar("prod", one_line(label, bar.LONGEST), "PRODUCTION · asks for the ticket", THEN)
