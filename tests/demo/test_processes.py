"""The servers of a drill end with it, and no other process does."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hotfix_tui.demo import build, environments, processes
from hotfix_tui.demo.build import DemoError
from hotfix_tui.demo.world.ctl import identity

from .conftest import Drill


def ours(world) -> set[int]:
    """The processes that carry the drill's word in their arguments, as ps sees them."""
    token = json.loads((world.root / "drill.json").read_text())["process_token"]
    table = subprocess.run(["ps", "-axww", "-o", "pid=,stat=,command="], capture_output=True, text=True)
    rows = [line.split(None, 2) for line in table.stdout.splitlines()]
    return {int(row[0]) for row in rows if len(row) == 3 and token in row[2] and not row[1].startswith("Z")}


def ends(world, token_holder=None) -> bool:
    """Whether all processes of a drill end within a while."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        if not ours(token_holder or world):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def world(tmp_path):
    made = build.build(str(tmp_path / "d"))
    yield made
    processes.stop(made)


def host_of(world, environment="production") -> identity.Identity:
    found = identity.read(world.root / "servers" / environment / "host.json")
    assert found is not None
    return found


def test_stop_ends_all_that_start_began_and_may_be_said_twice(world):
    assert ours(world) == set()
    processes.start(world)
    assert processes.running(world)
    assert len(ours(world)) == 4
    processes.stop(world)
    assert ours(world) == set()
    assert not processes.running(world)
    processes.stop(world)


def test_a_second_start_keeps_what_runs(world):
    processes.start(world)
    before = ours(world)
    processes.start(world)
    assert ours(world) == before


def test_the_servers_are_no_children_of_the_wizard(world):
    processes.start(world)
    for pid in ours(world):
        parent = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True).stdout
        assert int(parent) != os.getpid()
        assert os.getsid(pid) != os.getsid(0)


def test_stopping_one_drill_leaves_another_alone(world, tmp_path):
    other = build.build(str(tmp_path / "other"))
    processes.start(world)
    processes.start(other)
    try:
        processes.stop(world)
        assert len(ours(other)) == 4
        assert Drill(other).get("/healthz")[0] == 200
    finally:
        processes.stop(other)


@pytest.mark.parametrize("wrong", ["started", "token"])
def test_a_process_that_took_over_the_number_is_left_alone(world, wrong):
    token = json.loads((world.root / "drill.json").read_text())["process_token"]
    arguments = [sys.executable, "-c", "import time; time.sleep(60)"]
    stranger = subprocess.Popen([*arguments, token] if wrong == "started" else arguments)
    try:
        real = identity.of(stranger.pid, token)
        fake = identity.Identity(stranger.pid, "1" if wrong == "started" else real.started, token)
        identity.save(world.root / "servers" / "production" / "host.json", fake)
        processes.stop(world)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_killed_host_leaves_no_server_behind(world):
    processes.start(world)
    for environment in ("staging", "production"):
        os.kill(host_of(world, environment).pid, signal.SIGKILL)
    assert ends(world)


def test_a_killed_server_is_started_again(world):
    processes.start(world)
    record = world.root / "servers" / "production" / "server.json"
    first = identity.read(record)
    os.kill(first.pid, signal.SIGKILL)
    until = time.monotonic() + 240
    while time.monotonic() < until and identity.read(record) == first:
        time.sleep(0.05)
    assert Drill(world).get("/healthz")[0] == 200


def test_the_servers_end_when_their_folder_is_gone(world, tmp_path):
    processes.start(world)
    shutil.copytree(world.root, tmp_path / "memory", symlinks=True)
    memory = type("Memory", (), {"root": tmp_path / "memory"})
    assert len(ours(memory)) == 4
    shutil.rmtree(world.root)
    assert ends(memory)
    processes.stop(world)


def test_the_servers_end_when_nobody_uses_the_drill(world):
    processes.start(world)
    long_ago = time.time() - 7201
    os.utime(world.root / "servers" / "activity", (long_ago, long_ago))
    assert ends(world)


def test_a_taken_port_is_said_in_one_sentence_and_its_owner_is_left_alone(world):
    port = int(world.production_url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)) as owner:
        with pytest.raises(DemoError, match=f"Port {port} is taken by another program"):
            processes.start(world)
        assert owner.getsockname()[1] == port
    assert ours(world) == set()


def test_the_tool_needs_nothing_but_python_and_git(world):
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _ALONE, str(world.root / "bin")], capture_output=True, text=True
    )
    assert (found.returncode, found.stdout) == (0, "[]\n"), found.stderr


_ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
import ctl.main
print([name for name in sys.modules if name.split(".")[0] in ("hotfix_tui", "git", "msgspec", "tomli_w")])
"""


def test_the_tool_may_be_called_by_its_name(world):
    found = subprocess.run(
        [str(world.tool), "current", "production"],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert found.returncode == 0, found.stderr


def test_a_port_of_a_drill_whose_servers_are_down_is_given_to_no_other(tmp_path, monkeypatch):
    """Two drills that pick the same numbers, as chance may want it: the second one takes the next."""
    monkeypatch.setattr(environments, "RESERVED", tmp_path / "ports")
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    def same(root):
        monkeypatch.setattr(environments.random, "SystemRandom", lambda: random.Random(7))
        return environments.free_ports(3, root)

    ports = same(first)
    assert not set(ports) & set(same(second))
    assert same(first) == ports, "its own stay its own"
    first.rmdir()
    assert same(second) == ports, "a drill that is gone needs none"
