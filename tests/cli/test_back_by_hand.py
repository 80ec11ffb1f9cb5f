"""A way back that a person goes by hand is said to be done like one that the wizard goes: nothing is left open."""

import pytest


@pytest.fixture
def deployed(opened):
    """An incident whose fix is merged and was deployed by hand, by the word of a person."""
    desk = opened
    desk.git("tag", "v1.0.0")
    for step in ("branch.base", "branch.create"):
        desk.do("do", step, *(("--choose", "production") if step == "branch.base" else ()))
    (desk.checkout / "shop.py").write_text("def total(prices):\n    return sum(prices)\n")
    desk.do("set", "cause.summary", "It lost the last price")
    desk.do("set", "impact.seen", "Totals are too low")
    desk.do("do", "triage.rollback-first", "--choose", "fix")
    desk.do("probe", "fix.change")
    for step in ("fix.regression-test", "fix.guard", "verify.test", "verify.proof"):
        desk.call("waive", step, "--granted-by", "Bo", "--why", "for the test")
    desk.do("tick", "verify.reproduced", "verify.resolved", "verify.normal-path", "verify.edge-cases",
            "verify.nothing-new")  # fmt: skip
    desk.do("do", "verify.commit")
    desk.do("tick", "deploy.production")
    return desk


def entry(desk, step):
    """Return a step as `status --json` has it."""
    return next(one for one in desk.status()["steps"] if one["id"] == step)


def test_what_was_deployed_by_hand_goes_back_to_the_base(deployed):
    said = deployed.do("plan", "deploy.rollback").out
    base = deployed.git("rev-parse", "v1.0.0")[:7]
    assert f"Roll production back to {base}" in said and "it was live before this deployment" in said


WORDS = {"plain": (), "with a word": ("--note", "by the console"), "as somebody": ("--as", "Cy")}


@pytest.mark.parametrize("words", WORDS)
def test_a_rollback_by_hand_is_said_to_be_done(deployed, words):
    asked = deployed.do("rollback", "previous", "--confirm", "ENG-7").out
    assert "`tick deploy.rollback`" in asked
    deployed.do("tick", "deploy.rollback", *WORDS[words])
    assert entry(deployed, "deploy.production")["state"] == "pending", "what was deployed is off"
    status = deployed.status()
    assert any("Roll back" in one["text"] for one in status["timeline"][-3:])
    deployed.do("verdict", "worse", "--why", "it crashes")
    said = deployed.do("status").out
    assert "roll back, or" not in said and "was taken off production" in said
    assert "begin the next round" in said


def test_before_a_fix_too(opened):
    opened.git("tag", "v1.0.0")
    opened.do("tick", "deploy.rollback")
    assert any("Roll back" in one["text"] for one in opened.status()["timeline"])


def test_it_happened_once(deployed):
    deployed.do("tick", "deploy.rollback")
    many = len(deployed.status()["timeline"])
    deployed.do("tick", "deploy.rollback")
    assert len(deployed.status()["timeline"]) == many


def test_an_untick_is_refused(deployed):
    deployed.do("tick", "deploy.rollback")
    assert "deploy.rollback" in deployed.no(5, "untick", "deploy.rollback").err
