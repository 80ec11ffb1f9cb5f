"""Items of the list that a number answers: they look for themselves, and nobody ticks them against it."""

import json
from pathlib import Path

import pytest

from hotfix_tui.engine import commands, reconcile, watching
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.model.measured import answers
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.requirements import requirement
from hotfix_tui.ui.presenters import default_action
from tests import typed
from tests.engine import in_production

ERRORS, LATENCY, CHAT = "monitor.error-rate", "monitor.api-latency", "monitor.chat"


@pytest.fixture
def engine(shop, monkeypatch):
    monkeypatch.setenv("HOME", str(shop.folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    made = in_production.opened(
        shop,
        probe=[{"name": "lives", "url": "http://127.0.0.1:9/"}],
        metric=[{"name": "error rate", "json-url": "http://127.0.0.1:9/rate"}],
        monitor={"watch": "20s", "look": {"chat": "https://chat.shop.example/"}},
    )
    for module in ("rules.gates", "edits.runs"):
        monkeypatch.setattr(f"hotfix_tui.incident.{module}.may_start", lambda record, step: None)
    made.change(
        lambda r, a: (
            typed.put(r, "deploy.production", "done", {"commit": shop.commit}, at=a.at, by="ann") or []
        )
    )
    return made


def watched(engine, *, before, after, seconds=15, ms=(10, 10)):
    """Samples as a watch leaves them: one a second, with what was before the deployment."""

    def begun(record, actor):
        return running.begin(record, actor, "monitor.watch", "watch")[1]

    if "run" not in engine.record.entry("monitor.watch"):
        engine.change(begun)
    folder = Path(engine.run_directory(engine.record.entry("monitor.watch")["run"]))
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for t in range(-5, seconds + 1):
        flag, value, took = ({"before": True}, before, ms[0]) if t < 0 else ({}, after, ms[1])
        at = {"t": float(t), "at": 1000.0 + t, **flag}
        lines.append({**at, "kind": "metric", "name": "error rate", "value": value, "why": ""})
        lines.append({**at, "kind": "probe", "name": "lives", "ok": True, "why": "", "ms": took})
    (folder / "samples.ndjson").write_text("".join(json.dumps(one) + "\n" for one in lines))


def test_what_is_measured_is_done_when_the_number_says_so(engine):
    watched(engine, before=4.3, after=0.2)
    watching.look(engine)
    seen = engine.record.entry(ERRORS)
    assert seen["state"] == "done" and "how" not in seen
    assert seen["evidence"]["says"] == "error rate: 4.3 → 0.2, should fall"
    assert engine.record.entry(LATENCY)["state"] == "done", "what the probes took counts as a metric"
    entries = len(engine.timeline())
    watching.look(engine)
    assert len(engine.timeline()) == entries, "what has not changed is not written down again"


def test_from_the_deployment_to_the_verdict_nobody_ticks_what_is_measured(engine):
    by_person = {one.id for one in default_action.open_in(engine.record, "monitor")} - set(
        answers(engine.record.config)
    )
    watched(engine, before=4.3, after=0.2)
    watching.look(engine)
    left = {one.id for one in default_action.open_in(engine.record, "monitor")}
    assert left <= by_person and CHAT in left, "only what a person has to look at is left"
    assert not any(one.get("how") == "tick" for one in engine.record.steps.values())


def test_the_first_half_of_a_watch_says_nothing(engine):
    watched(engine, before=4.3, after=0.2, seconds=8)
    watching.look(engine)
    assert engine.record.entry(ERRORS).get("state") is None


@pytest.mark.parametrize(("after", "state"), [(4.4, "failed"), (9.0, "failed"), (None, None)])
def test_nothing_is_ticked_against_the_number_but_by_a_signed_reason(engine, after, state):
    watched(engine, before=4.3, after=after)
    watching.look(engine)
    assert engine.record.entry(ERRORS).get("state") == state
    with pytest.raises(Refused) as no:
        commands.tick(engine, ERRORS, "looks fine to me")
    assert "measured" in str(no.value) and f"waive {ERRORS} --granted-by" in str(no.value)
    assert engine.record.entry(ERRORS).get("state") == state
    commands.waive(engine, ERRORS, "Kim Lead", "the counter is of another service")
    assert engine.record.waivers[-1]["step"] == ERRORS


def test_nothing_is_ticked_before_it_was_measured(engine):
    with pytest.raises(Refused) as no:
        commands.tick(engine, ERRORS)
    assert "measured by error rate" in str(no.value)


def test_what_went_well_and_then_does_not_is_taken_back(engine):
    watched(engine, before=4.3, after=0.2)
    watching.look(engine)
    watched(engine, before=4.3, after=9.9)
    watching.look(engine)
    assert engine.record.entry(ERRORS)["state"] == "failed"


def test_slower_probes_are_seen(engine):
    watched(engine, before=4.3, after=0.2, ms=(50, 900))
    watching.look(engine)
    assert engine.record.entry(LATENCY)["state"] == "failed"
    assert "latency of the checks: 50 → 900" in engine.record.entry(LATENCY)["evidence"]["says"]


def test_what_only_a_person_can_know_stays_a_tick_and_says_where_to_look(engine):
    plan = reconcile.implementation(engine, CHAT).plan(engine.context())
    assert "report of this fault" in plan.by_hand
    assert plan.url == "https://chat.shop.example/"
    commands.tick(engine, CHAT)
    watched(engine, before=4.3, after=0.2)
    watching.look(engine)
    assert engine.record.entry(CHAT)["how"] == "tick"


def test_what_makes_no_sense_for_the_project_is_not_asked(engine):
    engine.change(lambda r, a: r.doc["config"]["monitor"].update({"not-asked": ["social"]}) or [])
    asked = requirement(engine.record, "monitor.social")
    assert asked.level == "O" and "does not ask" in asked.why
    assert requirement(engine.record, CHAT).level == "W"
