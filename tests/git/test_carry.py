"""Taking unfinished changes along: a copy there, nothing touched here."""

import os

import pytest

from hotfix_tui.git.carry import copy_changes
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import status
from tests.git.test_status import ODD_NAMES
from tests.gitworld import fingerprint, lines


def _worktree(world, tmp_path, start="HEAD"):
    world("worktree", "add", "-q", "-b", "hotfix/x", str(tmp_path / "side"), start)
    return tmp_path / "side"


def test_staged_unstaged_and_chosen_untracked_changes_arrive(world, tmp_path):
    world.commit(a=lines(1, 2, 3), b="1\n", gone="1\n", mode="1\n", crlf="1\r\n2\r\n")
    side = _worktree(world, tmp_path)
    world.write("a", lines(1, 2, 3, 4))
    world.write("b", "staged\n")
    world("add", "b")
    world.write("b", "and changed again\n")
    world("rm", "-q", "gone")
    world.write("new", "n\n")
    world("add", "new")
    world.write("data.bin", bytes(range(256)))
    world("add", "data.bin")
    (world.path / "mode").chmod(0o755)
    world.write("crlf", "1\r\n3\r\n")
    for name in ODD_NAMES:
        world.write(name, "untracked")
    (world.path / "link").symlink_to("a")
    world.write("left", "not chosen")
    before = fingerprint(world.path)
    found = copy_changes(Git(str(world.path)), Git(str(side)), [*ODD_NAMES, "link"])
    assert fingerprint(world.path) == before
    assert (found.conflicts, found.left_out, found.copied) == ([], {}, [*ODD_NAMES, "link"])
    for name in ("a", "b", "new", "data.bin", "crlf", *ODD_NAMES):
        assert (side / name).read_bytes() == (world.path / name).read_bytes()
    assert not (side / "gone").exists() and not (side / "left").exists()
    assert os.access(side / "mode", os.X_OK) and os.readlink(side / "link") == "a"
    assert {change.path for change in status(Git(str(side))).changed} == {
        "a",
        "b",
        "gone",
        "new",
        "data.bin",
        "mode",
        "crlf",
    }


def test_changes_that_do_not_fit_become_conflicts_there(world, tmp_path):
    old = world.commit("old", a=lines(1, 2, 3), b="1\n")
    world.commit("newer", a=lines(1, 22, 3))
    side = _worktree(world, tmp_path, old)
    world.write("a", lines(1, 222, 3))
    world.write("b", "2\n")
    before = fingerprint(world.path)
    found = copy_changes(Git(str(world.path)), Git(str(side)))
    assert fingerprint(world.path) == before
    assert found.conflicts == ["a"]
    assert b"<<<<<<<" in (side / "a").read_bytes() and (side / "b").read_text() == "2\n"


def test_changes_that_fit_three_way_only(world, tmp_path):
    old = world.commit("old", a=lines(*range(40)))
    world.commit("newer", a="new first line\n" * 30 + lines(*range(40)))
    side = _worktree(world, tmp_path, old)
    world.write("a", "new first line\n" * 30 + lines(*range(39), 99))
    assert copy_changes(Git(str(world.path)), Git(str(side))).conflicts == []
    assert (side / "a").read_text() == lines(*range(39), 99)


def test_nothing_is_overwritten_and_nothing_leaves_the_worktree(world, tmp_path):
    world.commit(a="1")
    outside = tmp_path / "outside"
    outside.mkdir()
    side = _worktree(world, tmp_path)
    world.write("taken", "mine")
    (side / "taken").write_text("theirs")
    world.write("out/file", "x")
    (side / "out").symlink_to(outside)
    world.write("out/deeper/file", "x")
    os.mkfifo(world.path / "pipe")
    wanted = [
        "taken",
        "out/file",
        "out/deeper/file",
        "pipe",
        "../secret",
        "/etc/passwd",
        "absent",
        ".git/config",
        "a//b",
    ]
    found = copy_changes(Git(str(world.path)), Git(str(side)), wanted)
    assert found.copied == [] and set(found.left_out) == set(wanted)
    assert (side / "taken").read_text() == "theirs" and list(outside.iterdir()) == []


def test_no_changes_and_refusals(world, tmp_path):
    world.commit(a="1\n")
    side = _worktree(world, tmp_path)
    git, other = Git(str(world.path)), Git(str(side))
    assert copy_changes(git, other).copied == []
    (side / "a").write_text("2\n")
    with pytest.raises(GitError, match="there are changes in"):
        copy_changes(git, other)
    with pytest.raises(GitError, match="does not exist"):
        copy_changes(git, Git(str(tmp_path / "gone")))


def test_a_source_in_conflict_is_refused(world, tmp_path):
    world.commit(a="1")
    world("switch", "-q", "-c", "other")
    world.commit(a="other")
    world("switch", "-q", "main")
    world.commit(a="main")
    side = _worktree(world, tmp_path)
    world("merge", "other", ok=False)
    with pytest.raises(GitError, match="unresolved conflicts"):
        copy_changes(Git(str(world.path)), Git(str(side)))
