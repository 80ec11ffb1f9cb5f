"""After a bad verdict and a rollback everything says so, and the bad fix is not offered again."""

import pytest

from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.incident.rules import gates, lifecycle
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.views import view
from tests import typed
from tests.incident.support import ANN
from tests.incident.test_life import live
from tests.typed import read


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
    running.finish(record, ANN, catalog.ROLLBACK.id, Probe("done", RolledBack(target="a" * 40), adds=True))
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


@pytest.mark.parametrize("back", [True, False], ids=["rolled back", "still in production"])
def test_the_bad_fix_is_no_release(record, back):
    record.doc["config"]["git"] = {**record.config.get("git", {}), "tag": "after-verify"}
    record.steps.pop("release.tag", None)
    if not back:
        record.steps.pop("deploy.rollback")
    verdict = record.this_round["verdict"]
    tag = view(record, record.definition("release.tag"))
    assert (tag.state, tag.why) == (
        "not-needed",
        f"the verdict of round 1 is {verdict}: its fix is no release",
    )
    with pytest.raises(
        Refused, match=f"The verdict of round 1 is {verdict}. Its fix is no release."
    ) as refused:
        gates.may_start(record, "release.tag")
    (reason,) = refused.value.reasons
    assert ("next round" if back else "rollback") in reason.cure and "deploy.production" not in reason.cure


def test_the_tag_of_the_next_round_is_due_again_and_one_that_is_made_stays(record):
    record.doc["config"]["git"] = {**record.config.get("git", {}), "tag": "after-verify"}
    record.steps["release.tag"] = {"state": "done", "round": 1}
    assert view(record, record.definition("release.tag")).state == "done"
    lifecycle.begin_round(record, ANN, "another fix")
    assert view(record, record.definition("release.tag")).state == "pending"


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


def rolled_back(record, **evidence):
    running.begin(record, ANN, catalog.ROLLBACK.id, "roll back")
    running.finish(
        record, ANN, catalog.ROLLBACK.id, Probe("done", RolledBack(kind="previous", **evidence), adds=True)
    )


def deployed(record):
    for step in ("deploy.production", "deploy.live"):
        running.apply_probe(record, ANN, step, Probe("done", read(step, {"commit": "f" * 40}), adds=True))


def test_a_rollback_before_the_fix_was_deployed_takes_no_fix_off():
    """First the release that was faulty goes, then the fix comes: what the rollback took off is not the fix."""
    record = live()
    rolled_back(record, target="a" * 40, taken_off="b" * 40)
    assert gates.fix_off(record) == 0
    deployed(record)
    lifecycle.give_verdict(record, ANN, "worse", "errors went up")
    assert not gates.taken_off(record) and not gates.rolled_back(record)
    assert gates.next_step(record) == ("monitor.watch", "roll back, or begin the next round")


def test_a_fix_that_was_taken_off_without_a_verdict_is_said_to_be_off_and_the_verdict_is_asked():
    record = live()
    typed.put(record, "verify.commit", "done", {"commit": "f" * 40}, at=ANN.at, by="ann")
    rolled_back(record, target="a" * 40, taken_off="f" * 40)
    step, why = gates.next_step(record)
    assert step == "monitor.watch"
    assert why.startswith(
        "give the verdict: the fix of round 1 was taken off production: aaaaaaaaaaaa runs again"
    )
    assert gates.production_state(record) == gates.after_taken_off(record)


def test_the_next_round_still_says_what_runs_until_its_own_fix_is_deployed(record):
    lifecycle.begin_round(record, ANN, "the first one made it worse")
    typed.add(record, "deploy.rollback", taken_off="f" * 40)
    record.rounds[0]["evidence"] = {"commit": "f" * 40}
    assert "aaaaaaaaaaaa runs again since" in gates.production_state(record)
    assert "the fix of round 1" in gates.production_state(record)
    deployed(record)
    assert gates.production_state(record) == ""


def test_a_flag_a_revert_and_a_held_release_are_told_as_what_they_are(record):
    now = record.steps["deploy.rollback"]["evidence"]
    now["pinned"] = True
    assert "the platform holds it there" in gates.after_taken_off(record)
    now.update(kind="flag", flag="NEW_SUMS", target="", pinned=False)
    assert "was switched off by its feature flag NEW_SUMS" in gates.after_taken_off(record)
    now.update(kind="revert", target="c" * 40)
    assert "the revert ccccccc runs" in gates.after_taken_off(record)


def test_the_second_round_starts_from_a_base_that_is_known_and_says_so(record):
    assert record.definition("branch.base").title == "Find what is live"
    typed.add(record, "branch.base", commit="a" * 40)
    lifecycle.begin_round(record, ANN, "the first one made it worse")
    assert record.definition("branch.base").title == "Take the base of round 1"
    typed.put(record, "verify.commit", "done", {"commit": "d" * 40}, at=ANN.at, by="ann")
    lifecycle.begin_round(record, ANN, "once more", "on-top")
    assert record.definition("branch.base").title == "Build on the fix of round 2"


def test_what_a_rollback_that_failed_was_to_take_off_is_not_carried_over():
    record = live()
    running.begin(record, ANN, catalog.ROLLBACK.id, "roll back")
    running.finish(
        record, ANN, catalog.ROLLBACK.id, Probe("failed", RolledBack(taken_off="f" * 40), adds=True)
    )
    lifecycle.begin_round(record, ANN, "it did not help")
    assert not record.stored("deploy.rollback")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("unknown", "the rollback is not settled: The revert ccccccc is on main; deploy it"),
        ("failed", "the rollback has failed: The deployment of the revert failed"),
    ],
)
def test_a_rollback_that_is_not_settled_is_said_as_the_state_of_production(state, said):
    record = live()
    running.begin(record, ANN, catalog.ROLLBACK.id, "roll back")
    assert gates.production_state(record) == "a rollback is running"
    why = said.partition(": ")[2]
    running.finish(record, ANN, catalog.ROLLBACK.id, Probe(state, RolledBack(kind="revert"), why, adds=True))
    assert gates.production_state(record) == said
