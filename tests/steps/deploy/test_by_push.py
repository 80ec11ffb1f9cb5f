"""A push that deploys is watched to its end: the forge's own run of this commit, then production."""

import os

import pytest

from hotfix_tui.steps.deploy import by_push, push_driver
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.live import compare as live_check
from tests.forges.test_pushed import deployment, run
from tests.forges.test_pushed_elsewhere import Gitea
from tests.steps.fake_gh import Forge
from tests.steps.support_release import PYTHON


@pytest.fixture
def forge(shop, monkeypatch):
    """A fix that landed on a branch whose pushes deploy, by a workflow that the preflight found."""
    commit = shop.fix()
    world = Forge(shop.folder, commit)
    monkeypatch.setenv("PATH", world.path_with(os.environ["PATH"]))
    monkeypatch.setattr(by_push, "EVERY", 0.05)
    monkeypatch.setattr(live_check, "PATIENCE", 0.2)
    shop.here("push", "-q", "origin", f"{commit}:refs/heads/main")
    trigger = {
        "kind": "deploys",
        "on": "push",
        "place": ".github/workflows/deploy.yml:3",
        "target": "production",
    }
    shop.see(
        "branch.preflight",
        forge="github",
        remote_url="https://github.com/acme/shop.git",
        deploys_on_push=True,
        triggers=[trigger],
    )
    shop.see("release.confirm", commit=commit)
    return world


def test_it_is_watched_without_a_word_to_type_and_done_when_the_deployment_is(shop, forge):
    forge.set(deployments=[deployment("SUCCESS", shop.commit)])
    plan = ProductionStep().plan(shop.ctx)
    assert plan.only_looks and plan.commands and not plan.locks
    found = shop.do(ProductionStep())
    assert found.state == "done", found
    assert found.evidence["seen_by"] in ("forge", "production")


def test_a_run_that_fails_is_a_deployment_that_failed(shop, forge):
    forge.set(runs=[run(conclusion="failure", sha=shop.commit)])
    found = shop.do(ProductionStep())
    assert found.state == "failed"
    assert "'Deploy' ended with failure" in found.why
    assert found.evidence["url"].startswith("https://github.com/acme/shop/actions/runs/")


def test_it_goes_on_looking_while_the_run_does(shop, forge):
    forge.set(runs=[run(status="in_progress", conclusion=None, sha=shop.commit)])
    assert ProductionStep().probe(shop.ctx).state == "waiting"
    plan = ProductionStep().plan(shop.ctx)
    shop.see("deploy.production", "running", **plan.evidence)
    soon = len(forge.world["calls"]) + 8
    forge.set(later={"calls": soon, "set": {"runs": [run(sha=shop.commit)]}})
    state, rundir = shop.run(plan)
    found = ProductionStep().conclude(shop.ctx, state, str(rundir))
    assert found.state == "done", found
    log = (rundir / "log").read_text()
    assert "is in progress" in log and "succeeded" in log
    assert log.count("is in progress") == 1, "what is known is not said again"


def test_the_forge_says_done_and_production_runs_another_commit(shop, forge):
    shop.configure(git={"live": [PYTHON, "-c", f"print({shop.base!r})"]})
    forge.set(deployments=[deployment("SUCCESS", shop.commit)])
    found = shop.do(ProductionStep())
    assert found.state == "waiting"
    assert f"production runs {shop.base[:7]}" in found.why
    shop.configure(git={"live": [PYTHON, "-c", f"print({shop.commit!r})"]})
    assert ProductionStep().probe(shop.ctx).state == "done"


def test_a_forge_that_does_not_answer_leaves_the_result_unknown(shop, forge, monkeypatch):
    monkeypatch.setattr(push_driver, "TRIES", 2)
    plan = ProductionStep().plan(shop.ctx)
    shop.see("deploy.production", "running", **plan.evidence)
    forge.down("error connecting to api.github.com")
    monkeypatch.setenv("HOTFIX_TUI_RUN", str(shop.folder))
    assert push_driver.main(plan.commands[0].argv[4:]) == 0
    assert "cannot be reached" in push_driver.read(str(shop.folder)).why
    from hotfix_tui.runner.runs import RunState

    found = ProductionStep().conclude(shop.ctx, RunState("exited", exit_code=0), str(shop.folder))
    assert found.state == "unknown"
    assert "cannot be reached" in found.why


def test_runs_that_ended_and_of_which_none_is_known_to_deploy_are_for_a_person(shop, forge):
    shop.see("branch.preflight", triggers=[])
    forge.set(runs=[run("CI", sha=shop.commit, path="x")])
    found = shop.do(ProductionStep())
    assert found.state == "unknown"
    assert "'CI' succeeded" in found.why


def test_a_push_to_gitea_is_followed_to_its_end_there(shop, monkeypatch):
    monkeypatch.setattr(by_push, "EVERY", 0.05)
    monkeypatch.setattr(live_check, "PATIENCE", 0.2)
    gitea = Gitea()
    try:
        commit = shop.fix()
        shop.here("push", "-q", "origin", f"{commit}:refs/heads/main")
        trigger = {"kind": "deploys", "on": "push", "place": f"{gitea.deploys[0]}:3", "target": "production"}
        shop.see(
            "branch.preflight",
            forge="gitea",
            remote_url=f"{gitea.address}/acme/shop.git",
            deploys_on_push=True,
            triggers=[trigger],
        )
        shop.see("release.confirm", commit=commit)
        gitea.runs(gitea.run("running", commit))
        assert ProductionStep().probe(shop.ctx).state == "waiting"
        gitea.runs(gitea.run("failure", commit))
        found = shop.do(ProductionStep())
        assert found.state == "failed" and "'deploy' ended with failure" in found.why
        gitea.runs(gitea.run("success", commit))
        found = shop.do(ProductionStep())
        assert found.state == "done" and found.evidence["seen_by"] == "forge"
    finally:
        gitea.server.shutdown()
        gitea.server.server_close()
