"""A rollback that the platform stops before it moves the traffic: it goes on as its own act, from the id read anew.

Where the old version has ended already, going back is a deployment of its own, and pauses like any other.
"""
# ruff: noqa: F811  (fixtures are imported by name)

import json
import os
import shutil
from pathlib import Path

import pytest

from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.rules import gates
from hotfix_tui.platforms import loader
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy import release as releases_room
from hotfix_tui.steps.deploy import wait_driver, ways_back
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.platforms import four, record_runs
from tests.steps.deploy.test_four_platforms import patient, quick  # noqa: F401
from tests.steps.deploy.test_staged import did
from tests.steps.support_release import isolated, shop  # noqa: F401

STEP = "deploy.rollback"


def to_the_pause(shop, monkeypatch, programs):
    """Deploy, let the old version end, roll back: the platform waits. Return what was seen."""
    four.arrive(shop, monkeypatch, programs)
    did(shop, "deploy")
    assert did(shop, "activate").state == "done"
    if programs.service is not None:
        programs.service.ends()
    return shop.do(Rollback())


def goes_on(shop, monkeypatch, programs):
    found = to_the_pause(shop, monkeypatch, programs)
    name = loader.load(programs.platform).name
    old = shop.record.seen(Deployed).release_before.id
    assert found.state == "unknown", found
    assert found.why == (
        f"{name} waits before it moves the traffic back to release {old}: production runs what it ran. "
        "Go on: `rollback go-on`"
    )
    assert gates.way_on_back(shop.record) == "go-on" and not gates.rolled_back(shop.record)
    if programs.service is not None:
        assert not is_old(programs.service)
    assert ways_back.names(shop.ctx)[0] == "go-on" == Rollback().choices(shop.ctx)[0].name
    plan = Rollback().plan(shop.ctx, "go-on")
    way = ways_back.told(shop.ctx, "go-on", plan)
    assert way.title == "Go on with the rollback" and way.goes_on and way.to == f"release {old}"
    assert plan.locks == ["production"] and not plan.trusted
    (line,) = [one.argv for one in plan.commands if one.argv[0] == "aws"]
    assert line[2] in ("continue-service-deployment", "continue-deployment")
    done = shop.do(Rollback(), "go-on")
    assert done.state == "done", done
    if programs.service is not None:
        assert is_old(programs.service)
    assert shop.record.seen(RolledBack).target_release == old
    with pytest.raises(Refused, match="No rollback is known here that waits"):
        Rollback().plan(shop.ctx, "go-on")
    return done


def is_old(service):
    """Return whether what is live is made of what was live before."""
    deployments = service.deployments
    if isinstance(deployments, list):
        return service.live.endswith(":41")
    return deployments[service.live]["revision"] == deployments["d-OLD000001"]["revision"]


@pytest.mark.parametrize("name", four.STOPS)
def test_by_what_the_programs_said_it_goes_on(shop, monkeypatch, name):
    goes_on(shop, monkeypatch, four.Programs(shop.folder, name, four.LATER, real=False))


@pytest.mark.full
@pytest.mark.parametrize("name", [f"{name}-{four.LATER}" for name in four.STOPS])
def test_with_the_programs_themselves_it_goes_on(shop, monkeypatch, name):
    name = name.removesuffix(f"-{four.LATER}")
    if shutil.which("aws") is None:
        pytest.skip(f"aws is not installed here: {record_runs.HOW}")
    patient(monkeypatch)
    programs = four.Programs(shop.folder, name, four.LATER, real=True)
    try:
        goes_on(shop, monkeypatch, programs)
    finally:
        programs.service.close()
    if into := os.environ.get(record_runs.INTO):
        record_runs.keep(Path(into), name, four.LATER, four.record(shop, programs, programs.service.live))


@pytest.fixture
def paused(shop, monkeypatch):
    """A rollback that waits at ECS, played again."""
    assert to_the_pause(shop, monkeypatch, four.Programs(shop.folder, "ecs", four.LATER, real=False))
    return Rollback()


def says(monkeypatch, *releases):
    """Let the platform list these as waiting."""
    hooks = [{"hookId": id, "targetType": "PAUSE", "status": "AWAITING_ACTION"} for id in releases]
    said = json.dumps({"serviceDeployments": [{"lifecycleHookDetails": hooks}]}).encode()
    monkeypatch.setattr(releases_room, "answer", lambda *args, **more: (said, ""))


@pytest.mark.parametrize("waits", [(), ("ecs-pause-1", "ecs-pause-2"), ("--action",)])
def test_what_does_not_wait_there_any_more_or_is_not_clear_is_not_gone_on_with(
    shop, monkeypatch, paused, waits
):
    says(monkeypatch, *waits)
    with pytest.raises(Refused, match="AWS ECS does not say that the rollback still waits") as no:
        paused.plan(shop.ctx, "go-on")
    assert no.value.reasons[0].cure == "Look what production runs: `probe deploy.rollback`."


def test_it_is_asked_about_the_deployment_that_the_rollback_began_and_no_other(shop, monkeypatch, paused):
    asked = []

    def answer(ctx, on, action, seconds=0.0, *, more):
        asked.append((action, more))
        return b"", "aws ended with status 255"

    monkeypatch.setattr(releases_room, "answer", answer)
    with pytest.raises(Refused, match="still waits: aws ended with status 255"):
        paused.plan(shop.ctx, "go-on")
    ((action, more),) = asked
    assert action == "prepared" and more["deployment"].endswith("service-deployment/prod/shop/dep2")


def test_a_deployment_of_something_else_is_not_gone_on_with(shop, monkeypatch):
    programs = four.Programs(shop.folder, "codedeploy", four.LATER, real=False)
    assert to_the_pause(shop, monkeypatch, programs).state == "unknown"
    revision = {"gitHubLocation": {"commitId": "c" * 40}}
    info = {"deploymentId": "d-OTHER0001", "status": "Ready", "revision": revision}
    said = json.dumps({"deploymentInfo": info}).encode()
    monkeypatch.setattr(releases_room, "answer", lambda *args, **more: (said, ""))
    shop.see(STEP, "unknown", target=shop.base)
    with pytest.raises(Refused, match=f"is made of ccccccc, and not of {shop.base[:7]}"):
        Rollback().plan(shop.ctx, "go-on")


@pytest.mark.parametrize(("state", "seen"), [("done", {}), ("unknown", {"paused": ()})])
def test_what_is_settled_or_never_waited_has_nothing_to_go_on_with(shop, paused, state, seen):
    shop.see(STEP, state, **seen)
    assert gates.way_on_back(shop.record) == ""
    with pytest.raises(Refused, match="No rollback is known here that waits"):
        paused.plan(shop.ctx, "go-on")


def test_another_rollback_forgets_where_the_first_one_waited(shop, paused):
    assert paused.plan(shop.ctx, "previous").known.paused == ()


@pytest.mark.parametrize("about", [{"deployment": "--help"}, {"deployment": 3}, {"else": "x"}, [], None])
def test_what_a_run_has_left_is_only_believed_in_the_form_of_its_value(tmp_path, about):
    (tmp_path / wait_driver.RESULT).write_text(json.dumps({"wait": "back", "line": "x", "about": about}))
    assert wait_driver.values(loader.load("ecs"), str(tmp_path)) == {}
