"""What a result is valid for: tree, base, dependencies, round; and what makes it count no longer."""

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.rules import gates, lifecycle
from hotfix_tui.incident.rules.step_state import current_key, open_findings
from hotfix_tui.incident.rules.views import views
from tests.incident.support import ANN, CONFIG, EVIDENCE, at, make, run, see, settle, settle_until

BY_TREE = [
    "fix.regression-test",
    "fix.guard",
    "verify.test",
    "verify.typecheck",
    "verify.build",
    "verify.proof",
    "verify.resolved",
    "verify.normal-path",
    "verify.edge-cases",
    "verify.nothing-new",
    "verify.commit",
    "verify.push",
    "verify.staging",
    "verify.staging-verified",
    "pull-request.checks",
    "pull-request.approval",
]
BY_BASE = ["fix.root-cause", "verify.reproduced"]


def state(record, step):
    return views(record)[step].state


def ready(severity="P1"):
    """An incident in which everything before the landing is done, for tree1 on base1."""
    return settle_until(make(severity), "release.merge")


def stale(record):
    return [name for name, seen in views(record).items() if seen.state == "stale"]


def test_another_tree_makes_everything_that_was_seen_of_the_old_one_stale():
    record = ready()
    assert stale(record) == []
    see(record, "fix.change", tree="tree2", locks="locks1")
    assert stale(record) == BY_TREE
    assert views(record)["verify.test"].why == "seen for an earlier version of the change; still true?"
    assert views(record)["verify.resolved"].why == "ticked for an earlier version of the change; still true?"
    see(record, "fix.change", tree="tree1", locks="locks1")
    assert stale(record) == [], "the same tree again is the same change again"


def test_another_base_makes_reproduced_root_cause_and_setup_stale():
    record = ready()
    see(record, "branch.base", commit="base2")
    assert stale(record) == ["fix.root-cause", "verify.setup", "verify.reproduced"]


def test_other_lockfiles_make_the_setup_stale():
    record = ready()
    see(record, "fix.change", tree="tree1", locks="locks2")
    assert stale(record) == ["verify.setup"]


def test_the_wizards_own_commit_of_the_same_tree_makes_nothing_stale():
    record = settle_until(make("P1"), "verify.commit")
    run(record, "verify.commit", commit="c1", tree="tree1")
    see(record, "fix.change", tree="tree1", locks="locks1")
    assert stale(record) == []
    assert state(record, "verify.commit") == "done"


def test_a_hook_that_changes_the_tree_makes_the_tests_stale_before_the_push():
    record = settle_until(make("P1"), "verify.push")
    see(record, "fix.change", tree="formatted", locks="locks1")
    with pytest.raises(gates.Refused) as no:
        running.begin(record, ANN, "verify.push", "push")
    assert {reason.step for reason in no.value.reasons} >= {"verify.test", "verify.build", "verify.commit"}


@pytest.mark.parametrize("step", BY_BASE)
def test_what_was_said_before_the_base_was_known_holds(step):
    record = make("P1")
    settle(record, step)
    see(record, "branch.base", commit="base1")
    assert state(record, step) == "done"


def test_a_tick_before_any_change_is_stale_once_there_is_one():
    record = make("P1")
    actions.tick(record, ANN, "verify.resolved")
    see(record, "fix.change", tree="tree1")
    assert state(record, "verify.resolved") == "stale"


def test_a_tick_says_that_it_is_still_true():
    record = ready()
    see(record, "fix.change", tree="tree2", locks="locks1")
    actions.tick(record, ANN, "verify.resolved")
    assert state(record, "verify.resolved") == "done"


@pytest.mark.parametrize("again", ["tick", "set the same", "set another"])
def test_a_stale_root_cause_is_confirmed_or_entered_anew(again):
    record = ready()
    see(record, "branch.base", commit="base2")
    reason = gates.reason_for(record, views(record)["fix.root-cause"])
    assert "`tick fix.root-cause`" in reason.cure and "`set cause.summary" in reason.cure
    if again == "tick":
        assert actions.tick(record, ANN, "fix.root-cause")
    else:
        same = record.fact("cause.summary")
        assert actions.set_fact(record, ANN, "cause.summary", same if again == "set the same" else "other")
    assert state(record, "fix.root-cause") == "done"


def test_the_same_fact_again_is_no_change_where_nothing_is_stale():
    record = ready()
    assert actions.set_fact(record, ANN, "cause.summary", record.fact("cause.summary")) == []


def test_a_root_cause_is_not_ticked_without_being_known():
    with pytest.raises(gates.Refused, match=r"`set cause\.summary"):
        actions.tick(make("P1"), ANN, "fix.root-cause")


def test_a_waiver_holds_for_its_tree_only():
    record = settle_until(make("P1"), "verify.edge-cases")
    actions.waive(record, ANN, "verify.edge-cases", "Kim", "no time")
    assert state(record, "verify.edge-cases") == "waived"
    see(record, "fix.change", tree="tree2", locks="locks1")
    assert state(record, "verify.edge-cases") == "pending"
    actions.waive(record, ANN, "verify.edge-cases", "Kim", "still no time")
    assert state(record, "verify.edge-cases") == "waived"
    assert len(record.waivers) == 2


def test_a_waiver_does_not_outlive_its_round_but_stays_in_the_ledger():
    record = make("P1")
    actions.waive(record, ANN, "pull-request.alerts", "Kim", "no alerts here")
    actions.waive(record, ANN, "review.docs", "Kim", "no runbook")
    lifecycle.begin_round(record, ANN, "it does not help")
    assert state(record, "pull-request.alerts") == "pending"
    assert state(record, "review.docs") == "waived", "the review is of the whole incident"
    assert len(record.waivers) == 2


def test_a_stale_step_can_be_waived():
    record = ready()
    see(record, "fix.change", tree="tree2", locks="locks1")
    actions.waive(record, ANN, "verify.build", "Kim", "it only changed a comment")
    assert state(record, "verify.build") == "waived"


def findings(*items):
    return {"findings": [{"id": i, "path": p, "content": c, "text": f"{p} is large"} for i, p, c in items]}


def test_an_accepted_finding_holds_for_its_own_content_whatever_else_changes():
    record = settle_until(make("P1"), "fix.guard")
    two = findings(("big-a", "a.py", "hash-a"), ("big-b", "b.py", "hash-b"))
    see(record, "fix.guard", "failed", **two)
    assert gates.reason_for(record, views(record)["fix.guard"]).cure.startswith("Fix each finding, or accept")
    actions.accept(record, ANN, "big-a", "generated")
    assert state(record, "fix.guard") == "failed"
    actions.accept(record, ANN, "big-b", "generated")
    assert state(record, "fix.guard") == "done"
    see(record, "fix.change", tree="tree2", locks="locks1")
    see(record, "fix.guard", "failed", **two)
    assert state(record, "fix.guard") == "done", "both are as they were accepted"
    see(record, "fix.guard", "failed", **findings(("big-a", "a.py", "hash-A"), ("big-b", "b.py", "hash-b")))
    assert [found.id for found in open_findings(record)] == ["big-a"]
    assert state(record, "fix.guard") == "failed"


def test_a_finding_is_accepted_with_a_reason_and_only_if_it_is_there():
    record = settle_until(make("P1"), "fix.guard")
    see(record, "fix.guard", "failed", **findings(("big", "a.py", "1")))
    for finding, why, said in (("big", " ", "with a reason"), ("small", "x", "accept big")):
        with pytest.raises(gates.Refused, match=said):
            actions.accept(record, ANN, finding, why)


RETESTED = ["verify.test", "verify.typecheck", "verify.build", "verify.staging", "verify.staging-verified"]


def landed(severity, tree):
    record = settle_until(make(severity), "release.confirm")
    see(record, "release.confirm", commit="landed1", tree=tree)
    return record


def test_another_landed_tree_asks_for_tests_build_and_staging_on_it_before_production():
    record = landed("P1", "tree-with-more")
    assert stale(record) == RETESTED
    with pytest.raises(gates.Refused) as no:
        running.begin(record, ANN, "deploy.production", "deploy")
    assert {reason.step for reason in no.value.reasons} == set(RETESTED)
    for step in RETESTED:
        assert current_key(record, record.definition(step)) == "tree-with-more"
        settle(record, step)
    assert stale(record) == []
    run(record, "deploy.production", commit="landed1")
    assert state(record, "deploy.production") == "done"


def test_the_tested_tree_landed_as_it_was_asks_for_nothing_again():
    record = landed("P1", EVIDENCE["fix.change"]["tree"])
    assert stale(record) == []
    run(record, "deploy.production")


def test_a_waived_test_is_asked_for_again_on_what_landed():
    record = settle_until(make("P1"), "verify.build")
    actions.waive(record, ANN, "verify.build", "Kim", "builds in CI")
    settle_until(record, "release.confirm")
    see(record, "release.confirm", commit="landed1", tree="tree-with-more")
    assert state(record, "verify.build") == "pending"


def test_deploy_first_tests_the_fix_alone_whatever_else_lands():
    record = settle_until(make("P0"), "release.confirm")
    see(record, "release.confirm", commit="landed1", tree="tree-with-more")
    assert stale(record) == []


def test_what_did_not_land_yet_asks_for_nothing():
    record = settle_until(make("P1"), "release.confirm")
    see(record, "release.confirm", "not-done", tree="tree-with-more")
    assert stale(record) == []


def test_a_probe_that_found_the_same_step_in_another_tree_renews_it():
    record = ready()
    see(record, "fix.change", tree="tree2", locks="locks1")
    see(record, "verify.commit", commit="c2")
    assert state(record, "verify.commit") == "done"


def test_a_changed_tree_is_noted_even_without_a_word():
    record = ready()
    entries = running.apply_probe(record, ANN, "fix.change", Probe("done", Changed(tree="tree9"), adds=True))
    assert entries == [], "newer evidence is saved, but nothing happened"
    assert state(record, "verify.test") == "stale"


def test_a_push_and_its_checks_of_an_earlier_commit_do_not_count_for_the_one_of_now():
    record = ready()
    see(record, "verify.commit", commit="c" * 40, tree="tree1")
    see(record, "verify.push", commit="c" * 40)
    see(record, "pull-request.checks", head="c" * 40, checks=["unit: pass"])
    assert state(record, "verify.push") == state(record, "pull-request.checks") == "done"
    see(record, "verify.commit", commit="d" * 40, tree="tree1")
    assert state(record, "verify.push") == state(record, "pull-request.checks") == "stale"
    assert views(record)["verify.push"].why == "ccccccc was pushed; the hotfix is at ddddddd now"
    see(record, "verify.push", commit="d" * 40)
    assert state(record, "verify.push") == "done"


@pytest.mark.parametrize(
    ("first", "again", "entries"),
    [("", "", 0), ("on the canary", "on the canary", 0), ("on the canary", "", 0), ("", "on the canary", 1)],
)
def test_a_tick_that_says_nothing_new_is_given_once(first, again, entries):
    record = make("P1")
    actions.tick(record, ANN, "verify.resolved", first)
    before = record.copy().doc
    made = actions.tick(record, ANN, "verify.resolved", again)
    assert len(made) == entries and (record.doc == before) == (not entries)
    actions.undo(record, ANN)  # what is taken back is the tick, however often it was given
    assert state(record, "verify.resolved") == ("done" if entries else "pending")


def test_a_tick_of_another_version_or_round_is_given_anew():
    record = make("P1")
    actions.tick(record, ANN, "verify.resolved")
    see(record, "fix.change", tree="tree1")
    assert len(actions.tick(record, ANN, "verify.resolved")) == 1
    actions.untick(record, ANN, "verify.resolved")
    assert len(actions.tick(record, ANN, "verify.resolved")) == 1


def deployed_at(record, minutes):
    """Deploy by a command that begins and ends so many minutes after the incident began."""
    number, _ = running.begin(record, at(minutes), "deploy.production", "ship it")
    running.finish(record, at(minutes + 1), "deploy.production", Probe("done", adds=True), "exit 0")
    return number


@pytest.mark.parametrize(
    ("step", "word"),
    [
        ("monitor.error-rate", "ticked"),
        ("monitor.chat", "ticked"),
        ("monitor.smoke", "seen"),
        ("monitor.watch", "seen"),
    ],
)
def test_what_was_seen_of_production_before_the_deployment_is_not_about_the_fix(step, word):
    record = settle_until(make("P1"), "deploy.production")
    settle(record, step)
    assert state(record, step) == "done"
    deployed_at(record, 5)
    seen = views(record)[step]
    assert (seen.state, seen.why) == ("stale", f"{word} before the fix was deployed; still true?")
    assert step in [why.step for why in gates.unsettled(record, "monitor")]
    if word == "ticked":
        actions.tick(record, at(9), step, "Kim")
    else:
        running.begin(record, at(9), step, "look again")
        running.finish(record, at(9), step, Probe("done", adds=True), "exit 0")
    assert state(record, step) == "done"


def test_a_watch_that_began_with_the_deployment_is_about_the_fix():
    record = settle_until(make("P1"), "deploy.production")
    running.begin(record, at(5), "deploy.production", "ship it")
    running.apply_probe(record, at(6), "monitor.smoke", Probe("done", None, "seen"))
    running.finish(record, at(7), "deploy.production", Probe("done", adds=True), "exit 0")
    assert state(record, "monitor.smoke") == "done"


@pytest.mark.parametrize("step", ["backport.release-2-2", "pull-request.checks", "verify.staging"])
def test_what_waits_for_somebody_else_is_waived_by_a_signed_waiver(step):
    record = settle_until(make("P1"), step)
    see(record, step, "waiting")
    assert state(record, step) == "waiting"
    actions.waive(record, ANN, step, "Kim", "that line never had the fault")
    seen = views(record)[step]
    assert (seen.state, seen.why) == ("waived", "waived by Kim: that line never had the fault")
    assert step not in [why.step for why in gates.unsettled(record, seen.stage)]
    see(record, step)
    assert state(record, step) == "done"


@pytest.mark.parametrize("kind", ["unjudged", "not-fixed", ""])
def test_a_number_without_anything_to_compare_it_with_is_ticked_and_the_way_says_so(kind):
    config = {**CONFIG, "smoke": [{"name": "sign in", "url": "https://shop.example/", "method": "GET"}]}
    record = settle_until(make("P1", config=config), "monitor.api-latency")
    if kind:
        see(record, "monitor.api-latency", "not-done", by="latency of the checks", kind=kind, says="5 ms")
    cure = gates.reason_for(record, views(record)["monitor.api-latency"]).cure
    assert ("Tick it" in cure) == (kind == "unjudged")
    if kind == "unjudged":
        actions.tick(record, ANN, "monitor.api-latency", "looked")
        assert state(record, "monitor.api-latency") == "done"


def test_where_production_cannot_be_asked_the_way_on_is_said_as_well():
    record = settle_until(make("P1"), "deploy.live")
    assert "`tick deploy.live`" in gates.reason_for(record, views(record)["deploy.live"]).cure
