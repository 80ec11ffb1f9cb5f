"""Locks are held by the run itself: they outlive the wizard and end with the run."""

import json
import os
import signal

import pytest

from hotfix_tui.runner import locks, runs
from tests.runner.helpers import finish, kill_supervisor, plan, python, run, shell, status, until


def test_a_lock_is_held_for_the_whole_run_and_names_its_holder(tmp_path):
    path = tmp_path / "repo" / "production.lock"
    first, second = tmp_path / "1", tmp_path / "2"
    runs.start(first, plan(shell("sleep 60"), locks=[str(path)], holder="deploy of ENG-7"))
    entry = json.loads(path.read_text())
    assert set(entry) == {"pid", "host", "user", "since", "what", "run"}
    assert path.stat().st_mode & 0o777 == 0o600
    state = run(second, shell(f"touch {tmp_path}/never"), locks=[str(path)], holder="rollback of ENG-7")
    assert state.state == "refused"
    assert state.holder.startswith("deploy of ENG-7 by ") and f"pid {entry['pid']}" in state.holder
    assert locks.held(str(path)) and locks.describe(str(path)) == state.holder
    assert not (tmp_path / "never").exists()
    assert runs.forbid(second)
    runs.cancel(first, "make room")
    finish(first)
    assert run(tmp_path / "3", shell("exit 0"), locks=[str(path)]).succeeded
    assert not locks.held(str(path))


def test_one_of_several_locks_taken_leaves_none_held(tmp_path):
    free, taken = str(tmp_path / "a.lock"), str(tmp_path / "b.lock")
    runs.start(tmp_path / "1", plan(shell("sleep 60"), locks=[taken], holder="push"))
    assert run(tmp_path / "2", shell("true"), locks=[free, taken]).state == "refused"
    assert run(tmp_path / "3", shell("true"), locks=[free, free]).succeeded
    runs.cancel(tmp_path / "1", "enough")
    finish(tmp_path / "1")


_CLOSES = "import os, time; os.closerange(3, 4096); time.sleep(60)"
_FORGETS = "import os, time; os.execve('/bin/sleep', ['sleep', '60'], {})"


@pytest.mark.parametrize(
    "command",
    [shell("sleep 60"), shell("exec sleep 60"), python(_CLOSES), python(_FORGETS), shell("sleep 60 & wait")],
    ids=["child", "itself", "closes what it inherits", "forgets its environment", "in the background"],
)
def test_the_lock_of_an_act_outlives_its_supervisor(rundir, tmp_path, command):
    path = str(tmp_path / "production.lock")
    runs.start(rundir, plan(command, locks=[path], holder="deploy of ENG-7"))
    until(lambda: status(rundir).get("pid"))
    if "closerange" in command.argv[-1]:
        until(lambda: not _has_open(status(rundir)["pid"], path))
    kill_supervisor(rundir)
    state = run(tmp_path / "2", shell(f"touch {tmp_path}/never"), locks=[path])
    assert state.state == "refused"
    assert "deploy of ENG-7" in state.holder and "its supervisor is gone" in state.holder
    assert str(status(rundir)["pid"]) in state.holder
    assert not (tmp_path / "never").exists()
    for pid in runs.look(rundir).left_running:
        os.kill(pid, signal.SIGKILL)
    until(lambda: runs.look(rundir).state == "lost-child-gone")
    assert run(tmp_path / "3", shell("true"), locks=[path]).succeeded


def _has_open(pid, path):
    names = os.listdir(f"/proc/{pid}/fd")
    return any(
        os.path.exists(link) and os.readlink(link) == path
        for link in (f"/proc/{pid}/fd/{name}" for name in names)
    )


def test_what_an_ended_act_left_running_holds_no_lock(rundir, tmp_path):
    path = str(tmp_path / "production.lock")
    state = run(rundir, shell("setsid sleep 60 >/dev/null 2>&1 &"), locks=[path])
    assert state.succeeded and state.left_running
    assert not locks.held(path)
    assert run(tmp_path / "2", shell("true"), locks=[path]).succeeded


def test_a_lock_that_cannot_be_had_is_left_out_while_another_is_held(rundir, tmp_path):
    (tmp_path / "no.lock").mkdir()
    runs.start(rundir, plan(shell("sleep 60"), locks=[str(tmp_path / "no.lock"), str(tmp_path / "a.lock")]))
    assert locks.held(str(tmp_path / "a.lock"))
    assert b"nothing keeps other acts apart there" in (rundir / "log").read_bytes()
    runs.cancel(rundir, "enough")
    finish(rundir)


def test_a_lenient_run_starts_without_any_lock(rundir, tmp_path):
    (tmp_path / "no.lock").mkdir()
    assert run(rundir, shell("true"), locks=[str(tmp_path / "no.lock")], lenient=True).succeeded


def test_a_lock_is_free_as_soon_as_the_run_has_ended(tmp_path):
    path = str(tmp_path / "production.lock")
    for number in range(5):
        assert run(tmp_path / str(number), shell("true"), locks=[path]).state == "exited"


def test_a_lock_that_cannot_be_made_is_an_error_not_a_run(rundir, tmp_path):
    target = tmp_path / "somewhere-else"
    (tmp_path / "link.lock").mkdir()
    with pytest.raises(runs.StartError, match=r"did not start: .*link\.lock"):
        runs.start(rundir, plan(shell(f"touch {target}"), locks=[str(tmp_path / "link.lock")]))
    assert not target.exists()
    assert runs.look(rundir).state == "never-started"


@pytest.mark.parametrize("content", [b"", b"nonsense", b"{}", b"\xff\x00"])
def test_a_holder_without_a_name_is_still_a_holder(rundir, tmp_path, content):
    path = tmp_path / "production.lock"
    path.write_bytes(content)
    fd = os.open(path, os.O_RDWR)
    try:
        assert locks.try_lock(fd)
        state = run(rundir, shell("true"), locks=[str(path)])
    finally:
        os.close(fd)
    assert (state.state, state.holder) == ("refused", "someone who left no name")
