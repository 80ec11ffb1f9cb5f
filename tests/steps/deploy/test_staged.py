"""A deployment in phases: prepared without traffic, looked at, activated at once or by shares, and taken back."""

import os
import shutil
from pathlib import Path

import pytest

from hotfix_tui.incident.edits import runs
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.rules import gates
from hotfix_tui.platforms import loader
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy import staged, ways_back
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.platforms import four, record_runs
from tests.platforms.services import Netlify
from tests.steps.deploy.test_four_platforms import patient
from tests.steps.deploy.test_platform_release import FIRST, SECOND, UUIDS
from tests.steps.support_release import NOW

pytestmark = pytest.mark.usefixtures("quick")

STEP = "deploy.production"
OLD, NEW = UUIDS[:2]


def did(shop, choice):
    """Carry out a phase as the engine does, and return what was seen."""
    plan = ProductionStep().plan(shop.ctx, choice)
    assert plan.commands, plan.by_hand
    actor = Actor("ann", NOW)
    shop.see(STEP, "running", **plan.evidence)
    shop.record.runs.append(
        {"n": len(shop.record.runs) + 1, "step": STEP, "at": NOW, "note": plan.note.to_dict()}
    )
    shop.record.steps[STEP]["run"] = len(shop.record.runs)
    state, rundir = shop.run(plan)
    found = ProductionStep().conclude(shop.ctx, state, str(rundir))
    runs.finish(shop.record, actor, STEP, found)
    return found


def offered(shop):
    return [one.name for one in ProductionStep().choices(shop.ctx)]


@pytest.fixture
def workers(shop, platform):
    return platform("cloudflare-workers", UUIDS)


def test_a_release_is_prepared_without_traffic_and_then_activated(shop, workers):
    assert offered(shop) == ["deploy", "prepare"]
    found = did(shop, "prepare")
    assert found.state == "asks", found
    assert f"{NEW} is ready without traffic" in found.why
    assert workers.world["live"] == OLD
    assert shop.record.entry(STEP).get("state") is None, "nothing is live, so it is still to do"
    kept = shop.record.seen(Deployed)
    assert (kept.prepared.id, kept.prepared.commit, kept.release_before.id) == (NEW, shop.commit, OLD)
    assert offered(shop) == ["activate", "share-10", "share-50", "prepare", "deploy"]
    plan = ProductionStep().plan(shop.ctx)
    assert plan.title == f"Activate {NEW} ({shop.commit[:7]}) in production", "it is what comes next"
    found = did(shop, "activate")
    assert found.state == "done" and workers.world["live"] == NEW
    assert shop.record.seen(Deployed).previous_release == OLD
    assert staged.ready(shop.ctx) is None
    assert shop.do(Rollback()).state == "done" and workers.world["live"] == OLD


def test_traffic_goes_to_it_by_shares_and_back(shop, workers):
    did(shop, "prepare")
    found = did(shop, "share-10")
    assert found.state == "asks" and "10 % of the traffic goes to" in found.why
    assert workers.world["parts"] == {NEW: 10, OLD: 90}
    assert offered(shop) == ["activate", "share-50", "abort", "prepare", "deploy"]
    did(shop, "share-50")
    assert workers.world["parts"] == {NEW: 50, OLD: 50}
    found = did(shop, "abort")
    assert found.state == "asks" and workers.world["live"] == OLD and not workers.world["parts"]
    assert shop.record.seen(Deployed).prepared.share == 0
    did(shop, "share-10")
    assert did(shop, "activate").state == "done" and workers.world["parts"] == {NEW: 100}


def test_a_share_that_did_not_arrive_is_not_believed(shop, workers):
    did(shop, "prepare")
    workers.set(mode="idle")
    found = did(shop, "share-10")
    assert found.state == "failed" and "The command ended well, but 0 % of the traffic goes to" in found.why
    workers.set(mode="broken")
    found = did(shop, "share-10")
    assert found.state == "failed" and "version not found" in found.why
    workers.set(mode="down")
    assert did(shop, "share-10").state == "unknown"
    assert offered(shop)[0] == "activate", "what was prepared is still there"


def test_what_was_prepared_and_is_not_listed_is_a_failure(shop, workers):
    workers.set(mode="hidden")
    found = did(shop, "prepare")
    assert found.state == "failed"
    assert f"lists no release of {shop.commit[:7]}; none of it is live" in found.why
    assert offered(shop) == ["deploy", "prepare"]
    with pytest.raises(Refused, match="No release of this commit was prepared"):
        ProductionStep().plan(shop.ctx, "activate")


def test_what_was_prepared_of_an_earlier_commit_is_not_offered(shop, workers):
    did(shop, "prepare")
    shop.see("verify.commit", commit=shop.base)
    assert offered(shop) == ["deploy", "prepare"]


def test_only_what_moves_traffic_wants_the_typed_word(shop):
    wants = {
        one: gates.needs_confirmation(shop.record, STEP, one)
        for one in ("", "prepare", "try", "activate", "share-10", "abort", "unpin")
    }
    assert wants == {
        "": True,
        "prepare": False,
        "try": False,
        "activate": True,
        "share-10": True,
        "abort": True,
        "unpin": True,
    }


def test_no_phase_is_offered_where_a_command_of_ones_own_or_a_push_deploys(shop, workers):
    shop.see("branch.preflight", deploys_on_push=True)
    assert offered(shop) == []
    shop.record.steps.pop("branch.preflight")
    shop.see("branch.preflight", remote="origin", production="main", forge="none")
    shop.configure(
        deploy={"platform": "cloudflare-workers", "production": ["true"]}, policy=shop.config["policy"]
    )
    assert offered(shop) == []
    with pytest.raises(Refused, match="No platform here can prepare"):
        ProductionStep().plan(shop.ctx, "prepare")


def test_the_address_of_what_was_prepared_is_tried(shop, platform):
    platform("netlify", [FIRST, SECOND], **{"production-url": "https://shop.example"})
    requests = [{"name": "totals", "url": "https://shop.example/totals?x=1", "expect-status": 200},
                {"name": "other", "url": "https://other.example/"}]  # fmt: skip
    shop.configure(**shop.config, smoke=requests)
    did(shop, "prepare")
    assert "try" in offered(shop)
    plan = ProductionStep().plan(shop.ctx, "try")
    assert plan.title.startswith(f"Send 1 request to https://{SECOND}--x.example")
    assert f"https://{SECOND}--x.example/totals?x=1" in plan.commands[0].env["HOTFIX_TUI_MONITOR"]
    assert "other.example" not in plan.commands[0].env["HOTFIX_TUI_MONITOR"]


def test_a_hold_is_ended_where_the_platform_can(shop, platform):
    standin = platform("netlify", [FIRST, SECOND])
    standin.set(pinned=True)
    seen = ProductionStep().plan(shop.ctx).evidence
    shop.see(STEP, "failed", **seen)
    assert offered(shop)[-1] == "unpin"
    standin.set(mode="stays")
    assert did(shop, "unpin").state == "failed"
    standin.set(mode="ok")
    found = did(shop, "unpin")
    assert found.state == "asks" and f"does not hold {FIRST} any more" in found.why
    assert "unpin" not in offered(shop)


def phases(shop, monkeypatch, programs):
    """Prepare, share, take back, end a hold, activate: as far as the platform can, and return what was live."""
    four.arrive(shop, monkeypatch, programs)
    name = programs.platform
    if isinstance(programs.service, Netlify):
        programs.service.deploys["dep-first"]["locked"] = True
    found = did(shop, "prepare")
    assert found.state == "asks", found
    old, new = shop.record.seen(Deployed).release_before.id, shop.record.seen(Deployed).prepared.id
    lives = [programs.service.live] if programs.service else [old]
    if "share" in loader.load(name).commands:
        assert did(shop, "share-10").state == "asks"
        assert did(shop, "abort").state == "asks"
    if "abort" in loader.load(name).commands and "share" not in loader.load(name).commands:
        found = did(shop, "abort")
        assert found.state == "asks" and "what was live before has all of the traffic" in found.why, found
        assert staged.ready(shop.ctx) is None
        assert did(shop, "prepare").state == "asks"
        new = shop.record.seen(Deployed).prepared.id
    if "unpin" in loader.load(name).commands:
        assert "unpin" in offered(shop)
        assert did(shop, "unpin").state == "asks"
        assert "unpin" not in offered(shop)
    lives += [programs.service.live] if programs.service else [old]
    assert lives == [old, old], "nothing has moved so far"
    found = did(shop, "activate")
    assert found.state == "done", found
    served = shop.record.seen(Deployed).release
    now = served.id if served is not None and served.id != old else new
    assert old not in (now, programs.live())
    assert programs.live() in (now, four.NEW_TASK), "a hook of ECS is no release"


@pytest.mark.parametrize("name", four.PHASES)
def test_what_the_programs_said_prepares_and_activates(shop, monkeypatch, name):
    phases(shop, monkeypatch, four.Programs(shop.folder, name, four.STAGED, real=False))


@pytest.mark.full
@pytest.mark.parametrize("name", [f"{name}-{four.STAGED}" for name in four.PHASES])
def test_the_programs_themselves_prepare_and_activate(shop, monkeypatch, name):
    name = name.removesuffix(f"-{four.STAGED}")
    missing = [one for one in four.PLACES[name].programs if shutil.which(one) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not installed here: {record_runs.HOW}")
    patient(monkeypatch)
    programs = four.Programs(shop.folder, name, four.STAGED, real=True)
    assert programs.service is not None
    try:
        phases(shop, monkeypatch, programs)
    finally:
        programs.service.close()
    if into := os.environ.get(record_runs.INTO):
        kept = four.record(shop, programs, programs.service.live)
        record_runs.keep(Path(into), name, four.STAGED, kept)


def at_once(shop, monkeypatch, programs):
    """Deploy at once where the platform stops that, go on from there, and back."""
    four.arrive(shop, monkeypatch, programs)
    found = did(shop, "deploy")
    assert found.state == "asks" and "is ready without traffic" in found.why, found
    old = shop.record.seen(Deployed).release_before.id
    assert programs.service is None or programs.service.live == old, "nothing has moved so far"
    found = did(shop, "activate")
    assert found.state == "done", found
    assert programs.live() != old or programs.service is None
    found = shop.do(Rollback())
    assert found.state in ("done", "unknown"), found
    assert programs.live() == old
    return found


@pytest.mark.parametrize("name", four.STOPS)
def test_what_the_programs_said_stops_on_the_way(shop, monkeypatch, name):
    at_once(shop, monkeypatch, four.Programs(shop.folder, name, four.AT_ONCE, real=False))


@pytest.mark.full
@pytest.mark.parametrize("name", [f"{name}-{four.AT_ONCE}" for name in four.STOPS])
def test_the_programs_themselves_stop_on_the_way(shop, monkeypatch, name):
    name = name.removesuffix(f"-{four.AT_ONCE}")
    if shutil.which("aws") is None:
        pytest.skip(f"aws is not installed here: {record_runs.HOW}")
    patient(monkeypatch)
    programs = four.Programs(shop.folder, name, four.AT_ONCE, real=True)
    assert programs.service is not None
    try:
        print(at_once(shop, monkeypatch, programs), programs.service.live)
    finally:
        programs.service.close()
    if into := os.environ.get(record_runs.INTO):
        record_runs.keep(Path(into), name, four.AT_ONCE, four.record(shop, programs, programs.service.live))


@pytest.mark.parametrize("name", ["cloudflare-workers", "netlify"])
@pytest.mark.parametrize("message", ["", "ENG-1 {base}"])
def test_of_what_is_only_prepared_nothing_is_rolled_back(shop, platform, name, message):
    """What is live is what was live before: going back to it changes nothing, and some platforms hold it then."""
    ids = UUIDS if name == "cloudflare-workers" else [FIRST, SECOND]
    platform(name, ids, message.replace("{base}", shop.base))
    did(shop, "prepare")
    plan = Rollback().plan(shop.ctx)
    assert not any(ids[0] in word for one in plan.commands for word in one.argv), "that one is live now"
    assert not plan.known.target_release
    way = ways_back.told(shop.ctx, "previous", plan)
    assert way.title == "Deploy the version before" and "The fault comes back" not in " ".join(way.says)


@pytest.mark.parametrize("message", ["", "ENG-1 {base}"])
def test_a_share_of_the_traffic_is_taken_off_and_said_as_that(shop, platform, message):
    standin = platform("cloudflare-workers", UUIDS, message.replace("{base}", shop.base))
    did(shop, "prepare")
    did(shop, "share-10")
    plan = Rollback().plan(shop.ctx)
    way = ways_back.told(shop.ctx, "previous", plan)
    assert way.title == "Take the traffic off it again"
    to = "v1.0.0" if message else f"release {OLD}"
    assert way.says[0] == f"10 % of the traffic goes to {NEW}; all of it goes back to {to}."
    assert OLD in plan.commands[0].argv
    assert shop.do(Rollback()).state == "done" and standin.world["live"] == OLD
