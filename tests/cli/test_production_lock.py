"""Production is changed by one act at a time, whatever way it is started, and nobody is needed to watch over it."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest

from tests.cli.shop import configure, python
from tests.walks.support import Desk

_ACT = "import os, pathlib, sys, time; p = pathlib.Path({acts!r}); p.open('a').write(sys.argv[1] + '\\n')\n"
_WAIT = (
    "end = time.monotonic() + 240\n"
    "while not pathlib.Path({go!r}).exists() and time.monotonic() < end: time.sleep(0.02)\n"
)


@pytest.fixture
def acts(desk):
    """Two open incidents, and two ways back: `slow` ends when ``go`` is made, `quick` at once."""
    where = {"acts": str(desk.root / "acts"), "go": str(desk.root / "go")}
    slow = json.loads(python((_ACT + _WAIT).format(**where)))
    quick = json.loads(python(_ACT.format(**where)))
    lines = [f"slow = {json.dumps([*slow, 'slow'])}", f"quick = {json.dumps([*quick, 'quick'])}"]
    configure(desk, "[deploy.rollbacks]\n" + "\n".join(lines) + "\n")
    for name in ("ENG-1", "ENG-2"):
        desk.do("new", name, "--severity", "P0")
    yield desk
    (desk.root / "go").touch()


def begun(desk, name):
    end = time.monotonic() + 240
    while name not in done(desk):
        assert time.monotonic() < end
        time.sleep(0.02)


def done(desk):
    path = desk.root / "acts"
    return path.read_text().split() if path.exists() else []


def run_status(desk, incident="ENG-1"):
    folder = desk.checkout / ".git" / "hotfix-tui" / incident / "runs" / "1-deploy.rollback"
    return json.loads((folder / "status.json").read_text())


def slow(desk):
    desk.do("--incident", "ENG-1", "rollback", "slow", "--confirm", "ENG-1", "--detach")
    begun(desk, "slow")


WAYS = [
    ("rollback", "quick", "--confirm", "ENG-2"),
    ("rollback", "quick", "--confirm", "ENG-2", "--detach"),
    ("do", "deploy.rollback", "--choose", "quick", "--confirm", "ENG-2"),
    ("do", "deploy.rollback", "--choose", "quick", "--confirm", "ENG-2", "--terminal"),
]


def test_every_way_waits_for_an_act_whose_supervisor_was_killed(acts):
    slow(acts)
    os.kill(run_status(acts)["supervisor_pid"], signal.SIGKILL)
    for way in WAYS:
        refused = acts.no(4, "--incident", "ENG-2", *way)
        assert "under way" in refused.err and "ENG-1" in refused.err, refused
        assert "its supervisor is gone" in refused.err
    lives = acts.no(5, "--incident", "ENG-1", "look", "1", "did-not")
    assert "not over" in lives.err or "not unknown" in lives.err
    acts.call("--incident", "ENG-1", "probe", "deploy.rollback")
    lives = acts.no(5, "--incident", "ENG-1", "look", "1", "did-not")
    assert str(run_status(acts)["pid"]) in lives.err
    assert done(acts) == ["slow"]
    (acts.root / "go").touch()
    end = time.monotonic() + 240
    while acts.call("--incident", "ENG-2", *WAYS[0]).code == 4:
        assert time.monotonic() < end
    assert done(acts) == ["slow", "quick"]
    acts.do("--incident", "ENG-1", "look", "1", "did-not")


def test_a_foreground_act_keeps_others_away_even_when_the_wizard_is_killed(acts):
    argv = acts.argv("--incident", "ENG-1", "rollback", "slow", "--confirm", "ENG-1")
    argv[argv.index("rollback") : argv.index("slow")] = ["do", "deploy.rollback", "--terminal", "--choose"]
    wizard = subprocess.Popen(
        argv, cwd=acts.checkout, env=acts.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    begun(acts, "slow")
    assert "ENG-1" in acts.no(4, "--incident", "ENG-2", *WAYS[0]).err
    wizard.kill()
    wizard.wait()
    assert "its supervisor is gone" in acts.no(4, "--incident", "ENG-2", *WAYS[0]).err
    acts.call("--incident", "ENG-1", "probe", "deploy.rollback")
    assert "not over" in acts.no(5, "--incident", "ENG-1", "look", "1", "did-not").err
    assert done(acts) == ["slow"]


def test_two_clones_of_one_remote_exclude_each_other(acts, tmp_path):
    acts.git("clone", "-q", str(acts.checkout), str(tmp_path / "clone"))
    other = Desk(root=acts.root, checkout=tmp_path / "clone")
    shutil.copy(acts.checkout / ".hotfix-tui.toml", other.checkout)
    other.do("trust", "--yes")
    other.do("new", "ENG-3", "--severity", "P0")
    slow(acts)
    assert "ENG-1" in other.no(4, "rollback", "quick", "--confirm", "ENG-3").err
    assert done(acts) == ["slow"]


_NO_LOCKS = "#include <errno.h>\nint flock(int fd, int op) { errno = ENOLCK; return -1; }\n"


def test_without_locks_the_named_way_runs_everything(acts, tmp_path):
    if shutil.which("gcc") is None:
        pytest.skip("a file system without locks is made by gcc here")
    (tmp_path / "no.c").write_text(_NO_LOCKS)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", tmp_path / "no.so", tmp_path / "no.c"], check=True)
    where = {"LD_PRELOAD": str(tmp_path / "no.so")}
    assert "--no-lock" in acts.no(8, "--incident", "ENG-1", "note", "x", **where).err
    acts.do("--no-lock", "--incident", "ENG-1", "note", "x", **where)
    acts.do("--no-lock", "--incident", "ENG-1", "rollback", "quick", "--confirm", "ENG-1", **where)
    acts.do(
        "--no-lock", "--incident", "ENG-2", "rollback", "quick", "--confirm", "ENG-2", "--detach", **where
    )
    for args in (
        ("status", "ENG-1"),
        ("--incident", "ENG-1", "runs"),
        ("--incident", "ENG-1", "output", "1"),
    ):
        acts.do(*args, **where)
    acts.do("--incident", "ENG-2", "output", "1", "--follow", **where)
    assert done(acts) == ["quick", "quick"]
