"""Status, and the tree of what would be committed, with the user's index and files untouched."""

import os

import pytest

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import tree
from hotfix_tui.git.selection import tracked, tree_of_selection
from hotfix_tui.git.status import parse, status
from tests.gitworld import World, fingerprint

ODD_NAMES = [
    "tab\there",
    "new\nline",
    "esc\x1b[31m",
    "-rf",
    ":(glob)*",
    "caf\udcff",
    "漢字",
    " lead",
    'quo"te',
    "a -> b",
]


def test_every_kind_of_change(world):
    world.commit(a="1", b="1", c="1", gone="1", moved="one\ntwo\nthree\n")
    world.write("a", "2")
    world.write("b", "2")
    world("add", "b")
    world("rm", "-q", "gone")
    world("mv", "moved", "here")
    world.write("new", "n")
    world("add", "new")
    world.write("dir/free", "f")
    found = status(Git(str(world.path)))
    assert {(c.path, c.index, c.worktree, c.renamed_from) for c in found.changed} == {
        ("a", ".", "M", None),
        ("b", "M", ".", None),
        ("gone", "D", ".", None),
        ("here", "R", ".", "moved"),
        ("new", "A", ".", None),
    }
    assert found.untracked == ["dir/free"]
    assert status(Git(str(world.path)), untracked="normal").untracked == ["dir/"]
    assert status(Git(str(world.path)), untracked="no").untracked == []
    assert not found.clean and found.branch == "main" and found.upstream is None


def test_a_fresh_repository_and_a_detached_head(world):
    fresh = status(Git(str(world.path)))
    assert (fresh.commit, fresh.branch, fresh.clean) == (None, "main", True)
    commit = world.commit(a="1")
    world("checkout", "-q", "--detach")
    detached = status(Git(str(world.path)))
    assert (detached.commit, detached.branch) == (commit, None)


def test_the_upstream_of_the_branch(world, tmp_path):
    world.commit(a="1")
    other = world.clone(tmp_path / "other")
    world.commit(a="2")
    other.commit(b="1")
    other.commit(b="2")
    other("fetch", "-q")
    found = status(Git(str(other.path)))
    assert found.upstream == "origin/main"


def test_conflicts_are_listed_by_path(world):
    world.commit(a="1")
    world("switch", "-q", "-c", "side")
    world.commit(a="side")
    world("switch", "-q", "main")
    world.commit(a="main")
    world("merge", "side", ok=False)
    found = status(Git(str(world.path)))
    assert found.conflicts == ["a"] and not found.clean
    with pytest.raises(GitError, match="unresolved conflicts"):
        tree_of_selection(Git(str(world.path)))


def test_odd_names_come_through_as_they_are(world):
    world.commit(a="1")
    for name in ODD_NAMES:
        world.write(name, "x")
    git = Git(str(world.path))
    assert set(status(git).untracked) == set(ODD_NAMES)
    world("add", "-A")
    world("commit", "-q", "-m", "odd")
    for name in ODD_NAMES:
        world.write(name, "y")
    assert {change.path for change in status(git).changed} == set(ODD_NAMES)
    assert tracked(git, [*ODD_NAMES, "nothing"]) == set(ODD_NAMES)


def test_unknown_header_lines_are_passed_over():
    assert parse(b"# stash 3\0# new.header x y\0? file\0").untracked == ["file"]


def test_looking_does_not_write_the_index(world):
    world.commit(a="1")
    os.utime(world.path / "a", (1, 1))
    before = fingerprint(world.path)
    assert status(Git(str(world.path))).clean
    assert fingerprint(world.path) == before


def committed_tree(world: World, *args: str) -> str:
    """The tree that git itself commits, in a copy of the repository."""
    import shutil

    copy = world.path.parent / "copy"
    shutil.copytree(world.path, copy, symlinks=True)
    twin = World.__new__(World)
    twin.path, twin.time = copy, world.time
    twin("commit", "-q", "-m", "x", *args)
    found = twin("rev-parse", "HEAD^{tree}")
    shutil.rmtree(copy)
    return found


def _mixed(world):
    """Staged, unstaged, staged and changed again, deleted, mode changed, linked, untracked."""
    world.commit(**{"a": "1", "b": "1", "c": "1", "d/e": "1", "gone": "1", "mode": "1", "raw": "1"})
    world.write("a", "2")
    world.write("b", "2")
    world("add", "b")
    world.write("b", "3")
    world.write("c", "2")
    world("add", "c")
    (world.path / "gone").unlink()
    (world.path / "mode").chmod(0o755)
    (world.path / "raw").unlink()
    (world.path / "raw").symlink_to("a")
    world.write("staged-new", "s")
    world("add", "staged-new")
    world.write("intent", "i")
    world("add", "-N", "intent")
    for name in ODD_NAMES:
        world.write(name, "x")


def test_all_tracked_changes_equal_commit_all(world):
    _mixed(world)
    before = fingerprint(world.path)
    found = tree_of_selection(Git(str(world.path)))
    assert fingerprint(world.path) == before
    assert found == committed_tree(world, "--all")


def test_chosen_files_equal_commit_only(world):
    _mixed(world)
    chosen = ["a", "b", "gone", "mode", "raw", "intent"]
    before = fingerprint(world.path)
    found = tree_of_selection(Git(str(world.path)), chosen)
    assert fingerprint(world.path) == before
    assert found == committed_tree(world, "--only", "--", *chosen)


def test_chosen_untracked_files_with_odd_names(world):
    _mixed(world)
    before = fingerprint(world.path)
    found = tree_of_selection(Git(str(world.path)), ODD_NAMES)
    assert fingerprint(world.path) == before
    world("reset", "-q")
    world("add", "--", *(f":(literal){name}" for name in ODD_NAMES))
    assert found == world("write-tree")


def test_nothing_chosen_is_the_tree_of_head(world):
    _mixed(world)
    git = Git(str(world.path))
    assert tree_of_selection(git, []) == tree(git, "HEAD")


def test_a_file_that_replaces_a_folder(world):
    world.commit(**{"d/e": "1", "a": "1"})
    (world.path / "d" / "e").unlink()
    (world.path / "d").rmdir()
    world.write("d", "now a file")
    git = Git(str(world.path))
    found = tree_of_selection(git, ["d", "d/e"])
    world("add", "-A")
    assert found == world("write-tree")


def test_before_the_first_commit(world):
    world.write("a", "1")
    world.write("b", "1")
    found = tree_of_selection(Git(str(world.path)), ["a"])
    assert not (world.path / ".git" / "index").exists()
    world("add", "a")
    assert found == world("write-tree")


def test_in_a_linked_worktree_with_a_split_index(world, tmp_path):
    world.commit(a="1", b="1")
    world("worktree", "add", "-q", str(tmp_path / "side"), "-b", "side")
    world("config", "core.splitIndex", "true")
    side = World.__new__(World)
    side.path, side.time = tmp_path / "side", world.time
    side.write("a", "2")
    side("update-index", "--split-index")
    git_dir = world.path / ".git" / "worktrees" / "side"
    before = {p.name: p.read_bytes() for p in git_dir.iterdir() if p.is_file()}
    found = tree_of_selection(Git(str(side.path)))
    assert {p.name: p.read_bytes() for p in git_dir.iterdir() if p.is_file()} == before
    side("commit", "-q", "-a", "-m", "x")
    assert found == side("rev-parse", "HEAD^{tree}")


def test_no_hook_and_no_monitor_runs_for_a_look(world):
    world.commit(a="1")
    ran = world.path.parent / "ran"
    for name in ("post-index-change", "pre-commit", "fsmonitor"):
        hook = world.path / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\necho {name} >> '{ran}'\n")
        hook.chmod(0o755)
    world("config", "core.fsmonitor", str(world.path / ".git" / "hooks" / "fsmonitor"))
    world.write("a", "2")
    git = Git(str(world.path))
    status(git)
    tree_of_selection(git)
    tree_of_selection(git, ["a"])
    assert not ran.exists()
