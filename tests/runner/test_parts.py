"""Files, processes, environment and logout: the parts below the runs."""

import os
import signal
import stat
import subprocess
import sys

import pytest

from hotfix_tui.base import durable
from hotfix_tui.runner import processes, scope
from hotfix_tui.runner.environment import ADDED, DROPPED, child_environment


def test_replace_is_whole_private_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "file"
    for data in (b"one", b"two" * 100_000, b""):
        durable.replace(str(path), data, backup=False)
        assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_replace_that_fails_leaves_the_old(tmp_path):
    path = tmp_path / "file"
    (path / "full").mkdir(parents=True)
    with pytest.raises(OSError):
        durable.replace(str(path), b"new", backup=False)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False])
def test_create_is_for_one_only(tmp_path, monkeypatch, links):
    def no_link(*_args):
        raise PermissionError(1, "no hard links here")

    if not links:
        monkeypatch.setattr(os, "link", no_link)
    path = tmp_path / "file"
    durable.create(str(path), b"first")
    with pytest.raises(FileExistsError):
        durable.create(str(path), b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("reserved", [True, False])
def test_a_reserve_becomes_the_record(tmp_path, reserved):
    if reserved:
        durable.reserve(str(tmp_path / "reserve"), 16384)
        assert (tmp_path / "reserve").stat().st_size == 16384
    durable.spend(str(tmp_path / "reserve"), str(tmp_path / "exit.json"), b"{}")
    assert (tmp_path / "exit.json").read_bytes() == b"{}"
    assert len(list(tmp_path.iterdir())) == 1


def test_tables_absent_damaged_and_right(tmp_path):
    path = tmp_path / "t.json"
    assert durable.read_json(str(path)) is None
    assert durable.read_json(str(path / "below")) is None
    for data, expected in ((b"", {}), (b"\xff", {}), (b"[1]", {}), (b'{"a": 1}', {"a": 1})):
        path.write_bytes(data)
        assert durable.read_json(str(path)) == expected


def test_ps_and_proc_tell_the_same(tmp_path):
    pid = os.getpid()
    first, second = processes.from_proc(pid), processes.from_ps(pid)[pid]
    assert (first.parent, first.group) == (second.parent, second.group)
    assert second == processes.from_ps()[pid]
    assert processes.from_ps(2**22 + 1) == {}


def test_a_zombie_is_not_alive():
    process = subprocess.Popen([sys.executable, "-c", "print()"], stdout=subprocess.PIPE)
    process.stdout.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert processes.from_proc(process.pid) is None
    assert process.pid not in processes.from_ps()
    assert processes.start_time(process.pid) == ""
    process.communicate()


def test_a_strange_program_name_does_not_confuse(tmp_path):
    program = tmp_path / ") S 1 1 ("
    program.symlink_to("/bin/sleep")
    process = subprocess.Popen([str(program), "60"])
    try:
        found = processes.from_proc(process.pid)
        assert (found.parent, found.group) == (os.getpid(), os.getpgid(0))
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("source", ["proc", "ps"])
def test_a_tree_holds_descendants_and_groups(monkeypatch, source):
    if source == "ps":
        monkeypatch.setattr(processes, "snapshot", processes.from_ps)
    process = subprocess.Popen(
        ["sh", "-c", "sleep 60 & setsid sleep 61 & echo $!; wait"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    other = subprocess.Popen(["sleep", "62"], start_new_session=True)
    try:
        escaped = int(process.stdout.readline())
        tree = processes.tree(process.pid, {other.pid})
        assert {escaped, other.pid} <= set(tree) and process.pid not in tree and len(tree) == 3
    finally:
        os.kill(escaped, signal.SIGKILL)
        for child in (process, other):
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()


def test_tags_find_what_carries_exactly_this_folder(tmp_path):
    def sleeper(folder):
        return subprocess.Popen(["sleep", "60"], env={**os.environ, processes.TAG: str(folder)})

    ours, others = sleeper(tmp_path / "1"), sleeper(tmp_path / "10")
    try:
        assert processes.tagged(str(tmp_path / "1")) == [ours.pid]
    finally:
        for process in (ours, others):
            process.kill()
            process.wait()


def test_the_environment_is_inherited_but_for_what_would_ask_or_bend():
    inherited = {"HOME": "/h", "GIT_EDITOR": "vi", **dict.fromkeys(DROPPED, "x")}
    made = child_environment(inherited, {"A": "1", "TERM": "dumb"}, {"A": "2"})
    assert made == {"HOME": "/h", **ADDED, "A": "2", "TERM": "dumb"}
    assert made["GIT_EDITOR"] == "false"
    assert child_environment({}, {"GIT_DIR": "/d"})["GIT_DIR"] == "/d"


def _fake_tool(folder, name, text):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("answer", "kills"),
    [
        ("echo b true", True),
        ("echo b false", False),
        ("echo b true; exit 1", False),
        ("exit 0", False),
        (None, False),
    ],
)
def test_a_logout_kills_only_where_logind_says_so(tmp_path, monkeypatch, answer, kills):
    monkeypatch.setenv("PATH", str(tmp_path))
    if answer:
        _fake_tool(tmp_path, "busctl", answer)
    assert scope.logout_kills(tmp_path) is kills
    assert scope.logout_kills(tmp_path / "not-booted-with-systemd") is False


@pytest.mark.parametrize("works", [True, False])
def test_a_run_goes_into_a_scope_of_its_own_where_needed(rundir, tmp_path, monkeypatch, works):
    from hotfix_tui.runner import runs
    from tests.runner.helpers import output, run, shell

    text = 'while [ "$1" != -- ]; do shift; done; shift; SCOPE=own exec "$@"' if works else "exit 1"
    _fake_tool(tmp_path, "systemd-run", text)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(scope, "logout_kills", lambda: True)
    scope.prefix.cache_clear()
    try:
        assert run(rundir, shell("echo ${SCOPE-none}")).succeeded
    finally:
        scope.prefix.cache_clear()
    assert output(rundir) == (b"own\n" if works else b"none\n")
    assert runs.look(rundir).state == "exited"
