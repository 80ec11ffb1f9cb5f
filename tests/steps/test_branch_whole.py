"""A worktree whose making was killed half-way is not done: it is left as it is, and another one is made."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.cli.shop import configure, make_shop
from tests.walks.support import Desk

FILES = [f"f{number:02}.txt" for number in range(30)]


@pytest.fixture
def desk(tmp_path):
    """An incident whose base is known, in a repository whose files are written as slowly as `hold` asks."""
    desk = make_shop(Desk(root=tmp_path / "desk", checkout=tmp_path / "shop"))
    hold = desk.root / "hold"
    smudge = f"sh -c 'cat; test \"$(cat {hold} 2>/dev/null)\" != %f || {{ touch {hold}ing; sleep 60; }}'"
    for name in FILES:
        (desk.checkout / name).write_text(f"{name}\n" * 50)
    (desk.checkout / ".gitattributes").write_text("*.txt filter=slow\n")
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "Add files")
    desk.git("config", "filter.slow.smudge", smudge)
    configure(desk, "")
    (desk.checkout / ".git" / "info" / "exclude").write_text("/.hotfix-tui.toml\n/.env\n")
    (desk.checkout / ".env").write_text("KEY=1\n")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    desk.do("set", "impact.seen", "wrong sums")
    for step in ("branch.preflight", "branch.base"):
        desk.do("do", step)
    return desk


def begin(desk, way):
    return desk.do("do", "branch.create", "--choose", way, "--detach")


def killed(desk, at=None, way="worktree"):
    """Begin to make the branch, and pull the plug when `at` is being written (None: a hook hangs)."""
    hold = desk.root / "hold"
    if at:
        hold.write_text(at)
    begin(desk, way)
    wait(lambda: Path(f"{hold}ing").exists())
    folder = desk.checkout / ".git" / "hotfix-tui" / "ENG-7" / "runs" / "1-branch.create"
    status = json.loads((folder / "status.json").read_text())
    for pid in (status["supervisor_pid"], status["pid"]):
        os.killpg(pid, signal.SIGKILL)
    hold.unlink(missing_ok=True)
    wait(lambda: gone(status["supervisor_pid"]) and gone(status["pid"]))


def gone(pid):
    """Whether the process has ended, also where nobody has asked yet how it ended."""
    try:
        return b") Z" in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return True


def wait(condition):
    end = time.monotonic() + 240
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def made_anew(desk, *, leaves):
    """Look, make it again, and check that the new one is whole and the old one untouched."""
    before = {path: path.read_bytes() for path in leaves.rglob("*") if path.is_file()}
    desk.call("probe")
    assert desk.state("branch.create") == "failed", desk.call("status")
    why = desk.evidence("branch.create")["why"]
    assert str(leaves) in why and "cut off" in why and "do branch.create" in why
    desk.do("do", "branch.create", "--choose", "worktree")
    assert desk.state("branch.create") == "done"
    new = Path(desk.evidence("branch.create")["worktree"])
    assert new != leaves
    assert desk.git("status", "--porcelain", cwd=new) == ""
    assert all((new / name).read_text() == f"{name}\n" * 50 for name in FILES)
    assert (new / ".env").read_text() == "KEY=1\n"
    assert {path: path.read_bytes() for path in leaves.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("at", [FILES[0], FILES[15], FILES[-1]])
def test_killed_while_files_are_written(desk, at):
    killed(desk, at)
    leaves = Path(desk.checkout.parent / "shop.hotfix" / "ENG-7")
    (leaves / "mine.txt").write_text("the engineer's own\n")
    made_anew(desk, leaves=leaves)


def test_killed_before_everything_was_brought_along(desk):
    hook = desk.checkout / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {desk.root}/holding\nsleep 60\n")
    hook.chmod(0o755)
    killed(desk)
    hook.unlink()
    made_anew(desk, leaves=Path(desk.checkout.parent / "shop.hotfix" / "ENG-7"))


@pytest.mark.parametrize("spoil", ["index", "files", "empty"])
def test_what_a_power_cut_took_is_missed(desk, spoil):
    begin(desk, "worktree")
    desk.do("output", "1", "--follow")
    leaves = desk.checkout.parent / "shop.hotfix" / "ENG-7"
    if spoil == "index":
        (desk.checkout / ".git" / "worktrees" / "ENG-7" / "index").unlink()
    for name in FILES[:3]:
        if spoil == "files":
            (leaves / name).unlink()
        elif spoil == "empty":
            (leaves / name).write_text("")
    runs = desk.checkout / ".git" / "hotfix-tui" / "ENG-7" / "runs" / "1-branch.create"
    supervisor = json.loads((runs / "status.json").read_text())["supervisor_pid"]
    wait(lambda: gone(supervisor))  # it lives on for a moment after it wrote down how the command ended
    (runs / "exit.json").unlink()
    made_anew(desk, leaves=leaves)


def test_files_that_the_fix_deletes_make_nothing_undone(desk):
    desk.do("do", "branch.create", "--choose", "worktree")
    tree = Path(desk.evidence("branch.create")["worktree"])
    (tree / FILES[0]).unlink()
    desk.do("probe", "branch.create")
    assert desk.state("branch.create") == "done"
    (desk.checkout / ".git" / "worktrees" / "ENG-7" / "index").unlink()
    desk.do("probe", "branch.create")
    assert desk.state("branch.create") != "done"


def test_a_checkout_that_was_switched_half_way_is_not_done_and_says_how_files_come_back(desk):
    desk.git("switch", "-q", "-c", "other")
    desk.git("rm", "-q", *FILES[:20])
    desk.git("commit", "-qm", "Fewer files")
    (desk.checkout / ".env").unlink()
    killed(desk, FILES[10], way="in-place")
    desk.call("probe")
    assert desk.state("branch.create") in ("failed", "unknown")
    assert "hotfix/" not in desk.git("branch", "--list")
