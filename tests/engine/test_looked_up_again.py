"""After an act that turned round what is live nothing that was heard before is shown: a real swap, and back."""

import json
import os
import sys
import time

import pytest

from hotfix_tui.base import asking
from hotfix_tui.engine import execute, prepare, reconcile
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.ui.pictures import deploy_asked
from tests.engine import in_production
from tests.steps import kept_state

_PROGRAM = (
    kept_state.HEAD
    + """\
line = " ".join([os.path.basename(sys.argv[0]), *sys.argv[1:]])
args = sys.argv[1:]
both = [{{"EnvironmentName": name, "VersionLabel": label, "Status": "Ready",
    "CNAME": "shop.example" if name == world["live"] else "other.example"}} for name, label in world["labels"].items()]
if line.startswith("eb deploy"):
    world["labels"][args[1]] = args[args.index("--label") + 1]
elif line.startswith("eb swap"):
    if args[1] != world["live"]:
        sys.exit("ERROR: " + args[1] + " is not live")
    world["live"] = args[args.index("--destination_name") + 1]
elif "--query" in args:
    query = args[args.index("--query") + 1]
    found = [one for one in both if (one["CNAME"] == "shop.example") is ("==" in query)]
    print(json.dumps([one["EnvironmentName"] for one in found] if query.endswith("EnvironmentName") else found))
elif "describe-environments" in args:
    print(json.dumps({{"Environments": [one for one in both if one["EnvironmentName"] in args]}}))
keep()
"""
)


@pytest.fixture
def engine(shop, monkeypatch):
    monkeypatch.setenv("HOME", str(shop.folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    monkeypatch.setattr(live_check, "PATIENCE", 0.2)
    state, tools = shop.folder / "service.json", shop.folder / "programs"
    state.write_text(
        json.dumps({"live": "shop-blue", "labels": {"shop-blue": "app-1", "shop-green": "app-0"}})
    )
    tools.mkdir()
    for name in ("eb", "aws"):
        (tools / name).write_text(_PROGRAM.format(python=sys.executable, state=str(state)))
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    settings = {"blue": "shop-blue", "green": "shop-green", "address": "shop.example", "application": "shop"}
    shop.here.write(".elasticbeanstalk/config.yml", "global:\n  application_name: shop\n")
    made = in_production.opened(
        shop,
        git={},
        deploy={"platform": "elastic-beanstalk-swap", "settings": settings},
        policy={"P1": {"order": "deploy-first"}},
    )
    for module in ("rules.gates", "edits.runs"):
        monkeypatch.setattr(f"hotfix_tui.incident.{module}.may_start", lambda record, step: None)
    monkeypatch.setattr(prepare, "refresh_preconditions", lambda engine, step: None)
    made.live = lambda: json.loads(state.read_text())["live"]
    return made


def done(engine, step, choice=""):
    begun = execute.carry_out(engine, step, choice=choice, confirm="ENG-7")
    assert begun.state == "running", begun
    end = time.monotonic() + 240
    while (found := reconcile.collect_result(engine, step)) is None and time.monotonic() < end:
        time.sleep(0.02)
    return found


def test_which_environment_is_live_is_not_remembered_beyond_a_swap(engine, shop):
    assert done(engine, "deploy.production", "deploy").state == "done"
    assert engine.live() == "shop-green"
    assert "shop-blue --destination_name shop-blue" not in deploy_asked.read(engine).back
    found = done(engine, "deploy.rollback")
    assert found.state == "done" and engine.live() == "shop-blue", found


def test_one_kind_of_answer_is_forgotten_and_the_others_stay():
    memory = asking.Answers()
    with asking.look(asking.Answers(remember=memory)):
        for question in (("platform", "here", "a"), ("remote", "here"), "platform", ("platform", "there")):
            asking.ask(question, lambda: 1)
    memory.forget("platform")
    with asking.remembered(memory):
        assert asking.ask(("remote", "here"), lambda: 2) == asking.ask("platform", lambda: 2) == 1
        for gone in (("platform", "here", "a"), ("platform", "there")):
            with pytest.raises(asking.NotAsked):
                asking.ask(gone, lambda: 2)
