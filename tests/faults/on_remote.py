"""Faults of the remote: it refuses, asks, hangs, moved on, or lost a branch."""

import shutil
import subprocess
from collections.abc import Iterator

from tests.faults import stand_ins
from tests.faults.bench import Bench, fault

PUSH, MERGE, BASE = "verify.push", "release.merge", "branch.base"
BRANCH = "hotfix/ENG-7-totals-are-wrong"
TERMINAL = "or run it with the terminal, where it can ask: `do verify.push --terminal`"
AT_THE_LOOK = {"at": "committed", "step": PUSH, "outcome": "refused"}


def _colleague_pushes(b: Bench) -> None:
    other = b.other()
    other("switch", "-q", "-c", BRANCH, "v1.0.0")
    other.commit("Theirs", **{"theirs.py": "t = 1\n"})
    other("push", "-q", "origin", BRANCH)


def _build_on_theirs(b: Bench) -> None:
    b.git("fetch", "-q", "origin", BRANCH)
    b.git("merge", "-q", "-m", "Merge theirs", "FETCH_HEAD")
    for step in ("fix.change", "verify.commit"):
        assert b.attempt(step).state == "done"


@fault(
    "push rejected (fetch first)",
    at="committed",
    step=PUSH,
    says=("has commits that are not here", "fetch and look at them first"),
    race=True,
)
def fetch_first(b: Bench) -> Iterator[None]:
    _colleague_pushes(b)
    yield
    _build_on_theirs(b)


@fault(
    "(non-ff)",
    at="committed",
    step=PUSH,
    says=("has commits that are not here", "fetch and look at them first"),
    race=True,
)
def not_a_fast_forward(b: Bench) -> Iterator[None]:
    _colleague_pushes(b)
    b.start("fetch", "-q", "origin")
    yield
    _build_on_theirs(b)


@fault(
    "(non-ff)", says=("with commits that are not here", "git fetch origin", "Then build on it"), **AT_THE_LOOK
)
def not_a_fast_forward_seen_before(b: Bench) -> Iterator[None]:
    _colleague_pushes(b)
    yield
    _build_on_theirs(b)


@fault(
    "pre-receive declined",
    at="committed",
    step=PUSH,
    says=("own check refused the push", "frozen until Monday"),
)
def pre_receive(b: Bench) -> Iterator[None]:
    hook = b.hook("pre-receive", "echo frozen until Monday >&2; exit 1", b.remote)
    yield
    hook.unlink()


@fault(
    "remote path gone",
    says=("is not a git repository; check the remote's URL", "do verify.push"),
    **AT_THE_LOOK,
)
def path_gone(b: Bench) -> Iterator[None]:
    b.remote.rename(b.remote.with_name("moved.git"))
    yield
    b.remote.with_name("moved.git").rename(b.remote)


def _elsewhere(b: Bench, url: str) -> Iterator[None]:
    b.url(url)
    yield
    b.url(str(b.remote))


@fault("http refused", says=("the remote cannot be reached; check the network",), **AT_THE_LOOK)
def http_refused(b: Bench) -> Iterator[None]:
    yield from _elsewhere(b, f"http://127.0.0.1:{stand_ins.closed_port()}/shop.git")


@fault("ssh refused", says=("the remote cannot be reached; check the network",), **AT_THE_LOOK)
def ssh_refused(b: Bench) -> Iterator[None]:
    if shutil.which("ssh"):
        b.start("config", "core.sshCommand", "ssh -F /dev/null")
    else:
        says = "echo 'ssh: connect to host 127.0.0.1 port 1: Connection refused' >&2"
        b.start("config", "core.sshCommand", stand_ins.ssh(b.remote.parent, says))
    yield from _elsewhere(b, f"ssh://git@127.0.0.1:{stand_ins.closed_port()}/shop.git")


@fault("http 401", says=("wants a login", TERMINAL), at="committed", step=PUSH)
def http_401(b: Bench) -> Iterator[None]:
    yield from _elsewhere(b, b.cleanup.enter_context(stand_ins.asks_for_login()))


@fault("http 401", at="pushed", step=MERGE, says=("wants a login", "`do release.merge --terminal`"))
def http_401_in_a_run(b: Bench) -> Iterator[None]:
    b.supervised = True
    yield from _elsewhere(b, b.cleanup.enter_context(stand_ins.asks_for_login()))


def _through_ssh(b: Bench, says: str) -> Iterator[None]:
    b.start("config", "core.sshCommand", stand_ins.ssh(b.remote.parent, says))
    yield from _elsewhere(b, "ssh://git@host.example/shop.git")


@fault("ssh key asks", says=("ssh refused the login", "ssh-add", TERMINAL), at="committed", step=PUSH)
def ssh_key_asks(b: Bench) -> Iterator[None]:
    yield from _through_ssh(b, stand_ins.PERMISSION_DENIED)


@fault(
    "ssh key asks", at="pushed", step=MERGE, says=("ssh refused the login", "`do release.merge --terminal`")
)
def ssh_key_asks_in_a_run(b: Bench) -> Iterator[None]:
    b.supervised = True
    yield from _through_ssh(b, stand_ins.PERMISSION_DENIED)


@fault("host key unknown", says=("does not know the remote's host key", TERMINAL), at="committed", step=PUSH)
def host_key(b: Bench) -> Iterator[None]:
    yield from _through_ssh(b, stand_ins.HOST_KEY)


@fault("remote hangs (blackhole)", says=("did not answer within 1 s and was stopped",), **AT_THE_LOOK)
def blackhole(b: Bench) -> Iterator[None]:
    from hotfix_tui.steps.verify import push

    b.patch.setattr(push, "ASK_SECONDS", 1.0)
    yield from _through_ssh(b, stand_ins.HANGS)
    b.patch.setattr(push, "ASK_SECONDS", 15.0)


@fault(
    "remote branch missing",
    at="pushed",
    step=MERGE,
    says=("the remote has no refs/heads/main; check the name",),
)
def branch_missing(b: Bench) -> Iterator[None]:
    tip = b.on_remote("rev-parse", "main")
    b.on_remote("update-ref", "-d", "refs/heads/main")
    yield
    b.on_remote("update-ref", "refs/heads/main", tip)


@fault(
    "tag exists",
    at="landed",
    step="release.tag",
    says=("the tag v1.0.1 exists already; take the next version",),
    race=True,
)
def tag_exists(b: Bench) -> Iterator[None]:
    b.start("tag", "v1.0.1", "v1.0.0")
    yield
    assert b.start("rev-parse", "v1.0.1^{}") == b.start("rev-parse", "v1.0.0^{}")


@fault(
    "tag would clobber",
    at="looked",
    step=BASE,
    outcome="asks",
    says=("The tag v1.0.0 points to", "on origin"),
)
def clobber(b: Bench) -> Iterator[None]:
    b.on_remote("tag", "-f", "-a", "-m", "moved", "v1.0.0", "main")
    yield
    b.start("fetch", "-q", "--force", "--tags", "origin")


@fault(
    "D/F ref conflict",
    at="based",
    step="branch.create",
    outcome="done",
    says=("is in the way", "the hotfix branch is called hotfix-ENG-7"),
)
def name_in_the_way(b: Bench) -> Iterator[None]:
    b.start("branch", "hotfix")
    yield


@fault(
    "D/F ref conflict",
    at="based",
    step="branch.create",
    says=("cannot exist next to refs/heads/hotfix",),
    race=True,
)
def name_in_the_way_at_the_last_moment(b: Bench) -> Iterator[None]:
    b.start("branch", "hotfix")
    yield


@fault(
    "branch in another worktree",
    at="committed",
    step=MERGE,
    outcome="not-done",
    says=("main is checked out in", "git merge --no-ff"),
)
def checked_out_elsewhere(b: Bench) -> Iterator[None]:
    b.start("remote", "remove", "origin")
    assert b.attempt("branch.preflight").state == "done"
    yield
    b.start("add", "-A")
    b.start("commit", "-q", "-m", "Mine")
    b.start("merge", "-q", "--no-ff", "-m", "Merge", b.context().commit)


@fault(
    "protected branch",
    at="pushed",
    step=MERGE,
    says=("the branch is protected", "open a pull request instead"),
)
def protected(b: Bench) -> Iterator[None]:
    says = "echo 'error: GH006: Protected branch update failed for refs/heads/main.' >&2"
    hook = b.hook("update", f'[ "$1" = refs/heads/main ] || exit 0; {says}; exit 1', b.remote)
    yield
    hook.unlink()


@fault(
    "upstream moved between review and push",
    at="pushed",
    step=MERGE,
    says=("has commits that are not here", "fetch and look at them first"),
)
def upstream_moved(b: Bench) -> Iterator[None]:
    other = b.other()
    other.commit("Meanwhile", **{"meanwhile.py": "m = 1\n"})
    push = f"env -u GIT_DIR -u GIT_INDEX_FILE -u GIT_WORK_TREE git -C '{other.path}' push -q origin main"
    hook = b.hook("post-merge", push)
    yield
    hook.unlink()
    assert "Meanwhile" in b.on_remote("log", "-1", "--format=%s", "main")


@fault("tag pushed but branch rejected", at="pushed", step=MERGE, says=("own check refused", "not this one"))
def tag_without_branch(b: Bench) -> Iterator[None]:
    """A tag was pushed by hand while the branch was not; the wizard neither moves nor reuses it."""
    hook = b.hook("update", '[ "$1" = refs/heads/main ] || exit 0; echo not this one >&2; exit 1', b.remote)
    work = b.worktree
    subprocess.run(["git", "tag", "-a", "-m", "by hand", "v1.0.1"], cwd=work, check=True)
    argv = ["git", "push", "-q", "origin", "HEAD:main", "v1.0.1"]
    assert subprocess.run(argv, cwd=work, capture_output=True).returncode == 1
    stray = b.on_remote("rev-parse", "v1.0.1")
    assert b.attempt("release.tag").state == "refused"
    yield
    hook.unlink()
    assert b.attempt(MERGE).state == "done" and b.attempt("release.confirm").state == "done"
    tagged = b.attempt("release.tag")
    assert tagged.state == "done" and tagged.evidence["tag"] == "v1.0.2", tagged
    assert b.on_remote("rev-parse", "v1.0.1") == stray


@fault(
    "remote default branch renamed",
    at="looked",
    step=BASE,
    says=("origin has no branch main (any more); it has release/1.x, trunk", "do branch.preflight"),
)
def renamed(b: Bench) -> Iterator[None]:
    b.on_remote("branch", "-m", "main", "trunk")
    yield
    b.start("fetch", "-q", "--prune", "origin")
    b.start("remote", "set-head", "origin", "--auto")
    seen = b.attempt("branch.preflight")
    assert seen.evidence["production"] == "trunk", seen


@fault(
    "no remote",
    at="fresh",
    step="branch.preflight",
    outcome="done",
    says=("There is no remote", "until you carry it elsewhere"),
)
def no_remote(b: Bench) -> Iterator[None]:
    b.start("remote", "remove", "origin")
    yield


@fault("no remote", says=("There is no remote to push to", "git remote add"), **AT_THE_LOOK)
def no_remote_to_push_to(b: Bench) -> Iterator[None]:
    b.start("remote", "remove", "origin")
    b.attempt("branch.preflight")
    yield
    b.start("remote", "add", "origin", str(b.remote))
    assert b.attempt("branch.preflight").state == "done"


@fault(
    "two remotes",
    at="fresh",
    step="branch.preflight",
    outcome="done",
    says=("There are 2 remotes", "Set git.remote if that is wrong"),
)
def two_remotes(b: Bench) -> Iterator[None]:
    b.start("remote", "rename", "origin", "fork")
    b.start("remote", "add", "upstream", str(b.remote))
    b.start("fetch", "-q", "upstream")
    b.start("branch", "--unset-upstream", "main")
    yield
