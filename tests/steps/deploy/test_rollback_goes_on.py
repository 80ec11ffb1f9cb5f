"""A rollback that the platform stops before it moves the traffic: it goes on as its own act, from the id read anew.

Where the old version has ended already, going back is a deployment of its own, and pauses like any other.
"""

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
from hotfix_tui.steps.deploy import rollback_pause, wait_driver, ways_back
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.platforms import four, record_runs
from tests.steps.deploy.test_four_platforms import patient
from tests.steps.deploy.test_staged import did

pytestmark = pytest.mark.usefixtures("quick_after_a_failure")

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


def lost(shop, *, left):
    """The supervisor was killed while the rollback waited; `left` is whether its run had written what it waits for."""
    number = shop.record.runs[-1]["n"]
    shop.see(STEP, "running", paused=())
    shop.record.steps[STEP]["run"] = number
    shop.record.steps[STEP]["evidence"].pop("paused", None)
    there = Path(rollback_pause.last_directory(shop.ctx))
    assert there.name == f"{number}-{STEP}" and not there.exists()
    if left:
        there.mkdir(parents=True)
        kept = (shop.folder / f"run-{number}" / wait_driver.RESULT).read_text()
        (there / wait_driver.RESULT).write_text(kept)


def again(shop, found):
    """The wizard looks, keeps what it saw, and goes on."""
    assert found.state == "unknown" and "waits before it moves the traffic" in found.why, found
    shop.see(STEP, "unknown", **found.evidence)
    assert gates.way_on_back(shop.record) == "go-on"
    assert shop.do(Rollback(), "go-on").state == "done"


@pytest.mark.parametrize(("name", "left"), [("ecs", True), ("codedeploy", True), ("codedeploy", False)])
def test_when_the_supervisor_was_killed_at_the_pause_it_is_found_again(shop, monkeypatch, name, left):
    to_the_pause(shop, monkeypatch, four.Programs(shop.folder, name, four.LATER, real=False))
    lost(shop, left=left)
    again(shop, Rollback().probe(shop.ctx))


def test_where_nothing_tells_which_deployment_it_was_the_commands_are_named(shop, paused):
    lost(shop, left=False)
    found = Rollback().probe(shop.ctx)
    assert found.state != "done" and "paused" not in (found.evidence or {})
    assert "`aws ecs list-service-deployments --cluster prod --service shop " in found.why
    assert "`aws ecs describe-service-deployments --service-deployment-arns {deployment} " in found.why
    assert (
        "`aws ecs continue-service-deployment --service-deployment-arn {deployment} --hook-id {release} "
        "--action CONTINUE` goes on" in found.why
    )


@pytest.mark.parametrize(
    "description", ["ENG-7 back to d-OTHER0001", "ENG-8 back to d-OLD000001", "", "ENG-7 cccccccccccc"]
)
def test_what_waits_and_was_not_begun_by_this_rollback_is_not_taken_for_it(shop, monkeypatch, description):
    to_the_pause(shop, monkeypatch, four.Programs(shop.folder, "codedeploy", four.LATER, real=False))
    lost(shop, left=False)
    info = {"deploymentId": "d-NEW000002", "status": "Ready", "description": description}
    said = json.dumps({"deploymentInfo": info}).encode()
    asked = releases_room.answer

    def answer(ctx, on, action, *args, **more):
        return (said, "") if action == "prepared" else asked(ctx, on, action, *args, **more)

    monkeypatch.setattr(releases_room, "answer", answer)
    found = Rollback().probe(shop.ctx)
    assert "waits before it moves the traffic" not in found.why
    assert "`aws deploy continue-deployment --deployment-id {release} " in found.why


def test_a_rollback_that_was_never_begun_is_not_looked_for(shop, paused):
    shop.record.steps.pop(STEP)
    assert Rollback().probe(shop.ctx).state == "not-done"
