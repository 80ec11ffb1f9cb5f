"""The drivers as real processes: what they print, what they leave, and how they end."""

import json
import os
import signal
import subprocess
import sys
import time

from tests.monitor.server import probe, server, smoke  # noqa: F401

# ruff: noqa: F811  (fixtures are imported by name)


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
    output = process.communicate(timeout=60)[0]
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
        "argv": [sys.executable, "-S", "-c", "print(0.5)"],
        "cwd": "/",
        "env": {},
        "timeout": 10,
    }
    spec = watch_spec(
        smoke=[smoke(server.url + "/a")],
        probes=[probe(server.url + "/a")],
        metrics=[errors],
        seconds=3.0,
        baseline=[{"name": "errors", "value": 8.0}],
    )
    code, output = finished(start("watch_run", spec, tmp_path))
    assert code == 0, output
    found = json.loads((tmp_path / "result.json").read_text())
    assert found["proposed"] == "fixed", found
    assert found["metrics"] == [{"name": "errors", "before": 8.0, "after": 0.5}]
    lines = [json.loads(line) for line in (tmp_path / "samples.ndjson").read_text().splitlines()]
    assert len(lines) == found["samples"]
    assert {one["kind"] for one in lines} == {"smoke", "probe", "metric"}
    assert "Proposed: fixed" in output


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
