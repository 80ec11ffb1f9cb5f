"""Argo Rollouts: a canary that stops at its own steps goes on or back from there, blue-green waits without traffic.

The stand-in answers as the plugin does, and, as the plugin, says for a moment that a change was not seen yet: what is
promoted in that moment is not.
"""

import json
import os
import sys

import pytest

from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.platforms import loader
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy import staged, wait_driver, ways_back
from hotfix_tui.steps.deploy.arrival import look
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.steps import kept_state
from tests.steps.deploy.test_staged import STEP, did, offered

pytestmark = pytest.mark.usefixtures("quick")

_PROGRAM = (
    kept_state.HEAD
    + """\
name, args = os.path.basename(sys.argv[0]), sys.argv[1:]
words = [word for word in args[2:] if not word.startswith("-")]
world["calls"].append(" ".join(sys.argv[1:]))
def leave(says="", code=0):
    keep()
    print(says)
    if code:
        print("Error: The rollout is in a degraded state with message: " + world["message"], file=sys.stderr)
    sys.exit(code)
def changed(image):
    world["newest"] += 1
    world["images"][str(world["newest"])] = image
    world["lag"] = 1
    if image == world["live"] or (world["auto"] and not world["steps"]):
        world.update(phase="Healthy", message="", live=image, share=100)
    elif world["mode"] == "broken":
        world.update(phase="Degraded", message="ProgressDeadlineExceeded: timed out", share=0)
    else:
        first = world["steps"][0] if world["steps"] else None
        world.update(phase="Paused", message="CanaryPauseStep" if first else "BlueGreenPause", share=first)
def seen():
    world["lag"], late = max(0, world["lag"] - 1), world["lag"] > 0
    return not late
new = world["images"][str(world["newest"])]
if name == "kubectl":
    blue = {{"blueGreen": {{"autoPromotionEnabled": world["auto"]}}}}
    leave(json.dumps({{"spec": {{"strategy": {{"canary": {{}}}} if world["steps"] else blue}}}}))
if words[0] == "status":
    if not seen():
        leave("Progressing - waiting for rollout spec update to be observed")
    told = world["phase"] if world["phase"] in ("Healthy", "Degraded") else world["phase"] + " - " + world["message"]
    leave(told, 1 if world["phase"] == "Degraded" else 0)
if words[:2] == ["set", "image"]:
    changed(words[3].partition("=")[2])
    leave('rollout "shop" image updated')
if words[0] == "undo":
    number = next(word for word in args if word.startswith("--to-revision=")).partition("=")[2]
    if number not in world["images"]:
        leave("", 1)
    changed(world["images"].pop(number))
    leave("rollout 'shop' undo")
if words[0] == "abort":
    world.update(phase="Degraded", message="RolloutAborted: Rollout aborted update", share=0)
    leave("rollout 'shop' aborted")
if words[0] == "promote":
    if world["lag"] == 0 and world["phase"] == "Paused":
        later = [one for one in world["steps"] if one > (world["share"] or 0)]
        if "--full" in args or not later:
            world.update(phase="Healthy", message="", live=new, share=100)
        else:
            world["share"] = later[0]
    leave("rollout 'shop' fully promoted" if "--full" in args else "rollout 'shop' promoted")
sign = {{"Healthy": "\\u2714", "Paused": "\\u0965", "Degraded": "\\u2716"}}[world["phase"]]
rows = ["Name:            shop", "Namespace:       shop", "Status:          " + sign + " " + world["phase"]]
rows += ["Message:         " + world["message"]] if world["message"] else []
rows += ["Strategy:        " + ("Canary" if world["steps"] else "BlueGreen")]
if world["steps"]:
    rows += ["  Step:          1/3", "  SetWeight:     20", "  ActualWeight:  " + str(world["share"])]
both = "stable" if world["steps"] else "stable, active"
rows += ["Images:          " + world["live"] + " (" + both + ")"]
if new != world["live"]:
    rows += ["                 " + new + (" (canary)" if world["steps"] else " (preview)")]
rows += ["Replicas:", "  Desired:       5", "", "NAME  KIND  STATUS  AGE  INFO"]
rows += ["# revision:" + number for number in sorted(world["images"], key=int, reverse=True)]
leave("\\n".join(rows))
"""
)
OLD = "r.example/shop:1"
VALUES = {
    "context": "prod",
    "namespace": "shop",
    "rollout": "shop",
    "container": "web",
    "image": "r.example/shop:{commit}",
}


class Cluster:
    """The plugin and kubectl on the path, and a rollout that is a file."""

    def __init__(self, folder, **state):
        self.path, tools = folder / "cluster.json", folder / "programs"
        images = {"6": "r.example/shop:0", "7": OLD}
        kept = {"calls": [], "mode": "ok", "steps": [20, 50], "auto": False, "images": images,
                "newest": 7, "live": OLD, "phase": "Healthy", "message": "", "share": 100, "lag": 0}  # fmt: skip
        self.path.write_text(json.dumps(kept | state))
        tools.mkdir()
        for name in ("kubectl-argo-rollouts", "kubectl"):
            (tools / name).write_text(_PROGRAM.format(python=sys.executable, state=str(self.path)))
            (tools / name).chmod(0o755)
        self.tools = tools

    def __getitem__(self, name):
        return json.loads(self.path.read_text())[name]

    def set(self, **values):
        kept_state.change(self.path, **values)


@pytest.fixture
def cluster(shop, monkeypatch):
    def made(**state):
        monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
        on = Cluster(shop.folder, **state)
        monkeypatch.setenv("PATH", f"{on.tools}{os.pathsep}{os.environ['PATH']}")
        shop.configure(
            deploy={"platform": "argo-rollouts", "settings": VALUES}, policy={"P1": {"order": "deploy-first"}}
        )
        shop.fix()
        return on

    return made


def test_a_canary_stops_at_its_step_goes_on_and_is_activated(shop, cluster):
    on = cluster()
    found = did(shop, "deploy")
    assert found.state == "asks", found
    assert found.why == "20 % of the traffic goes to 8: watch it, then go on or take it back"
    assert on["live"] == OLD
    kept = shop.record.seen(Deployed)
    assert (kept.prepared.id, kept.prepared.share, kept.prepared.commit) == ("8", 20.0, shop.commit)
    assert offered(shop) == ["activate", "advance", "abort", "prepare", "deploy"]
    assert did(shop, "advance").why.startswith("50 % of the traffic goes to 8")
    found = did(shop, "advance")
    assert found.state == "done" and on["live"].endswith(shop.commit), found
    found = shop.do(Rollback())
    assert found.state == "done", found
    assert on["live"] == OLD, "the old one would have stopped at its first step, too"


def test_a_canary_is_activated_at_once_past_its_steps(shop, cluster):
    on = cluster()
    did(shop, "deploy")
    plan = ProductionStep().plan(shop.ctx)
    assert plan.title == f"Activate 8 ({shop.commit[:7]}) in production"
    assert did(shop, "activate").state == "done" and on["live"].endswith(shop.commit)
    assert staged.way_back(shop.ctx, loader.load("argo-rollouts")) == "rollback"


@pytest.mark.parametrize("how", ["phase", "rollback"])
def test_a_canary_is_aborted_and_the_rollout_says_so_itself(shop, cluster, how):
    on = cluster()
    did(shop, "deploy")
    if how == "phase":
        found = did(shop, "abort")
        assert found.state == "asks" and "what was live before has all of the traffic" in found.why, found
        assert staged.ready(shop.ctx) is None and "deploy" in offered(shop)
        assert not shop.record.seen(Deployed).commit, "nothing of it is live"
        assert not Rollback().plan(shop.ctx).known.target_release
    else:
        plan = Rollback().plan(shop.ctx)
        assert [one.argv[3] for one in plan.commands[:2]] == ["abort", "undo"], plan.by_hand
        way = ways_back.told(shop.ctx, "previous", plan)
        assert way.says[0] == "20 % of the traffic goes to 8; all of it goes back to release 7."
        assert shop.do(Rollback()).state == "done"
    assert (on["live"], on["phase"]) == (OLD, "Healthy"), "what it says is set back, too"
    assert on["images"][str(on["newest"])] == OLD


def test_blue_green_that_waits_is_prepared_without_traffic(shop, cluster):
    on = cluster(steps=[])
    found = did(shop, "prepare")
    assert found.state == "asks" and found.why.startswith("8 is ready without traffic"), found
    assert on["live"] == OLD and shop.record.seen(Deployed).prepared.share == 0
    assert offered(shop) == ["activate", "advance", "abort", "prepare", "deploy"]
    assert did(shop, "activate").state == "done" and on["live"].endswith(shop.commit)
    assert shop.do(Rollback()).state == "done" and on["live"] == OLD


@pytest.mark.parametrize("state", [{"steps": [20]}, {"steps": [], "auto": True}])
def test_what_would_get_traffic_by_itself_is_not_called_prepared(shop, cluster, state):
    on = cluster(**state)
    plan = ProductionStep().plan(shop.ctx, "prepare")
    assert not plan.commands
    assert "The wizard does not know whether the rollout waits before its traffic is moved" in plan.by_hand
    assert not any("set image" in one for one in on["calls"])


def test_a_rollout_that_fails_is_a_failure_with_what_is_live(shop, cluster, monkeypatch):
    monkeypatch.setattr(wait_driver, "_SURE", 1)
    on = cluster(mode="broken")
    found = did(shop, "deploy")
    assert found.state in ("failed", "unknown") and "ended it as Degraded" in found.why, found
    assert on["live"] == OLD


def test_what_somebody_else_has_changed_since_is_not_activated(shop, cluster):
    on = cluster()
    did(shop, "deploy")
    on.set(newest=9, images={**on["images"], "9": "r.example/shop:other"})
    with pytest.raises(Refused, match="holds something else there now than 8, which was prepared"):
        ProductionStep().plan(shop.ctx, "activate")
    assert STEP == "deploy.production"


@pytest.mark.parametrize(
    ("image", "goes_on"),
    [("r.example/shop:hotfix-7", True), (OLD, False), ("r.example/shop:{version}", True)],
)
def test_an_image_that_names_no_commit_is_known_by_its_own_name_unless_its_tag_moves(
    shop, cluster, image, goes_on
):
    on = cluster(mode="named")
    shop.config["deploy"]["settings"] = VALUES | {"image": image}
    found = did(shop, "deploy")
    if not goes_on:
        assert found.state == "unknown", "the same image as before: whether it is the new one is not known"
        return
    assert found.state == "asks" and found.why.startswith("20 % of the traffic goes to 8"), found
    found = did(shop, "activate")
    assert found.state == "done" and f"which is made of {on['live']}" in found.why, found
    on.set(live=OLD, images={**on["images"], "8": OLD})
    assert look(shop.ctx, shop.commit).same is False, "the old image is a no"
    on.set(live="r.example/other:1", images={**on["images"], "8": "r.example/other:1"})
    assert look(shop.ctx, shop.commit).same is None, "an image that nobody knows tells nothing"
