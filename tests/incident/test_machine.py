"""The state machine, exhaustively: stage x condition x severity x resolution x round."""

import functools
import itertools

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.model import schema
from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.model.facts import RESOLUTIONS
from hotfix_tui.incident.report import headline
from hotfix_tui.incident.report import status_json as summary
from hotfix_tui.incident.rules import gates, lifecycle, policy
from hotfix_tui.incident.rules.views import view, views
from tests.incident.following import check_reason, check_text, follow_to_the_end
from tests.incident.support import ANN, NOW, make, see, settle, settle_until

IRREVERSIBLE = ("verify.push", "release.merge", "release.tag", "deploy.production")
CONDITIONS = ("open", "met", "stale", "waived", "debt")
LEVELS = ("P0", "P1", "P2", "P3")
BLOCKING = ("pending", "running", "failed", "unknown", "stale", "debt")
ALL = list(itertools.product(STAGES, CONDITIONS, LEVELS, RESOLUTIONS, (1, 2)))


@functools.cache
def _first_round(severity):
    """An incident whose first fix was deployed and did not help."""
    record = make(severity)
    settle_until(record)
    lifecycle.give_verdict(record, ANN, "not-fixed", "still there")
    return record


@functools.cache
def _before(stage, severity, number):
    """An incident whose required steps before `stage` are done, in round `number`."""
    record = make(severity) if number == 1 else _first_round(severity).copy()
    if number == 2:
        lifecycle.begin_round(record, ANN, "the first fix does not help")
    stages = policy.stage_order(record)
    for name, seen in views(record).items():
        earlier = stages.index(seen.stage) < stages.index(stage)
        if earlier and seen.required.level in ("R", "W") and not view(record, seen.step).settled:
            settle(record, name)
    record.doc["stage"] = stage
    return record


@functools.cache
def _in_stage(stage, condition, severity, number):
    """The same, with the steps of `stage` in `condition`."""
    record = _before(stage, severity, number).copy()
    for name, seen in views(record).items():
        if seen.stage != stage or seen.required.level not in ("R", "W") or view(record, seen.step).settled:
            continue
        if condition == "waived" and view(record, seen.step).waivable:
            actions.waive(record, ANN, name, "Kim Lead", "it is three at night")
        elif condition in ("met", "stale", "waived") or (condition == "debt" and not seen.required.debt):
            settle(record, name)
    if condition == "stale":
        see(record, "branch.base", commit="base2")
        see(record, "fix.change", tree="tree2", locks="locks2")
    if condition == "debt":
        stages = policy.stage_order(record)
        record.doc["stage"] = stages[min(stages.index(stage) + 1, len(stages) - 1)]
    return record


def build(stage, condition, severity, resolution, number):
    """The incident in `stage`, whose steps are in `condition`, resolved by `resolution`."""
    record = _in_stage(stage, condition, severity, number).copy()
    if resolution != "code-fix":
        actions.set_fact(record, ANN, "resolution", resolution)
    return record


def refusal(act, record):
    """The reasons with which `act` is refused, checked; none if it is allowed."""
    try:
        act(record)
    except gates.Refused as no:
        assert no.reasons
        for reason in no.reasons:
            check_reason(reason, record.definitions())
        return no.reasons
    return []


def check_irreversible(record):
    """No push, merge, tag or deployment starts with an earlier required step open; the refusal names each."""
    steps = views(record)
    for act in IRREVERSIBLE:
        if act not in steps:
            continue
        missing = set()
        for name, seen in steps.items():
            if name == act:
                break
            asked = seen.required
            if seen.state in BLOCKING and asked.level in ("R", "W") and not asked.debt:
                missing.add(name)
        reasons = refusal(lambda r, act=act: gates.may_start(r, act), record)
        if missing:
            assert reasons, f"{act} may start without {missing}"
        if steps[act].state not in ("not-needed", "running", "unknown"):
            assert {reason.step for reason in reasons} == missing, act


def check_next(record):
    steps = views(record)
    step, why = gates.next_step(record)
    check_text(why)
    if step:
        assert step in steps
        assert not steps[step].settled or step == "monitor.watch"
    else:
        assert gates.owed(record) == []


def check(record):
    """All that must be true of every record that can come about."""
    schema.check(record.doc, "session.toml")
    assert record.stage in policy.stage_order(record)
    check_irreversible(record)
    check_next(record)
    steps = views(record)
    assert set(steps) <= set(record.definitions())
    for seen in steps.values():
        check_text(seen.step.title)
        assert seen.state != "waived" or seen.required.level != "R"
        assert seen.why or seen.state not in ("stale", "waived", "not-needed", "debt")
    stage = record.stage
    open_here = [s for s in steps.values() if s.stage == record.stage and s.blocks]
    reasons = refusal(lambda r: actions.go_next(r, ANN), record)
    record.doc["stage"] = stage
    assert bool(open_here) <= bool(reasons)
    verdict = record.this_round.get("verdict")
    if record.state == "open":
        if refusal(lambda r: lifecycle.resolve(r.copy(), ANN), record) == []:
            assert verdict in ("fixed", "mitigated")
            due = [s for s in steps.values() if s.stage == "communicate" and s.required.level in ("R", "W")]
            assert all(s.state in ("done", "waived") for s in due)
    elif record.state == "resolved" and not refusal(lambda r: lifecycle.close(r.copy(), ANN), record):
        owed = [s.id for s in steps.values() if s.required.level in ("R", "W") and not s.settled]
        assert owed == []
    shown = summary.document(record, NOW)
    for text in [*shown["missing"], *shown["owed"], headline.headline(record, NOW)]:
        check_text(text)


def check_ways_out(record):
    """Every ending is legal from here, with a reason, and says what is left behind."""
    for event, state in (
        ("normal-process", "normal-process"),
        ("false-alarm", "false-alarm"),
        ("abandon", "abandoned"),
    ):
        copy = record.copy()
        if refusal(lambda r, e=event: lifecycle.end(r, ANN, e, " ", []), copy) == []:
            raise AssertionError("an ending without a reason")
        lifecycle.end(copy, ANN, event, "it solved itself", ["branch hotfix/ENG-7-x"])
        assert copy.state == state
        assert copy.doc["ending"]["left"] == ["branch hotfix/ENG-7-x"]
        schema.check(copy.doc, "session.toml")
        assert gates.next_step(copy)[0] == ""
        lifecycle.reopen(copy, ANN, "it came back")
        assert (copy.state, copy.round) == ("open", record.round + 1)


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.full)])
def test_what_holds_in_every_state(condition, number, every):
    """In every seventh one: 7 divides none of the counts, so that each value of each thing comes with most of the
    others, by the conditions and numbers; and in all of them among the long counts.
    """
    cases = list(itertools.product(STAGES, LEVELS, RESOLUTIONS))
    assert len(cases) == 220
    for place, (stage, severity, resolution) in enumerate(cases[number - 1 :: every]):
        record = build(stage, condition, severity, resolution, number)
        check(record)
        if place % 10 == number:
            check_ways_out(record)


def test_the_conditions_are_what_they_are_called():
    """The builder above makes what it promises, or the test above would prove nothing."""
    states = {
        condition: {
            seen.state
            for stage in STAGES
            for seen in views(build(stage, condition, "P0", "code-fix", 1)).values()
            if seen.stage == stage
        }
        for condition in CONDITIONS
    }
    assert "pending" in states["open"] and "done" in states["met"]
    assert {"stale", "waived", "debt"} <= set.union(*states.values())
    assert "stale" in states["stale"] and "waived" in states["waived"] and "debt" in states["debt"]
    assert "waived" not in states["met"] and "stale" not in states["met"]


@pytest.mark.parametrize("place", range(0, len(ALL), 37))
def test_closed_is_reached_by_following_the_cures(place):
    record = build(*ALL[place])
    follow_to_the_end(record)
    assert gates.owed(record) == []


@pytest.mark.full
@pytest.mark.parametrize("severity", LEVELS)
@pytest.mark.parametrize("stage", STAGES)
def test_closed_is_reached_from_everywhere(stage, severity):
    for case in ALL:
        if case[0] == stage and case[2] == severity:
            record = build(*case)
            check_ways_out(record)
            follow_to_the_end(record)


AUTO = [name for name, step in make("P1").definitions().items() if step.kind == "auto"]


@functools.cache
def settled(severity, step):
    """The record just before `step`; the test takes a copy."""
    return settle_until(make(severity), step)


@pytest.mark.parametrize("state", ["running", "unknown", "failed"])
def test_a_run_in_any_state_holds_up_what_it_should_and_leads_on(state):
    for step in AUTO:
        for severity in ("P0", "P2"):
            record = settled(severity, step).copy()
            number, _ = running.begin(record, ANN, step, "go")
            if state != "running":
                running.finish(record, ANN, step, running.Probe(state, None, "no answer"), "lost")
            check(record)
            reasons = refusal(lambda r: lifecycle.end(r, ANN, "abandon", "enough", []), record.copy())
            holds = state == "running" and step != "monitor.watch"  # the watch ends with the incident
            assert bool(reasons) == holds
            again = refusal(lambda r, s=step: running.begin(r, ANN, s, "again"), record.copy())
            assert bool(again) == (state != "failed"), "what may have happened is not repeated by itself"
            if state == "unknown":
                assert f"`look {number} did`" in again[0].cure
            if severity == "P0" and step in ("verify.push", "deploy.production", "release.tag"):
                follow_to_the_end(record)
