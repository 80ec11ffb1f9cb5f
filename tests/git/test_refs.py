"""Names, commits, tags and worktrees, hostile names among them."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import (
    commit_info,
    commits_not_in,
    is_ancestor,
    log,
    merge_base,
    merge_bases,
    split_range,
)
from hotfix_tui.git.identity import identity, signing
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import (
    branch_conflict,
    branch_exists,
    branches,
    check_branch_name,
    first_free,
    resolve,
    tree,
)
from hotfix_tui.git.remote import ls_remote
from hotfix_tui.git.tags import all_tags
from hotfix_tui.git.worktrees import where_checked_out, worktrees
from tests.gitworld import World


def conflict(git: Git, *args: str) -> str:
    """The sentence of a clash of names."""
    found = branch_conflict(git, *args)
    assert found is not None
    return found.why


HOSTILE = [
    "--output=pwned",
    "--upload-pack=touch${IFS}pwned",
    "-x",
    "--help",
    "^HEAD",
    "HEAD..HEAD",
    "",
    "\0",
    "a\nb",
    "@{u}",
    "$(id)",
]


def test_names_resolve_to_commits_and_tags_are_peeled(world):
    commit = world.commit(a="1")
    world("tag", "-a", "v1", "-m", "one")
    world("tag", "-a", "v1-of-tag", "v1", "-m", "two layers")
    git = Git(str(world.path))
    for name in ("HEAD", "main", "refs/heads/main", "v1", "v1-of-tag", commit, commit[:8]):
        assert resolve(git, name) == commit
    assert resolve(git, "nothing") is None
    assert resolve(git, "HEAD:a") is None
    assert tree(git, "v1") == world("rev-parse", "HEAD^{tree}")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(world, name, tmp_path):
    world.commit(a="1")
    git = Git(str(world.path))
    assert resolve(git, name) is None
    for call in (
        lambda: log(git, name),
        lambda: is_ancestor(git, name, "HEAD"),
        lambda: commits_not_in(git, "HEAD", name),
    ):
        with pytest.raises(GitError, match="there is no commit"):
            call()
    assert sorted(path.name for path in world.path.iterdir()) == [".git", "a"]


def test_a_ref_with_a_leading_dash_that_exists_is_only_a_name(world):
    commit = world.commit(a="1")
    name = "--output=pwned"
    (world.path / ".git" / "refs" / "heads" / name).write_text(commit + "\n")
    git = Git(str(world.path))
    assert resolve(git, f"refs/heads/{name}") == commit
    assert branch_exists(git, name) == commit
    assert [c.sha for c in log(git, f"refs/heads/{name}")] == [commit]
    assert {branch.name for branch in branches(git)} == {"main", name}
    assert sorted(path.name for path in world.path.iterdir()) == [".git", "a"]


def test_what_a_commit_says(world):
    first = world.commit("first", a="1")
    second = world.commit("fix: öl [/b] \x1b[31m\n\nbody line\n\nTicket: ENG-1\n", a="2")
    found = commit_info(Git(str(world.path)), "main")
    assert (found.sha, found.parents, found.author, found.email) == (
        second,
        (first,),
        "Ann",
        "ann@example.com",
    )
    assert found.subject == "fix: öl [/b] \x1b[31m"
    assert found.body == "body line\n\nTicket: ENG-1"
    assert found.date == found.committed == "2023-11-14T22:15:20Z"
    assert found.tree == world("rev-parse", "HEAD^{tree}") and not found.merge


def test_a_message_that_is_not_utf8_stays_readable(world):
    world.write("m", b"caf\xe9 \xff\n")
    world.commit(a="1")
    world("-c", "i18n.commitEncoding=utf-8", "commit", "-q", "--allow-empty", "-F", "m")
    found = commit_info(Git(str(world.path)), "HEAD")
    assert found.subject.startswith("caf") and found.subject.encode("utf-8")


def test_log_ranges_paths_and_limits(world):
    base = world.commit("base", a="1")
    world.commit("a", a="2")
    world.commit("b", b="1")
    world("switch", "-q", "-c", "side", base)
    world.commit("side", c="1")
    world("switch", "-q", "main")
    world("merge", "-q", "--no-ff", "side", "-m", "merged")
    git = Git(str(world.path))

    def subjects(**options):
        return [commit.subject for commit in log(git, "main", **options)]

    assert subjects(limit=1) == ["merged"]
    assert subjects(not_in=[base], first_parent=True) == ["merged", "b", "a"]
    assert set(subjects(not_in=[base], merges=False)) == {"b", "a", "side"}
    assert subjects(paths=["a"]) == ["a", "base"]
    assert subjects(paths=[":(top)a"]) == []
    assert log(git, "main", limit=1)[0].merge


def test_how_lines_hang_together(world):
    base = world.commit("base", a="1")
    world("switch", "-q", "-c", "side")
    side = world.commit("side", b="1")
    world("switch", "-q", "main")
    main = world.commit("main", a="2")
    world("switch", "-q", "--orphan", "alone")
    world.commit("alone", z="1")
    git = Git(str(world.path))
    assert (
        is_ancestor(git, base, "side")
        and is_ancestor(git, "side", "side")
        and not is_ancestor(git, "side", "main")
    )
    assert merge_base(git, "side", "main") == base and merge_bases(git, "side", "main") == [base]
    assert merge_base(git, "alone", "main") is None
    assert commits_not_in(git, "side", "main") == [side]
    assert commits_not_in(git, "main", "side") == [main]
    assert split_range(git, "side..main") == (side, main)
    assert split_range(git, "side...main") == (base, main)
    assert split_range(git, "main") is None and split_range(git, "nothing..main") is None


def test_branches_of_the_remote(world, tmp_path):
    world.commit(a="1")
    world("branch", "release/2.2")
    git = Git(str(world.clone(tmp_path / "other").path))
    assert {branch.name for branch in branches(git, "origin")} == {"main", "release/2.2"}


def test_tags_are_peeled_and_know_their_release_and_their_time(world):
    first = world.commit(a="1")
    for name in ("v1.9.0", "v1.10.0", "v1.10.0-rc.1", "nightly", "v1.2", "api/v3.0.0", "2026.05.01"):
        world("tag", name)
    world.commit(a="2")
    world("tag", "-a", "v1.10.1", "-m", "x")
    world("tag", "-a", "again", "v1.10.1", "-m", "a tag of a tag")
    blob = world("hash-object", "a")
    world("tag", "v9.9.9", blob)
    git = Git(str(world.path))
    found = {tag.name: tag for tag in all_tags(git)}
    assert {name for name, tag in found.items() if tag.release is None} == {"nightly", "again"}
    assert "v9.9.9" not in found
    head = world("rev-parse", "HEAD")
    assert (found["v1.10.1"].commit, found["again"].commit, found["v1.2"].commit) == (head, head, first)
    assert all(tag.at is not None for tag in found.values())
    assert {tag.name for tag in all_tags(git, "v*", reachable_from=first) if tag.release is not None} == {
        *("v1.2", "v1.9.0", "v1.10.0-rc.1", "v1.10.0"),
    }
    assert [tag.name for tag in all_tags(git, "api/v{version}") if tag.release is not None] == ["api/v3.0.0"]
    with pytest.raises(GitError, match="one place for the version"):
        all_tags(git, "release")


ALPHABET = "abz09._/+#-AZ@{~^: *?[\\\x7f\x01é"


@given(st.one_of(st.text(ALPHABET, max_size=12), st.from_regex(r"\A(\.?[a-z.]{1,4}(\.lock)?/?){1,3}\Z")))
def test_a_name_that_we_allow_git_allows_and_of_plain_letters_the_same_ones(name):
    ours = check_branch_name(name)
    git = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True).returncode == 0
    if ours is None:
        assert git
    elif all(c.isascii() and (c.isalnum() or c in "._/+#-") for c in name) and name[:1].isalnum():
        assert not git, ours


@pytest.mark.parametrize(
    "name",
    ["", "-x", "@", "HEAD", "a..b", "a.lock", "a/.b", "a/", "a b", "é", "a\u202eb", "x" * 201, "caf\udcff"],
)
def test_names_that_are_refused_with_a_sentence(name):
    sentence = check_branch_name(name)
    assert sentence and "\n" not in sentence


def test_branches_that_stand_in_the_way_of_each_other(world, tmp_path):
    world.commit(a="1")
    world("branch", "hotfix")
    world("branch", "release/2.2")
    git = Git(str(world.path))
    assert "there is a branch hotfix," in conflict(git, "hotfix/ENG-1")
    assert "there is a branch release/2.2," in conflict(git, "release")
    assert "upper and lower case" in conflict(git, "Hotfix")
    assert branch_conflict(git, "hotfix-2") is None and branch_conflict(git, "release/2.2") is None
    other = Git(str(world.clone(tmp_path / "other").path))
    assert branch_conflict(other, "hotfix/x") is None
    assert "on origin" in conflict(other, "hotfix/x", "origin")
    assert first_free("hotfix/x", {"hotfix/x", "hotfix/x-2"}) == "hotfix/x-3"


def test_worktrees_and_where_a_branch_is(world, tmp_path):
    commit = world.commit(a="1")
    for path, options in (("side\nline", ("-b", "side")), ("loose", ("--detach",)), ("gone", ("-b", "gone"))):
        world("worktree", "add", "-q", *options, str(tmp_path / path))
    world("worktree", "lock", "--reason", "on a stick", str(tmp_path / "loose"))
    (tmp_path / "gone").rename(tmp_path / "moved")
    git = Git(str(world.path))
    found = {tree.path: tree for tree in worktrees(git)}
    assert worktrees(git)[0].path == str(world.path)
    assert found[str(tmp_path / "side\nline")].branch == "side"
    loose, gone = found[str(tmp_path / "loose")], found[str(tmp_path / "gone")]
    assert (loose.branch, loose.commit) == (None, commit)
    assert gone.branch == "gone"
    assert where_checked_out(git, "side") == str(tmp_path / "side\nline")
    assert where_checked_out(git, "nothing") is None


def test_worktrees_of_a_bare_and_of_an_empty_repository(world, tmp_path):
    assert [(tree.commit, tree.branch) for tree in worktrees(Git(str(world.path)))] == [(None, "main")]
    bare = World(tmp_path / "bare.git", "--bare")
    assert [tree.bare for tree in worktrees(Git(str(bare.path)))] == [True]


def test_who_commits_and_why_not(world, monkeypatch):
    git = Git(str(world.path))
    assert (identity(git).name, identity(git).email, identity(git).known) == ("Ann", "ann@example.com", True)
    for name in ("NAME", "EMAIL"):
        monkeypatch.delenv(f"GIT_COMMITTER_{name}")
    world("config", "user.useConfigOnly", "true")
    unknown = identity(git)
    assert not unknown.known and "set user.name and user.email" in unknown.why
    world("config", "user.name", "Bo <b")
    world("config", "user.email", "bo@example.com")
    assert identity(git).email == "bo@example.com"


def test_what_is_signed(world):
    git = Git(str(world.path))
    assert not signing(git).commits and not signing(git).tags and signing(git).format == "openpgp"
    world("config", "commit.gpgSign", "yes")
    world("config", "gpg.format", "ssh")
    world("config", "user.signingKey", "~/.ssh/id")
    found = signing(git)
    assert (found.commits, found.tags, found.format, found.key) == (True, False, "ssh", "~/.ssh/id")
    world("config", "commit.gpgSign", "perhaps")
    with pytest.raises(GitError):
        signing(git)


def test_a_damaged_object_is_a_sentence(world):
    commit = world.commit(a="1")
    damaged = world.path / ".git" / "objects" / commit[:2] / commit[2:]
    damaged.chmod(0o644)
    damaged.write_bytes(b"garbage")
    with pytest.raises(GitError) as caught:
        log(Git(str(world.path)), "HEAD")
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("between", ["\x85", "\u2028", "\u2029"])
def test_a_name_may_hold_what_other_programs_take_for_the_end_of_a_line(tmp_path, between):
    name = f"release{between}1.0"
    far, here = tmp_path / "far", tmp_path / "here"
    made = ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "first"]
    for call in (
        ["git", "init", "-q", "-b", "main", str(far)],
        ["git", "-C", str(far), *made],
        ["git", "-C", str(far), "branch", name],
        ["git", "-C", str(far), "tag", f"v{name}"],
        ["git", "clone", "-q", str(far), str(here)],
    ):
        subprocess.run(call, check=True, capture_output=True)
    git = Git(str(here))
    assert {branch.name for branch in branches(Git(str(far)))} == {"main", name}
    assert {branch.name for branch in branches(git, "origin")} == {"main", name}
    assert [tag.name for tag in all_tags(git)] == [f"v{name}"]
    assert f"refs/heads/{name}" in ls_remote(git, "origin")
