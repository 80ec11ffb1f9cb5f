"""The drill's service, watched by a real Prometheus: fault, fix, a fix that does nothing, one that makes it worse."""

import asyncio
import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from hotfix_tui.demo import build, processes
from hotfix_tui.monitor.history import history
from hotfix_tui.monitor.http import open_session
from tests.monitor.server import Answers
from tests.monitor.test_drivers import finished, start, watch_spec

PROMETHEUS = shutil.which("prometheus")
QUERY = "sum(rate(faults_total[2s])) / sum(rate(requests_total[2s]))"

pytestmark = pytest.mark.skipif(PROMETHEUS is None, reason="Debian's prometheus is not installed here")


class Exporter:
    """Asks the service with a good and with an expired token at each scrape, and counts the wrong answers."""

    def __init__(self, world):
        self.world, self.asked, self.wrong = world, 0, 0

    def page(self, handler):
        for token, right in ((self.world.valid_token, 200), (self.world.expired_token, 401)):
            self.asked += 1
            self.wrong += self._status(token) != right
        return 200, f"requests_total {self.asked}\nfaults_total {self.wrong}\n"

    def _status(self, token):
        connection = http.client.HTTPConnection(urlsplit(self.world.production_url).netloc, timeout=120)
        try:
            connection.request("GET", "/account", headers={"Authorization": f"Bearer {token}"})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The drill's production, an exporter, and Prometheus that scrapes it five times a second."""
    import threading

    folder = tmp_path_factory.mktemp("stack")
    world = build.build(str(folder / "drill"), scenario="worse-first", pace=0)
    processes.start(world)
    exporter, server = Exporter(world), Answers()
    server.pages["/metrics"] = exporter.page
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scrape = {"job_name": "drill", "static_configs": [{"targets": [urlsplit(server.url).netloc]}]}
    (folder / "prometheus.yml").write_text(
        json.dumps(
            {"global": {"scrape_interval": "200ms", "scrape_timeout": "200ms"}, "scrape_configs": [scrape]}
        )
    )
    process = subprocess.Popen(
        [
            PROMETHEUS,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    made = Stack(world, server, f"http://127.0.0.1:{port}", exporter.page)
    try:
        yield made
    finally:
        process.terminate()
        process.wait()
        server.shutdown()
        thread.join()
        server.server_close()
        processes.stop(world)


class Stack:
    def __init__(self, world, server, url, page):
        self.world, self.server, self.url, self.page = world, server, url, page
        self.base = self.git("rev-parse", "v2.3.4")

    def git(self, *args):
        done = subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@t", *args],
            cwd=self.world.checkout,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(self, patch: Path | None):
        self.git("checkout", "-q", "--detach", self.base)
        if patch is not None:
            self.git("apply", "--index", str(patch))
        self.git("commit", "-q", "--allow-empty", "-m", "a fix")
        return self.git("rev-parse", "HEAD")

    def deploy(self, commit):
        subprocess.run(
            [sys.executable, str(self.world.tool), "deploy", "production", commit],
            cwd=self.world.checkout,
            check=True,
            capture_output=True,
        )

    def metric(self, direction="falls"):
        table = {"url": self.url, "query": QUERY, "token": ""}
        return {"name": "error rate", "direction": direction, "prometheus": table}

    def rate(self):
        from urllib.parse import quote

        with contextlib.suppress(OSError):
            said = json.load(urlopen(f"{self.url}/api/v1/query?query={quote(QUERY)}"))
            return float(said["data"]["result"][0]["value"][1]) if said["data"]["result"] else None
        return None

    def until(self, true):
        end = time.monotonic() + 240
        while not true(rate := self.rate()):  # asked once more it may be another
            assert time.monotonic() < end, rate
            time.sleep(0.1)


@pytest.fixture
def faulty(stack):
    """The stack with the fault live: half of the answers are wrong."""
    stack.server.pages["/metrics"] = stack.page
    stack.deploy(stack.base)
    stack.until(lambda rate: rate is not None and 0.45 < rate < 0.55)
    return stack


def watched(stack, folder, act, seconds=5.0):
    """Watch a deployment from its beginning on; `act` deploys."""
    run, deployed = folder / "watch", folder / "deploy"
    run.mkdir()
    deployed.mkdir()
    now = time.time()
    spec = watch_spec(metrics=[stack.metric()], seconds=seconds)
    spec |= {"after": str(deployed), "detected": now - 2, "since": now - 60, "first_deployed": now}
    process = start("watch_run", spec, run)
    samples = run / "samples.ndjson"
    while not samples.exists() or '"past": true' not in samples.read_text():
        time.sleep(0.05)
        assert process.poll() is None
    act()
    (deployed / "exit.json").write_text(json.dumps({"state": "exited", "exit_code": 0}))
    code, output = finished(process)
    assert code == 0, output
    return json.loads((run / "result.json").read_text())


def test_a_fix_is_seen_as_one_against_what_was_since_the_detection(faulty, tmp_path):
    commit = faulty.commit(faulty.world.patch)
    found = watched(faulty, tmp_path, lambda: faulty.deploy(commit))
    assert found["proposed"] == "fixed", found
    (metric,) = found["metrics"]
    assert 0.4 < metric["before"] < 0.6 and metric["after"] < 0.1


def test_a_fix_that_does_nothing_is_not_fixed(faulty, tmp_path):
    commit = faulty.commit(None)
    assert watched(faulty, tmp_path, lambda: faulty.deploy(commit))["proposed"] == "not-fixed"


def test_a_fix_that_makes_it_worse_is_worse(faulty, tmp_path):
    commit = faulty.commit(faulty.world.bad_patch)
    found = watched(faulty, tmp_path, lambda: faulty.deploy(commit))
    assert found["proposed"] == "worse", found


def test_metrics_that_vanish_are_no_good_news(faulty, tmp_path):
    commit = faulty.commit(faulty.world.patch)

    def act():
        faulty.deploy(commit)
        faulty.server.pages["/metrics"] = (503, "")

    found = watched(faulty, tmp_path, act)
    assert found["proposed"] == "not-enough-data", found
    assert "error rate: no data" in found["why"]


def test_the_time_before_the_watch_is_read_in_one_go(faulty):
    async def read():
        async with open_session() as session:
            now = time.time()
            spec = {
                "metrics": [faulty.metric()],
                "since": now - 30,
                "detected": now - 8,
                "first_deployed": now,
            }
            return await history(session, spec)

    # The server may have come up a moment ago: what it holds grows until some of it lies before the detection.
    found = []
    while not any(one["before"] for one in found):
        time.sleep(0.5)
        found = asyncio.run(read())
    assert found and all(one["past"] and one["t"] < 0 for one in found)
    assert any(one["before"] for one in found)
    assert all(0 <= one["value"] <= 1 for one in found)


def test_a_query_that_is_none_has_no_history_and_no_value(faulty):
    bad = faulty.metric()
    bad["prometheus"] = {**bad["prometheus"], "query": "sum(("}

    async def read():
        async with open_session() as session:
            return await history(session, {"metrics": [bad], "since": time.time() - 30})

    assert asyncio.run(read()) == []
