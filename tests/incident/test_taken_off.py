"""After a bad verdict and a rollback everything says so, and the bad fix is not offered again."""

import pytest

from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules import gates, lifecycle
from hotfix_tui.incident.rules.gates import Refused
from tests.incident.support import ANN
from tests.incident.test_life import live


@pytest.fixture(params=["worse", "not-fixed"])
def record(request):
    """A deployed fix that was found bad and rolled back."""
    record = live()
    record.facts.update(
        {
            "fix.summary": "The expiry is checked first.",
            "fix.why": "it was last",
            "cause.summary": "x",
        }
    )
    lifecycle.give_verdict(record, ANN, request.param, "errors went up")
    running.begin(record, ANN, catalog.ROLLBACK.id, "roll back")
    running.finish(record, ANN, catalog.ROLLBACK.id, Probe("done", {"target": "a" * 40}))
    return record


def test_the_next_thing_is_a_new_round_and_why(record):
    step, why = gates.next_step(record)
    assert step == "monitor.watch"
    assert (
        why.startswith("begin the next round: the fix of round 1 ")
        and ("made it worse" if record.this_round["verdict"] == "worse" else "did not help") in why
        and "aaaaaaaaaaaa runs again since" in why
    )
    assert "the fault is back" in why


def test_what_is_left_to_look_at_of_a_bad_fix_is_asked_no_more(record):
    record.steps.pop("monitor.smoke", None)
    for left, cure in ((True, "round --why"), (False, "rollback previous")):
        if not left:
            record.steps.pop("deploy.rollback")
        (only,) = gates.unsettled(record, "monitor")
        assert only.step == "monitor.watch" and cure in only.cure
        step, why = gates.next_step(record)
        assert step == "monitor.watch" and ("next round" if left else "roll back") in why


@pytest.mark.parametrize("step", ["deploy.production", "deploy.live"])
def test_the_bad_fix_is_not_offered_again(record, step):
    with pytest.raises(Refused, match="Not again: the fix of round 1"):
        gates.may_start(record, step)


def test_the_new_round_asks_for_the_facts_of_the_fix_and_keeps_the_old_ones_as_history(record):
    lifecycle.begin_round(record, ANN, "the first one made it worse")
    assert record.fact("fix.summary") is None and record.fact("fix.why") is None
    assert record.rounds[0]["facts"] == {
        "fix.summary": "The expiry is checked first.",
        "fix.why": "it was last",
    }
    assert record.fact("cause.summary") == "x"
    assert not gates.taken_off(record)
    assert gates.next_step(record)[0] != "monitor.watch"
