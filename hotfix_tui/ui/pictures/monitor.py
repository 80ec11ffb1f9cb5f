"""The picture of the stage monitor: curves with what was expected of them, what was probed, a proposed verdict."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.engine.watching import sampling
from hotfix_tui.incident.model.catalog import short_title
from hotfix_tui.incident.model.evidence.monitor import Measured, MeasuredMetric, Smoked, Watched
from hotfix_tui.incident.model.measured import LATENCY, answers
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import GOOD_VERDICTS
from hotfix_tui.incident.rules.published import nothing_to_watch
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.incident.rules.watched import answers_itself
from hotfix_tui.monitor.tables import Sample
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, columns, cut, ends, meter, plural, rule, text, wrap
from hotfix_tui.ui.pictures import monitor_plot as plots
from hotfix_tui.ui.pictures import monitor_watch as watches
from hotfix_tui.ui.pictures import times
from hotfix_tui.ui.pictures.monitor_plot import Mark, PlotStyle, number
from hotfix_tui.ui.pictures.monitor_watch import SMOKE, WATCH, MetricChange, WatchFiles, WatchSettings
from hotfix_tui.ui.pictures.scene import Scene

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

EXPECTED = {"falls": "should fall", "stable": "should stay", "normal": "back to normal"}
VERDICTS = {
    "fixed": ("fixed", "bold $ok"),
    "mitigated": ("mitigated", "bold $warn"),
    "not-fixed": ("not fixed", "bold $bad"),
    "worse": ("worse", "bold $bad"),
    "not-enough-data": ("not enough data", "bold $warn"),
}
_PLOT_WIDTH = 44
"""Below this width there are only numbers."""
_TABLE_HEIGHT = 28
"""Rows from which on the table is shown below the curves."""
_METER = 14


def ask(engine: "Engine") -> WatchFiles:
    """Read the samples of the watches from their run folders."""
    return watches.read(engine)


def asks_for(record: Record) -> tuple[object, ...]:
    """Return which watches there are, and the state of each."""
    return tuple((run["n"], run.get("state", "")) for run in record.runs if run.get("step") == WATCH)


def _more(engine: "Engine", known: WatchFiles) -> WatchFiles | None:
    """Return the samples again while a watch is running."""
    return watches.read(engine) if sampling(engine) is not None else None


POLLS = ((5.0, _more),)
"""Seconds between two reads of a running watch's samples."""


class _State(NamedTuple):
    """The current state of the watch."""

    scene: Scene
    of: WatchSettings
    seen: WatchFiles
    state: str
    watched: float
    samples: tuple[Sample, ...]
    verdict: str
    """Proposed so far, at the end, or empty."""
    why: str
    results: tuple[MetricChange, ...]

    @property
    def begun(self) -> bool:
        """Whether there is or was a watch in this round."""
        return bool(self.samples) or self.state not in ("pending", "debt", "waived", "not-needed")

    @property
    def end(self) -> float:
        """The right end of the time axis."""
        last = max((sample["at"] for sample in self.samples), default=0.0)
        return max(self.scene.now.timestamp(), last) if self.state == "running" and self.samples else last


def _state(scene: Scene) -> _State:
    of, entry = watches.asked(scene.record), scene.record.entry(WATCH)
    seen = scene.looked if isinstance(scene.looked, WatchFiles) else WatchFiles()
    view = scene.views.get(WATCH)
    state, held = view.state if view else str(entry.get("state", "")), scene.record.seen(Watched)
    samples = seen.of(entry.get("run")) or (seen.watches[-1].samples if seen.watches else ())
    watched = _watched(scene, entry, state, held, samples)
    verdict, why, metrics = held.proposed, held.proposed_why, list(held.metrics)
    if state == "running":
        verdict, why, metrics = "", "", []
        if scene.looked is not None:
            verdict, why, said = watches.so_far(of, samples, watched)
            metrics = [MeasuredMetric.from_dict(metric) for metric in said]
    results = tuple(
        watches.latency(of, samples, watched)
        if metric.name == LATENCY
        else watches.result(of, metrics, metric)
        for metric in of.metrics
    )
    if state == "running" and watched < of.seconds / 2:
        results = tuple(watches.too_early(result, samples) for result in results)
    return _State(scene, of, seen, state, watched, samples, verdict, watches.in_words(why, results), results)


def _watched(
    scene: Scene, entry: dict[str, object], state: str, held: Watched, samples: Sequence[Sample]
) -> float:
    """Return how long the deployed version has been watched; until it is deployed only the previous state is seen."""
    at = entry.get("at")
    if state != "running" or not isinstance(at, datetime):
        return held.seconds
    since: float | None = next(
        (sample["at"] - sample["t"] for sample in reversed(samples) if not sample.get("before")), None
    )
    if since is None:
        return 0.0 if samples else times.since(at, scene.now)
    return max(scene.now.timestamp() - since, 0.0)


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture."""
    now = _state(scene)
    released = nothing_to_watch(now.scene.record) and now.of.nothing
    title = "After the release" if released else "Watching production"
    out = [rule(title, _right(now), width), *_verdict(now, width, height)]
    if now.of.metrics:
        out += _metrics(now, width, height - len(out))
    else:
        out += _checks(now, width, height - len(out))
    return out[:height]


def meanwhile(scene: Scene) -> str:
    """Return when the watch ends by itself, while it is running."""
    view = scene.views.get(WATCH)
    if view is None or view.state != "running":
        return ""
    now = _state(scene)
    left = now.of.seconds - now.watched
    return f"the watch ends in {times.span(left)}" if left > 0 else ""


def alarm(scene: Scene) -> str:
    """Return why a watch that is still running would propose to roll back, if it would."""
    view = scene.views.get(WATCH)
    if view is None or view.state != "running":
        return ""
    now = _state(scene)
    return now.why if now.verdict == "worse" else ""


def _right(now: _State) -> Text:
    whole = times.watch(now.of.seconds)
    if now.state == "running":
        return (f"{times.watch(now.watched)} of {whole}", "bold $key")
    if now.state == "unknown":
        return ("? result unknown", "bold $warn")
    if now.state == "failed" and now.watched:
        return (f"stopped at {times.watch(now.watched)} of {whole}", "$warn")
    if now.state in ("done", "failed", "stale") and now.watched:
        return (f"watched {times.watch(now.watched)}", "$muted")
    if now.state == "waived":
        return ("waived", "$warn")
    return (f"takes {times.span(now.of.seconds)}", "$muted")


def _verdict(now: _State, width: int, height: int) -> list[Content]:
    """Return the meter with the proposed verdict, and why; two rows if there is room."""
    most = 1 if height < 20 else 3
    if now.state != "running":
        return [
            text(" ", row) for row in wrap(_clauses(_said(now), (width - 1) * most), width - 1, most=most)
        ]
    shown = min(_METER, max(width // 6, 4))
    bar = meter(now.watched / max(now.of.seconds, 1), shown)
    room = max(width - shown - 3, 8)
    rows = wrap(_clauses(_said(now), room * most), room, most=most)
    return [text(" ", bar if not place else " " * shown, "  ", row) for place, row in enumerate(rows)]


def _clauses(said: Content, room: int) -> Content:
    """Return the text in `room` cells: whole clauses from its start, and a mark if some are left out."""
    ends = [place for place, sign in enumerate(said.plain) if sign == ";"]
    fits = next((place for place in reversed(ends) if said[:place].cell_length + 2 <= room), 0)
    return text(said[:fits], f" {glyphs.MORE}") if said.cell_length > room and fits else said


def _said(now: _State) -> Content:
    given = now.scene.record.this_round
    known = str(given.get("verdict", ""))
    if now.state == "running":
        if now.scene.looked is None:
            return text(("looking at the samples…", "$muted"))
        if now.samples and all(sample.get("before") for sample in now.samples):
            return text(("The deployment runs: so far it is seen how it was before.", "$muted"))
        word, style = VERDICTS.get(now.verdict, (now.verdict, "bold $warn"))
        return text("so far ", (word, style), f": {now.why}")
    if known:
        sign = (glyphs.DONE, "$ok") if known in GOOD_VERDICTS else (glyphs.FAILED, "bold $bad")
        sign = sign if known != "not-enough-data" else (glyphs.UNKNOWN, "bold $warn")
        word, style = VERDICTS.get(known, (known, "bold $warn"))
        when, by = given.get("verdict_at"), str(given.get("verdict_by", ""))
        said = f", by {by}" if by else ""
        said += f" {times.at(when, now.scene.now)}" if isinstance(when, datetime) else ""
        why = str(given.get("verdict_why", ""))
        return text(sign, " ", (word, style), said + (f": {why}" if why else ""))
    if now.verdict:
        word, style = VERDICTS.get(now.verdict, (now.verdict, "bold $warn"))
        return text("proposed ", (word, style), f": {now.why}")
    if now.state == "failed":
        return text((now.scene.record.said(WATCH) or "The watch left no result.", "$bad"))
    if now.of.nothing and nothing_to_watch(now.scene.record):
        return text(
            ("Nothing runs here that could be watched: try what came out, then give the verdict.", "$muted")
        )
    if now.of.nothing:
        return text(
            ("Nothing is configured to be watched ([[metric]], [[probe]], [[smoke]]): look by hand.", "$warn")
        )
    return text((f"Not watched yet: {_what(now.of)}, for {times.span(now.of.seconds)}.", "$muted"))


def _what(of: WatchSettings) -> str:
    metrics = [metric for metric in of.metrics if metric.name != LATENCY]
    counts = ((metrics, "metric"), (of.probes, "probe"), (of.smoke, "smoke request"))
    return ", ".join(plural(len(items), name) for items, name in counts if items)


def until(scene: Scene) -> str:
    """Return from when on the numbers are judged, or how long to wait for one: nobody has to look before."""
    now = _state(scene)
    left = now.of.seconds / 2 - now.watched
    if scene.looked is None or (now.samples and all(sample.get("before") for sample in now.samples)):
        return f"judged by itself, from {times.span(now.of.seconds / 2)} after the deployment on"
    if left > 0:
        when = times.at(scene.now + timedelta(seconds=left), scene.now)
        return f"judged by itself from {when} on, in {times.span(left)}"
    return "there is nothing to judge it by so far; the watch looks again by itself"


# Metrics


def _metrics(now: _State, width: int, room: int) -> list[Content]:
    """Return curves and, if there is room, the table; only numbers if there is no room for curves."""
    below: list[Content] = []
    if room + 2 >= _TABLE_HEIGHT:
        below = [*_table(now, width), *_summary(now, width)]
    curves = _curves(now, width, room - len(below)) if width >= _PLOT_WIDTH else []
    if not curves:
        return (_numbers(now, width) + _summary(now, width))[: max(room, 0)]
    left = room - len(curves) - len(below)
    if below:
        return [*curves, *([Content("")] if left > 0 else []), *below]
    return [*curves, *_summary(now, width)[: max(left, 0)]]


def _curves(now: _State, width: int, room: int) -> list[Content]:
    values = [watches.series(now.of, now.seen, metric.name) for metric in now.of.metrics]
    shown = [place for place, series in enumerate(values) if any(value is not None for _, value in series)]
    shown = shown[: 3 if room >= 26 else 2]
    while shown and room // len(shown) < plots.LEAST_ROWS + 3:
        shown.pop()
    if not shown:
        return []
    label = max(len(number(plots.top(_most(values[place])))) for place in shown)
    label = min(max(label, 4), 8) + 1
    over = plots.axis([values[place] for place in shown], now.end, width - label - 1)
    if over is None:
        return []
    marks = _marks(now)
    out: list[Content] = []
    for number_, place in enumerate(shown):
        rows = _share(room, len(shown), number_) - 3
        result = now.results[place]
        out.append(_curve_title(now, result, width))
        until = now.scene.now.timestamp() if now.state == "running" else now.end
        out += plots.curve(values[place], over, until, rows, label, _look(now, result), marks)
    return out


def _share(room: int, many: int, place: int) -> int:
    """Return the rows of one curve: the first ones get the remainder."""
    return min(room // many + (1 if place < room % many else 0), 14)


def _most(values: plots.Series) -> float:
    return max((value for _, value in values if value is not None), default=0.0)


def _look(now: _State, result: MetricChange) -> PlotStyle:
    """Return the colours of a curve: nothing is green before there is enough data to call it good."""
    change = now.of.deployed_at.timestamp() if now.of.deployed_at is not None else 0.0
    if result.metric.direction != "falls":
        return PlotStyle("$plot", "$plot", change)
    after = {"good": "$plot-ok", "partial": "$plot-ok", "not-fixed": "$plot-bad", "worse": "$plot-bad"}
    return PlotStyle("$plot-bad", after.get(result.kind, "$plot"), change)


def _marks(now: _State) -> list[Mark]:
    out = []
    record = now.scene.record
    last = "rolled back" if now.of.back else "deployed"
    for name, when in (("detected", record.detected_at), (last, now.of.deployed_at)):
        if isinstance(when, datetime):
            out.append(Mark(when.timestamp(), f"{name} {times.at(when, now.scene.now)}", name))
    return out


def _curve_title(now: _State, result: MetricChange, width: int) -> Content:
    name, right = text(" ", (result.metric.name, "bold")), text(_outcome(result), " ")
    whole = text(name, "  ", (EXPECTED.get(result.metric.direction, ""), "$muted"))
    fits = whole.cell_length + right.cell_length < width  # half an expectation says nothing
    return ends(whole if fits else name, right, width)


def _outcome(result: MetricChange) -> Content:
    """Return ``4.3 → 0.2 ↓ ✓``: before, after, direction, and its meaning."""
    unit = " ms" if result.metric.name == LATENCY else ""
    if result.after is None:
        if result.latest is None:
            return text((_NO_DATA, "$warn"))
        before = f"{number(result.before)} {glyphs.BECOMES} " if result.before is not None else ""
        return text((f"{before}{number(result.latest)}{unit} so far", "$muted"))
    style, sign = _JUDGED.get(result.kind, ("", ""))
    if result.before is None:
        return text((f"{number(result.after)}{unit} {sign}".rstrip(), style))
    way = _way(result.before, result.after)
    return text(
        (
            f"{number(result.before)} {glyphs.BECOMES} {number(result.after)}{unit} {way} {sign}".rstrip(),
            style,
        )
    )


_NO_DATA, _TO_COME = "no data", "not watched yet"

_JUDGED = {
    "good": ("$ok", glyphs.DONE),
    "neutral": ("$ok", glyphs.DONE),
    "partial": ("$warn", "in part"),
    "not-fixed": ("$bad", glyphs.FAILED),
    "worse": ("$bad", glyphs.FAILED),
}
"""Colour and sign for a metric's result; what cannot be judged has neither."""


def _way(before: float, after: float) -> str:
    share = after / before if before > 0 else 2.0 if after > before else 1.0
    return glyphs.UP if share > 1.1 else glyphs.DOWN if share < 0.9 else "="


def _table(now: _State, width: int) -> list[Content]:
    return [rule("Before and after", _as_expected(now), width), *_numbers(now, width)]


def _as_expected(now: _State) -> Text:
    if not now.begun or any(result.latest is not None and result.after is None for result in now.results):
        return ("", "") if not now.begun else ("so far", "$muted")
    if not any(result.after is not None for result in now.results):
        return ("no data", "$warn")
    wrong = sum(result.kind in ("not-fixed", "worse") for result in now.results)
    missing = sum(result.kind == "no-data" for result in now.results)
    if wrong:
        return (f"{wrong} not as expected", "bold $bad")
    if missing:
        return (f"{missing} without data", "$warn")
    if any(result.kind in ("partial", "unjudged") for result in now.results):
        return ("", "")
    return ("all as expected", "$ok")


def _numbers(now: _State, width: int) -> list[Content]:
    rows: list[Content] = []
    for result in now.results:
        shown, style, after = _one(now, result)
        before = number(result.before) if result.before is not None else glyphs.NOT_NEEDED
        if width >= 60:
            name = max(min(width - 50, 28), 12)
            cells: list[Text] = [(shown, style), result.metric.name,
                                 (EXPECTED.get(result.metric.direction, ""), "$muted"), before,
                                 (glyphs.BECOMES, "$muted"), (after, style)]  # fmt: skip
            rows.append(text(" ", columns(cells, (1, name, 14, -8, 1, -15))))
        else:
            right = text(f"{before} {glyphs.BECOMES} ", (after, style), " ")
            rows.append(ends(text(" ", (shown, style), " ", result.metric.name), right, width))
    return rows


def _one(now: _State, result: MetricChange) -> tuple[str, str, str]:
    """Return the sign of a metric, its style, and its current value."""
    if result.after is None:
        if result.latest is not None:
            return glyphs.RUNNING, "$muted", f"{number(result.latest)} so far"
        return (glyphs.OPEN, "$muted", _TO_COME) if not now.begun else (glyphs.UNKNOWN, "$warn", _NO_DATA)
    style, sign = _JUDGED.get(result.kind, ("", ""))
    return (glyphs.STALE if result.kind == "partial" else sign or " "), style, number(result.after)


# Probes and smoke requests


def _checked(now: _State) -> list[tuple[str, str, list[Sample]]]:
    since = [sample for sample in now.samples if not sample.get("before")]
    return [
        *(("smoke", smoke, watches.results(since, "smoke", smoke)) for smoke in now.of.smoke),
        *(("probe", probe, watches.results(since, "probe", probe)) for probe in now.of.probes),
    ]


def _summary(now: _State, width: int) -> list[Content]:
    """Return one row summarising all probes and smoke requests."""
    pieces: list[Text] = []
    for kind, name, seen in _checked(now) if now.begun else []:
        good = sum(sample.get("ok") is True for sample in seen)
        sign = (
            (glyphs.UNKNOWN, "$warn")
            if not seen
            else (glyphs.DONE, "$ok")
            if good == len(seen)
            else (glyphs.FAILED, "$bad")
        )
        count = f"{good} of {len(seen)}" if seen else "no data"
        pieces += ["  " if pieces else " ", (f"{kind} ", "$muted"), sign, f" {name} {count}"]
    return [cut(text(*pieces), width)] if pieces else []


def _checks(now: _State, width: int, room: int) -> list[Content]:
    """Return the results of each probe as a strip with its times, then what is checked by hand."""
    out: list[Content] = []
    by_hand = _by_hand(now, width)
    checked = _checked(now)
    room_for_strips = max(room - min(len(by_hand), max(room - 4, 0)), 0)
    for kind, name, seen in checked:
        rows = _strip(now, kind, name, seen, width)
        if len(out) + len(rows) > max(room_for_strips, min(room, 3)):
            break
        out += rows
    if len(out) < room - 2:
        out += by_hand[: room - len(out)]
    return out


def _strip(now: _State, kind: str, name: str, seen: Sequence[Sample], width: int) -> list[Content]:
    good = sum(sample.get("ok") is True for sample in seen)
    count: Text = (f"{good} of {len(seen)}", "$ok" if good == len(seen) else "bold $bad")
    head = ends(
        text(" ", (name, "bold"), "  ", (kind, "$muted")),
        text(count if seen else ("no data", "$warn"), " "),
        width,
    )
    if not seen:
        return [head]
    room = width - 2
    latest = list(seen)[-room:]
    signs: list[Text] = [" "]
    signs += [
        (glyphs.DONE, "$ok") if sample.get("ok") is True else (glyphs.FAILED, "bold $bad")
        for sample in latest
    ]
    first, last = _clock(latest[0]["at"]), _clock(latest[-1]["at"])
    under = f" {first}" + " " * max(len(latest) - len(first) - len(last), 1) + last
    bad = next((sample for sample in reversed(seen) if sample.get("ok") is not True), None)
    rows = [head, text(*signs), cut((under if len(latest) > 1 else f" {first}", "$muted"), width)]
    if bad is not None:
        rows.append(
            cut(text(" ", (glyphs.FAILED, "bold $bad"), f" {_clock(bad['at'])} {bad.get('why', '')}"), width)
        )
    return rows


def _clock(stamp: float) -> str:
    from datetime import UTC

    try:
        return f"{datetime.fromtimestamp(stamp, UTC):%H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return "?"


def _by_hand(now: _State, width: int) -> list[Content]:
    """Return what a person checks, with what was seen."""
    steps = [view for view in now.scene.here() if view.step.kind == "tick" and view.state != "not-needed"]
    if not steps:
        return []
    done = sum(step.settled for step in steps)
    out = [rule("By hand", f"{done} of {len(steps)}", width)]
    for step in steps:
        style = glyphs.STYLE_BY_STATE[step.state]
        when = times.at(step.at, now.scene.now) if step.at is not None and step.state == "done" else ""
        right = text((when or _STATES.get(step.state, step.state), style), " ")
        out.append(
            ends(text(" ", (glyphs.BY_STATE[step.state], style), " ", short_title(step.step)), right, width)
        )
    return out


_STATES = {"pending": "to do", "debt": "owed"}


# The rows of the checklist and the card


def _of_step(now: _State, step: str) -> MetricChange | None:
    """Return the one metric that answers a step; None if there is none, or more than one."""
    names = answers(now.scene.record.config, shown=True).get(step, ())
    matching = [result for result in now.results if result.metric.name in names]
    return matching[0] if len(matching) == 1 else None


def _latency(view: StepView) -> Measured | None:
    """Return what the checks' latency says about a step, if that is what answers it."""
    seen = view.seen(Measured)
    return seen if seen.by == LATENCY and seen.after is not None else None


def word(scene: Scene, view: StepView) -> str:
    """Return the state of a step, in numbers."""
    if view.id == SMOKE and view.state in ("done", "failed"):
        smoked = view.seen(Smoked)
        if smoked.told:
            return "by hand"
        results = smoked.results
        return f"{sum(result.ok for result in results)}/{len(results)}" if results else ""
    now = _state(scene)
    if view.id == WATCH:
        return times.watch(now.watched) if view.state in ("running", "done") and now.watched else ""
    if (took := _latency(view)) is not None and took.after is not None:
        return f"{took.after:.0f} ms"
    if view.state not in ("pending", "done") or (found_ := _of_step(now, view.id)) is None:
        return ""
    if found_.after is None:
        return "no data" if now.samples and found_.latest is None else ""
    said = number(found_.after)
    both = f"{number(found_.before)}{glyphs.BECOMES}{said}" if found_.before is not None else said
    return both if len(both) <= 9 else said if len(said) <= 9 else ""


def card(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return what the numbers say for a manual step, and the reasons of the proposed verdict for the watch."""
    now = _state(scene)
    if view.id == WATCH and now.why and view.state in ("running", "done", "failed"):
        lead, style = VERDICTS.get(now.verdict, (now.verdict, ""))
        head = "So far " if view.state == "running" else "Proposed: "
        return wrap(text((head, "$muted"), (lead, style), f": {now.why}."), width)
    if answers_itself(scene.record, view):
        said = until(scene)
        return [
            *wrap(view.step.help, width),
            *wrap(f"{said[:1].upper()}{said[1:]}.", width),
            *_so_far(now, view, width),
        ]
    if (took := _latency(view)) is not None:
        return [*wrap(view.step.help, width), *wrap(f"{took.says} (milliseconds).", width)]
    numbers = _so_far(now, view, width)
    return [*wrap(view.step.help, width), *numbers] if numbers else []


def _so_far(now: _State, view: StepView, width: int) -> list[Content]:
    """Return the current value of the number that answers a step; nothing if there is none yet."""
    result = _of_step(now, view.id)
    if result is None or (result.after is None and result.latest is None):
        return []
    expected = EXPECTED.get(result.metric.direction, "")
    return wrap(text((f"{result.metric.name}, {expected}: ", "$muted"), _outcome(result)), width)
