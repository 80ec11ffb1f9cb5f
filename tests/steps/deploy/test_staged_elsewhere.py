"""Phases where what is prepared has another shape: revisions by name, a slot, an app before production, a pause."""

import json
import os
import sys

import pytest

from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.release import read
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.steps import kept_state
from tests.steps.deploy.test_staged import did, offered

pytestmark = pytest.mark.usefixtures("quick")

STEP = "deploy.production"
OLD, NEW, COPY = "shop--0000001", "shop--0000002", "shop--0000003"

_PROGRAM = (
    kept_state.HEAD
    + """\
name, args = os.path.basename(sys.argv[0]), sys.argv[1:]
line = " ".join([name, *args])
world["calls"].append(line)
def leave(code=0, says=""):
    keep()
    print(says, file=sys.stderr if code else sys.stdout)
    sys.exit(code)
def option(name):
    return args[args.index(name) + 1]
def made(image, share):
    id = world["ids"].pop(0)
    world["images"][id], world["shares"][id] = image, share
    if share:
        world["shares"] = {{one: 100 if one == id else 0 for one in world["images"]}}
if line.startswith("az containerapp ingress traffic set"):
    if world["mode"] == "single":
        leave(1, "ERROR: Containerapp 'shop' is configured for single revision. Set revision mode to multiple in order "
            "to set ingress traffic.")
    given = [word.split("=") for word in args[args.index("--revision-weight") + 1 :] if "=" in word]
    if sum(int(share) for _, share in given) != 100 or any(id not in world["images"] for id, _ in given):
        leave(1, "ERROR: weights")
    world["shares"] = dict.fromkeys(world["images"], 0) | {{id: int(share) for id, share in given}}
    world["named"] = True
elif line.startswith("az containerapp update"):
    made(option("--image"), 0 if world["named"] else 100)
elif line.startswith("az containerapp revision copy"):
    made(world["images"][option("--from-revision")], 0 if world["named"] else 100)
elif line.startswith("az containerapp revision list"):
    leave(0, json.dumps([{{"name": id, "properties": {{"active": True, "provisioningState": "Provisioned",
        "fqdn": id + ".shop.example", "trafficWeight": world["shares"][id],
        "template": {{"containers": [{{"image": image}}]}}}}}} for id, image in world["images"].items()]))
elif line.startswith("az webapp deploy --"):
    world["slot"] = open(option("--src-path"), "rb").read()[:2].decode()
elif line.startswith("az webapp deployment slot list"):
    leave(0, json.dumps([{{"name": "staging", "state": "Running", "defaultHostName": "shop-staging.example"}}]))
elif line.startswith("az webapp deployment slot swap"):
    world["slot"], world["live"] = world["live"], world["slot"]
elif line.startswith("heroku releases --json"):
    app = option("-a")
    leave(0, json.dumps([{{"version": n + 1, "description": text, "status": "succeeded",
        "current": n + 1 == len(world[app])}} for n, text in reversed(list(enumerate(world[app])))]))
elif line.startswith("heroku pipelines:promote"):
    source = world[option("-a")]
    world[option("--to")].append(f"Promote {{option('-a')}} v{{len(source)}} {{source[-1].split()[-1]}}")
elif line.startswith("heroku releases:rollback"):
    world["shop"].append(world["shop"][int(args[1]) - 1])
elif name == "git" and args[0] == "push" and "git.heroku.com" in args[1]:
    world[args[1].rpartition("/")[2].removesuffix(".git")].append("Deploy " + args[2][:8])
elif name == "git":
    keep()
    os.execv(world["git"], [world["git"], *args])
elif "rollout resume" in line:
    world["paused"] = world["mode"] == "stays"
elif "get deploy/" in line:
    leave(0, json.dumps({{"metadata": {{"annotations": {{"deployment.kubernetes.io/revision": "7"}}}},
        "spec": {{"paused": world["paused"]}}}}))
leave()
"""
)


class World:
    """The programs of a platform on the path, with a service that is a file."""

    def __init__(self, folder, **state):
        self.path, self.tools = folder / "service.json", folder / "programs"
        self.path.write_text(json.dumps({"calls": [], "mode": "ok", **state}))
        self.tools.mkdir()
        for name in ("az", "heroku", "kubectl", "git"):
            (self.tools / name).write_text(_PROGRAM.format(python=sys.executable, state=str(self.path)))
            (self.tools / name).chmod(0o755)

    def __getitem__(self, name):
        return json.loads(self.path.read_text())[name]

    def set(self, **values):
        kept_state.change(self.path, **values)


@pytest.fixture
def on(shop, monkeypatch):
    """Configure a platform for a P1 that deploys first, trusted, with its programs on the path."""

    def made(name, settings, **state):
        import shutil

        monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
        world = World(shop.folder, git=shutil.which("git"), **state)
        monkeypatch.setenv("PATH", f"{world.tools}{os.pathsep}{os.environ['PATH']}")
        shop.configure(
            deploy={"platform": name, "settings": settings}, policy={"P1": {"order": "deploy-first"}}
        )
        shop.fix()
        return world

    return made


@pytest.fixture
def container(on):
    settings = {"group": "g", "app": "shop", "image": "r.example/shop:{commit}"}
    state = {"ids": [NEW, COPY], "images": {OLD: "r.example/shop:1"}, "shares": {OLD: 100}, "named": False}
    return on("azure-container-apps", settings, **state)


def test_a_revision_without_traffic_gets_shares_and_is_taken_back(shop, container):
    found = did(shop, "prepare")
    assert found.state == "asks", found
    assert container["shares"] == {OLD: 100, NEW: 0}
    assert shop.record.seen(Deployed).prepared.address == f"{NEW}.shop.example"
    did(shop, "share-10")
    assert container["shares"] == {OLD: 90, NEW: 10}
    assert did(shop, "abort").state == "asks" and container["shares"] == {OLD: 100, NEW: 0}
    assert did(shop, "activate").state == "done" and container["shares"] == {OLD: 0, NEW: 100}
    found = shop.do(Rollback())
    assert found.state == "done", found
    assert container["shares"] == {OLD: 100, NEW: 0}, "a copy of the old one would have got no traffic"


def test_without_phases_the_rollback_is_a_copy_of_the_old_revision(shop, container):
    assert shop.do(ProductionStep()).state == "done" and container["shares"] == {OLD: 0, NEW: 100}
    shop.do(Rollback())
    assert container["shares"][COPY] == 100 and container["images"][COPY] == container["images"][OLD]


def test_with_a_single_revision_nothing_is_prepared_and_the_reason_is_said(shop, container):
    container.set(mode="single")
    found = did(shop, "prepare")
    assert found.state == "failed" and "configured for single revision" in found.why
    assert container["images"] == {OLD: "r.example/shop:1"}


def test_a_slot_is_filled_tried_and_swapped_both_ways(shop, on):
    slot = on("azure-app-service", {"group": "g", "app": "shop"}, slot="", live="the old one")
    found = did(shop, "prepare")
    assert found.state == "asks" and "at https://shop-staging.example" in found.why
    assert (slot["slot"], slot["live"]) == ("PK", "the old one"), "a zip of the commit, and no traffic"
    plan = ProductionStep().plan(shop.ctx)
    assert plan.title.startswith("Activate staging") and "nothing else may have been deployed" in str(
        plan.warnings
    )
    assert did(shop, "activate").state == "done"
    assert (slot["slot"], slot["live"]) == ("the old one", "PK")
    shop.do(Rollback())
    assert slot["live"] == "the old one"


def test_the_app_before_production_is_promoted_unless_something_else_was_pushed_there(shop, on):
    on_it = {"app": "shop", "stage": "shop-stage"}
    pipeline = on("heroku", on_it, **{"shop": [f"Deploy {shop.base[:8]}"], "shop-stage": ["Deploy 1"]})
    found = did(shop, "prepare")
    assert found.state == "asks", found
    assert len(pipeline["shop"]) == 1 and pipeline["shop-stage"][-1] == f"Deploy {shop.commit[:8]}"
    pipeline.set(**{"shop-stage": [*pipeline["shop-stage"], "Deploy 22222222"]})
    with pytest.raises(Refused, match="holds something else there now than 2, which was prepared"):
        ProductionStep().plan(shop.ctx, "activate")
    pipeline.set(**{"shop-stage": pipeline["shop-stage"][:-1]})
    found = did(shop, "activate")
    assert found.state == "done", found
    assert pipeline["shop"][-1] == f"Promote shop-stage v2 {shop.commit[:8]}"
    assert shop.do(Rollback()).state == "done" and pipeline["shop"][-1] == f"Deploy {shop.base[:8]}"


def test_without_an_app_before_it_nothing_is_asked_before_a_push(shop, on):
    on("heroku", {"app": "shop"}, shop=["Deploy 11111111"])
    assert offered(shop) == []


def test_a_deployment_that_somebody_paused_is_seen_and_resumed(shop, on):
    values = {"context": "prod", "namespace": "shop", "deployment": "web", "manifests": "k8s"}
    cluster = on("kubernetes", values, paused=False)
    assert offered(shop) == [], "one way, no question"
    cluster.set(paused=True)
    plan = ProductionStep().plan(shop.ctx)
    assert any("does not go live by itself until that is undone" in one for one in plan.warnings)
    shop.see(STEP, "failed", **plan.evidence)
    assert offered(shop) == ["deploy", "unpin"]
    cluster.set(mode="stays")
    assert did(shop, "unpin").state == "failed"
    cluster.set(mode="ok")
    assert did(shop, "unpin").state == "asks" and not cluster["paused"]
    assert offered(shop) == []
    with pytest.raises(Refused, match="No platform here can prepare"):
        ProductionStep().plan(shop.ctx, "prepare")


@pytest.mark.parametrize(("latest", "held"), [(True, False), (False, True), (None, True)])
def test_cloud_run_holds_what_is_named_unless_traffic_follows_the_latest(latest, held):
    at = loader.load("cloud-run").commands["current"].release
    part = {"percent": 100, "revisionName": "shop-1"} | ({} if latest is None else {"latestRevision": latest})
    assert read(json.dumps({"status": {"traffic": [part]}}).encode(), at).pinned is held
