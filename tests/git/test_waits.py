"""A FIFO where git expects one of its own files: it is named, and nothing waits for it."""

import os

import pytest

from hotfix_tui.git import process
from hotfix_tui.git.errors import GitBlocked, GitTimeout
from hotfix_tui.git.process import Git

SHAPES = [
    # the special file, a call that reads it, with a limit
    (".gitattributes", ("diff", "--numstat"), None),
    (".gitignore", ("status", "--porcelain"), None),
    (".mailmap", ("log", "-1", "--format=%aN"), 1000),
    ("sub/deeper/.gitattributes", ("diff", "--numstat"), None),
    ("sub/.gitignore", ("status", "--porcelain"), 1000),
    (".git/info/exclude", ("status", "--porcelain"), None),
    (".git/info/attributes", ("diff", "--numstat"), None),
]


@pytest.fixture
def changed(world, monkeypatch):
    monkeypatch.setattr(process, "PATIENCE", 0.05)
    world.write("sub/deeper/a.txt", "a\n")
    world.commit("files")
    world.write("sub/deeper/a.txt", "b\n")
    return world


@pytest.mark.parametrize(("name", "call", "limit"), SHAPES)
def test_what_git_waits_for_is_named(changed, name, call, limit):
    place = changed.path / name
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    git = Git(str(changed.path))
    for _ in range(2):  # the second time it is known
        with pytest.raises(GitBlocked) as waits:
            git.run(*call, limit=limit)
        assert waits.value.sentence == (
            f"{name} is a FIFO, and git waits for ever to read it: move it away, then look again"
        )
    git.text("rev-parse", "HEAD")  # a call that does not read it is not held up
    place.unlink()
    assert git.run(*call, limit=limit).returncode == 0


def test_a_fifo_that_git_does_not_open_is_only_a_change(changed):
    (changed.path / "sub/deeper/a.txt").unlink()
    os.mkfifo(changed.path / "sub/deeper/a.txt")
    assert b"a.txt" in Git(str(changed.path)).run("status", "--porcelain").stdout


def test_what_takes_long_for_another_reason_is_not_blamed_on_a_file(changed):
    with pytest.raises(GitTimeout, match="did not answer within") as slow:
        Git(str(changed.path)).run("-c", "alias.slow=!sleep 9", "slow", timeout=0.1)
    assert not isinstance(slow.value, GitBlocked)
    assert Git(str(changed.path)).run("-c", "alias.slow=!sleep 0.2; echo done", "slow").stdout == b"done\n"


@pytest.mark.parametrize("special", ["fifo", "device"])
def test_a_git_file_that_is_no_file_is_not_read(tmp_path, special):
    if special == "fifo":
        os.mkfifo(tmp_path / ".git")
    else:
        (tmp_path / ".git").symlink_to("/dev/zero")
    assert process._git_dir(str(tmp_path)) == ""
