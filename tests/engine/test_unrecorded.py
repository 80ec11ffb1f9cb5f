"""A rollback is never refused for want of a record: whatever keeps the record from being saved, it runs once."""

import fcntl
import shutil
import tempfile
from pathlib import Path

import pytest

from hotfix_tui.engine import execute, unrecorded
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import CannotStart
from hotfix_tui.session import places
from hotfix_tui.session.record import digest
from hotfix_tui.session.store import Store


@pytest.fixture
def ready(opened, tmp_path, monkeypatch):
    """An incident whose rollback appends a line to ``rolled``; its store waits a moment only."""
    roll = tmp_path / "roll"
    roll.write_text(f"#!/bin/sh\necho rolled | tee -a {tmp_path}/rolled\n")
    roll.chmod(0o755)

    def configured(record, actor):
        record.doc["config"] = {"deploy": {"rollback": {"run": [str(roll)]}}}
        return []

    opened.change(configured)
    monkeypatch.setattr(execute, "is_trusted", lambda engine: True)
    return Engine(Store(opened.store.root, who="ann", wait=0.1), opened.id, opened.root, by="ann")


def roll_back(engine):
    done = execute.carry_out(engine, "deploy.rollback", choice="previous", confirm="ENG-1")
    assert done.state == "running"
    return unrecorded.finish(engine, done)


def lines(tmp_path):
    return (tmp_path / "rolled").read_text().split()


def test_it_runs_while_somebody_keeps_the_record_and_is_recorded_if_they_let_go(ready, tmp_path):
    with Path(ready.store.directory("ENG-1"), "session.queue").open("a") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        done = execute.carry_out(ready, "deploy.rollback", choice="previous", confirm="ENG-1")
        assert done.unrecorded and "is being changed" in done.why
    ended = unrecorded.finish(ready, done)
    assert ended.state == "done" and "it is recorded now" in ended.why
    assert ready.record.entry("deploy.rollback")["state"] == "done"
    assert lines(tmp_path) == ["rolled"]


def test_it_runs_when_the_record_is_gone(ready, tmp_path):
    shutil.rmtree(ready.store.directory("ENG-1"))
    ended = roll_back(ready)
    assert ended.state == "done" and "There is no incident" in ended.why
    assert "hotfix-tui --incident ENG-1 note 'Roll production back" in ended.why
    assert lines(tmp_path) == ["rolled"]


def test_it_runs_when_a_newer_version_owns_the_record(ready, tmp_path):
    path = Path(ready.store.directory("ENG-1"), "session.toml")
    body = path.read_bytes().rpartition(b"# sha256:")[0].replace(b"schema = 1", b"schema = 99", 1)
    path.write_bytes(body + b"# sha256:" + digest(body).encode() + b"\n")
    ended = roll_back(ready)
    assert ended.state == "done" and "newer" in ended.why
    assert lines(tmp_path) == ["rolled"]


def test_every_other_act_waits_for_the_record(ready, monkeypatch):
    from hotfix_tui.session.errors import StoreError

    shutil.rmtree(ready.store.directory("ENG-1"))
    with pytest.raises(StoreError):
        execute.carry_out(ready, "branch.preflight")


def test_a_failed_one_is_told_as_failed(ready, tmp_path):
    (tmp_path / "roll").write_text("#!/bin/sh\necho broken; exit 3\n")
    shutil.rmtree(ready.store.directory("ENG-1"))
    ended = roll_back(ready)
    assert (
        ended.state == "failed"
        and "exit status 3" in ended.why
        and "failed" in ended.why.split("note it:")[1]
    )


def test_it_is_left_to_the_foreground_when_no_folder_takes_a_run(ready, tmp_path, monkeypatch, capfd):
    shutil.rmtree(ready.store.directory("ENG-1"))
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    Path(ready.store.directory("ENG-1")).touch()
    Path(places.state_root(), "unrecorded").touch()
    with pytest.raises(CannotStart) as stopped, monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(in_the_way))
        execute.carry_out(ready, "deploy.rollback", choice="previous", confirm="ENG-1")
    assert f"By hand it is: cd {ready.root} && {tmp_path}/roll" in str(stopped.value)
    assert not (tmp_path / "rolled").exists()
    ended = unrecorded.in_the_foreground(ready, "deploy.rollback", stopped.value.plan, stopped.value.why)
    assert ended.state == "done" and lines(tmp_path) == ["rolled"]
    assert "rolled" in capfd.readouterr().out
