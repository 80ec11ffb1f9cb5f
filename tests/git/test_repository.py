"""Discovery, HEAD and operations under way, on every kind of repository."""

import os
import stat
from pathlib import Path

import pytest

from hotfix_tui.git.errors import GitError, GitMissing, GitTooOld, NotARepository
from hotfix_tui.git.process import Git
from hotfix_tui.git.repository import checked_version, discover, head, in_progress, version
from tests.gitworld import World, lines


def test_a_plain_repository_is_found_from_a_folder_below(world):
    world.commit(a="1")
    below = world.path / "deep" / "er"
    below.mkdir(parents=True)
    found = discover(str(below))
    assert found.toplevel == str(world.path)
    assert found.git_dir == str(world.path / ".git")
    assert found.name == "shop"
    assert not (found.bare or found.shallow or found.partial or found.sparse or found.sha256)


def test_from_inside_the_git_directory_the_worktree_is_found(world):
    assert discover(str(world.path / ".git" / "refs")).toplevel == str(world.path)


def test_a_linked_worktree_shares_the_common_directory_and_the_name(world, tmp_path):
    world.commit(a="1")
    world("worktree", "add", "-q", str(tmp_path / "side"), "-b", "side")
    found = discover(str(tmp_path / "side"))
    assert found.toplevel == str(tmp_path / "side")
    assert found.git_dir == str(world.path / ".git" / "worktrees" / "side")
    assert found.name == "shop"


def test_a_bare_repository_has_no_toplevel(tmp_path):
    World(tmp_path / "shop.git", "--bare")
    found = discover(str(tmp_path / "shop.git"))
    assert found.bare and found.toplevel is None and found.name == "shop"
    assert head(found.git).branch == "main"


def test_a_folder_with_a_newline_in_its_name(tmp_path):
    odd = World(tmp_path / "new\nline")
    odd.commit(a="1")
    side = tmp_path / "other\nside"
    odd("worktree", "add", "-q", str(side), "-b", "side")
    assert discover(str(odd.path)).toplevel == str(odd.path)
    assert discover(str(side)).toplevel == str(side)
    assert discover(str(side)).name == discover(str(odd.path)).name


def test_shallow_partial_sparse_and_sha256_are_seen(world, tmp_path):
    world.commit(a="1")
    world.commit(a="2")
    world("config", "uploadpack.allowFilter", "true")
    assert discover(str(world.clone(tmp_path / "shallow", "--depth=1").path)).shallow
    assert discover(str(world.clone(tmp_path / "partial", "--filter=blob:none").path)).partial
    sparse = world.clone(tmp_path / "sparse")
    sparse("sparse-checkout", "init", "--cone")
    assert discover(str(sparse.path)).sparse
    modern = World(tmp_path / "modern", "--object-format=sha256")
    commit = modern.commit(a="1")
    assert discover(str(modern.path)).sha256
    assert head(Git(str(modern.path))).commit == commit and len(commit) == 64


def test_where_there_is_none_the_sentence_says_so(tmp_path):
    with pytest.raises(NotARepository, match="is in no git repository"):
        discover(str(tmp_path))
    with pytest.raises(NotARepository, match="does not exist"):
        discover(str(tmp_path / "gone"))
    with pytest.raises(NotARepository, match="does not exist"):
        Git(str(tmp_path / "gone")).run("status")


def test_variables_of_a_calling_hook_do_not_lead_elsewhere(world, tmp_path, monkeypatch):
    world.commit(a="1")
    other = World(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / "idx"))
    assert discover(str(world.path)).toplevel == str(world.path)


def test_missing_old_and_strange_git(tmp_path, monkeypatch):
    assert version() >= (2, 30)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(GitMissing, match="install git"):
        checked_version()
    for folder, says, error, match in (
        ("old", "git version 2.29.9 (Apple Git-1)", GitTooOld, "2.29.9 is too old"),
        ("odd", "hello", GitError, "does not say its version"),
    ):
        program = tmp_path / folder / "git"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho '{says}'\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
        with pytest.raises(error, match=match):
            checked_version()


def test_head_on_a_branch_detached_and_before_the_first_commit(world):
    git = Git(str(world.path))
    assert (head(git).commit, head(git).branch, head(git).detached) == (None, "main", False)
    commit = world.commit(a="1")
    assert (head(git).commit, head(git).branch) == (commit, "main")
    world("checkout", "-q", "--detach")
    assert (head(git).commit, head(git).branch, head(git).detached) == (commit, None, True)


def test_a_corrupt_head_is_a_sentence(world):
    world.commit(a="1")
    (world.path / ".git" / "HEAD").write_bytes(b"\0\0\0garbage")
    with pytest.raises(GitError) as caught:
        discover(str(world.path))
    assert "\n" not in caught.value.sentence


def _diverged(world):
    world.commit(f__txt=lines(1, 2, 3))
    world("switch", "-q", "-c", "side")
    world.commit("side", f__txt="side\n")
    world.commit("side two", f__txt="side two\n")
    world("switch", "-q", "main")
    world.commit("main", f__txt="main\n")


@pytest.mark.parametrize(
    ("command", "operation"),
    [
        (("merge", "side"), "merge"),
        (("rebase", "side"), "rebase"),
        (("cherry-pick", "side"), "cherry-pick"),
        (("revert", "--no-edit", "main~1"), "revert"),
        (("bisect", "start"), "bisect"),
    ],
)
def test_operations_under_way(world, command, operation):
    _diverged(world)
    git = Git(str(world.path))
    assert in_progress(git) is None
    world(*command, ok=False)
    assert in_progress(git) == operation


def test_between_two_picks_and_while_applying_patches(world):
    _diverged(world)
    git = Git(str(world.path))
    world("cherry-pick", "main..side", ok=False)
    world.write("f.txt", "solved\n")
    world("add", "f.txt")
    world("commit", "-q", "-m", "solved")
    assert not (world.path / ".git" / "CHERRY_PICK_HEAD").exists()
    assert in_progress(git) == "cherry-pick"
    world("cherry-pick", "--quit")
    patch = world("format-patch", "-1", "side", "-o", str(world.path.parent))
    world("am", patch, ok=False)
    assert in_progress(git) == "am"


def test_an_operation_in_another_worktree_is_not_ours(world, tmp_path):
    _diverged(world)
    world("worktree", "add", "-q", "--detach", str(tmp_path / "side"))
    world("merge", "side", ok=False)
    assert in_progress(Git(str(world.path))) == "merge"
    assert in_progress(Git(str(tmp_path / "side"))) is None


def test_git_cannot_ask_on_the_terminal_and_gets_no_input(world, tmp_path):
    """A helper that would ask finds no terminal, no input, and an editor that fails."""
    program = tmp_path / "helper"
    program.write_text(
        "#!/bin/sh\n(exec </dev/tty) 2>/dev/null && echo tty\nread line && echo input\n"
        'echo "$GIT_EDITOR $GIT_TERMINAL_PROMPT $LC_ALL"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    world("config", "alias.ask", f"!{program}")
    assert Git(str(world.path)).text("ask") == "false 0 C.UTF-8"


def test_a_call_that_hangs_is_stopped_with_everything_under_it(world, tmp_path):
    from hotfix_tui.git.errors import GitTimeout

    pid = tmp_path / "pid"
    world("config", "alias.hang", f"!sleep 600 & echo $! > '{pid}'; wait")
    with pytest.raises(GitTimeout, match="did not answer"):
        Git(str(world.path)).run("hang", timeout=5)
    child = Path("/proc", pid.read_text().strip(), "stat")
    # The whole group was killed; until it is reaped the child may be there as a zombie.
    while child.exists() and child.read_text().rpartition(") ")[2][0] != "Z":
        os.sched_yield()


def test_output_can_be_limited(world):
    world.commit(big__txt="x" * 500_000)
    cut = Git(str(world.path)).run("show", "HEAD:big.txt", limit=1000)
    assert len(cut.stdout) == 1000 and cut.cut
    whole = Git(str(world.path)).run("show", "HEAD:big.txt", limit=1_000_000)
    assert len(whole.stdout) == 500_000 and not whole.cut and whole.returncode == 0


def test_importing_costs_a_start_nothing():
    """Neither GitPython nor the means to start processes are read before the first call."""
    import subprocess
    import sys

    names = ("carry", "patches", "remote", "repository", "selection", "tags", "worktrees")
    code = f"import sys, {', '.join(f'hotfix_tui.git.{name}' for name in names)}\n"
    code += "print({'git', 'subprocess', 'tempfile', 'semver', 'textual'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
