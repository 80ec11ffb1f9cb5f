"""The hold of a Cloud Run service: it is ended only where that moves no traffic, and that is asked right before."""

import json
import os
import sys

import pytest

from hotfix_tui.base import asking
from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.steps import kept_state
from tests.steps.deploy.test_staged import did, offered

pytestmark = pytest.mark.usefixtures("quick")

STEP = "deploy.production"
OLD, NEW = "shop-00001-old", "shop-00002-new"

# As Cloud Run does it: what is deployed gets the traffic only while that follows the newest revision, and deploying
# without traffic names the one that has it.
_PROGRAM = (
    kept_state.HEAD
    + """\
args = sys.argv[1:]
line = " ".join(args)
world["calls"].append(line)
def leave(code=0, says=""):
    keep()
    print(says, file=sys.stderr if code else sys.stdout)
    sys.exit(code)
newest = world["all"][-1]
if line.startswith("run deploy"):
    served = world["named"] or newest
    world["all"].append(world["ids"].pop(0))
    if "--no-traffic" in args:
        world["named"], world["tag"] = served, world["all"][-1]
elif line.startswith("run services update-traffic") and "--to-latest" in args:
    world["named"] = world["named"] if world["mode"] == "stays" else ""
elif line.startswith("run services update-traffic"):
    (to,) = [word for word in args if word.startswith("--to-revisions=")]
    world["named"] = to.partition("=")[2].partition("=")[0]
    if world["named"] not in world["all"]:
        leave(1, "ERROR: no such revision")
elif line.startswith("run services describe"):
    if world["mode"] == "down":
        leave(1, "ERROR: (gcloud) UNAVAILABLE")
    ready = {{"latestCreatedRevisionName": newest, "latestReadyRevisionName": world["ready"] or newest}}
    if "latestCreated" in line:
        leave(0, json.dumps({{"status": ready}}))
    parts = [{{"revisionName": world["named"] or newest, "percent": 100}}]
    parts[0] |= {{}} if world["named"] else {{"latestRevision": True}}
    if world["mode"] == "split":
        parts = [{{"revisionName": one, "percent": 50}} for one in world["all"][-2:]]
    if world["tag"]:
        parts.append({{"revisionName": world["tag"], "tag": "hotfix", "url": "https://hotfix---shop.example"}})
    leave(0, json.dumps({{"status": ready | {{"traffic": parts}}}}))
leave()
"""
)


class Service:
    def __init__(self, folder):
        self.path, tools = folder / "service.json", folder / "programs"
        state = {
            "calls": [],
            "mode": "ok",
            "all": [OLD],
            "ids": [NEW, "shop-00003"],
            "named": "",
            "tag": "",
            "ready": "",
        }
        self.path.write_text(json.dumps(state))
        tools.mkdir()
        (tools / "gcloud").write_text(_PROGRAM.format(python=sys.executable, state=str(self.path)))
        (tools / "gcloud").chmod(0o755)
        self.tools = tools

    def __getitem__(self, name):
        return json.loads(self.path.read_text())[name]

    def set(self, **values):
        kept_state.change(self.path, **values)

    @property
    def serves(self):
        return self["named"] or self["all"][-1]

    def moves(self):
        return [call for call in self["calls"] if "--to-latest" in call]


@pytest.fixture
def service(shop, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    made = Service(shop.folder)
    monkeypatch.setenv("PATH", f"{made.tools}{os.pathsep}{os.environ['PATH']}")
    settings = {"service": "shop", "region": "europe-west1", "image": "r.example/shop:{commit}"}
    shop.configure(
        deploy={"platform": "cloud-run", "settings": settings}, policy={"P1": {"order": "deploy-first"}}
    )
    shop.fix()
    return made


def no(shop):
    with pytest.raises(Refused) as refused:
        ProductionStep().plan(shop.ctx, "unpin")
    (reason,) = refused.value.reasons
    return str(reason)


def activated(shop):
    assert did(shop, "prepare").state == "asks"
    assert did(shop, "activate").state in ("done", "unknown")


def test_after_an_activation_the_hold_is_ended_and_the_same_revision_serves(shop, service):
    activated(shop)
    assert service.serves == NEW == service["named"]
    assert "unpin" in offered(shop)
    plan = ProductionStep().plan(shop.ctx, "unpin")
    (command,) = plan.commands
    assert (
        command.argv[:4] == ["gcloud", "run", "services", "update-traffic"] and "--to-latest" in command.argv
    )
    assert plan.locks == ["production"] and not plan.trusted
    assert any("each new revision gets all of the traffic" in one for one in plan.warnings)
    found = did(shop, "unpin")
    assert f"Cloud Run does not hold {NEW} any more" in found.why, found
    assert service.serves == NEW and service["named"] == ""


def test_after_a_rollback_it_would_bring_the_faulty_one_back_and_is_refused(shop, service):
    shop.do(ProductionStep())
    assert service.serves == NEW
    shop.do(Rollback())
    assert service["named"] == OLD and shop.record.seen(RolledBack).pinned
    assert "unpin" in offered(shop)
    assert no(shop) == (
        f"To end the hold would give all of the traffic to the newest revision, {NEW}, and {OLD} serves now. "
        "Prepare a release of the fix and activate it; then the hold can be ended."
    )
    assert service.moves() == [] and service.serves == OLD


def test_what_is_only_prepared_or_staged_does_not_go_live_by_it(shop, service):
    assert did(shop, "prepare").state == "asks"
    assert service["named"] == OLD
    assert f"the newest revision, {NEW}, and {OLD} serves now" in no(shop)


def test_one_that_is_not_ready_yet_and_an_older_one_that_is_are_both_refused(shop, service):
    activated(shop)
    service.set(ready=OLD)
    assert f"to {OLD}, the newest revision that is ready, and {NEW} serves now" in no(shop)
    service.set(ready=NEW, all=[OLD, NEW, "shop-00009"])
    assert f"the newest revision, shop-00009, and {NEW} serves now" in no(shop)


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("down", "which revision is the newest (gcloud ended with status 1"),
        ("split", "which release has all of"),
    ],
)
def test_what_cannot_be_seen_is_refused_and_no_command_is_shown(shop, service, mode, why):
    activated(shop)
    service.set(mode=mode)
    said = no(shop)
    assert "Whether it is right is not known: " in said and why in said
    assert "--to-latest" not in said and service.moves() == []


def test_it_is_asked_anew_when_it_is_confirmed(shop, service):
    activated(shop)
    with asking.look(asking.Answers()):
        assert ProductionStep().plan(shop.ctx, "unpin").commands
    service.set(all=[OLD, NEW, "shop-00009"])
    with asking.look(asking.Answers()):
        no(shop)


def test_a_hold_that_stays_is_not_called_ended(shop, service):
    activated(shop)
    service.set(mode="stays")
    found = did(shop, "unpin")
    assert found.state == "failed" and f"still holds {NEW}" in found.why


def test_a_preview_asks_nobody_and_names_the_command(shop, service):
    activated(shop)
    before = len(service["calls"])
    with asking.remembered(asking.Answers()):
        plan = ProductionStep().plan(shop.ctx, "unpin")
    assert plan.unasked and "--to-latest" in plan.commands[0].argv and len(service["calls"]) == before
