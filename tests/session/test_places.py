"""Where the record is kept: the same answer as git, without running it."""

import os
import subprocess

import pytest

from hotfix_tui.session import places
from hotfix_tui.session.errors import NoPlace
from tests.gitworld import NO_CONFIG

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": NO_CONFIG,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


def git(cwd, *arguments, **more):
    done = subprocess.run(
        ["git", "-C", str(cwd), *arguments],
        env=ENVIRONMENT | more,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else None


def said_by_git(cwd, **more):
    top = git(cwd, "rev-parse", "--show-toplevel", **more)
    common = git(cwd, "rev-parse", "--path-format=absolute", "--git-common-dir", **more)
    return top, os.path.realpath(common) if common else None


@pytest.fixture(autouse=True)
def _no_git_variables(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def world(tmp_path):
    """A repository with a work tree of its own, a submodule, a bare clone, and what only looks like one."""
    repository = tmp_path / "répo x"
    git(tmp_path, "init", "-q", "-b", "main", str(repository))
    (repository / "deep" / "er").mkdir(parents=True)
    git(repository, "commit", "-q", "--allow-empty", "-m", "x")
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "side")
    git(tmp_path, "clone", "-q", "--bare", str(repository), str(tmp_path / "bare.git"))
    git(
        tmp_path,
        "clone",
        "-q",
        "--separate-git-dir",
        str(tmp_path / "apart"),
        str(repository),
        str(tmp_path / "far"),
    )
    git(
        repository,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        str(tmp_path / "bare.git"),
        "sub",
    )
    (tmp_path / "plain" / ".git").mkdir(parents=True)
    (tmp_path / "link").symlink_to(repository / "deep")
    return tmp_path


@pytest.mark.parametrize(
    "place",
    [
        "répo x",
        "répo x/deep/er",
        "répo x/.git",
        "répo x/.git/hooks",
        "répo x/sub",
        "tree",
        "bare.git",
        "bare.git/refs",
        "far",
        "apart",
        "plain",
        ".",
        "link/er",
        "link",
    ],
)
def test_a_repository_is_found_as_git_finds_it(world, place):
    assert places.find_git_common_dir(str(world / place)) == said_by_git(world / place)


def test_the_cases_are_what_they_seem(world):
    repository = str(world / "répo x")
    assert said_by_git(world / "tree") == (str(world / "tree"), repository + "/.git")
    assert said_by_git(world / "bare.git") == (None, str(world / "bare.git"))
    assert said_by_git(world / "répo x/sub")[1] == repository + "/.git/modules/sub"
    assert said_by_git(world / "plain") == (None, None)


@pytest.mark.parametrize(
    "variables",
    [
        {"GIT_DIR": "{0}/répo x/.git"},
        {"GIT_DIR": "../répo x/.git"},
        {"GIT_DIR": "{0}/répo x/.git", "GIT_WORK_TREE": "{0}/répo x"},
        {"GIT_DIR": "{0}/nowhere"},
        {"GIT_DIR": "{0}/bare.git", "GIT_WORK_TREE": "."},
    ],
)
def test_the_variables_of_git_count(world, monkeypatch, variables):
    variables = {name: value.format(world) for name, value in variables.items()}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert places.find_git_common_dir(str(world / "tree")) == said_by_git(world / "tree", **variables)


def test_git_common_dir_counts(world, monkeypatch):
    monkeypatch.setenv("GIT_COMMON_DIR", str(world / "bare.git"))
    assert places.find_git_common_dir(str(world / "tree")) == (str(world / "tree"), str(world / "bare.git"))


@pytest.mark.parametrize(
    "text", ["", "gitdir: ", "gitdir: /nowhere\n", "hello\n", "gitdir: a\0b\n", "x" * 9000]
)
def test_a_broken_link_finds_no_other_repository(world, text):
    inner = world / "répo x" / "inner"
    inner.mkdir()
    (inner / ".git").write_text(text)
    assert places.find_git_common_dir(str(inner)) == (None, None)


def test_every_work_tree_has_the_same_root(world):
    root = str(world / "répo x" / ".git" / "hotfix-tui")
    assert [places.session_root(str(world / name)) for name in ("répo x", "tree", "link/er")] == [root] * 3
    assert not os.path.exists(root)


def test_without_a_repository_the_root_is_in_the_state_directory(world):
    root = places.session_root(str(world / "plain"))
    assert os.path.dirname(root) == str(world / "state" / "hotfix-tui" / "sessions")
    assert root == places.session_root(str(world / "répo x" / ".." / "plain"))
    assert root != places.session_root(str(world))


def test_a_repository_that_cannot_be_written_is_still_read(world, monkeypatch):
    own = world / "répo x" / ".git" / "hotfix-tui"
    own.mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    roots = places.session_roots(str(world / "tree"))
    assert roots[0].startswith(str(world / "state")) and roots[1:] == [str(own)]
    assert places.session_root(str(world / "tree")) == roots[0] == places.session_root(str(world / "répo x"))
    own.rmdir()
    assert places.session_roots(str(world / "tree")) == roots[:1]


def test_incidents_begun_while_it_could_not_be_written_are_still_read(world, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: False)
        other = places.session_root(str(world / "tree"))
    os.makedirs(other)
    assert places.session_roots(str(world / "tree")) == [str(world / "répo x" / ".git" / "hotfix-tui"), other]


def test_the_state_directory_follows_its_standard(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    assert places.state_root() == "/s/hotfix-tui"
    for ignored in ("relative/path", ""):
        monkeypatch.setenv("XDG_STATE_HOME", ignored)
        assert places.state_root() == "/home/ann/.local/state/hotfix-tui"


def test_without_a_home_there_is_one_sentence(monkeypatch, world):
    import pwd

    def nobody(uid):
        raise KeyError(uid)

    monkeypatch.delenv("XDG_STATE_HOME")
    for home in (None, "", "here"):
        if home is None:
            monkeypatch.delenv("HOME")
        else:
            monkeypatch.setenv("HOME", home)
        with monkeypatch.context() as patch:
            patch.setattr(pwd, "getpwuid", nobody)
            with pytest.raises(NoPlace, match="set HOME or XDG_STATE_HOME, then try again"):
                places.state_root()
        assert places.state_root() == os.path.join(
            pwd.getpwuid(os.getuid()).pw_dir, ".local/state/hotfix-tui"
        )
    assert places.session_root(str(world / "tree")).endswith(".git/hotfix-tui")


@pytest.fixture
def vendored(tmp_path):
    """A clone with a bare repository in its working tree, as git can carry one."""
    clone = tmp_path / "clone"
    git(tmp_path, "init", "-q", "-b", "main", str(clone))
    (clone / "vendor").mkdir()
    git(tmp_path, "init", "-q", "--bare", str(clone / "vendor" / "lib"))
    return clone


@pytest.mark.parametrize("place", ["vendor/lib", "vendor/lib/refs", "vendor/lib/hooks"])
def test_a_bare_repository_inside_a_working_tree_has_to_be_named(vendored, monkeypatch, place):
    inner = vendored / "vendor" / "lib"
    assert places.find_git_common_dir(str(vendored / place)) == (None, None)
    assert f"{inner} is a bare repository inside the working tree of {vendored}" in places.why_not_taken(
        str(vendored / place)
    )
    monkeypatch.setenv("GIT_DIR", str(inner))
    assert places.find_git_common_dir(str(vendored / place))[1] == str(inner)


def test_one_below_a_worktree_has_to_be_named_too(vendored, tmp_path):
    git(vendored, "commit", "-q", "--allow-empty", "-m", "x")
    git(vendored, "worktree", "add", "-q", str(tmp_path / "tree"))
    git(tmp_path, "init", "-q", "--bare", str(tmp_path / "tree" / "deep" / "x.git"))
    assert places.find_git_common_dir(str(tmp_path / "tree" / "deep" / "x.git")) == (None, None)


def test_a_repository_whose_own_git_directory_lies_in_it_is_found(tmp_path):
    """The layout ``.bare`` with a ``.git`` file next to it, and a bare repository on its own."""
    git(tmp_path, "init", "-q", "--bare", str(tmp_path / "project" / ".bare"))
    (tmp_path / "project" / ".git").write_text("gitdir: ./.bare\n")
    bare = str(tmp_path / "project" / ".bare")
    assert places.find_git_common_dir(bare) == (None, bare)
    assert places.why_not_taken(bare) == "" == places.why_not_taken(str(tmp_path))
