"""The picture of the stage monitor: curves with what was expected of them, what was probed, a proposed verdict."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.content import Content

from hotfix_tui.engine.watching import sampling
from hotfix_tui.incident.model.catalog import short_title
from hotfix_tui.incident.model.evidence.monitor import Measured, Metric, Smoked, Watched
from hotfix_tui.incident.model.measured import LATENCY, answers
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import GOOD_VERDICTS
from hotfix_tui.incident.rules.published import nothing_to_watch
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.incident.rules.watched import answers_itself
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, columns, cut, ends, meter, plural, rule, text, wrap
from hotfix_tui.ui.pictures import monitor_plot as plots
from hotfix_tui.ui.pictures import monitor_watch as watches
from hotfix_tui.ui.pictures import times
from hotfix_tui.ui.pictures.monitor_plot import Look, Mark, number
from hotfix_tui.ui.pictures.monitor_watch import SMOKE, WATCH, Asked, Result, Seen
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
"""Cells below which there are only numbers."""
_TABLE_HEIGHT = 28
"""Rows from which the table stands under the curves."""
_METER = 14


def ask(engine: "Engine") -> Seen:
    """Read the samples of the watches from their runs' folders."""
    return watches.read(engine)


def asks_for(record: Record) -> tuple[object, ...]:
    """Return which watches there are, and how each stands."""
    return tuple((one["n"], one.get("state", "")) for one in record.runs if one.get("step") == WATCH)


def _more(engine: "Engine", known: Seen) -> Seen | None:
    """Return the samples anew while a watch runs."""
    return watches.read(engine) if sampling(engine) is not None else None


POLLS = ((5.0, _more),)
"""Seconds between two looks at what a running watch has seen meanwhile."""


class _State(NamedTuple):
    """The watch as it is now."""

    scene: Scene
    of: Asked
    seen: Seen
    state: str
    watched: float
    samples: tuple[dict[str, Any], ...]
    verdict: str
    """Proposed so far, at the end, or empty."""
    why: str
    results: tuple[Result, ...]

    @property
    def begun(self) -> bool:
        """Whether there is or was a watch in this round."""
        return bool(self.samples) or self.state not in ("pending", "debt", "waived", "not-needed")

    @property
    def end(self) -> float:
        """The right end of the time axis."""
        last = max((one["at"] for one in self.samples), default=0.0)
        return max(self.scene.now.timestamp(), last) if self.state == "running" and self.samples else last


def _state(scene: Scene) -> _State:
    of, entry = watches.asked(scene.record), scene.record.entry(WATCH)
    seen = scene.looked if isinstance(scene.looked, Seen) else Seen()
    view = scene.views.get(WATCH)
    state, held = view.state if view else str(entry.get("state", "")), scene.record.seen(Watched)
    samples = seen.of(entry.get("run")) or (seen.watches[-1].samples if seen.watches else ())
    watched = _watched(scene, entry, state, held, samples)
    verdict, why, found = held.proposed, held.proposed_why, list(held.metrics)
    if state == "running":
        verdict, why, found = "", "", []
        if scene.looked is not None:
            verdict, why, said = watches.so_far(of, samples, watched)
            found = [Metric.from_dict(one) for one in said]
    results = tuple(
        watches.latency(of, samples, watched) if one.name == LATENCY else watches.result(of, found, one)
        for one in of.metrics
    )
    if state == "running" and watched < of.seconds / 2:
        results = tuple(watches.too_early(one, samples) for one in results)
    return _State(scene, of, seen, state, watched, samples, verdict, watches.in_words(why, results), results)


def _watched(
    scene: Scene, entry: dict[str, Any], state: str, held: Watched, samples: Sequence[dict[str, Any]]
) -> float:
    """Return for how long what was deployed has been watched: until it is, it only is seen how it was before."""
    at = entry.get("at")
    if state != "running" or not isinstance(at, datetime):
        return held.seconds
    since: float | None = next(
        (one["at"] - one["t"] for one in reversed(samples) if not one.get("before")), None
    )
    if since is None:
        return 0.0 if samples else times.since(at, scene.now)
    return max(scene.now.timestamp() - since, 0.0)


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture."""
    now = _state(scene)
    out = [rule("Watching production", _right(now), width), *_verdict(now, width, height)]
    if now.of.metrics:
        out += _metrics(now, width, height - len(out))
    else:
        out += _checks(now, width, height - len(out))
    return out[:height]


def meanwhile(scene: Scene) -> str:
    """Return when the watch ends by itself, while it runs."""
    view = scene.views.get(WATCH)
    if view is None or view.state != "running":
        return ""
    now = _state(scene)
    left = now.of.seconds - now.watched
    return f"the watch ends in {times.span(left)}" if left > 0 else ""


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
    """Return the meter with what is proposed, and why; two rows where there is room for them."""
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
    """Return what is said in `room` cells: whole clauses from its start, and a mark where some are left out."""
    ends = [place for place, sign in enumerate(said.plain) if sign == ";"]
    fits = next((place for place in reversed(ends) if said[:place].cell_length + 2 <= room), 0)
    return text(said[:fits], f" {glyphs.MORE}") if said.cell_length > room and fits else said


def _said(now: _State) -> Content:
    given = now.scene.record.this_round
    known = str(given.get("verdict", ""))
    if now.state == "running":
        if now.scene.looked is None:
            return text(("looking at the samples…", "$muted"))
        if now.samples and all(one.get("before") for one in now.samples):
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


def _what(of: Asked) -> str:
    metrics = [one for one in of.metrics if one.name != LATENCY]
    counts = ((metrics, "metric"), (of.probes, "probe"), (of.smoke, "smoke request"))
    return ", ".join(plural(len(one), name) for one, name in counts if one)


def until(scene: Scene) -> str:
    """Return from when on the numbers are judged, or until when a number is waited for: nobody has to look before."""
    now = _state(scene)
    left = now.of.seconds / 2 - now.watched
    if scene.looked is None or (now.samples and all(one.get("before") for one in now.samples)):
        return f"judged by itself, from {times.span(now.of.seconds / 2)} after the deployment on"
    if left > 0:
        when = times.at(scene.now + timedelta(seconds=left), scene.now)
        return f"judged by itself from {when} on, in {times.span(left)}"
    return "there is nothing to judge it by so far; the watch looks again by itself"


# Metrics


def _metrics(now: _State, width: int, room: int) -> list[Content]:
    """Return curves and, where there is room, the table; numbers alone where there is none for curves."""
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
    values = [watches.series(now.of, now.seen, one.name) for one in now.of.metrics]
    shown = [place for place, one in enumerate(values) if any(value is not None for _, value in one)]
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
        found = now.results[place]
        out.append(_curve_title(now, found, width))
        until = now.scene.now.timestamp() if now.state == "running" else now.end
        out += plots.curve(values[place], over, until, rows, label, _look(now, found), marks)
    return out


def _share(room: int, many: int, place: int) -> int:
    """Return the rows of one curve: the first ones take what is left over."""
    return min(room // many + (1 if place < room % many else 0), 14)


def _most(values: plots.Series) -> float:
    return max((value for _, value in values if value is not None), default=0.0)


def _look(now: _State, found: Result) -> Look:
    """Return the colours of a curve: nothing is green before there is enough to say that it is good."""
    change = now.of.deployed_at.timestamp() if now.of.deployed_at is not None else 0.0
    if found.metric.direction != "falls":
        return Look("$plot", "$plot", change)
    after = {"good": "$plot-ok", "partial": "$plot-ok", "not-fixed": "$plot-bad", "worse": "$plot-bad"}
    return Look("$plot-bad", after.get(found.kind, "$plot"), change)


def _marks(now: _State) -> list[Mark]:
    out = []
    record = now.scene.record
    last = "rolled back" if now.of.back else "deployed"
    for name, when in (("detected", record.detected_at), (last, now.of.deployed_at)):
        if isinstance(when, datetime):
            out.append(Mark(when.timestamp(), f"{name} {times.at(when, now.scene.now)}", name))
    return out


def _curve_title(now: _State, found: Result, width: int) -> Content:
    left = text(" ", (found.metric.name, "bold"), "  ", (EXPECTED.get(found.metric.direction, ""), "$muted"))
    return ends(left, text(_outcome(found), " "), width)


def _outcome(found: Result) -> Content:
    """Return ``4.3 → 0.2 ↓ ✓``: before, after, which way, and what that says."""
    unit = " ms" if found.metric.name == LATENCY else ""
    if found.after is None:
        if found.latest is None:
            return text((_NO_DATA, "$warn"))
        before = f"{number(found.before)} {glyphs.BECOMES} " if found.before is not None else ""
        return text((f"{before}{number(found.latest)}{unit} so far", "$muted"))
    style, sign = _JUDGED.get(found.kind, ("", ""))
    if found.before is None:
        return text((f"{number(found.after)}{unit} {sign}".rstrip(), style))
    way = _way(found.before, found.after)
    return text(
        (f"{number(found.before)} {glyphs.BECOMES} {number(found.after)}{unit} {way} {sign}".rstrip(), style)
    )


_NO_DATA, _TO_COME = "no data", "not watched yet"

_JUDGED = {
    "good": ("$ok", glyphs.DONE),
    "neutral": ("$ok", glyphs.DONE),
    "partial": ("$warn", "in part"),
    "not-fixed": ("$bad", glyphs.FAILED),
    "worse": ("$bad", glyphs.FAILED),
}
"""Colour and sign of what a metric says; what cannot be judged has neither."""


def _way(before: float, after: float) -> str:
    share = after / before if before > 0 else 2.0 if after > before else 1.0
    return glyphs.UP if share > 1.1 else glyphs.DOWN if share < 0.9 else "="


def _table(now: _State, width: int) -> list[Content]:
    return [rule("Before and after", _as_expected(now), width), *_numbers(now, width)]


def _as_expected(now: _State) -> Text:
    if not now.begun or any(one.latest is not None and one.after is None for one in now.results):
        return ("", "") if not now.begun else ("so far", "$muted")
    if not any(one.after is not None for one in now.results):
        return ("no data", "$warn")
    wrong = sum(one.kind in ("not-fixed", "worse") for one in now.results)
    missing = sum(one.kind == "no-data" for one in now.results)
    if wrong:
        return (f"{wrong} not as expected", "bold $bad")
    if missing:
        return (f"{missing} without data", "$warn")
    if any(one.kind in ("partial", "unjudged") for one in now.results):
        return ("", "")
    return ("all as expected", "$ok")


def _numbers(now: _State, width: int) -> list[Content]:
    rows: list[Content] = []
    for one in now.results:
        shown, style, after = _one(now, one)
        before = number(one.before) if one.before is not None else glyphs.NOT_NEEDED
        if width >= 60:
            name = max(min(width - 50, 28), 12)
            cells: list[Text] = [(shown, style), one.metric.name, (EXPECTED.get(one.metric.direction, ""), "$muted"),
                                 before, (glyphs.BECOMES, "$muted"), (after, style)]  # fmt: skip
            rows.append(text(" ", columns(cells, (1, name, 14, -8, 1, -15))))
        else:
            right = text(f"{before} {glyphs.BECOMES} ", (after, style), " ")
            rows.append(ends(text(" ", (shown, style), " ", one.metric.name), right, width))
    return rows


def _one(now: _State, found: Result) -> tuple[str, str, str]:
    """Return the sign of a metric, its style, and what it is now."""
    if found.after is None:
        if found.latest is not None:
            return glyphs.RUNNING, "$muted", f"{number(found.latest)} so far"
        return (glyphs.OPEN, "$muted", _TO_COME) if not now.begun else (glyphs.UNKNOWN, "$warn", _NO_DATA)
    style, sign = _JUDGED.get(found.kind, ("", ""))
    return (glyphs.STALE if found.kind == "partial" else sign or " "), style, number(found.after)


# Probes and smoke requests


def _checked(now: _State) -> list[tuple[str, str, list[dict[str, object]]]]:
    since = [one for one in now.samples if not one.get("before")]
    return [
        *(("smoke", one, watches.results(since, "smoke", one)) for one in now.of.smoke),
        *(("probe", one, watches.results(since, "probe", one)) for one in now.of.probes),
    ]


def _summary(now: _State, width: int) -> list[Content]:
    """Return one row with how every probe and smoke request did."""
    pieces: list[Text] = []
    for kind, name, seen in _checked(now) if now.begun else []:
        good = sum(one.get("ok") is True for one in seen)
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
    """Return the results of each probe as a strip with its times, then what is looked at by hand."""
    out: list[Content] = []
    by_hand = _by_hand(now, width)
    found = _checked(now)
    room_for_strips = max(room - min(len(by_hand), max(room - 4, 0)), 0)
    for kind, name, seen in found:
        rows = _strip(now, kind, name, seen, width)
        if len(out) + len(rows) > max(room_for_strips, min(room, 3)):
            break
        out += rows
    if len(out) < room - 2:
        out += by_hand[: room - len(out)]
    return out


def _strip(now: _State, kind: str, name: str, seen: Sequence[dict[str, Any]], width: int) -> list[Content]:
    good = sum(one.get("ok") is True for one in seen)
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
        (glyphs.DONE, "$ok") if one.get("ok") is True else (glyphs.FAILED, "bold $bad") for one in latest
    ]
    first, last = _clock(latest[0]["at"]), _clock(latest[-1]["at"])
    under = f" {first}" + " " * max(len(latest) - len(first) - len(last), 1) + last
    bad = next((one for one in reversed(seen) if one.get("ok") is not True), None)
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
    """Return what a person looks at, with what was seen."""
    steps = [one for one in now.scene.here() if one.step.kind == "tick" and one.state != "not-needed"]
    if not steps:
        return []
    done = sum(one.settled for one in steps)
    out = [rule("By hand", f"{done} of {len(steps)}", width)]
    for one in steps:
        style = glyphs.STYLE_BY_STATE[one.state]
        when = times.at(one.at, now.scene.now) if one.at is not None and one.state == "done" else ""
        right = text((when or _STATES.get(one.state, one.state), style), " ")
        out.append(
            ends(text(" ", (glyphs.BY_STATE[one.state], style), " ", short_title(one.step)), right, width)
        )
    return out


_STATES = {"pending": "to do", "debt": "owed"}


# The rows of the checklist and the card


def _of_step(now: _State, step: str) -> Result | None:
    """Return the one metric that answers a step; None where there is none, or more than one."""
    names = answers(now.scene.record.config, shown=True).get(step, ())
    found = [one for one in now.results if one.metric.name in names]
    return found[0] if len(found) == 1 else None


def _latency(view: StepView) -> Measured | None:
    """Return what the times of the checks say of a step, where they are what answers it."""
    seen = view.seen(Measured)
    return seen if seen.by == LATENCY and seen.after is not None else None


def word(scene: Scene, view: StepView) -> str:
    """Return how a step does, in numbers."""
    if view.id == SMOKE and view.state in ("done", "failed"):
        found = view.seen(Smoked).results
        return f"{sum(one.ok for one in found)}/{len(found)}" if found else ""
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
    """Return what the numbers say for a step by hand, and the reasons of the proposed verdict for the watch."""
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
    found = _so_far(now, view, width)
    return [*wrap(view.step.help, width), *found] if found else []


def _so_far(now: _State, view: StepView, width: int) -> list[Content]:
    """Return what the number says that answers a step; nothing where there is none yet."""
    found = _of_step(now, view.id)
    if found is None or (found.after is None and found.latest is None):
        return []
    expected = EXPECTED.get(found.metric.direction, "")
    return wrap(text((f"{found.metric.name}, {expected}: ", "$muted"), _outcome(found)), width)
