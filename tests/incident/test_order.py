"""Stages and their order: which landing is taken and why, when it is fixed, and what stands where."""

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.rules import lifecycle, policy
from hotfix_tui.incident.rules.views import views
from tests import typed
from tests.incident.support import ANN, CONFIG, make, run, see, settle_until

MERGE_FIRST = [
    "triage",
    "branch",
    "fix",
    "verify",
    "pull-request",
    "release",
    "deploy",
    "monitor",
    "communicate",
    "backport",
    "review",
]
DEPLOY_FIRST = [
    "triage",
    "branch",
    "fix",
    "verify",
    "pull-request",
    "deploy",
    "monitor",
    "release",
    "communicate",
    "backport",
    "review",
]
BLIND = {**CONFIG, "deploy": {"production": {"run": ["ship", "production"]}}}


def policy_of(severity, order):
    return {**CONFIG, "policy": {severity: {"order": order}}}


@pytest.mark.parametrize(
    ("severity", "config", "evidence", "order", "why"),
    [
        ("P0", CONFIG, {}, "deploy-first", "P0"),
        ("P1", CONFIG, {}, "merge-first", "default"),
        ("P2", CONFIG, {}, "merge-first", "default"),
        ("P3", CONFIG, {}, "merge-first", "default"),
        ("", CONFIG, {}, "merge-first", "default"),
        ("P1", CONFIG, {"undeployed": 3}, "deploy-first", "3 commits"),
        ("P3", CONFIG, {"undeployed": 1}, "deploy-first", "1 commit"),
        ("P1", BLIND, {"undeployed": 3}, "merge-first", "default"),
        ("P1", {}, {"undeployed": 3}, "merge-first", "default"),
        ("P0", BLIND, {}, "deploy-first", "P0"),
        ("P0", CONFIG, {"deploys_on_push": True}, "merge-first", "push"),
        ("P1", CONFIG, {"undeployed": 3, "deploys_on_push": True}, "merge-first", "push"),
        ("P0", policy_of("P0", "merge-first"), {}, "merge-first", "policy for P0"),
        ("P2", policy_of("P2", "deploy-first"), {}, "deploy-first", "policy for P2"),
        ("P2", policy_of("P1", "deploy-first"), {}, "merge-first", "default"),
        ("P0", policy_of("P0", "deploy-first"), {"deploys_on_push": True}, "merge-first", "push"),
    ],
)
def test_the_order_of_landing_and_its_reason(severity, config, evidence, order, why):
    record = make(severity, config=config, **evidence)
    assert policy.order(record) == order
    assert why in policy.order_reason(record)


def test_the_commit_to_deploy_may_be_named_in_a_plain_text_command():
    for command in (
        "ship {commit}",
        ["ship", "{commit}"],
        {"run": "ship {commit}"},
        {"run": ["ship", "x={commit}"]},
    ):
        assert policy.can_deploy_a_commit(make(config={"deploy": {"production": command}}))
    for command in (None, "ship", ["ship"], {"run": "ship"}, {"run": []}, {}):
        assert not policy.can_deploy_a_commit(make(config={"deploy": {"production": command}}))


def test_the_stages_of_both_orders():
    assert policy.stage_order(make("P1")) == MERGE_FIRST
    assert policy.stage_order(make("P0")) == DEPLOY_FIRST
    assert "backport" not in policy.stage_order(make("P1", config={}))
    assert set(MERGE_FIRST) == set(STAGES)


def test_every_step_is_listed_once_whatever_the_order_and_the_tag():
    for severity in ("P0", "P1"):
        for tag in ("auto", "before-deploy", "after-verify", "off"):
            record = make(severity, config={**CONFIG, "git": {"tag": tag, "backports": ["develop"]}})
            listed = [step for _, steps in policy.sequence(record) for step in steps]
            assert sorted(listed) == sorted(record.definitions())
            assert list(views(record)) == listed


BEGINNINGS = {
    "a merge that runs": lambda r: running.begin(r, ANN, "release.merge", "merge"),
    "a merge found": lambda r: see(r, "release.merge"),
    "a ticked deployment": lambda r: actions.tick(r, ANN, "deploy.production"),
}


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
def test_the_order_is_fixed_once_the_landing_has_begun(begin):
    record = settle_until(make("P1"), "release.merge")
    begin(record)
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert policy.order(record) == "merge-first"
    assert policy.order_reason(record) == "the landing of this round began so"


def test_before_the_landing_the_order_follows_the_severity():
    record = settle_until(make("P1"), "release.merge")
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert policy.order(record) == "deploy-first"


def test_a_rollback_before_there_is_a_fix_fixes_nothing_and_one_of_a_landing_does():
    record = settle_until(make("P1"), "branch.base")
    running.begin(record, ANN, "deploy.rollback", "roll back first")
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert policy.order(record) == "deploy-first"
    record = settle_until(make("P1"), "release.merge")
    typed.add(record, "verify.commit", commit="c" * 40)
    running.begin(record, ANN, "deploy.rollback", "it went wrong")
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert policy.order(record) == "merge-first"


def test_a_landing_that_never_started_fixes_nothing():
    record = settle_until(make("P1"), "release.merge")
    running.begin(record, ANN, "release.merge", "merge")
    running.withdraw(record, ANN, "release.merge", "no such program")
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert policy.order(record) == "deploy-first"


@pytest.mark.parametrize("back", [actions.undo, lambda r, a: actions.untick(r, a, "deploy.production")])
def test_a_tick_taken_back_fixes_nothing(back):
    record = settle_until(make("P1"), "release.merge")
    actions.tick(record, ANN, "deploy.production")
    back(record, ANN)
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert policy.order(record) == "deploy-first"


def test_a_rolled_back_landing_stays_in_its_order():
    record = settle_until(make("P1"), "deploy.live")
    run(record, "deploy.rollback")
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert policy.order(record) == "merge-first"


def test_a_new_round_chooses_its_order_anew():
    record = settle_until(make("P1"), "deploy.live")
    actions.set_severity(record, ANN, "P0", "it is everybody")
    lifecycle.begin_round(record, ANN, "it does not help")
    assert policy.order(record) == "deploy-first"
    assert record.rounds[0]["order"] == "merge-first"


def test_a_changed_resolution_leaves_no_one_in_a_stage_that_is_gone():
    record = make("P1")
    settle_until(record, "fix.change")
    record.doc["stage"] = "fix"
    actions.set_fact(record, ANN, "resolution", "rollback")
    assert record.stage == "deploy"
    actions.undo(record, ANN)
    assert record.stage in policy.stage_order(record)
    record.doc["stage"] = "fix"
    actions.set_fact(record, ANN, "resolution", "config")
    actions.set_fact(record, ANN, "resolution", "code-fix")
    record.doc["stage"] = "verify"
    actions.undo(record, ANN)
    assert record.resolution == "config"
    assert record.stage in policy.stage_order(record)


def test_a_merge_that_deploys_is_confirmed_like_a_deployment():
    from hotfix_tui.incident.rules.gates import confirm_words, needs_confirmation

    plain, pushing = make("P1"), make("P1", deploys_on_push=True, tag_deploys=True)
    for step, first, second in (
        ("deploy.production", True, True),
        ("release.merge", False, True),
        ("release.tag", False, True),
        ("verify.push", False, False),
    ):
        assert needs_confirmation(plain, step) is first
        assert needs_confirmation(pushing, step) is second
    assert confirm_words(plain) == ["ENG-7"], "id and ticket are the same, so it is said once"
    assert confirm_words(make("P1", facts={"title": "x"})) == ["ENG-7"]


def test_probe_outcomes_leave_the_order_alone_where_nothing_landed():
    record = make("P1")
    running.apply_probe(record, ANN, "release.merge", Probe("not-done", None, "not merged"))
    assert "order" not in record.this_round


def test_a_run_that_never_started_leaves_its_step_as_it_was():
    record = settle_until(make("P1"), "deploy.live")
    run(record, "deploy.rollback")
    before = record.copy().entry("deploy.rollback")
    number, _ = running.begin(record, ANN, "deploy.rollback", "again")
    typed.add(record, "deploy.rollback", taken_off="f" * 40)
    running.withdraw(record, ANN, "deploy.rollback", "the same act is under way")
    assert record.entry("deploy.rollback") == before
    assert [one["state"] for one in record.runs if one["n"] == number] == ["never-started"]


def test_the_first_run_that_never_started_leaves_nothing():
    record = settle_until(make("P1"), "deploy.live")
    running.begin(record, ANN, "deploy.rollback", "back")
    typed.add(record, "deploy.rollback", taken_off="f" * 40)
    running.withdraw(record, ANN, "deploy.rollback", "the same act is under way")
    assert record.entry("deploy.rollback") == {}
