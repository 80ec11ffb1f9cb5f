"""The watch begins with the deployment, goes on without anybody, and ends with the incident: real processes."""

import json
import time
from pathlib import Path

import pytest

from hotfix_tui.config import trust
from hotfix_tui.engine import commands, execute, opening, prepare, reconcile, watching
from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.runner import runs
from hotfix_tui.session.places import state_root
from hotfix_tui.session.store import Store
from hotfix_tui.steps.live import compare as live_check
from tests.engine import in_production
from tests.steps.support_release import PYTHON

WATCH = "monitor.watch"


@pytest.fixture
def engine(shop, server, monkeypatch):
    """An incident whose fix can be deployed: by writing its commit to the file that production is."""
    monkeypatch.setenv("HOME", str(shop.folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    monkeypatch.setattr(live_check, "PATIENCE", 0.2)
    live = str(shop.folder / "live")
    put = "import os, sys, time\ngo, bad, fixed, live, commit = sys.argv[1:]\n"
    put += "while not os.path.exists(go): time.sleep(0.02)\n"
    put += "if os.path.exists(bad): sys.exit('no')\nopen(live, 'w').write(commit); open(fixed, 'w')"
    files = [str(shop.folder / name) for name in ("go", "bad", "fixed")]
    server.pages["/account"] = (401, "")
    server.pages["/rate"] = lambda _: (200, "0.1" if (shop.folder / "fixed").exists() else "9.0")
    made = in_production.opened(
        shop,
        smoke=[{"name": "refused", "url": server.url + "/account", "expect-status": 401}],
        metric=[{"name": "error rate", "json-url": server.url + "/rate"}],
        monitor={"watch": "6s"},
        deploy={"production": [PYTHON, "-c", put, *files, live, "{commit}"]},
    )
    for module in ("rules.gates", "edits.runs"):
        monkeypatch.setattr(f"hotfix_tui.incident.{module}.may_start", lambda record, step: None)
    monkeypatch.setattr(prepare, "refresh_preconditions", lambda engine, step: None)
    yield made
    made.reload()
    watching.end_watch(made, "the test is over")
    assert until(lambda: watching.sampling(made) is None)


def until(true):
    end = time.monotonic() + 240
    while not (seen := true()) and time.monotonic() < end:
        time.sleep(0.02)
    return seen


def settled(engine, step):
    return until(lambda: reconcile.collect_result(engine, step))


def folder(engine):
    return Path(engine.run_directory(engine.record.entry(WATCH)["run"]))


def samples(engine):
    try:
        lines = (folder(engine) / "samples.ndjson").read_text().splitlines()
    except OSError:
        return []
    return [json.loads(line) for line in lines if line.endswith("}")]


def deploy(engine, shop):
    begun = execute.carry_out(engine, "deploy.production", confirm="ENG-7")
    assert begun.state == "running" and not begun.why, begun
    before = Path(engine.run_directory(begun.run)) / "baseline.json"
    assert until(before.exists), "what was before is read first of all"


def test_it_begins_with_the_deployment_and_knows_how_it_was_before(engine, shop, server):
    deploy(engine, shop)
    assert engine.record.entry(WATCH)["state"] == "running"
    assert until(lambda: sum(one["kind"] == "metric" for one in samples(engine)) >= 3)
    assert all(one["before"] for one in samples(engine))
    (shop.folder / "go").touch()
    assert settled(engine, "deploy.production").state == "done"
    done = settled(engine, WATCH)
    assert done.state == "done", done
    seen = engine.record.stored(WATCH)
    assert seen["proposed"] == "fixed"
    assert seen["metrics"] == [{"name": "error rate", "before": 9.0, "after": 0.1}]
    assert seen["commit"] == shop.commit
    assert watching.sampling(engine) == engine.record.entry(WATCH)["run"], "it samples on after its time"


def test_it_goes_on_when_nobody_is_there_and_whoever_comes_reads_its_result(engine, shop, server):
    deploy(engine, shop)
    assert until(lambda: sum(one["kind"] == "metric" for one in samples(engine)) >= 3)
    (shop.folder / "go").touch()
    where = folder(engine)
    del engine.remembered  # nobody looks any more: the wizard is closed
    assert until(lambda: (where / "result.json").exists())
    store = Store(engine.store.root, who="bob")
    later = Engine(store, engine.id, engine.root, by="bob")
    reconcile.collect_ended(later)
    assert later.record.entry("deploy.production")["state"] == "done"
    assert later.record.entry(WATCH)["state"] == "done"
    assert later.record.stored(WATCH)["proposed"] == "fixed"


def test_a_deployment_that_failed_is_not_watched(engine, shop):
    (shop.folder / "bad").touch()
    (shop.folder / "go").touch()
    deploy(engine, shop)
    assert settled(engine, "deploy.production").state == "failed"
    assert settled(engine, WATCH).state == "not-done"
    assert engine.record.entry(WATCH) == {}


def test_what_was_deployed_by_hand_is_watched_from_then_on(engine, shop):
    (shop.folder / "live").write_text(shop.commit)
    commands.tick(engine, "deploy.production", "on the platform's page")
    assert engine.record.entry(WATCH)["state"] == "running"
    number = engine.record.entry(WATCH)["run"]
    assert watching.follow_up(engine) == ""
    assert engine.record.entry(WATCH)["run"] == number, "one watch is enough"


def test_what_was_seen_to_be_deployed_already_is_watched(engine, shop):
    (shop.folder / "live").write_text(shop.commit)
    assert execute.carry_out(engine, "deploy.production", confirm="ENG-7").state == "done"
    assert engine.record.entry(WATCH)["state"] == "running"


def test_nothing_begins_that_is_not_trusted(engine, shop, monkeypatch):
    trust.revoke(Path(state_root()), str(shop.here.path))
    commands.tick(engine, "deploy.production", "on the platform's page")
    assert engine.record.entry(WATCH) == {}
    assert "not trusted" in watching.follow_up(engine)


def test_without_anything_to_watch_no_watch_begins(engine):
    engine.change(lambda r, a: [r.doc["config"].pop(name) for name in ("smoke", "metric")] and [])
    commands.tick(engine, "deploy.production", "on the platform's page")
    assert engine.record.entry(WATCH) == {}


@pytest.mark.parametrize("waits", [0.0, 30.0], ids=["later than it is waited for", "soon"])
def test_it_ends_with_the_incident(waits, engine, shop, monkeypatch):
    monkeypatch.setattr(reconcile, "_PATIENCE", waits)
    commands.tick(engine, "deploy.production", "on the platform's page")
    commands.end(engine, "abandon", "another team has it")
    assert until(lambda: watching.sampling(engine) is None)
    reconcile.reconcile(engine)  # as whoever looks next does
    assert engine.record.entry(WATCH).get("state") != "running"


def test_it_ends_by_itself_where_the_record_says_that_the_incident_is_over(engine, shop):
    commands.tick(engine, "deploy.production", "on the platform's page")
    ann = Actor("ann", engine.clock())
    with engine.store.changing(engine.id) as change:
        record = Record(change.doc)
        entries = lifecycle.end(record, ann, "abandon", "by hand", [])
        change.commit(record.doc, entries)
    assert until(lambda: watching.sampling(engine) is None)


def test_a_rollback_lets_the_watch_go_but_not_its_samples(engine, shop):
    commands.tick(engine, "deploy.production", "on the platform's page")
    number = engine.record.entry(WATCH)["run"]

    def rolled_back(record, actor):
        running.begin(record, actor, "deploy.rollback", "back")
        return running.finish(record, actor, "deploy.rollback", running.Probe("done"))

    engine.change(rolled_back)
    assert engine.record.entry(WATCH) == {}
    assert [one.get("outcome") for one in engine.record.runs if one["n"] == number] == [
        "production was rolled back"
    ]
    assert watching.sampling(engine) == number
    assert not watching.is_due(engine.record)


def test_a_watch_that_was_killed_is_gone_on_with(engine, shop, server):
    engine.change(lambda r, a: r.doc["config"]["monitor"].update(watch="4s") or [])
    trust.allow(Path(state_root()), opening.kept_config(engine.record), str(shop.here.path))
    commands.tick(engine, "deploy.production", "on the platform's page")
    assert until(lambda: sum(one["kind"] == "metric" for one in samples(engine)) >= 2)
    first = folder(engine)
    runs.cancel(first, "x")
    assert settled(engine, WATCH).state == "failed"
    begun = execute.carry_out(engine, WATCH)
    assert begun.state == "running"
    spec = json.loads(
        json.loads((folder(engine) / "spec.json").read_text())["commands"][0]["env"]["HOTFIX_TUI_MONITOR"]
    )
    assert spec["continues"] == str(first / "samples.ndjson")
