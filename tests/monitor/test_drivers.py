"""The drivers as real processes: what they print, what they leave, and how they end."""

import json
import os
import signal
import subprocess
import sys
import time

from tests.monitor.server import probe, smoke


def start(module, spec, folder):
    env = os.environ | {"HOTFIX_TUI_MONITOR": json.dumps(spec), "HOTFIX_TUI_RUN": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"hotfix_tui.monitor.{module}"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process):
    output = process.communicate(timeout=240)[0]
    return process.returncode, output


def watch_spec(*, smoke=(), probes=(), metrics=(), seconds=1.5, baseline=()):
    return {
        "smoke": list(smoke),
        "probes": list(probes),
        "metrics": list(metrics),
        "seconds": seconds,
        "baseline": list(baseline),
    }


def test_smoke_prints_a_line_each_and_fails_as_a_whole(server, tmp_path):
    server.pages["/a"] = (200, "")
    spec = {"smoke": [smoke(server.url + "/a", "first"), smoke(server.url + "/b", "second")]}
    code, output = finished(start("smoke_run", spec, tmp_path))
    assert code == 1
    first, second = output.splitlines()
    assert first.startswith("ok      first")
    assert second.startswith("FAILED  second  status 404, expected 200")
    results = json.loads((tmp_path / "result.json").read_text())["results"]
    assert [one["ok"] for one in results] == [True, False]


def test_watch_samples_and_proposes(server, tmp_path):
    server.pages["/a"] = (200, "")
    errors = {
        "name": "errors",
        "direction": "falls",
        "argv": ["echo", "0.5"],
        "cwd": "/",
        "env": {},
        "timeout": 10,
    }
    spec = watch_spec(
        smoke=[smoke(server.url + "/a")],
        probes=[probe(server.url + "/a")],
        metrics=[errors],
        seconds=6.0,
        baseline=[{"name": "errors", "value": 8.0}],
    )
    code, output = finished(start("watch_run", spec, tmp_path))
    assert code == 0, output
    found = json.loads((tmp_path / "result.json").read_text())
    assert found["proposed"] == "fixed", found
    assert found["metrics"] == [{"name": "errors", "before": 8.0, "after": 0.5}]
    lines = [json.loads(line) for line in (tmp_path / "samples.ndjson").read_text().splitlines()]
    assert len(lines) == found["samples"] + 1
    assert {one["kind"] for one in lines} == {"smoke", "probe", "metric", "deployed"}
    assert min(one["t"] for one in lines if "t" in one) >= 0, "nothing was before the deployment"
    assert "Proposed: fixed" in output


def test_watch_begins_with_the_deployment_and_its_clock_with_that_ones_end(server, tmp_path):
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    run = tmp_path / "watch"
    run.mkdir()
    server.pages["/m"] = (200, "9")
    errors = {"name": "errors", "direction": "falls", "json_url": server.url + "/m"}
    process = start("watch_run", watch_spec(metrics=[errors], seconds=6.0) | {"after": str(deploy)}, run)
    samples = run / "samples.ndjson"
    while not samples.exists() or samples.read_text().count("\n") < 6:
        time.sleep(0.02)
    assert not (run / "result.json").exists()
    server.pages["/m"] = (200, "0.1")
    while '"value": 0.1' not in samples.read_text():
        time.sleep(0.02)
    (deploy / "exit.json").write_text(json.dumps({"state": "exited", "exit_code": 0}))
    code, output = finished(process)
    assert code == 0, output
    found = json.loads((run / "result.json").read_text())
    assert found["proposed"] == "fixed", found
    assert found["metrics"] == [{"name": "errors", "before": 9.0, "after": 0.1}]
    assert "Deployed: watching" in output


def deployed_from(tmp_path, before):
    """A deployment's run that ended well and read `before` at its start, and the folder of its watch."""
    deploy, run = tmp_path / "deploy", tmp_path / "watch"
    deploy.mkdir()
    run.mkdir()
    (deploy / "baseline.json").write_text(
        before if isinstance(before, str) else json.dumps({"baseline": before})
    )
    (deploy / "exit.json").write_text(json.dumps({"state": "exited", "exit_code": 0}))
    return deploy, run


def proposed_after(tmp_path, before, spec):
    """What a watch proposes that began together with a deployment whose run read `before`."""
    deploy, run = deployed_from(tmp_path, before)
    code, output = finished(start("watch_run", spec | {"after": str(deploy)}, run))
    assert code == 0, output
    return json.loads((run / "result.json").read_text())


def test_a_watch_that_began_with_the_deployment_knows_what_its_run_read_before(server, tmp_path):
    server.pages["/m"] = (200, "75")
    errors = {"name": "errors", "direction": "falls", "json_url": server.url + "/m"}
    found = proposed_after(
        tmp_path, [{"name": "errors", "value": 25.0}], watch_spec(metrics=[errors], seconds=4.0)
    )
    assert found["proposed"] == "worse", found
    assert found["why"] == "errors: 25 before, 75 now"
    assert found["metrics"] == [{"name": "errors", "before": 25.0, "after": 75.0}]


def test_a_probe_that_passed_before_the_deployment_and_fails_after_it_is_worse(server, tmp_path):
    server.pages["/a"] = (500, "")
    spec = watch_spec(probes=[probe(server.url + "/a", "a session goes on")], seconds=4.0)
    found = proposed_after(tmp_path, [{"name": "a session goes on", "ok": True, "ms": 3.0}], spec)
    assert found["proposed"] == "worse", found


def test_a_probe_that_failed_before_the_deployment_and_passes_after_it_shows_the_fix(server, tmp_path):
    server.pages["/a"] = (200, "")
    spec = watch_spec(probes=[probe(server.url + "/a", "a session goes on")], seconds=4.0)
    found = proposed_after(tmp_path, [{"name": "a session goes on", "ok": False, "ms": 3.0}], spec)
    assert found["proposed"] == "fixed", found


def test_what_the_deployment_read_counts_before_what_was_read_for_an_earlier_one(server, tmp_path):
    server.pages["/m"] = (200, "20")
    errors = {"name": "errors", "direction": "falls", "json_url": server.url + "/m"}
    spec = watch_spec(metrics=[errors], seconds=4.0, baseline=[{"name": "errors", "value": 1.0}])
    found = proposed_after(tmp_path, [{"name": "errors", "value": 200.0}], spec)
    assert found["metrics"] == [{"name": "errors", "before": 200.0, "after": 20.0}]
    assert found["proposed"] == "fixed", found


def test_a_spoiled_reading_of_the_deployment_leaves_the_earlier_one(server, tmp_path):
    server.pages["/m"] = (200, "20")
    errors = {"name": "errors", "direction": "falls", "json_url": server.url + "/m"}
    spec = watch_spec(metrics=[errors], seconds=4.0, baseline=[{"name": "errors", "value": 1.0}])
    found = proposed_after(tmp_path, '{"baseline": [{"value": 200}, 7', spec)
    assert found["metrics"] == [{"name": "errors", "before": 1.0, "after": 20.0}]
    assert found["proposed"] == "worse", found


def test_watch_ends_where_the_deployment_did_not_end_well(server, tmp_path):
    (tmp_path / "exit.json").write_text(json.dumps({"state": "exited", "exit_code": 1, "failed_command": 0}))
    spec = watch_spec(probes=[probe(server.url + "/a")], seconds=600) | {"after": str(tmp_path)}
    code, output = finished(start("watch_run", spec, tmp_path))
    assert code == 3
    assert "did not end well" in output
    assert not (tmp_path / "result.json").exists()


def test_watch_goes_on_after_its_proposal_until_it_is_ended(server, tmp_path):
    server.pages["/a"] = (200, "")
    spec = watch_spec(smoke=[smoke(server.url + "/a")], seconds=1.0) | {"longest": 600}
    process = start("watch_run", spec, tmp_path)
    result, samples = tmp_path / "result.json", tmp_path / "samples.ndjson"
    while not result.exists():
        time.sleep(0.02)
    lines = samples.read_text().count("\n")
    while samples.read_text().count("\n") < lines + 2:
        time.sleep(0.02)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    code, _ = finished(process)
    assert code == 0
    assert json.loads(result.read_text())["cut_short"] is False


def test_a_watch_goes_on_where_an_earlier_one_of_the_same_deployment_was_cut_off(server, tmp_path):
    earlier = tmp_path / "earlier.ndjson"
    at = time.time() - 3600
    kept = [{"t": -0.01, "at": at, "kind": "metric", "name": "errors", "value": 8.0, "before": True}]
    kept += [{"t": 60.0, "at": at + 60, "kind": "metric", "name": "errors", "value": 0.1}]
    earlier.write_text("".join(json.dumps(one) + "\n" for one in kept) + '{"torn')
    server.pages["/m"] = (200, "0.1")
    errors = {"name": "errors", "direction": "falls", "json_url": server.url + "/m"}
    spec = watch_spec(metrics=[errors], seconds=66.0) | {"continues": str(earlier)}
    code, output = finished(start("watch_run", spec, tmp_path))
    assert code == 0, output
    found = json.loads((tmp_path / "result.json").read_text())
    assert found["metrics"] == [{"name": "errors", "before": 8.0, "after": 0.1}]
    assert 66.0 <= found["seconds"] < 3600, "the hour in which nobody looked is no time of watching"


def test_watch_with_nothing_configured_runs_the_clock(tmp_path):
    code, _ = finished(start("watch_run", watch_spec(seconds=0.5), tmp_path))
    found = json.loads((tmp_path / "result.json").read_text())
    assert code == 0
    assert (found["proposed"], found["samples"]) == ("not-enough-data", 0)
    assert found["seconds"] >= 0.5


def test_watch_that_is_stopped_judges_by_what_it_has(server, tmp_path):
    server.pages["/a"] = (200, "")
    process = start("watch_run", watch_spec(probes=[probe(server.url + "/a")], seconds=600), tmp_path)
    while not (tmp_path / "samples.ndjson").exists() or not (tmp_path / "samples.ndjson").read_text():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    code, _ = finished(process)
    found = json.loads((tmp_path / "result.json").read_text())
    assert code == 130
    assert found["cut_short"] is True
    assert found["proposed"] == "not-enough-data"


def test_requests_that_change_something_are_not_repeated(server, tmp_path):
    server.pages["/a"] = (200, "")
    spec = watch_spec(smoke=[smoke(server.url + "/a", "order", method="POST")])
    code, output = finished(start("watch_run", spec, tmp_path))
    assert code == 0
    assert "not repeated" in output
    assert server.seen == []


def test_baseline_is_read_once_and_never_fails(server, tmp_path):
    server.pages["/a"] = (500, "")
    server.pages["/m"] = (200, "7")
    spec = {
        "probes": [probe(server.url + "/a")],
        "metrics": [
            {"name": "errors", "direction": "falls", "json_url": server.url + "/m"},
            {"name": "gone", "direction": "falls", "json_url": "http://127.0.0.1:9/"},
        ],
    }
    code, output = finished(start("baseline_run", spec, tmp_path))
    assert code == 0
    assert json.loads((tmp_path / "baseline.json").read_text())["baseline"] == [
        {"name": "lives", "ok": False},
        {"name": "errors", "value": 7.0},
    ]
    assert "1 did not answer" in output


def test_started_by_hand_it_says_what_it_is(tmp_path):
    env = {name: value for name, value in os.environ.items() if not name.startswith("HOTFIX_TUI")}
    run = subprocess.run(
        [sys.executable, "-P", "-m", "hotfix_tui.monitor.watch_run"], env=env, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "started by the wizard" in run.stderr
