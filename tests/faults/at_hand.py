"""Faults in the checkout: locks, hooks, and operations in progress."""

from collections.abc import Iterator

from tests.faults.bench import FIXED, Bench, fault
from tests.gitworld import World

COMMIT = "verify.commit"
BACKPORT = "backport.release-1-x"


@fault(
    "index.lock",
    at="changed",
    step=COMMIT,
    says=("another git process holds", "index.lock", "delete the file if no git is running"),
)
def index_lock(b: Bench) -> Iterator[None]:
    lock = b.git_path("index.lock")
    lock.touch()
    yield
    lock.unlink()


@fault(
    "ref lock",
    at="changed",
    step=COMMIT,
    says=("another git process holds", "ENG-7-totals-are-wrong.lock", "delete the file"),
)
def ref_lock(b: Bench) -> Iterator[None]:
    lock = b.start.path / ".git/refs/heads/hotfix/ENG-7-totals-are-wrong.lock"
    lock.touch()
    yield
    lock.unlink()


@fault(
    "packed-refs.lock",
    at="landed",
    step=BACKPORT,
    then="waiting",
    choice="continue",
    outcome="waiting",
    says=("picked as", "packed-refs.lock", "git cherry-pick --quit"),
)
def packed_refs_lock(b: Bench) -> Iterator[None]:
    """git takes this lock when it deletes a ref: after a pick it makes the commit, but cannot clean up."""
    story = pick_conflict(b)
    next(story)
    assert b.attempt(BACKPORT).state == "failed"
    next(story, None)
    lock = b.start.path / ".git/packed-refs.lock"
    lock.touch()
    yield
    lock.unlink()
    _world(str(b.record.stored(BACKPORT).get("worktree")))("cherry-pick", "--quit")


@fault("pre-commit fails", at="changed", step=COMMIT, says=("the hook pre-commit refused", "lint is red"))
def pre_commit(b: Bench) -> Iterator[None]:
    hook = b.hook("pre-commit", "echo lint is red >&2; exit 1")
    yield
    hook.unlink()


@fault(
    "commit-msg fails",
    at="changed",
    step=COMMIT,
    says=("the hook commit-msg refused", "no ticket in the message", "nothing was committed"),
)
def commit_msg(b: Bench) -> Iterator[None]:
    hook = b.hook("commit-msg", "echo no ticket in the message; exit 1")
    yield
    hook.unlink()


@fault("pre-push fails", at="committed", step="verify.push", says=("nothing was pushed", "pre-push"))
def pre_push(b: Bench) -> Iterator[None]:
    hook = b.hook("pre-push", "echo tests are red >&2; exit 1")
    yield
    hook.unlink()


@fault("hook hangs", at="changed", step=COMMIT, says=("cancelled: by ann",), supervised=True)
def hook_hangs(b: Bench) -> Iterator[None]:
    hook = b.hook("pre-commit", "echo waiting; exec sleep 600")
    b.cancelling = "waiting"
    yield
    assert not b.git_path("index.lock").exists()
    hook.unlink()
    b.cancelling = ""


@fault(
    "hook prints 1 MB",
    at="changed",
    step=COMMIT,
    says=("the hook pre-commit refused", "the last line"),
    supervised=True,
)
def hook_prints(b: Bench) -> Iterator[None]:
    hook = b.hook(
        "pre-commit",
        "yes 0123456789abcdef0123456789abcdef | head -c 1000000; echo; echo the last line; exit 1",
    )
    yield
    assert len(b.log) > 1_000_000
    hook.unlink()


def settled(b: Bench) -> World:
    """Return the start checkout with everything in it committed, so that git can start an operation there."""
    b.start("add", "-A")
    b.start("commit", "-q", "-m", "All of it")
    return b.start


def conflicting(b: Bench) -> World:
    """Return the same, with ``wip`` changing the line that main changes."""
    shop = settled(b)
    shop("switch", "-q", "wip")
    shop.commit("wip", **{"later.py": "x = 4\n"})
    shop("switch", "-q", "main")
    return shop


IN_PLACE = {
    "at": "based",
    "step": "branch.create",
    "choice": "in-place",
    "outcome": "refused",
    "then_choice": "worktree",
}


@fault("merge, rebase, bisect in progress", says=("a merge is in progress", "--choose worktree"), **IN_PLACE)
def merging(b: Bench) -> Iterator[None]:
    conflicting(b)("merge", "wip", ok=False)
    yield


@fault("merge, rebase, bisect in progress", says=("a rebase is in progress", "--choose worktree"), **IN_PLACE)
def rebasing(b: Bench) -> Iterator[None]:
    conflicting(b)("rebase", "wip", ok=False)
    yield


@fault("merge, rebase, bisect in progress", says=("a bisect is in progress", "--choose worktree"), **IN_PLACE)
def bisecting(b: Bench) -> Iterator[None]:
    shop = settled(b)
    shop("bisect", "start")
    shop("bisect", "bad")
    yield


@fault("dirty tree", says=("changes that are not committed", "--choose worktree"), **IN_PLACE)
def dirty_tree(b: Bench) -> Iterator[None]:
    yield


@fault("detached HEAD", says=("at a commit, not on a branch", "--choose worktree"), **IN_PLACE)
def detached(b: Bench) -> Iterator[None]:
    settled(b)("switch", "-q", "--detach")
    yield


@fault(
    "untracked file in the way",
    at="based",
    step="branch.create",
    choice="in-place",
    says=("would be overwritten", "separate worktree"),
    then_choice="worktree",
)
def untracked_in_the_way(b: Bench) -> Iterator[None]:
    shop = settled(b)
    shop("rm", "-q", "test_shop.py")
    shop("commit", "-q", "-m", "Remove a file that the base has")
    shop.write("test_shop.py", "my own notes\n")
    yield


@fault(
    "stash present",
    at="fresh",
    step="branch.preflight",
    outcome="done",
    says=("a stash here", "it stays as it is"),
)
def stash(b: Bench) -> Iterator[None]:
    assert "half an idea" in b.start("stash", "list")
    yield
    assert "half an idea" in b.start("stash", "list")


@fault(
    "cherry-pick conflict",
    at="landed",
    step=BACKPORT,
    then="waiting",
    says=("conflicts: shop.py (changed on both sides)", "--choose continue"),
    then_choice="continue",
)
def pick_conflict(b: Bench) -> Iterator[None]:
    other = b.other()
    other("switch", "-q", "release/1.x")
    other.commit("Other sums", **{"shop.py": "def total(prices):\n    return sum(prices, 0)\n"})
    other("push", "-q", "origin", "release/1.x")
    yield
    place = b.record.stored(BACKPORT).get("worktree")
    World.write(_world(place), "shop.py", "def total(prices):\n    return round(sum(prices, 0), 2)\n")
    _world(place)("add", "shop.py")


@fault(
    "one already going on",
    at="changed",
    step=COMMIT,
    outcome="refused",
    says=("A cherry-pick is in progress there", "Finish or abort it"),
)
def pick_under_way(b: Bench) -> Iterator[None]:
    text = (b.worktree / "shop.py").read_text()
    work = _world(str(b.worktree))
    work("restore", "shop.py")
    work("cherry-pick", "wip^1", ok=False)
    work("cherry-pick", "--no-commit", "v1.0.0", ok=False)
    (b.git_path("CHERRY_PICK_HEAD")).write_text(b.git("rev-parse", "v1.0.0") + "\n")
    work.write("shop.py", text)
    yield
    b.git_path("CHERRY_PICK_HEAD").unlink()


@fault(
    "empty cherry-pick",
    at="landed",
    step=BACKPORT,
    outcome="done",
    says=("nothing is left to pick", "has the same lines already"),
)
def empty_pick(b: Bench) -> Iterator[None]:
    other = b.other()
    other("switch", "-q", "release/1.x")
    other.commit("Round, and more", **{"shop.py": FIXED, "later.py": "x = 1\n", "more.py": "z = 1\n"})
    other("push", "-q", "origin", "release/1.x")
    yield


@fault(
    "cherry-pick of a merge",
    at="landed",
    step=BACKPORT,
    then="waiting",
    outcome="waiting",
    says=("picked as", "not merged into release/1.x yet"),
)
def pick_of_a_merge(b: Bench) -> Iterator[None]:
    landed = str(b.record.stored("release.confirm").get("commit"))
    assert len(b.start("rev-list", "--parents", "-1", landed).split()) == 3
    assert "is a merge" in str(_refused_without_parent(b, landed))
    yield


def _refused_without_parent(b: Bench, landed: str) -> str | None:
    from hotfix_tui.git.errors import GitError
    from hotfix_tui.git.process import Git

    try:
        Git(str(b.worktree)).run("cherry-pick", landed, write=True)
    except GitError as error:
        return error.sentence
    return None


def _world(path: str) -> World:
    from pathlib import Path

    from tests.faults.bench import at_path

    return at_path(Path(path))
