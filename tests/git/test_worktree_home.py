"""Where the main worktree is, and next to what new ones are placed: also of submodules and separate git directories."""

from pathlib import Path

import pytest

from hotfix_tui.git.process import Git
from hotfix_tui.git.worktrees import where_checked_out, worktrees, worktrees_home
from tests.gitworld import World

ALLOW = ("-c", "protocol.file.allow=always")


@pytest.fixture
def umbrella(world: World, tmp_path) -> Path:
    """An umbrella in an umbrella: top/platform/shop, each a submodule of the one before."""
    world.commit(f="1")
    middle = World(tmp_path / "middle")
    middle(*ALLOW, "submodule", "--quiet", "add", str(world.path), "shop")
    middle.commit("shop")
    top = World(tmp_path / "top")
    top(*ALLOW, "submodule", "--quiet", "add", str(middle.path), "platform")
    top.commit("platform")
    top(*ALLOW, "submodule", "--quiet", "update", "--init", "--recursive")
    return tmp_path / "top"


def test_a_submodule_is_where_its_files_are_and_its_worktrees_stand_outside(umbrella):
    shop = umbrella / "platform" / "shop"
    git = Git(str(shop))
    assert worktrees(git)[0].path == str(shop)
    assert worktrees_home(git) == str(umbrella) == worktrees_home(Git(str(umbrella / "platform")))
    git.run("switch", "-q", "-c", "work", write=True)
    assert where_checked_out(git, "work") == str(shop)


def test_a_worktree_of_a_submodule_stands_beside_the_same(umbrella, tmp_path):
    git = Git(str(umbrella / "platform" / "shop"))
    git.run("worktree", "add", "-q", "--detach", str(tmp_path / "second"), write=True)
    second = Git(str(tmp_path / "second"))
    assert [tree.path for tree in worktrees(second)] == [git.root, second.root]
    assert worktrees_home(second) == str(umbrella)


def test_a_git_directory_that_was_put_aside(world, tmp_path):
    (tmp_path / "gitdirs").mkdir()
    aside = World(tmp_path / "aside", "--separate-git-dir", str(tmp_path / "gitdirs" / "aside"))
    aside.commit(f="1")
    assert worktrees_home(Git(str(aside.path))) == str(aside.path)


def test_an_ordinary_and_a_bare_repository(world, tmp_path):
    world.commit(f="1")
    world("clone", "-q", "--bare", str(world.path), str(tmp_path / "bare.git"))
    assert worktrees_home(Git(str(world.path))) == str(world.path)
    assert worktrees_home(Git(str(tmp_path / "bare.git"))) == str(tmp_path / "bare.git")
