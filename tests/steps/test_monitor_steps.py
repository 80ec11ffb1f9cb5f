"""Smoke test and watch as steps: real drivers against a server on this machine."""

import json
from datetime import timedelta

import pytest

from hotfix_tui.runner import runs
from hotfix_tui.runner.spec import RunSpec
from hotfix_tui.steps.contract import describe_end
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.monitor.smoke import Smoke
from hotfix_tui.steps.monitor.watch import WatchStep
from tests.steps.support_release import NOW, PYTHON


def configured(shop, server, **more):
    shop.configure(
        smoke=[{"name": "refused", "url": server.url + "/account", "expect-status": 401}],
        monitor={"watch": "6s"},
        policy={"P1": {"order": "deploy-first"}},
        **more,
    )


def test_smoke_passes_and_fails_with_the_answer(shop, server):
    shop.fix()
    configured(shop, server)
    server.pages["/account"] = (401, "")
    plan = Smoke().plan(shop.ctx)
    assert f"GET {server.url}/account (expects 401)" in plan.title
    assert not plan.trusted and not plan.tty
    found = shop.do(Smoke())
    assert found.state == "done", found
    assert found.evidence["results"][0]["status"] == 401
    assert Smoke().probe(shop.ctx).state == "unknown"
    server.pages["/account"] = (200, "welcome")
    found = shop.do(Smoke())
    assert found.state == "failed"
    assert "refused: status 200, expected 401" in found.why


def test_a_smoke_test_by_hand_speaks_of_no_requests(shop):
    shop.fix()
    assert not shop.ctx.config.smoke
    assert Smoke().probe(shop.ctx).why == "nobody said yet that it was tried"


def test_smoke_of_another_commit_no_longer_counts(shop, server):
    shop.fix()
    configured(shop, server)
    server.pages["/account"] = (401, "")
    shop.do(Smoke())
    shop.see("deploy.production", commit="f" * 40)
    assert Smoke().probe(shop.ctx).state == "not-done"


def test_smoke_says_what_may_change_data(shop, server):
    shop.configure(smoke=[{"name": "order", "url": server.url, "method": "POST", "json": {"a": 1}}])
    assert "order" in Smoke().plan(shop.ctx).warnings[0]


def test_without_requests_it_is_tried_by_hand(shop):
    assert "production" in Smoke().plan(shop.ctx).by_hand
    assert Smoke().probe(shop.ctx).state == "not-done"


def test_watch_compares_with_what_was_read_before_the_deployment(shop, server, monkeypatch):
    monkeypatch.setattr(live_check, "PATIENCE", 0.2)
    commit = shop.fix()
    metric = {"name": "error rate", "json-url": server.url + "/rate", "direction": "falls"}
    deploy = {
        "production": [PYTHON, "-c", "print('deployed')"],
        "current": [PYTHON, "-c", f"print({commit!r})"],
    }
    configured(shop, server, metric=[metric], deploy=deploy)
    server.pages["/account"] = (401, "")
    server.pages["/rate"] = (200, "9.0")
    assert shop.do(ProductionStep()).state == "done"
    assert shop.record.stored("deploy.production").get("baseline") == [{"name": "error rate", "value": 9.0}]
    server.pages["/rate"] = (200, "0.1")
    plan = WatchStep().plan(shop.ctx)
    assert plan.title == "Watch production for 6 s: 1 smoke request, 1 metric"
    assert plan.warnings == []
    found = shop.do(WatchStep())
    assert found.state == "done", found
    assert found.evidence["proposed"] == "fixed"
    assert found.evidence["metrics"] == [{"name": "error rate", "before": 9.0, "after": 0.1}]
    assert found.evidence["samples"] > 0


def test_watch_with_nothing_configured_says_so(shop):
    shop.fix()
    shop.configure(monitor={"watch": "1s"})
    plan = WatchStep().plan(shop.ctx)
    assert "Nothing is configured" in plan.warnings[0]
    assert plan.trusted
    found = shop.do(WatchStep())
    assert found.state == "done"
    assert found.evidence["proposed"] == "not-enough-data"


def test_watch_under_the_supervisor_leaves_its_result_for_whoever_comes(shop, server):
    commit = shop.fix()
    configured(shop, server)
    server.pages["/account"] = (401, "")
    plan = WatchStep().plan(shop.ctx)
    shop.see("monitor.watch", "running", **plan.evidence)
    rundir = shop.folder / "incident" / "runs" / "1-monitor.watch"
    rundir.parent.mkdir(parents=True)
    runs.start(rundir, RunSpec("monitor.watch", plan.commands, tty=plan.tty, timeout=plan.timeout))
    said = b"".join(runs.follow(rundir)).decode()
    found = WatchStep().conclude(shop.ctx, runs.look(rundir), str(rundir))
    assert found.state == "done", said
    assert found.evidence["proposed"] == "fixed"
    assert "Proposed: fixed" in said
    assert shop.record.stored("monitor.watch").get("commit") == commit


def test_cancelled_watch_is_kept_as_failed_with_what_it_saw(shop, server):
    shop.fix()
    configured(shop, server)
    shop.configure(**{**shop.config, "monitor": {"watch": "10m"}})
    server.pages["/account"] = (401, "")
    plan = WatchStep().plan(shop.ctx)
    rundir = shop.folder / "run"
    runs.start(rundir, RunSpec("monitor.watch", plan.commands, tty=False))
    log = runs.follow(rundir)
    seen = b""
    while b"refused: ok" not in seen:
        seen += next(log)
    runs.cancel(rundir, "enough")
    list(log)
    found = WatchStep().conclude(shop.ctx, runs.look(rundir), str(rundir))
    assert found.state == "failed"
    assert found.evidence["proposed"] == "not-enough-data"
    assert found.evidence["samples"] >= 1


def samples(shop, number, seconds, *, ok, cut_short=None):
    """Samples as a watch leaves them, one a second, and what it concluded."""
    folder = shop.folder / "incident" / "runs" / f"{number}-monitor.watch"
    folder.mkdir(parents=True)
    at = NOW.timestamp()
    lines = [
        {
            "t": float(t),
            "at": at + t,
            "kind": "smoke",
            "name": "refused",
            "ok": ok,
            "status": 401,
            "why": "",
            "ms": 5,
        }
        for t in range(seconds)
    ]
    (folder / "samples.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    if cut_short is not None:
        (folder / "result.json").write_text(json.dumps({"proposed": "not-fixed", "cut_short": cut_short}))
    shop.record.runs.append({"n": number, "step": "monitor.watch", "at": NOW, "state": "done", "round": 1})
    shop.see("monitor.watch")
    shop.record.steps["monitor.watch"]["run"] = number


@pytest.mark.parametrize(
    ("sent", "ok", "state"),
    [(-5, False, "failed"), (30, False, "unknown"), (30, True, "unknown"), (-5, True, "done")],
)
def test_requests_that_were_sent_after_the_watch_say_more_than_it_does(shop, server, sent, ok, state):
    commit = shop.fix()
    configured(shop, server)
    shop.see("deploy.production", commit=commit)
    samples(shop, 1, 8, ok=ok, cut_short=True)
    shop.record.runs.append(
        {"n": 2, "step": "monitor.smoke", "at": NOW + timedelta(seconds=sent), "state": "done", "round": 1}
    )
    shop.see("monitor.smoke", commit=commit, results=[{"name": "refused", "ok": not ok, "status": 401}])
    assert Smoke().probe(shop.ctx).state == state


@pytest.mark.parametrize(
    ("seconds", "cut_short", "goes_on"),
    [(4, True, True), (4, None, True), (60, True, False), (4, False, False)],
)
def test_a_watch_that_had_its_time_is_begun_anew_and_not_judged_by_what_it_saw(
    shop, server, seconds, cut_short, goes_on
):
    shop.fix()
    configured(shop, server)
    samples(shop, 1, seconds, ok=False, cut_short=cut_short)
    told = json.loads(WatchStep().plan(shop.ctx).commands[0].env["HOTFIX_TUI_MONITOR"])
    assert bool(told["continues"]) == goes_on


def test_a_run_that_goes_on_is_not_called_lost():
    assert describe_end(runs.RunState(state="running")) == "its result was there before it had ended"
    lost = runs.RunState(state="lost-child-gone")
    assert describe_end(lost) == "its record was lost (lost-child-gone)"
