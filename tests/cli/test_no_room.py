"""A disk that takes nothing, a record that cannot be used: one sentence, the way on, and a rollback that still runs."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.cli.shop import configure, python
from tests.session.test_disks import disk

_ROLL = "import pathlib, sys; pathlib.Path({path!r}).open('a').write('rolled\\n'); print('rolled back')"


@pytest.fixture
def shop(desk):
    """ENG-7, a P0, with a command that rolls back and one that deploys to staging."""
    roll = python(_ROLL.format(path=str(desk.root / "rolled")))
    configure(desk, f"[deploy]\nrollback = {roll}\n")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
    return desk


def rolled(desk):
    path = desk.root / "rolled"
    return path.read_text().count("rolled") if path.exists() else 0


def folder(desk):
    return desk.checkout / ".git" / "hotfix-tui" / "ENG-7"


@contextmanager
def a_full_disk(desk):
    """Put the incident on a disk of its own that has no byte left."""
    place = folder(desk)
    copy = desk.root / "copy"
    subprocess.run(["cp", "-a", str(place), str(copy)], check=True)
    with disk(place, "size=256k"):
        subprocess.run(["cp", "-a", f"{copy}/.", str(place)], check=True)
        with open(place / "filler", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        yield place


def test_a_rollback_runs_on_a_full_disk_and_says_what_to_write_down(shop):
    with a_full_disk(shop):
        done = shop.call("rollback", "previous", "--confirm", "ENG-7")
        assert done.code == 0, done
        assert rolled(shop) == 1
        assert "rolled back" in done.out, "its output is seen"
        assert "not recorded" in done.err and "No space left" in done.err
        assert "hotfix-tui --incident ENG-7 note" in done.out + done.err and "--at 2" in done.out + done.err
        for args in (
            ["note", "x"],
            ["do", "pull-request.body"],
            ["tick", "monitor.database"],
            ["set", "title", "x"],
        ):
            failed = shop.no(8, *args)
            assert "No space left" in failed.err
            assert f"cd {shop.checkout} && " in failed.err and "rolled back by hand" in failed.err
        assert shop.do("status", "--json").json()["id"] == "ENG-7"
    assert not [run for run in shop.status()["runs"] if run["state"] == "running"]


def test_a_rollback_runs_on_a_read_only_disk(shop):
    place = folder(shop)
    subprocess.run(["cp", "-a", str(place), str(shop.root / "copy")], check=True)
    with disk(place, "size=1m"):
        subprocess.run(["cp", "-a", f"{shop.root}/copy/.", str(place)], check=True)
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        done = shop.do("rollback", "previous", "--confirm", "ENG-7")
        assert rolled(shop) == 1 and "Read-only file system" in done.err


def test_no_room_for_the_run_takes_the_intent_back(shop):
    """The record can be saved and the run's folder cannot be made: the step is what it was, and it says so."""
    (folder(shop) / "runs").write_text("in the way")
    configure(shop, "[commands]\nsetup = " + python("pass") + "\n")
    shop.do("trust", "--yes")
    for args in (["do", "branch.preflight"], ["do", "branch.base"]):
        shop.call(*args)
    before = shop.state("branch.base")
    failed = shop.call("do", "branch.base")
    assert failed.code in (0, 1), failed
    (folder(shop) / "runs").unlink()
    assert shop.state("branch.base") == before or shop.state("branch.base") != "running"


SPOILED = {
    "no rounds": lambda text: text.replace("[[rounds]]", "[[runds]]"),
    "a number for a state": lambda text: text.replace('state = "open"', "state = 5"),
    "a time at the edge": lambda text: text.replace(
        "opened_at = 2", "opened_at = 9999-12-31T23:59:59Z\nlater = 2"
    ),
    "no time": lambda text: text.replace("opened_at", "opened_when"),
    "nothing": lambda text: "",
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_record_is_a_sentence_with_the_way_back(shop, how):
    path = folder(shop) / "session.toml"
    path.write_text(SPOILED[how](path.read_text()))
    (folder(shop) / "session.toml.bak").unlink(missing_ok=True)
    for args in (["status"], ["note", "x"], ["rollback", "previous", "--confirm", "ENG-7"]):
        done = shop.call(*args)
        if done.code:
            assert "rolled back by hand" in done.err, done
            assert len(done.err.splitlines()) < 6, done


def test_the_rollback_of_an_incident_that_is_gone_is_said(shop):
    import shutil

    shutil.rmtree(folder(shop))
    gone = shop.no(3, "rollback", "previous", "--confirm", "ENG-7")
    assert f"cd {shop.checkout} && {sys.executable}" in gone.err


def test_names_of_a_way_back_are_kept_apart_and_platforms_are_known(desk):
    from hotfix_tui.engine.way_back import by_hand

    (desk.checkout / ".hotfix-tui.toml").write_text(
        '[deploy.rollbacks]\nblue = ["./go", "{previous}"]\nflag = 1\n'
    )
    assert by_hand(str(desk.checkout)) == [], "a configuration with a fault names nothing"
    (desk.checkout / ".hotfix-tui.toml").write_text('[deploy.rollbacks]\nblue = ["./go", "{previous}"]\n')
    lines = by_hand(str(desk.checkout))
    assert lines[0].startswith("Production can be rolled back by hand (blue): cd ")
    assert "the version that ran before" in lines[1]
    (desk.checkout / ".hotfix-tui.toml").write_text('[deploy]\nplatform = "fly"\n')
    assert by_hand(str(desk.checkout))
    assert by_hand(str(desk.root)) == []


def test_ten_at_once_open_ten_incidents(desk):
    begun = [
        subprocess.Popen(
            desk.argv("new", "--title", f"t{number}", "--json"),
            cwd=desk.checkout, env=desk.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )
        for number in range(10)
    ]  # fmt: skip
    ids = [json.loads(one.communicate()[0])["id"] for one in begun]
    assert len(set(ids)) == 10 and not any(one.returncode for one in begun)
    assert len(desk.do("list", "--json").json()["incidents"]) == 10
    assert {os.path.isdir(desk.checkout / ".git" / "hotfix-tui" / id) for id in ids} == {True}


def test_from_several_worktrees_and_with_tickets_among_them_each_opens_its_own(desk):
    other = desk.root / "other-tree"
    desk.git("worktree", "add", "-q", "-b", "elsewhere", str(other))
    calls = [
        ((f"ENG-{number}",) if number % 3 == 0 else (), desk.checkout if number % 2 else other)
        for number in range(6)
    ]
    begun = [
        subprocess.Popen(
            desk.argv("new", *ticket, "--title", f"t{number}", "--json"),
            cwd=place, env=desk.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )
        for number, (ticket, place) in enumerate(calls)
    ]  # fmt: skip
    ids = [json.loads(one.communicate()[0])["id"] for one in begun]
    assert len(set(ids)) == 6 and {"ENG-0", "ENG-3"} <= set(ids), ids
    assert len(desk.do("list", "--json").json()["incidents"]) == 6
