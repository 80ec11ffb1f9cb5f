"""The life of an incident: verdict, resolved, closed, reopened, rounds, endings, rollback, undo."""

from datetime import timedelta

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.rules import gates, lifecycle, policy
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.views import views
from tests import typed
from tests.incident.support import (
    ANN,
    CONFIG,
    EVIDENCE,
    NOW,
    at,
    closed,
    make,
    run,
    see,
    settle,
    settle_until,
)


def live(severity="P1"):
    """Production was seen to run the fix; nothing after that is done."""
    return settle_until(make(severity), "monitor.smoke")


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        ("ENG-7", ["ENG-7"]),  # the id was made of it
        ("", ["ENG-7"]),  # nobody has given one yet
        ("#12", ["#12", "ENG-7"]),  # it came later, and the id stays
        ("OPS-9", ["OPS-9", "ENG-7"]),
    ],
)
def test_what_confirms_is_said_once(ticket, words):
    record = make(facts={"ticket": ticket, "title": "Totals are wrong"})
    assert gates.confirm_words(record) == words


def steps_of(no):
    return {reason.step for reason in no.value.reasons}


@pytest.mark.parametrize("verdict", [None, "not-fixed", "worse", "not-enough-data"])
def test_resolved_needs_a_good_verdict(verdict):
    record = settle_until(live())
    if verdict:
        lifecycle.give_verdict(record, ANN, verdict, "so it looks")
        settle_until(record)
    with pytest.raises(Refused) as no:
        lifecycle.resolve(record, ANN)
    assert steps_of(no) == {"monitor.watch"}
    assert record.state == "open"


@pytest.mark.parametrize(
    ("verdict", "cure"),
    [
        (None, "verdict fixed"),
        ("not-enough-data", "Watch production longer"),
        ("not-fixed", "Roll back"),
        ("worse", "Roll back"),
    ],
)
def test_monitoring_is_not_left_without_a_good_verdict_and_what_to_do_is_said(verdict, cure):
    record = live()
    if verdict:
        lifecycle.give_verdict(record, ANN, verdict, "so it looks")
    settle_until(record)
    record.doc["stage"] = "monitor"
    missing = gates.unsettled(record, "monitor")
    assert [reason.step for reason in missing] == ["monitor.watch"]
    assert cure in missing[0].cure
    assert gates.next_step(record)[0] == "monitor.watch"


def test_after_the_rollback_of_a_bad_fix_the_next_round_is_due():
    record = live()
    lifecycle.give_verdict(record, ANN, "worse", "so it looks")
    running.begin(record, ANN, "deploy.rollback", "back")
    running.finish(record, ANN, "deploy.rollback", running.Probe("done"))
    settle_until(record)
    assert "next round" in gates.unsettled(record, "monitor")[0].cure


@pytest.mark.parametrize("verdict", ["fixed", "mitigated"])
def test_resolved_needs_each_required_message_out_or_waived(verdict):
    record = live()
    lifecycle.give_verdict(record, ANN, verdict, "the error rate is down")
    with pytest.raises(Refused) as no:
        lifecycle.resolve(record, ANN)
    assert steps_of(no) == {"communicate.internal", "communicate.status-page"}
    assert "`send internal --phase resolved`" in str(no.value)
    actions.sent(record, ANN, "internal", "investigating", "by hand", "0" * 64)
    with pytest.raises(Refused):
        lifecycle.resolve(record, ANN)
    actions.sent(record, ANN, "internal", "resolved", "by hand", "0" * 64)
    actions.waive(record, ANN, "communicate.status-page", "Kim", "nobody noticed")
    lifecycle.resolve(record, at(5))
    assert record.state == "resolved"
    assert record.clock["resolved_at"] == at(5).at
    assert policy.clock_stopped_at(record) == NOW
    assert policy.message_due_at(record) is None


def test_the_team_waits_for_no_word_once_it_was_told_that_it_is_over_unless_a_round_begins():
    record = live()
    lifecycle.give_verdict(record, ANN, "fixed", "the error rate is down")
    actions.sent(record, at(1), "internal", "deployed", "by hand", "0" * 64)
    assert policy.message_due_at(record) is not None
    actions.sent(record, at(2), "internal", "resolved", "by hand", "0" * 64)
    assert policy.message_due_at(record) is None
    lifecycle.begin_round(record, at(5), "it came back")
    assert policy.message_due_at(record) == at(2).at + timedelta(minutes=30)


def test_a_message_that_policy_does_not_ask_for_holds_up_nothing():
    record = live("P3")
    lifecycle.give_verdict(record, ANN, "fixed", "it is gone")
    settle(record, "communicate.internal")
    lifecycle.resolve(record, ANN)
    assert record.state == "resolved"


def test_a_good_verdict_needs_production_seen_with_the_fix_and_each_has_a_reason():
    record = make("P1")
    for verdict, why, said in (
        ("fixed", "it is gone", "not seen to run the fix"),
        ("worse", "  ", "has a reason"),
        ("great", "x", "not a verdict"),
    ):
        with pytest.raises(Refused, match=said):
            lifecycle.give_verdict(record, ANN, verdict, why)
    lifecycle.give_verdict(record, ANN, "worse", "twice the errors")
    assert record.this_round["verdict"] == "worse"


@pytest.mark.parametrize("last", ["not-fixed", "worse"])
def test_a_verdict_that_did_not_hold_starts_the_clock_again_and_owes_a_new_message(last):
    record = settle_until(live())
    lifecycle.give_verdict(record, at(1), "mitigated", "errors are down")
    assert record.fact("mitigated-at") == at(1).at
    assert policy.clock_stopped_at(record) == at(1).at
    lifecycle.give_verdict(record, at(9), last, "they are back")
    assert policy.clock_stopped_at(record) is None
    assert record.fact("mitigated-at") is None
    assert views(record)["communicate.internal"].state == "pending"
    assert len(record.messages) == 2, "what went out stays in the ledger"


def test_a_time_of_mitigation_that_a_person_gave_stays():
    record = live()
    actions.set_fact(record, ANN, "mitigated-at", NOW)
    lifecycle.give_verdict(record, at(1), "mitigated", "errors are down")
    lifecycle.give_verdict(record, at(9), "worse", "they are back")
    assert record.fact("mitigated-at") == NOW


@pytest.mark.parametrize("severity", ["P0", "P1", "P2", "P3"])
def test_closed_needs_nothing_owed(severity):
    record = live(severity)
    lifecycle.give_verdict(record, ANN, "fixed", "it is gone")
    for name in ("communicate.internal", "communicate.status-page"):
        settle(record, name)
    with pytest.raises(Refused, match="Resolve it first"):
        lifecycle.close(record, ANN)
    lifecycle.resolve(record, ANN)
    while True:
        left = {
            name
            for name, seen in views(record).items()
            if seen.required.level in ("R", "W") and seen.state not in ("done", "waived", "not-needed")
        }
        if not left:
            break
        with pytest.raises(Refused) as no:
            lifecycle.close(record, ANN)
        assert steps_of(no) == left
        settle(record, sorted(left)[0])
    lifecycle.close(record, at(60))
    assert (record.state, record.clock["closed_at"]) == ("closed", at(60).at)


def test_debts_of_a_p0_can_be_paid_after_it_was_resolved():
    debts = ("verify.push", "pull-request.create", "release.merge", "release.confirm", "release.tag")
    record = settle_until(make("P0"), "communicate.internal", but=(*debts, "pull-request.body"))
    settle(record, "communicate.internal")
    settle(record, "communicate.status-page")
    lifecycle.give_verdict(record, ANN, "fixed", "it is gone")
    lifecycle.resolve(record, ANN)
    assert {name: views(record)[name].state for name in debts} == dict.fromkeys(debts, "debt")
    for name in debts:
        run(record, name, **EVIDENCE.get(name, {}))
    settle_until(record)
    lifecycle.close(record, ANN)
    assert record.state == "closed"


def test_a_resolved_incident_starts_no_deployment_and_an_ended_one_starts_nothing():
    record = settle_until(live())
    lifecycle.give_verdict(record, ANN, "fixed", "it is gone")
    lifecycle.resolve(record, ANN)
    with pytest.raises(Refused, match="`reopen --why"):
        running.begin(record, ANN, "deploy.production", "again")
    lifecycle.close(record, ANN)
    for name in ("release.merge", "verify.push", "verify.test", "backport.release-2-2", "deploy.production"):
        with pytest.raises(Refused, match="`reopen --why"):
            running.begin(record, ANN, name, "again")


def test_reopening_begins_a_round_whose_deadline_counts_from_then():
    record = closed(make("P1"))
    old = policy.deadline(record)
    assert old == NOW + timedelta(hours=4)
    with pytest.raises(Refused, match="has a reason"):
        lifecycle.reopen(record, at(600), " ")
    lifecycle.reopen(record, at(600), "it is back")
    assert (record.state, record.round, record.stage) == ("open", 2, "branch")
    assert policy.deadline(record) == at(600).at + timedelta(hours=4)
    assert record.rounds[0]["deadline"] == old
    assert record.rounds[0]["verdict"] == "fixed"
    assert policy.clock_stopped_at(record) is None
    assert policy.message_due_at(record) == at(600).at + timedelta(minutes=5)
    assert "resolved_at" not in record.clock and "closed_at" not in record.clock


def test_the_deadline_is_counted_from_detection_and_policy_may_set_it():
    for severity, hours in (("P0", 2), ("P1", 4), ("P2", 24), ("P3", 48)):
        record = make(severity, facts={"detected-at": NOW - timedelta(minutes=30)})
        assert policy.deadline(record) == NOW - timedelta(minutes=30) + timedelta(hours=hours)
    record = make("P1", config={"policy": {"P1": {"deadline": "1h30m"}}})
    assert policy.deadline(record) == NOW + timedelta(minutes=90)
    assert policy.deadline(make("")) is None


def test_nothing_of_an_earlier_round_counts_but_triage_review_and_what_is_known():
    record = settle_until(live())
    lifecycle.give_verdict(record, ANN, "not-fixed", "still there")
    lifecycle.begin_round(record, ANN, "another cause", base="on-top")
    states = {name: seen.state for name, seen in views(record).items()}
    for name, state in states.items():
        if name.split(".")[0] in ("triage", "review") or name == "fix.root-cause":
            assert state == "done" or views(record)[name].required.level == "O", name
        else:
            assert state == "pending", name
    assert record.this_round["base"] == "on-top"
    see(record, "branch.base", commit="the failed fix")
    assert views(record)["fix.root-cause"].state == "stale", "another base: is the cause still that one?"
    with pytest.raises(Refused):
        lifecycle.resolve(record, ANN)


def test_a_round_from_the_same_base_keeps_its_root_cause():
    record = settle_until(live())
    lifecycle.begin_round(record, ANN, "a typo in the fix")
    see(record, "branch.base", commit="base1")
    assert views(record)["fix.root-cause"].state == "done"


def test_a_round_is_history_once_it_is_over():
    record = settle_until(live())
    lifecycle.give_verdict(record, ANN, "worse", "twice the errors")
    lifecycle.begin_round(record, at(3), "another try")
    first = record.copy().rounds[0]
    assert first["steps"]["verify.test"] == "done"
    assert first["evidence"]["base"] == "base1" and first["ended_at"] == at(3).at
    settle_until(record)
    lifecycle.give_verdict(record, ANN, "fixed", "gone")
    assert record.rounds[0] == first


@pytest.mark.parametrize(("why", "base", "said"), [(" ", "same", "reason"), ("x", "other", "same or on-top")])
def test_a_round_has_a_reason_and_a_base(why, base, said):
    with pytest.raises(Refused, match=said):
        lifecycle.begin_round(make(), ANN, why, base)


def test_no_round_and_no_ending_while_something_runs():
    record = make()
    number, _ = running.begin(record, ANN, "branch.preflight", "look")
    for act in (
        lambda: lifecycle.begin_round(record, ANN, "again"),
        lambda: lifecycle.end(record, ANN, "abandon", "enough", []),
    ):
        with pytest.raises(Refused, match=f"`cancel {number}`"):
            act()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("event", "state"),
    [("normal-process", "normal-process"), ("false-alarm", "false-alarm"), ("abandon", "abandoned")],
)
def test_every_ending_from_every_stage_with_reason_and_what_is_left_behind(event, state, stage):
    record = make()
    record.doc["stage"] = stage
    with pytest.raises(Refused, match="has a reason"):
        lifecycle.end(record, ANN, event, "", [])
    entries = lifecycle.end(record, ANN, event, "not ours", ["branch hotfix/ENG-7", "worktree /w"])
    assert record.state == state
    assert record.doc["ending"] == {
        "kind": state,
        "why": "not ours",
        "by": "ann",
        "at": NOW,
        "left": ["branch hotfix/ENG-7", "worktree /w"],
    }
    assert "branch hotfix/ENG-7, worktree /w" in entries[0]["text"]
    assert gates.next_step(record) == ("", f"the incident ended as {state}")
    assert gates.owed(record) == []
    with pytest.raises(Refused, match="`reopen"):
        lifecycle.end(record, ANN, event, "again", [])
    lifecycle.reopen(record, ANN, "it is ours after all")
    assert record.state == "open" and "ending" not in record.doc


def test_a_rollback_is_never_refused_and_undoes_what_was_said_of_production():
    record = settle_until(live())
    lifecycle.give_verdict(record, ANN, "fixed", "it is gone")
    lifecycle.resolve(record, ANN)
    run(record, "deploy.rollback")
    states = {name: seen.state for name, seen in views(record).items()}
    for name in (
        "deploy.production",
        "deploy.live",
        "monitor.smoke",
        "monitor.watch",
        "communicate.internal",
    ):
        assert states[name] == "pending", name
    assert "verdict" not in record.this_round
    assert policy.clock_stopped_at(record) is None
    for stage in STAGES:
        other = make()
        other.doc["stage"] = stage
        run(other, "deploy.rollback")
    running.begin(other, ANN, "deploy.rollback", "once more")
    with pytest.raises(Refused, match="already running"):
        running.begin(other, ANN, "deploy.rollback", "at the same time")


def test_a_rollback_does_not_lose_a_deployment_that_is_still_running():
    record = settle_until(make(), "deploy.production")
    number, _ = running.begin(record, ANN, "deploy.production", "deploy")
    run(record, "deploy.rollback")
    assert record.entry("deploy.production") | {"state": "running", "run": number} == record.entry(
        "deploy.production"
    )


def test_after_a_rollback_the_incident_is_resolved_by_it_with_its_own_check():
    record = live()
    run(record, "deploy.rollback")
    actions.set_fact(record, ANN, "resolution", "rollback")
    with pytest.raises(Refused):
        lifecycle.give_verdict(record, ANN, "mitigated", "the old version serves")
    see(record, "deploy.live", commit="old")
    lifecycle.give_verdict(record, ANN, "mitigated", "the old version serves")
    settle_until(record)
    lifecycle.resolve(record, ANN)
    assert record.state == "resolved"


def test_undo_takes_back_the_last_tick_choice_or_fact_once():
    record = make()
    actions.tick(record, ANN, "verify.resolved")
    actions.undo(record, ANN)
    assert views(record)["verify.resolved"].state == "pending"
    actions.set_fact(record, ANN, "title", "one")
    actions.set_fact(record, ANN, "title", "two")
    actions.undo(record, ANN)
    assert record.title == "one"
    with pytest.raises(Refused, match="nothing to undo"):
        actions.undo(record, ANN)


def test_undo_never_takes_back_a_run_a_message_or_a_waivers_follow_up():
    record = settle_until(make(), "deploy.production")
    actions.tick(record, ANN, "deploy.production")
    running.begin(record, ANN, "deploy.production", "deploy")
    with pytest.raises(Refused, match="nothing to undo"):
        actions.undo(record, ANN)
    record = make()
    actions.tick(record, ANN, "communicate.internal")
    actions.sent(record, ANN, "internal", "resolved", "by hand", "0" * 64)
    with pytest.raises(Refused, match="nothing to undo"):
        actions.undo(record, ANN)
    actions.set_fact(record, ANN, "review.actions", [{"task": "write it up"}])
    actions.waive(record, ANN, "verify.edge-cases", "Kim", "no time")
    with pytest.raises(Refused, match="nothing to undo"):
        actions.undo(record, ANN)
    assert [item["task"] for item in record.fact("review.actions")] == [
        "write it up",
        "Make up for the waiver of “Edge cases work”: no time",
    ]


def test_a_waiver_is_signed_and_brings_a_follow_up():
    record = make()
    for by, why in ((" ", "no time"), ("Kim", " ")):
        with pytest.raises(Refused, match="signed"):
            actions.waive(record, ANN, "verify.test", by, why)
    actions.waive(record, ANN, "verify.test", " Kim Lead ", "no time")
    (waiver,) = record.waivers
    assert (waiver["granted_by"], waiver["asked_by"], waiver["severity"], waiver["round"]) == (
        "Kim Lead",
        "ann",
        "P1",
        1,
    )
    with pytest.raises(Refused, match="nothing to waive"):
        actions.waive(record, ANN, "verify.test", "Kim", "again")


def test_what_cannot_be_waived_says_how_it_is_done_in_the_way_of_its_kind():
    record = make()
    for step, cure in (
        ("triage.describe", "`set title"),
        ("branch.base", "`do branch.base`"),
        ("pull-request.approval", "`tick pull-request.approval --note NAME`"),
        ("review.schedule", "`set review.at"),
    ):
        with pytest.raises(Refused, match="cannot be waived") as no:
            actions.waive(record, ANN, step, "Kim", "no time")
        assert cure in no.value.reasons[0].cure


def test_a_severity_changes_with_a_reason():
    record = make("")
    actions.set_severity(record, ANN, "P2")
    with pytest.raises(Refused, match="needs a reason"):
        actions.set_severity(record, ANN, "P1")
    actions.set_severity(record, ANN, "P1", "more tenants")
    assert [item["severity"] for item in record.doc["severities"]] == ["P2", "P1"]


def test_a_step_that_only_another_version_knew_does_not_stop_a_new_round():
    record = make(config=CONFIG)
    settle(record, "backport.release-2-2")
    record.doc["steps"]["verify.later-invention"] = {"state": "done"}
    record.doc["lines"] = []
    lifecycle.begin_round(record, ANN, "again")
    assert record.rounds[0]["steps"]["verify.later-invention"] == "done"
    record.doc["steps"]["verify.later-invention"] = {"state": "running", "run": 9}
    with pytest.raises(Refused, match=r"\(verify.later-invention\) is still running"):
        lifecycle.begin_round(record, ANN, "again")


def test_a_resolved_incident_can_be_abandoned_and_is_no_false_alarm():
    record = settle_until(live())
    lifecycle.give_verdict(record, ANN, "fixed", "it is gone")
    lifecycle.resolve(record, ANN)
    with pytest.raises(Refused, match="does not apply"):
        lifecycle.end(record, ANN, "false-alarm", "nothing was broken", [])
    lifecycle.end(record, ANN, "abandon", "the service is switched off", [])
    assert record.state == "abandoned"


def test_undo_does_not_reach_into_an_earlier_round():
    record = make()
    actions.tick(record, ANN, "verify.resolved")
    actions.untick(record, ANN, "verify.resolved")
    lifecycle.begin_round(record, ANN, "another try")
    with pytest.raises(Refused, match="nothing to undo"):
        actions.undo(record, ANN)
    assert views(record)["verify.resolved"].state == "pending"


@pytest.mark.parametrize("state", ["closed", "false-alarm", "abandoned"])
def test_nothing_is_ticked_or_waived_where_the_incident_is_over(state):
    record = live()
    record.doc["state"] = state
    for change in (
        lambda: actions.tick(record, ANN, "monitor.social"),
        lambda: actions.waive(record, ANN, "monitor.social", "Bo", "no time"),
    ):
        with pytest.raises(Refused, match=f"is {state}; monitor.social belongs to an open incident"):
            change()


def test_closing_says_what_the_review_still_lacks():
    record = live()
    lifecycle.give_verdict(record, ANN, "fixed", "it is gone")
    for name in ("communicate.internal", "communicate.status-page"):
        settle(record, name)
    lifecycle.resolve(record, ANN)
    settle_until(record)
    typed.add(record, "review.document", gaps=14)
    assert lifecycle.close(record, at(60))[0]["text"] == "Closed; its review has 14 gaps still"


@pytest.mark.parametrize(
    ("verdict", "base", "title"),
    [
        ("fixed", "", "Find what is live"),
        ("mitigated", "", "Find what is live"),
        ("not-fixed", "same", "Take the base of"),
    ],
)
def test_after_a_fix_that_stands_it_is_asked_anew_what_is_live(verdict, base, title):
    record = settle_until(make("P1"))
    typed.add(record, "branch.base", commit="b" * 40)
    lifecycle.give_verdict(record, ANN, verdict, "seen")
    if verdict == "not-fixed":
        lifecycle.end(record, ANN, "abandon", "another team mends it", [])
    else:
        lifecycle.resolve(record, ANN)
    lifecycle.reopen(record, ANN, "it is back")
    assert record.this_round["base"] == base
    assert record.definition("branch.base").title.startswith(title)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"monitor": {"watch": "2m"}}, "2 m, then a verdict with a name."),
        ({"monitor": {"watch": "1h30m"}}, "1 h 30 m, then a verdict with a name."),
        ({"monitor": {"watch": 120}}, "2 m, then a verdict with a name."),
        ({"monitor": {"baseline": "1h"}}, "15 to 30 minutes, then a verdict with a name."),
        ({}, "15 to 30 minutes, then a verdict with a name."),
    ],
)
def test_how_long_production_is_watched_is_said_as_it_is_configured(config, said):
    record = make()
    record.doc["config"] = config
    assert record.definitions()["monitor.watch"].help == said
