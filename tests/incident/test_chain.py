"""The identity chain: what was tested, committed, pushed, landed, tagged, deployed and live, link by link."""

import json

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.report import status_json as summary
from hotfix_tui.incident.rules import identity_chain as chain
from hotfix_tui.incident.rules import policy
from tests import typed
from tests.incident.support import ANN, NOW, make, run, see, settle, settle_until

NO_STAGING = {
    "commands": {"test": {"run": ["make", "test"]}},
    "deploy": {"production": {"run": ["ship", "{commit}"]}},
    "git": {"tag": "after-verify"},
}
DONE = {
    "verify.commit": {"commit": "c" * 40, "tree": "tree1", "wanted": "tree1"},
    "verify.push": {"commit": "c" * 40, "remote": "origin"},
    "release.confirm": {"commit": "d" * 40, "tree": "tree1", "same_tree": True, "by": "patch id"},
    "deploy.production": {"commit": "d" * 40},
    "deploy.live": {"commit": "d" * 40, "source": "live url"},
    "release.tag": {"commit": "d" * 40, "tag": "v1.0.1"},
}


def begun(severity="P1", config=NO_STAGING, **evidence):
    record = make(severity, config=config, **evidence)
    settle_until(record, "verify.test")
    return record


def proved(record, tree="tree1", **evidence):
    see(record, "fix.change", tree=tree, files=[{"path": "shop.py"}])
    see(record, "verify.test", untracked=[], **evidence)
    return record


def states(record):
    return {link.name: link.state for link in chain.chain(record)}


def link(record, name):
    return next(one for one in chain.chain(record) if one.name == name)


def whole(severity="P1", **changed):
    """An incident up to live and tagged; `changed` replaces evidence of a step (``verify_commit``)."""
    record = proved(begun(severity))
    for step, evidence in DONE.items():
        if severity == "P0" and step.startswith("deploy."):
            evidence = {**evidence, "commit": "c" * 40}
        see(record, step, **{**evidence, **changed.get(step.replace(".", "_"), {})})
    return record


def test_at_first_nothing_is_there_yet():
    record = make()
    assert set(states(record).values()) == {"not-yet"}
    assert list(states(record))[:3] == ["tested", "committed", "pushed"]
    assert not chain.begun(record) and chain.first_break(record) is None


@pytest.mark.parametrize(
    ("severity", "names"),
    [
        ("P1", ["tested", "committed", "pushed", "landed", "deployed", "live", "tagged"]),
        ("P0", ["tested", "committed", "pushed", "deployed", "live", "landed", "tagged"]),
    ],
)
def test_a_whole_chain_holds_in_either_order(severity, names):
    record = whole(severity)
    assert list(states(record)) == names
    assert set(states(record).values()) == {"ok"}
    assert chain.begun(record) and chain.first_break(record) is None
    assert all(one.evidence.endswith(".") for one in chain.chain(record))
    assert link(record, "tagged").value == "v1.0.1"


def test_a_tag_that_comes_first_is_checked_before_the_deployment():
    config = {**NO_STAGING, "git": {"tag": "before-deploy"}}
    for severity, before in (("P1", "landed"), ("P0", "pushed")):
        names = list(states(make(severity, config=config)))
        assert names[names.index(before) + 1 :][:2] == ["tagged", "deployed"]


def test_what_was_tested_but_has_changed_since_is_the_first_break():
    record = proved(begun())
    see(record, "fix.change", tree="tree2")
    assert link(record, "tested").state == "broken"
    assert "test again" in link(record, "tested").evidence
    assert states(record)["committed"] == "not-yet"


@pytest.mark.parametrize("state", ["", "stale", "cancelled"])
def test_tests_that_were_waived_without_a_result_are_not_tested(state):
    record = begun()
    if state:
        see(record, "verify.test", state)
    actions.waive(record, ANN, "verify.test", "Kim", "the suite is down")
    assert link(record, "tested").evidence == "Not tested: waived by Kim: the suite is down."


def test_failed_tests_break_the_chain_and_a_waiver_leaves_it_unknown():
    record = begun()
    see(record, "verify.test", "failed")
    assert link(record, "tested").state == "broken"
    actions.waive(record, ANN, "verify.test", "Kim", "the suite is down")
    assert link(record, "tested") == chain.Link(
        "tested", "verify.test", "", "unknown", "Failed, waived by Kim: the suite is down."
    )
    see(record, "verify.commit", **DONE["verify.commit"])
    assert link(record, "committed").state == "unknown"
    assert link(record, "committed").evidence == "No tests passed that the commit could be compared with."
    see(record, "verify.push", **DONE["verify.push"])
    assert link(record, "pushed").state == "ok"


def test_a_hook_that_changed_files_is_a_break_while_the_commit_failed_and_afterwards():
    record = proved(begun())
    run(record, "verify.commit", "failed", wanted="tree1")
    typed.add(record, "verify.commit", why="a hook changed shop.py in the commit")
    assert link(record, "committed").state == "broken"
    assert "a hook changed shop.py" in link(record, "committed").evidence.lower()
    see(record, "fix.change", tree="tree2")
    see(record, "verify.commit", commit="c" * 40, tree="tree2")
    see(record, "verify.push", commit="c" * 40)
    broken = chain.first_break(record)
    assert broken is not None and broken.name == "committed" and "hook changed files" in broken.evidence
    assert link(record, "pushed").state == "unknown"
    assert "broken at 'committed'" in link(record, "pushed").evidence
    see(record, "verify.test", untracked=[])
    assert chain.first_break(record) is None and states(record)["pushed"] == "ok"


def test_a_commit_of_other_files_than_the_tested_ones_is_a_break():
    record = whole(verify_commit={"tree": "tree9", "wanted": "tree9"})
    assert states(record) == {
        "tested": "ok",
        "committed": "broken",
        **dict.fromkeys(("pushed", "landed", "deployed", "live", "tagged"), "unknown"),
    }


def test_files_that_were_there_in_the_test_but_are_not_in_the_commit_are_a_break():
    record = proved(begun())
    see(record, "verify.test", untracked=["fixtures/rates.json", "shop.py"])
    assert link(record, "tested").state == "ok"
    see(record, "verify.commit", **DONE["verify.commit"])
    broken = chain.first_break(record)
    assert broken is not None and broken.name == "committed"
    assert broken.evidence.startswith("fixtures/rates.json was there when it was tested")
    see(record, "verify.test", untracked=[])
    assert chain.first_break(record) is None


def test_more_edits_after_the_commit_break_nothing_that_is_live():
    record = whole()
    see(record, "fix.change", tree="tree2")
    assert set(states(record).values()) == {"ok"}


def test_more_edits_after_the_commit_that_were_tested_have_to_be_committed():
    record = proved(begun())
    see(record, "verify.commit", **DONE["verify.commit"])
    see(record, "fix.change", tree="tree2")
    assert link(record, "committed").state == "ok"
    see(record, "verify.test", untracked=[])
    assert link(record, "committed").state == "not-yet"
    assert "changed since ccccccc" in link(record, "committed").evidence


def test_a_push_of_another_commit_is_a_break():
    record = whole(verify_push={"commit": "b" * 40})
    broken = chain.first_break(record)
    assert broken is not None and broken.name == "pushed" and "bbbbbbb" in broken.evidence


def test_where_there_is_no_remote_nothing_is_pushed():
    assert "pushed" not in states(begun(remote=""))


def test_other_work_that_landed_with_it_has_to_be_tested_merge_first():
    record = whole(
        release_confirm={"tree": "tree7", "same_tree": False, "also_landed": ["1234567 Kim Other work"]}
    )
    assert states(record)["landed"] == "broken" and states(record)["live"] == "unknown"
    assert "1 other commit " in link(record, "landed").evidence
    see(record, "verify.test", untracked=[])
    assert record.entry("verify.test")["tree"] == "tree7"
    assert set(states(record).values()) == {"ok"}
    assert "tested again" in link(record, "landed").evidence


def test_other_work_that_landed_with_it_does_not_matter_deploy_first():
    record = whole("P0", release_confirm={"tree": "tree7", "same_tree": False, "also_count": 2})
    typed.add(record, "release.tag", commit="c" * 40)
    assert policy.order(record) == policy.DEPLOY_FIRST
    assert set(states(record).values()) == {"ok"}
    assert "2 other commits" in link(record, "landed").evidence


@pytest.mark.parametrize(("severity", "wrong"), [("P1", "c" * 40), ("P0", "d" * 40)])
def test_a_deployment_of_the_wrong_one_of_the_two_commits_is_a_break(severity, wrong):
    record = whole(severity, deploy_production={"commit": wrong})
    broken = chain.first_break(record)
    assert broken is not None and broken.name == "deployed"
    assert states(record)["live"] == "unknown"


def test_production_that_runs_something_else_is_a_break():
    record = whole()
    see(record, "deploy.live", "failed", live="e" * 40)
    assert link(record, "live")[2:4] == ("e" * 40, "broken")


def test_production_that_runs_the_same_files_by_another_commit_is_none():
    record = whole(deploy_live={"commit": "e" * 40})
    assert states(record)["live"] == "ok" and "same files" in link(record, "live").evidence


def test_a_tag_on_another_commit_is_a_break():
    assert states(whole(release_tag={"commit": "b" * 40}))["tagged"] == "broken"


def test_a_deployment_by_hand_is_as_good_as_the_word_of_a_person():
    record = whole()
    for name in ("deploy.production", "deploy.live"):
        record.steps.pop(name)
        settle(record, name)
        record.steps[name]["evidence"] = {}
    assert (states(record)["deployed"], states(record)["live"]) == ("unknown", "unknown")
    assert link(record, "deployed").evidence == "Only by the word of ann: the commit was not seen."


def test_staging_is_a_link_where_there_is_one():
    config = {**NO_STAGING, "deploy": {**NO_STAGING["deploy"], "staging": {"run": ["ship", "staging"]}}}
    record = proved(begun(config=config))
    see(record, "verify.commit", **DONE["verify.commit"])
    see(record, "verify.push", **DONE["verify.push"])
    assert states(record)["staging"] == "not-yet"
    see(record, "verify.staging", commit="c" * 40)
    assert states(record)["staging"] == "ok"
    see(record, "verify.staging", commit="a" * 40)
    assert states(record)["staging"] == "broken"


def test_without_a_code_fix_there_is_no_chain():
    record = make(facts={"ticket": "ENG-7", "resolution": "config"})
    assert chain.chain(record) == [] and not chain.begun(record)


def test_the_chain_is_in_the_document_of_the_incident():
    document = summary.document(whole(), NOW)
    assert [one["name"] for one in document["chain"]][:2] == ["tested", "committed"]
    assert set(document["chain"][0]) == {"name", "step", "value", "state", "evidence"}
    assert json.loads(json.dumps(document["chain"])) == document["chain"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "with 1 other commit that was not tested with it"),
        (2, "with 2 other commits that were not tested with it"),
    ],
)
def test_what_landed_untested_is_counted(count, said):
    record = whole(release_confirm={"tree": "tree7", "same_tree": False, "also_count": count})
    assert states(record)["landed"] == "broken" and said in link(record, "landed").evidence


@pytest.mark.parametrize("severity", ["P0", "P1"])
@pytest.mark.parametrize("name", ["deployed", "live"])
def test_a_fix_that_a_rollback_took_off_was_in_production(severity, name):
    record = whole(severity)
    ours = ("c" if severity == "P0" else "d") * 40
    for step in ("deploy.production", "deploy.live"):  # a rollback that is done takes them away
        record.steps.pop(step, None)
    assert link(record, name).evidence == "Not yet."
    see(record, "deploy.rollback", target="a" * 40, taken_off="e" * 40)
    assert link(record, name).evidence == "Not yet.", "what was taken off is not of this incident"
    see(record, "deploy.rollback", target="a" * 40, taken_off=ours)
    seen = link(record, name)
    assert seen.state == "not-yet"
    assert seen.evidence == f"{ours[:7]} was there, and a rollback took it off again."
