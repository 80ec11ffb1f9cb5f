"""Remotes over real transports on this machine, and the sentence for each fault."""

import socket

import pytest

from hotfix_tui.git.environment import ssh_command
from hotfix_tui.git.errors import GitError, GitTimeout
from hotfix_tui.git.faults import explain, summary
from hotfix_tui.git.process import Git
from hotfix_tui.git.remote import (
    default_branch,
    fetch,
    fetch_argv,
    ls_remote,
    peeled,
    push_urls,
    remotes,
    upstream,
)
from tests.gitworld import World


def test_remotes_and_where_they_push(world, tmp_path):
    git = Git(str(world.path))
    assert remotes(git) == {}
    world("remote", "add", "origin", "gh:acme/shop.git")
    world("config", "url.https://github.com/.insteadOf", "gh:")
    world("remote", "add", "fork", "git@example.com:ann/shop.git")
    world("remote", "set-url", "--push", "fork", "ssh://git@example.com/ann/other.git")
    assert remotes(git) == {
        "origin": ["https://github.com/acme/shop.git"],
        "fork": ["git@example.com:ann/shop.git"],
    }
    assert push_urls(git, "fork") == ["ssh://git@example.com/ann/other.git"]
    with pytest.raises(GitError):
        push_urls(git, "nothing")


def test_remotes_of_a_repository_with_other_hashes(tmp_path):
    modern = World(tmp_path / "modern", "--object-format=sha256")
    modern("remote", "add", "origin", "https://example.com/a/b")
    assert remotes(Git(str(modern.path))) == {"origin": ["https://example.com/a/b"]}


def test_the_upstream_of_a_branch(world, tmp_path):
    world.commit(a="1")
    other = world.clone(tmp_path / "other")
    git = Git(str(other.path))
    assert upstream(git, "main") == ("origin", "main")
    other("branch", "--no-track", "alone")
    assert upstream(git, "alone") is None and upstream(git, "nothing") is None


def test_the_default_branch_by_note_by_asking_and_by_habit(world, tmp_path):
    world.commit(a="1")
    world("branch", "-m", "trunk")
    other = world.clone(tmp_path / "other")
    git = Git(str(other.path))
    assert default_branch(git, "origin") == "trunk"
    world("branch", "-m", "line")
    other("fetch", "-q", "--prune")
    assert default_branch(git, "origin") is None
    assert default_branch(git, "origin", network=True) == "line"
    world("branch", "master")
    other("fetch", "-q", "--prune")
    assert default_branch(git, "origin") == "master"


def test_what_the_remote_has_now(world, tmp_path):
    commit = world.commit(a="1")
    world("tag", "-a", "v1", "-m", "x")
    world("tag", "light")
    world("branch", "refs/heads/main")
    git = Git(str(world.clone(tmp_path / "other").path))
    found = ls_remote(git, "origin", ["refs/heads/main", "refs/tags/v1", "refs/tags/nothing"])
    assert set(found) == {"refs/heads/main", "refs/tags/v1", "refs/tags/v1^{}"}
    assert found["refs/heads/main"] == peeled(found, "refs/tags/v1") == commit
    assert peeled(found, "refs/tags/nothing") is None
    assert set(ls_remote(git, "origin", ["refs/tags/*"])) >= {"refs/tags/v1", "refs/tags/light"}
    assert "HEAD" in ls_remote(git, "origin")
    with pytest.raises(ValueError, match="full ref names"):
        ls_remote(git, "origin", ["main"])


def test_fetching_a_branch_a_tag_or_all_and_deepening(world, tmp_path):
    world.commit(a="1")
    world.commit(a="2")
    other = world.clone(tmp_path / "other", "--depth=1", "--no-single-branch")
    git = Git(str(other.path))
    new = world.commit(a="3")
    world("tag", "v3")
    world("tag", "v4")
    fetch(git, fetch_argv("origin", branches=["main"], tags=["v3"]))
    assert other("rev-parse", "origin/main") == new and other("tag").split() == ["v3"]
    fetch(git, fetch_argv("origin"))
    assert other("tag").split() == ["v3", "v4"]
    fetch(git, fetch_argv("origin", deepen=True))
    assert other("rev-parse", "--is-shallow-repository") == "false"
    assert other("rev-parse", "HEAD") != new


def test_a_hostile_remote_name_or_branch_starts_nothing(world, tmp_path):
    world.commit(a="1")
    git = Git(str(world.path))
    mark = tmp_path / "pwned"
    for name in (f"--upload-pack=touch {mark}", f"ext::sh -c touch% {mark}"):
        with pytest.raises(GitError):
            ls_remote(git, name)
        with pytest.raises(GitError):
            fetch(git, fetch_argv(name, branches=["main"]))
    assert not mark.exists()


def test_faults_of_real_remotes_have_their_sentences(world, tmp_path):
    world.commit(a="1")
    git = Git(str(world.path))
    world("remote", "add", "gone", str(tmp_path / "gone.git"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]  # taken, so that nobody else is given it; nobody listens
        world("remote", "add", "refused", f"http://127.0.0.1:{port}/x.git")
        for remote, match in (("gone", "not a git repository|not found"), ("refused", "cannot be reached")):
            with pytest.raises(GitError, match=match):
                ls_remote(git, remote)


def test_a_remote_that_never_answers_is_given_up(world):
    world.commit(a="1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world("remote", "add", "silent", f"git://127.0.0.1:{silent.getsockname()[1]}/x.git")
        with pytest.raises(GitTimeout, match="did not answer"):
            ls_remote(Git(str(world.path)), "silent", timeout=1)


def test_ssh_gets_the_configured_command_with_options_that_never_ask(world):
    git = Git(str(world.path))
    assert git.environment(network=True)["GIT_SSH_COMMAND"].startswith("ssh -oBatchMode=yes ")
    world("config", "core.sshCommand", "ssh -i key")
    assert Git(git.root).environment(network=True)["GIT_SSH_COMMAND"].startswith("ssh -i key -oBatchMode=yes")
    assert ssh_command({"GIT_SSH_COMMAND": "/usr/bin/ssh -v"}, "ssh -i key").startswith(
        "/usr/bin/ssh -v -oBatchMode"
    )
    assert ssh_command({"GIT_SSH": "/opt/my ssh/plink"}, "ssh") == "'/opt/my ssh/plink'"
    assert ssh_command({}, "plink -batch") == "plink -batch"


KNOWN = {
    "fatal: Unable to create '/r/.git/index.lock': File exists.": "/r/.git/index.lock",
    "error: cannot lock ref 'refs/heads/hotfix/x': 'refs/heads/hotfix' exists; cannot create": "cannot exist next to",
    " ! [rejected]        main -> main (fetch first)": "has commits that are not here",
    " ! [rejected]        main -> main (stale info)": "has moved since",
    "remote: error: GH006: Protected branch update failed for refs/heads/main.": "open a pull request",
    " ! [remote rejected] main -> main (pre-receive hook declined)": "own check refused",
    "fatal: could not read Username for 'https://x': terminal prompts disabled": "wants a login",
    "git@github.com: Permission denied (publickey).": "ssh-add",
    "Host key verification failed.": "host key",
    "ssh: Could not resolve hostname gh.example: Name or service not known": "the host gh.example is not known",
    "fatal: unable to access 'https://x/': Could not resolve host: x.example": "the host x.example is not known",
    "fatal: couldn't find remote ref refs/heads/x": "the remote has no refs/heads/x",
    "fatal: tag 'v1' already exists": "the tag v1 exists",
    " ! [rejected]        v1 -> v1 (would clobber existing tag)": "differs from the local one",
    "fatal: 'main' is already checked out at '/w/main'": "checked out in /w/main",
    "fatal: 'main' is already used by worktree at '/w/main'": "checked out in /w/main",
    "error: gpg failed to sign the data": "could not sign",
    "fatal: detected dubious ownership in repository at '/r'": "safe.directory '/r'",
    "error: unable to write file: No space left on device": "disk is full",
    "fatal: index file corrupt": "index of this worktree is damaged",
    "fatal: loose object abc (stored in x) is corrupt": "git fsck",
    "error: Your local changes to the following files would be overwritten by checkout:": "separate worktree",
    "*** Please tell me who you are.": "does not know who you are",
    "error: could not write: Read-only file system": "cannot be written",
    "fatal: unknown repository extension found: refstorage": "newer git",
    "fatal: CRLF would be replaced by LF in a.txt.": "core.safecrlf",
    "git-lfs filter-process: git-lfs: command not found": "git-lfs",
    "fatal: attempt to fetch/clone from a shallow repository: shallow update not allowed": "shallow",
    "fatal: transport 'ext' not allowed": "the transport ext",
    "error: RPC failed; curl 56 Recv failure: Connection reset by peer": "connection to the remote broke",
}


@pytest.mark.parametrize(("said", "means"), KNOWN.items())
def test_what_git_says_has_its_sentence(said, means):
    sentence = explain(said.encode())
    assert sentence is not None and means in sentence and "\n" not in sentence


def test_unknown_output_is_summed_up_without_control_characters():
    output = b"hint: try\nremote: \x1b]52;c;aa\x07x\nfatal: it \x1b[31mbroke\xff\n"
    assert explain(output) is None
    assert summary(output) == "it broke\\xff"
    assert summary(b"") == "" and "\u202e" not in summary("fatal: \u202eback".encode())
