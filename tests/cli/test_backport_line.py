"""A line for a backport is named by the command itself; nothing has to be configured first."""

import pytest


@pytest.fixture
def with_line(opened):
    opened.git("branch", "1.x")
    return opened


def test_a_branch_that_is_here_becomes_a_line(with_line):
    said = with_line.do("--dry-run", "backport", "1.x").out
    assert "1.x would get the fix, too, as the lines in git.backports do" in said
    assert "backport.1-x" not in [step["id"] for step in with_line.status()["steps"]]
    with_line.no(5, "backport", "1.x")
    assert "backport.1-x" in [step["id"] for step in with_line.status()["steps"]]
    assert any("carried to 1.x, too" in one["text"] for one in with_line.status()["timeline"])


@pytest.fixture
def with_remote(desk):
    """Lines that are on the remote only, one of them with a slash in its name, and a tag of that form."""
    for name in ("1.x", "release/2.1"):
        desk.git("branch", name)
    desk.git("tag", "3.x")
    desk.git("clone", "-q", "--bare", str(desk.checkout), str(desk.root / "origin.git"))
    desk.git("branch", "-D", "-q", "1.x", "release/2.1")
    desk.git("remote", "add", "origin", str(desk.root / "origin.git"))
    desk.git("fetch", "-q", "origin")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    desk.do("do", "branch.preflight")
    return desk


def test_a_branch_that_only_the_remote_has_becomes_a_line_and_a_tag_does_not(with_remote):
    for name in ("1.x", "release/2.1"):
        said = with_remote.do("--dry-run", "backport", name).out
        assert f"{name} would get the fix, too" in said
    for name in ("3.x", "origin/1.x"):
        said = with_remote.no(5, "backport", name).err
        assert f"There is no branch {name!r} on origin" in said


def test_a_branch_that_is_nowhere_is_refused_with_the_nearest(with_line):
    said = with_line.no(5, "backport", "1.y").err
    assert "There is no branch '1.y'" in said and "1.x" in said
