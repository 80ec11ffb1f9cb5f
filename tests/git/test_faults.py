"""Faults made with real git: each comes back as one sentence that says what to do."""

import subprocess

import pytest

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.faults import explain
from hotfix_tui.git.process import Git
from hotfix_tui.git.repository import discover
from hotfix_tui.git.status import status
from tests.gitworld import World


def fault(world: World, *args: str) -> str:
    """The sentence for a command that fails, as the steps' own runs would get it from their log.

    What the product never asks of git is asked by the test itself; people do, and bring its words.
    """
    if args[0] in ("switch", "checkout"):
        ended = subprocess.run(["git", "-C", str(world.path), *args], capture_output=True)
        assert ended.returncode
        sentence = explain(ended.stderr)
        assert sentence is not None and "\n" not in sentence
        return sentence
    with pytest.raises(GitError) as caught:
        Git(str(world.path)).run(*args, write=True, network=args[0] in ("push", "fetch"))
    assert "\n" not in caught.value.sentence and caught.value.argv[0] == "git" and caught.value.returncode
    known = explain(caught.value.stderr)
    assert known is None or known == caught.value.sentence
    return caught.value.sentence


def diverged(world: World) -> None:
    """main and side change the same line."""
    world.commit("base", f="base\n")
    world("switch", "-q", "-c", "side")
    world.commit("side", f="side\n")
    world("switch", "-q", "main")
    world.commit("main", f="main\n")


@pytest.fixture
def clone(world, tmp_path) -> World:
    """A clone whose origin is a bare repository, one commit in."""
    world.commit("base", f="1\n")
    world("clone", "-q", "--bare", str(world.path), str(tmp_path / "origin.git"))
    world("remote", "add", "origin", str(tmp_path / "origin.git"))
    world("fetch", "-q", "origin")
    return world


def test_a_lock_that_is_held(world):
    world.commit(f="1")
    (world.path / ".git" / "index.lock").touch()
    assert "index.lock" in fault(world, "add", "f") and status(Git(str(world.path))).clean


def test_refs_in_the_way(world, tmp_path):
    world.commit(f="1")
    world("branch", "hotfix")
    world("tag", "v1")
    world("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert "cannot exist next to refs/heads/hotfix" in fault(world, "branch", "hotfix/x")
    assert "the tag v1 exists" in fault(world, "tag", "v1")
    assert "the branch hotfix exists" in fault(world, "branch", "hotfix")
    assert f"checked out in {tmp_path / 'side'}" in fault(world, "switch", "side")
    assert "not a valid branch name" in fault(world, "branch", "a..b")
    (world.path / ".git" / "refs" / "heads" / "new.lock").touch()
    assert "is locked" in fault(world, "branch", "new") or "holds" in fault(world, "branch", "new")


def test_picks(world):
    diverged(world)
    world("merge", "-q", "-s", "ours", "side", "-m", "merge")
    merge = world("rev-parse", "HEAD")
    world("switch", "-q", "--detach", "main~1")
    assert "is a merge" in fault(world, "cherry-pick", merge)
    assert "conflicts" in fault(world, "cherry-pick", "side")
    assert "unresolved conflicts" in fault(world, "cherry-pick", "main~1") or "under way" in fault(
        world, "cherry-pick", "main~1"
    )
    world("cherry-pick", "--abort")
    assert "there already" in fault(world, "cherry-pick", "HEAD")
    world("cherry-pick", "--abort", ok=False)
    world("switch", "-q", "side")
    world("merge", "main~1", ok=False)
    world.write("f", "resolved\n")
    world("add", "f")
    assert "under way" in fault(world, "merge", "main")


def test_files_in_the_way(world):
    diverged(world)
    world.write("f", "not committed\n")
    assert "separate worktree" in fault(world, "switch", "side")
    world("restore", "f")
    world("switch", "-q", "-c", "more")
    world.commit("more", g="1")
    world("switch", "-q", "main")
    world.write("g", "untracked")
    assert "separate worktree" in fault(world, "switch", "more")


def test_nothing_there_yet(world, tmp_path):
    assert "no commits yet" in fault(world, "log")
    bare = World(tmp_path / "bare.git", "--bare")
    assert "bare repository" in fault(bare, "status")
    world.commit(f="1")
    assert "there is no nothing here to push" in fault(world, "push", str(bare.path), "nothing")
    assert "git knows no file nothing" in fault(world, "checkout", "--", "nothing")
    assert "does not know the revision nothing" in fault(world, "log", "nothing")


def test_damage(world):
    world.commit(f="1")
    index = world.path / ".git" / "index"
    good = index.read_bytes()
    index.write_bytes(b"garbage" * 10)
    assert "index of this worktree is damaged" in fault(world, "status")
    index.write_bytes(good)
    blob = world("rev-parse", "HEAD:f")
    (world.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert "git fsck" in fault(world, "archive", "HEAD")
    with (world.path / ".git" / "config").open("a") as config:
        config.write("[broken\n")
    with pytest.raises(GitError, match="cannot read its configuration"):
        discover(str(world.path))


def test_a_repository_of_a_later_git(world):
    world("config", "core.repositoryFormatVersion", "1")
    world("config", "extensions.something-new", "true")
    with pytest.raises(GitError, match="newer git"):
        discover(str(world.path))


def test_committing(world, monkeypatch):
    world.commit(f="1")
    world.write("f", "2")
    world("config", "gpg.program", "false")
    assert "could not sign" in fault(world, "commit", "-a", "-S", "-m", "x")
    world.write("crlf", "1\r\n")
    assert "core.safecrlf" in fault(
        world, "-c", "core.safecrlf=true", "-c", "core.autocrlf=input", "add", "crlf"
    )
    for name in ("NAME", "EMAIL"):
        monkeypatch.delenv(f"GIT_COMMITTER_{name}")
    world("config", "user.useConfigOnly", "true")
    assert "user.email" in fault(world, "commit", "-a", "-m", "x")


def test_pushes_that_are_refused(clone, tmp_path):
    origin = tmp_path / "origin.git"
    base = clone("rev-parse", "HEAD")
    other = clone.clone(tmp_path / "other")
    other("remote", "set-url", "origin", str(origin))
    clone.commit("ours", f="2\n")
    clone("push", "-q", "origin", "main")
    other.commit("theirs", f="3\n")
    assert "has commits that are not here" in fault(other, "push", "origin", "main")
    lease = f"--force-with-lease=refs/heads/main:{'1' * 40}"
    assert "has moved since" in fault(other, "push", lease, "origin", "main")
    clone("tag", "v1", base)
    clone("push", "-q", "origin", "v1")
    other("tag", "v1")
    assert "has a tag of that name" in fault(other, "push", "origin", "v1")
    assert "differs from the local one" in fault(other, "fetch", "--tags", "origin")
    hook = origin / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)
    assert "own check refused" in fault(clone, "push", "origin", "main:refs/heads/new")
    assert "the remote has no refs/heads/gone" in fault(clone, "fetch", "origin", "refs/heads/gone")


def test_a_hundred_looks_leave_nothing_behind(clone):
    """No process and no open file stays, whatever was asked."""
    import os
    from pathlib import Path

    from hotfix_tui.git.remote import remotes, upstream

    git = Git(str(clone.path))

    def state() -> tuple[int, str]:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
        return len(os.listdir("/proc/self/fd")), children

    remotes(git)
    before = state()
    for _ in range(20):
        remotes(git)
        upstream(git, "main")
        status(git)
        discover(git.root)
    assert state() == before


def test_git_can_be_asked_from_many_threads(clone):
    from concurrent.futures import ThreadPoolExecutor

    from hotfix_tui.git.refs import resolve

    git = Git(str(clone.path))
    commit = clone("rev-parse", "HEAD")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: resolve(git, "main"), range(64))) == {commit}
