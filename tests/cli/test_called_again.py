"""A call that was killed and is made again: what ended meanwhile is taken over, and not done a second time."""

import subprocess
import time

import pytest

from tests.cli.shop import configure, python


@pytest.fixture
def killed(desk):
    """A rollback whose caller was killed while it ran, and the file in which each run of it leaves a letter."""
    ran, go = desk.root / "ran", desk.root / "go"
    code = (
        "import pathlib, sys, time\n"
        f"open({str(ran)!r}, 'a').write('x')\n"
        f"while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.02)\n"
    )
    script = desk.root / "rollback.py"
    script.write_text(code)
    configure(desk, f"[deploy]\nrollback = {python(f'exec(open({str(script)!r}).read())')}\n")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
    caller = subprocess.Popen(
        desk.argv("rollback", "previous", "--confirm", "ENG-7"),
        cwd=desk.checkout,
        env=desk.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 240
    while not ran.exists():
        assert time.monotonic() < until and caller.poll() is None
        time.sleep(0.02)
    caller.kill()
    caller.wait()
    yield desk, ran, go
    go.touch()
    desk.call("output", "1", "--follow")


def test_while_it_runs_it_is_not_begun_again(killed):
    desk, ran, _ = killed
    assert desk.status()["runs"][0]["state"] == "running"
    done = desk.no(5, "rollback", "previous", "--confirm", "ENG-7")
    assert "running" in done.err and "output 1" in done.err
    assert ran.read_text() == "x"


def test_once_it_ended_the_same_call_finds_it_done(killed):
    desk, ran, go = killed
    go.touch()
    desk.do("output", "1", "--follow")
    assert "Done" in desk.do("rollback", "previous", "--confirm", "ENG-7").out
    assert ran.read_text() == "x"
    status = desk.status()
    assert [(run["n"], run["state"]) for run in status["runs"]] == [(1, "done")]


@pytest.mark.parametrize(
    "way",
    [
        ("do", "deploy.rollback", "--choose", "previous"),
        ("do", "deploy.rollback", "--choose", "previous", "--terminal"),
        ("rollback", "previous", "--detach"),
    ],
    ids=" ".join,
)
def test_once_it_ended_no_other_way_does_it_again(killed, way):
    desk, ran, go = killed
    go.touch()
    desk.do("output", "1", "--follow")
    assert "Done" in desk.do(*way, "--confirm", "ENG-7").out
    assert ran.read_text() == "x"


def test_once_it_ended_no_gate_takes_it_for_running(killed):
    desk, ran, go = killed
    go.touch()
    desk.do("output", "1", "--follow")
    desk.do("false-alarm", "--why", "it was the monitor")
    assert desk.status()["runs"][0]["state"] == "done"
    assert ran.read_text() == "x"
