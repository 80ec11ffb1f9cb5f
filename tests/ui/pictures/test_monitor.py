"""The picture of monitor: curves of real samples, gaps, expectations, and a verdict that needs data."""

from collections.abc import Callable
from typing import Any

import pytest

from hotfix_tui.ui.pictures import monitor, monitor_plot, monitor_watch
from hotfix_tui.ui.presenters import offer
from hotfix_tui.ui.presenters.default_action import Action, DefaultAction
from tests.ui.hostile import PAYLOADS
from tests.ui.incidents import NOW
from tests.ui.pictures.scenes import fits, painted, scene, text, watch
from tests.ui.support import Desk
from tests.ui.watches import METRICS, configured, deployed, falls, samples

pytestmark = pytest.mark.usefixtures("reconciled")


@pytest.fixture
def watched(desks: Callable[..., Desk]) -> Desk:
    """A watch that has run for 11 minutes and 20 seconds, and shows that the fault is gone."""
    desk = desks("monitor")
    configured(desk, probes=("/health",))
    deployed(desk, 13)
    watch(desk, "running", samples(680, falls), minutes=680 / 60)
    return desk


def test_a_watch_that_goes_well(watched: Desk) -> None:
    seen = scene(watched, "monitor")
    said = painted(seen, 49, 15)
    assert "11:20 of 15:00" in said
    assert "so far fixed: error rate fell by 9" in said
    assert "error rate  should fall" in said and "4.3 → 0.2 ↓ ✓" in said
    assert "latency p95  should stay" in said and "131 → 128 = ✓" in said
    assert "deployed 14:11" in said and "┴" in said and "┆" in said
    assert "database load" not in said, "two curves are all there is room for"
    fits(seen)


def test_after_a_rollback_the_mark_says_so(watched: Desk) -> None:
    watched.run("deploy.rollback", "done", b"", minutes=3)
    said = painted(scene(watched, "monitor"), 83, 36)
    assert "rolled back 14:" in said and "deployed 14:" not in said


def test_the_wide_one_has_a_third_curve_and_the_table(watched: Desk) -> None:
    said = painted(scene(watched, "monitor"), 83, 36)
    assert said.count("deployed 14:11") == 3
    assert "Before and after" in said
    assert "back to normal" in said.split("Before and after")[1]
    assert "smoke ✓ three prices are added up 68 of 68" in said
    assert "probe ✓ /health 68 of 68" in said


def test_only_numbers_where_it_is_narrow(watched: Desk) -> None:
    said = painted(scene(watched, "monitor"), 40, 10)
    assert "✓ error rate" in said and "4.3 → 0.2" in said
    assert "┤" not in said


def test_a_fault_that_stays_is_red_and_says_so(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    configured(desk)
    deployed(desk, 13)
    watch(desk, "running", samples(680, lambda t: 4.4, passes=False), minutes=680 / 60)
    seen = scene(desk, "monitor")
    assert "so far not fixed: error rate rose by 2 %" in painted(seen, 120, 15)
    rows = monitor.paint(seen, 83, 36)
    assert "$plot-ok" not in styles(rows)
    assert "1 not as expected" in text(rows)


@pytest.mark.parametrize(("now", "worse"), [(4.4, False), (44.0, True), (0.2, False)])
def test_while_production_gets_worse_a_tick_is_not_proposed_without_saying_so(
    desks: Callable[..., Desk], now: float, worse: bool
) -> None:
    desk = desks("monitor")
    configured(desk)
    deployed(desk, 13)
    watch(desk, "running", samples(680, lambda t: now), minutes=680 / 60)
    seen = scene(desk, "monitor", "monitor.support-tickets")
    bar = offer.of(seen, DefaultAction("Tick", Action.TICK, "monitor.support-tickets"), by="Ann")
    assert bar.second.startswith("So far worse, r rolls back: ") == worse


def test_nothing_is_green_without_data(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    configured(desk)
    deployed(desk, 13)
    watch(desk, "running", samples(680, lambda t: None), minutes=680 / 60)
    seen = scene(desk, "monitor")
    rows = monitor.paint(seen, 83, 36)
    assert "so far not enough data: error rate: no data" in text(rows)
    row = next(row for row in rows if row.plain.startswith(" ?  error rate"))
    assert "no data" in row.plain and "$ok" not in styles([row])
    assert "all as expected" not in text(rows)


def test_a_minute_is_not_enough_to_judge_by(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    configured(desk)
    deployed(desk, 2)
    watch(desk, "running", samples(60, falls), minutes=1)
    rows = monitor.paint(scene(desk, "monitor"), 49, 15)
    assert "so far not enough data" in text(rows)
    assert " so far" in rows[2].plain and "✓" not in text(rows)
    assert "$ok" not in styles(rows) and "$plot-ok" not in styles(rows)


def test_missing_samples_are_dots_on_the_axis_and_never_zero(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    configured(desk, METRICS[:1])
    deployed(desk, 13)
    kept = [one for one in samples(680, lambda t: 4.0) if not 200 <= one["t"] < 360]
    watch(desk, "running", kept, minutes=680 / 60)
    rows = monitor.paint(scene(desk, "monitor"), 80, 15)
    axis = next(row.plain for row in rows if "┴" in row.plain)
    lowest = rows[[row.plain for row in rows].index(axis) - 1].plain.ljust(80)
    dots = [place for place, one in enumerate(axis) if one == "·"]
    assert len(dots) > 10
    assert all(lowest[place] in " ┆" for place in dots)


def test_the_scale_is_a_round_number() -> None:
    wanted = {0.3: 0.5, 0.5: 0.5, 1.1: 2, 4.3: 5, 5.1: 10, 128: 200, 1999: 2000, 0: 1.0}
    assert {value: monitor_plot.top(value) for value in wanted} == wanted


@pytest.mark.parametrize("value", [1e24, -1e24, 5e-24, 1e15])
def test_a_number_at_the_edge_of_what_can_be_measured_is_drawn(value: float) -> None:
    series = [(float(at), value) for at in range(9)]
    over = monitor_plot.axis([series], 9.0, 30)
    assert over is not None
    look = monitor_plot.PlotStyle("$ok", "$ok", 0.0)
    rows = monitor_plot.curve(series, over, 9.0, 4, 8, look)
    assert {row.cell_length for row in rows[:5]} == {39}
    assert len(monitor_plot.number(value)) <= 9


def test_before_it_began_the_picture_says_what_it_will_watch(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    configured(desk)
    seen = scene(desk, "monitor")
    said = painted(seen, 80, 15)
    assert "takes 15 m" in said
    assert "Not watched yet: 4 metrics, 1 smoke request, for 15 m." in said
    assert "○  error rate" in said and "no data" not in said
    fits(seen)


def test_before_the_samples_are_read_it_says_that_it_looks(watched: Desk) -> None:
    said = painted(scene(watched, "monitor", asked=False), 80, 15)
    assert "looking at the samples…" in said and "no data" not in said.split("\n")[1]


def test_the_end_proposes_and_a_person_decides(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    configured(desk, METRICS[:1])
    deployed(desk, 17)
    why = "error rate: 4.3 before, 0.2 now"
    found: dict[str, Any] = {
        "proposed": "fixed",
        "proposed_why": why,
        "seconds": 900.0,
        "metrics": [{"name": "error rate", "before": 4.3, "after": 0.2}],
    }
    watch(desk, "done", samples(900, falls), minutes=1, **found)
    said = painted(scene(desk, "monitor"), 80, 15)
    assert "watched 15:00" in said and "proposed fixed: error rate fell by 95 %" in said
    desk.change(
        lambda record: record.this_round.update(
            verdict="mitigated", verdict_by="Ann", verdict_why="Only carts.", verdict_at=NOW
        )
    )
    assert "✓ mitigated, by Ann 14:23: Only carts." in painted(scene(desk, "monitor"), 80, 15)


def test_a_watch_that_was_stopped(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    configured(desk)
    why = "watched for 680 s of 900 s only"
    watch(
        desk,
        "failed",
        samples(680, falls),
        minutes=1,
        proposed="not-enough-data",
        proposed_why=why,
        seconds=680.0,
    )
    said = painted(scene(desk, "monitor"), 80, 15)
    assert "stopped at 11:20 of 15:00" in said and "proposed not enough data" in said


def test_without_metrics_the_results_of_probes_are_a_strip(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    configured(desk, [], ("/health",))
    kept = [one for one in samples(300, falls) if one["kind"] != "metric"]
    for one in kept:
        if one["kind"] == "probe" and one["t"] in (100, 110):
            one.update(ok=False, why="status 500, expected 200")
    watch(desk, "running", kept, minutes=5)
    seen = scene(desk, "monitor")
    said = painted(seen, 83, 36)
    assert "✓✓✓✓✓✓✓✓✓✓✗✗✓" in said and "28 of 30" in said
    assert "14:18:00" in said and "✗ 14:19:50 status 500, expected 200" in said
    assert "By hand" in said and "○ Error rate falls" in said
    fits(seen)


def test_with_nothing_configured_it_says_so(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    desk.change(lambda record: record.config.pop("smoke"))
    seen = scene(desk, "monitor")
    said = painted(seen, 120, 15)
    assert "Nothing is configured to be watched" in said and "By hand" in said
    fits(seen)


def test_an_earlier_watch_stays_in_the_curve(watched: Desk) -> None:
    late = [{**one, "t": one["t"]} for one in samples(100, falls)]
    watch(watched, "running", late, minutes=100 / 60)
    engine = watched.engine()
    seen = monitor.ask(engine)
    assert len(seen.watches) == 2
    of = monitor_watch.asked(engine.record)
    values = monitor_watch.series(of, seen, "error rate")
    assert len(values) == 1 + 68 + 10 and values == sorted(values)
    ((_, look),) = monitor.POLLS
    assert look(engine, seen) == seen
    assert monitor.asks_for(engine.record)


def test_words_and_cards_hold_the_numbers(watched: Desk) -> None:
    seen = scene(watched, "monitor")
    words = {one.id: monitor.word(seen, one) for one in seen.here()}
    assert words["monitor.error-rate"] == "4.3→0.2"
    assert words["monitor.api-latency"] == "131→128"
    assert words["monitor.user-activity"] == "31→44"
    assert words["monitor.watch"] == "11:20"
    assert words["monitor.support-tickets"] == ""
    assert all(len(one) <= 9 for one in words.values())
    said = text(monitor.card(seen, seen.views["monitor.watch"], 49))
    assert said.startswith("So far fixed: error rate fell by 95 %")
    assert "4.3 → 0.2 ↓ ✓" in text(monitor.card(seen, seen.views["monitor.error-rate"], 49))
    assert monitor.card(seen, seen.views["monitor.chat"], 49) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_names_and_samples(desks: Callable[..., Desk], payload: str) -> None:
    name = PAYLOADS[payload]
    desk = desks("monitor")
    configured(desk, [{**one, "name": f"{one['name']} {name}"} for one in METRICS], (name,))
    deployed(desk, 13)
    kept = [{**one, "name": f"{one['name']} {name}"} for one in samples(680, falls)]
    kept += [
        {"t": one, "kind": "probe", "name": name, "ok": False, "why": name, "ms": 1} for one in range(100)
    ]
    folder = watch(desk, "running", kept, minutes=680 / 60)
    with (folder / "samples.ndjson").open("ab") as file:
        file.write(
            b'\xff{"t": \n[]\n{"kind": "metric"}\n{"t": 1e400, "at": "x", "kind": "probe", "name": "a"}\n{'
        )
    fits(scene(desk, "monitor"), "".join(set(name)) + "␀␇␛␍␈�␡")
    configured(desk, [], (name,))
    fits(scene(desk, "monitor"), "".join(set(name)) + "␀␇␛␍␈�␡")


def styles(rows: list[Any]) -> str:
    return " ".join(str(span.style) for row in rows for span in row.spans)


def test_what_the_checks_took_is_the_second_curve_where_no_metric_is_of_that(
    desks: Callable[..., Desk],
) -> None:
    desk = desks("monitor")
    configured(desk, METRICS[:1], probes=("/health",))
    deployed(desk, 13)
    earlier = [
        {"t": -1.0, "kind": "probe", "name": "/health", "ok": True, "why": "", "ms": 5.0, "before": True}
    ]
    watch(desk, "running", [*earlier, *samples(680, falls)], minutes=680 / 60)
    said = painted(scene(desk, "monitor"), 49, 15)
    (title,) = (row for row in said.splitlines() if "latency of the checks" in row)
    assert "should" not in title and "latency of the checks  should stay" in painted(
        scene(desk, "monitor"), 60, 15
    )
    assert "5 → 6.5 ms ↑ ✓" in said, "a few milliseconds more are the noise of every network"
    assert said.count("┤") == 2


def test_samples_that_come_more_seldom_before_the_watch_are_no_gaps() -> None:
    """The time before is known by the minute, the watch by ten seconds: both are whole; an outage in either is not."""
    before = [(60.0 * place, 4.0) for place in range(30)]
    watch = [(1800.0 + 10 * place, 1.0) for place in range(90)]
    axis = monitor_plot.axis([[*before, *watch]], 2700.0, 100)
    assert axis is not None
    whole = monitor_plot.columns([*before, *watch], axis, 2700.0)
    assert monitor_plot.MISSING not in whole and None not in whole[:-1]
    for out in (range(600, 1000), range(2000, 2200)):
        left = [one for one in (*before, *watch) if one[0] not in out]
        assert monitor_plot.MISSING in monitor_plot.columns(left, axis, 2700.0)


@pytest.mark.parametrize("pace", [1, 10, 45], ids=["many samples", "few", "one a column"])
@pytest.mark.parametrize(
    "change", [100.0, 105.0, 130.0, 149.0], ids=["at the start", "early", "late", "at the end"]
)
def test_the_column_of_the_deployment_shows_what_was_after_it(change: float, pace: int) -> None:
    """Never a mean of before and after, which was never measured."""
    series = [(float(when), 10.0 if when < change else 0.0) for when in range(0, 200, pace)]
    over = monitor_plot.Axis(0.0, 50.0, 4)
    columns = monitor_plot.columns(series, over, 200.0, change)
    assert columns[:2] == [10.0, 10.0] and columns[3] == 0.0
    assert columns[2] in (0.0, monitor_plot.MISSING)
