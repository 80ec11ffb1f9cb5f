"""Deploying and rolling back by a platform's own program: a stand-in that keeps state, and refuses unknown targets."""

import pytest

from hotfix_tui.incident.edits import runs
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.rules import policy
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests import typed
from tests.steps.support_release import NOW

pytestmark = pytest.mark.usefixtures("quick")

FIRST, SECOND, THIRD = "65f0c0ffee65f0c0ffee0001", "65f0c0ffee65f0c0ffee0002", "65f0c0ffee65f0c0ffee0003"
UUIDS = [f"cccccccc-0000-4000-8000-00000000000{n}" for n in range(4)]
LABELS = ["app-3ae7-261126_120000", "unused"]


def deployed(shop):
    return shop.record.evidence(Deployed)


BY_ID = {
    "netlify": [FIRST, SECOND, THIRD],
    "cloudflare-workers": UUIDS,
    "elastic-beanstalk": LABELS,
}


@pytest.mark.parametrize("name", BY_ID)
def test_the_release_before_is_kept_and_is_what_a_rollback_goes_back_to(shop, platform, name):
    if name == "elastic-beanstalk":
        shop.here.write(
            ".elasticbeanstalk/config.yml",
            "branch-defaults:\n  main:\n    environment: shop-prod\nglobal:\n  application_name: shop\n",
        )
    standin = platform(name, BY_ID[name])
    first = BY_ID[name][0]
    plan = ProductionStep().plan(shop.ctx)
    assert any(f"serves {first} now" in one for one in plan.warnings)
    found = shop.do(ProductionStep())
    assert found.state == "done", found
    seen = deployed(shop)
    assert (seen.platform, seen.previous_release) == (name, first)
    assert seen.release.commit == shop.commit
    assert seen.release.id == standin.world["live"] != first
    plan = Rollback().plan(shop.ctx)
    assert first in " ".join(plan.commands[0].argv)
    found = shop.do(Rollback())
    assert found.state == "done", found
    assert standin.world["live"] == first
    assert first in found.why
    assert Rollback().probe(shop.ctx).state == "done"


@pytest.mark.parametrize("name", BY_ID)
def test_a_raw_answer_is_never_an_argument(shop, platform, name):
    """What an older version kept of an answer that it did not understand is no target either."""
    standin = platform(name, BY_ID[name])
    for raw in (
        '{ "id": "0d3a9d2f-site", "published_deploy": {',
        '{ "Environments": [ {',
        "v2.3 build 7",
        "x" * 120,
    ):
        shop.see("deploy.production", commit=shop.commit, previous=raw)
        plan = Rollback().plan(shop.ctx)
        shown = [plan.title, plan.by_hand, *plan.warnings, *(w for c in plan.commands for w in c.argv)]
        assert raw not in " ".join(shown)
        assert not plan.commands, "without an id it goes by hand"
        assert ProductionStep().plan(shop.ctx).evidence.get("previous", "") in ("", shop.base)
    assert not standin.called("restoreSiteDeploy") and not standin.called("rollback")


def test_a_second_attempt_keeps_what_was_live_before_the_first(shop, platform):
    standin = platform("netlify", [FIRST, SECOND, THIRD])
    shop.do(ProductionStep())
    again = ProductionStep().plan(shop.ctx)
    assert again.evidence["previous_release"] == FIRST
    shop.do(ProductionStep())
    assert (deployed(shop).previous_release, standin.world["live"]) == (FIRST, THIRD)


def test_an_answer_that_should_name_the_commit_and_does_not_is_a_no(shop, platform):
    standin = platform("netlify", [FIRST, SECOND])
    standin.set(mode="unnamed")
    found = shop.do(ProductionStep())
    assert found.state == "failed"
    assert f"Netlify serves {SECOND}, which does not name {shop.commit[:7]}" in found.why
    standin.set(mode="idle")
    assert shop.do(ProductionStep()).state == "failed"


def test_a_deployment_that_is_live_is_not_called_failed(shop, platform):
    standin = platform("cloudflare-workers", UUIDS)
    standin.set(mode="half")
    found = shop.do(ProductionStep())
    assert found.state == "done", found
    assert "although the command did not end well" in found.why
    assert deployed(shop).previous_release == UUIDS[0]


def test_where_the_platform_can_be_asked_the_exit_status_alone_is_no_proof(shop, platform):
    standin = platform("netlify", [FIRST, SECOND])
    plan = ProductionStep().plan(shop.ctx)
    shop.see("deploy.production", "running", **plan.evidence)
    state, rundir = shop.run(plan)
    standin.set(mode="down")
    found = ProductionStep().conclude(shop.ctx, state, str(rundir))
    assert found.state == "unknown"
    assert "not seen in production" in found.why


def test_a_failure_after_which_the_platform_cannot_be_asked_is_unknown_until_somebody_looks(shop, platform):
    standin = platform("netlify", [FIRST, SECOND])
    plan = ProductionStep().plan(shop.ctx)
    shop.see("deploy.production", "running", **plan.evidence)
    standin.set(mode="down")
    state, rundir = shop.run(plan)
    found = ProductionStep().conclude(shop.ctx, state, str(rundir))
    assert found.state == "unknown"
    assert found.why.startswith("The deployment failed (exit status 1")
    assert "): network is unreachable; check the network, then retry; whether" in found.why
    assert found.why.endswith("look again once it can be asked")
    shop.see("deploy.production", "unknown", why=found.why)
    typed.add(shop.record, "deploy.production", **found.evidence)
    assert ProductionStep().probe(shop.ctx).state == "unknown"
    standin.set(mode="ok")
    seen = ProductionStep().probe(shop.ctx)
    assert seen.state == "failed" and f"Netlify serves {FIRST}, which does not name" in seen.why
    runs.apply_probe(shop.record, Actor("ann", NOW), "deploy.production", seen)
    assert shop.record.entry("deploy.production")["state"] == "failed", "a look settles it"
    shop.see("deploy.production", "unknown", ended=True)
    standin.set(releases={SECOND: f"ENG-7 {shop.commit}"}, live=SECOND)
    assert ProductionStep().probe(shop.ctx).state == "done", "it went on there without us"


def test_a_failure_after_which_the_release_is_the_one_of_before_is_a_failure(shop, platform):
    standin = platform("elastic-beanstalk", LABELS)
    shop.here.write(
        ".elasticbeanstalk/config.yml",
        "branch-defaults:\n  main:\n    environment: shop-prod\nglobal:\n  application_name: shop\n",
    )
    plan = ProductionStep().plan(shop.ctx)
    shop.see("deploy.production", "running", **plan.evidence)
    standin.set(mode="refused")
    state, rundir = shop.run(plan)
    found = ProductionStep().conclude(shop.ctx, state, str(rundir))
    assert found.state == "failed"
    assert f"AWS Elastic Beanstalk serves {LABELS[0]}" in found.why


def test_a_rollback_that_failed_and_cannot_be_seen_is_unknown(shop, platform):
    standin = platform("netlify", [FIRST, SECOND])
    shop.do(ProductionStep())
    plan = Rollback().plan(shop.ctx)
    shop.see("deploy.rollback", "running", **plan.evidence)
    standin.set(mode="down")
    state, rundir = shop.run(plan)
    found = Rollback().conclude(shop.ctx, state, str(rundir))
    assert found.state == "unknown"
    assert "whether production went back could not be seen" in found.why
    standin.set(mode="ok", live=FIRST)
    assert Rollback().probe(shop.ctx).state == "done"


def test_what_is_served_that_cannot_be_read_is_said_and_the_rollback_goes_by_hand(shop, platform):
    standin = platform("netlify", [FIRST, SECOND])
    standin.set(live="-x", releases={"-x": ""})
    plan = ProductionStep().plan(shop.ctx)
    assert any("goes by hand: Netlify names no single release" in one for one in plan.warnings)
    assert "previous_release" not in plan.evidence
    shop.do(ProductionStep())
    plan = Rollback().plan(shop.ctx)
    assert not plan.commands
    assert "netlify api restoreSiteDeploy" in plan.by_hand and "listSiteDeploys" in plan.by_hand


def test_nothing_is_asked_of_the_platform_before_its_configuration_is_trusted(shop, platform):
    standin = platform("netlify", [FIRST, SECOND])
    shop.trusted = False
    shop.own()
    shop.config["deploy"]["environment"] = "another"
    plan = ProductionStep().plan(shop.ctx)
    assert any("not trusted" in one for one in plan.warnings)
    assert standin.world["calls"] == []


def test_a_rollback_that_is_held_there_says_so(shop, platform):
    platform("netlify", [FIRST, SECOND])
    shop.do(ProductionStep())
    found = shop.do(Rollback())
    assert "held there" in found.why
    assert shop.record.stored("deploy.rollback").get("pinned") is True


def test_a_rollback_that_did_not_happen_is_not_believed(shop, platform):
    standin = platform("netlify", [FIRST, SECOND, THIRD])
    shop.do(ProductionStep())
    plan = Rollback().plan(shop.ctx)
    shop.see("deploy.rollback", "running", **plan.evidence)
    state, rundir = shop.run(plan)
    standin.set(live=SECOND)
    found = Rollback().conclude(shop.ctx, state, str(rundir))
    assert found.state == "failed"
    assert f"Netlify serves {SECOND}, not {FIRST}" in found.why


def test_a_branchs_head_is_not_deployed_before_it_holds_the_fix(shop, platform):
    standin = platform("digitalocean", [FIRST])
    shop.see("branch.preflight", platform_takes="branch")
    for severity in ("P0", "P1"):
        shop.record.doc["severity"] = severity
        assert policy.order(shop.record) == policy.MERGE_FIRST
        assert "digitalocean deploys the head" in policy.order_reason(shop.record)
    shop.record.this_round["order"] = policy.DEPLOY_FIRST
    with pytest.raises(Refused, match="deploys the head of main, which does not hold"):
        ProductionStep().plan(shop.ctx)
    assert not standin.called("create-deployment")
    shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
    plan = ProductionStep().plan(shop.ctx)
    assert plan.commands[-2].argv[:3] == ["doctl", "apps", "create-deployment"]
    assert any(f"the head of main, {shop.commit[:7]}." in one for one in plan.warnings)


def test_a_command_of_ones_own_is_not_bound_by_what_the_platform_takes(shop, platform):
    platform("digitalocean", [FIRST], production=["true", "{commit}"])
    shop.see("branch.preflight", platform_takes="branch")
    assert policy.order(shop.record) == policy.DEPLOY_FIRST


def test_a_program_that_is_not_installed_is_said_with_the_commands(shop, platform):
    standin = platform("netlify", [FIRST, SECOND])
    (standin.tools / "netlify").unlink()
    plan = ProductionStep().plan(shop.ctx)
    assert not plan.commands
    assert "netlify is not installed here." in plan.by_hand
    assert "netlify deploy --prod" in plan.by_hand


def test_a_deployment_by_hand_begins_the_log_like_any_other(shop):
    shop.configure(deploy={"follow": ["tail", "-f", "log"]}, policy={"P1": {"order": "deploy-first"}})
    shop.fix()
    shop.trusted = False
    shop.own()
    plan = ProductionStep().plan(shop.ctx)
    assert plan.by_hand and plan.log_tail is None
    assert any("log is not followed" in one for one in plan.warnings), "instructions wait for no trust"
    shop.trusted = True
    plan = ProductionStep().plan(shop.ctx)
    assert plan.by_hand
    assert plan.log_tail is not None and plan.log_tail.commands[0].argv == ["tail", "-f", "log"]
    shop.see("branch.preflight", deploys_on_push=True)
    shop.see("release.confirm", commit=shop.commit)
    assert ProductionStep().plan(shop.ctx).log_tail is not None


def test_the_number_of_what_goes_live_beside_the_fix_is_not_capped(shop):
    shop.configure(deploy={"production": ["true", "{commit}"]})
    commit = shop.fix()
    listed = [f"{n:07d} Ann Change {n}" for n in range(20)]
    shop.see("release.confirm", commit=commit, also_landed=listed, also_count=37)
    assert "37 other commits landed with the fix" in ProductionStep().plan(shop.ctx).warnings[0]
