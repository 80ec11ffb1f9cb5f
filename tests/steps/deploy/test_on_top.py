"""What was made on top of the fix holds it: production runs the head of a branch to which others push, too."""

import sys

import pytest

from hotfix_tui.steps.deploy import arrival
from hotfix_tui.steps.deploy.live import LiveStep
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.deploy.rollback_target import find

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def runs(shop):
    """From now on production says that it runs this commit."""
    live = shop.folder / "live"
    shop.configure(git={"live": {"run": [sys.executable, "-c", f"print(open({str(live)!r}).read())"]}})
    shop.fix()

    def made(commit):
        live.write_text(commit)
        return commit

    return made


@pytest.fixture
def head(shop, runs):
    """A commit on top of the fix, made by these git commands in a worktree of their own."""
    tree = shop.folder / "others"
    shop.here("worktree", "add", "-q", "--detach", str(tree), shop.commit)

    def made(*commands):
        for command in commands:
            shop.here("-C", str(tree), *command)
        return shop.here("-C", str(tree), "rev-parse", "HEAD")

    made.tree = tree
    return made


def other(head, name="other.txt"):
    (head.tree / name).write_text(name)
    return head(["add", "-A"], ["commit", "-qm", f"feat: {name}"])


def test_a_commit_that_others_made_on_top_holds_the_fix(shop, runs, head):
    runs(other(head))
    seen = arrival.look(shop.ctx, shop.commit)
    assert seen.same is True
    assert seen.why == f"live command says {head()[:7]}, which holds {shop.commit[:7]} and 1 later commit"
    runs(other(head, "more.txt"))
    assert arrival.look(shop.ctx, shop.commit).why.endswith("and 2 later commits")
    shop.see("deploy.production", "done", commit=shop.commit)
    assert LiveStep().probe(shop.ctx).state == "done"


def reverted(head):
    return head(["revert", "--no-edit", "HEAD"])


def reverted_later(head):
    other(head)
    return head(["revert", "--no-edit", "HEAD~1"])


def taken_back_by_hand(head):
    """As a forge squashes the request of a revert: the message names a request, and no commit."""
    other(head)
    return head(["checkout", "-q", "HEAD~2", "--", "app.txt"], ["commit", "-qm", "Revert the sums (#12)"])


@pytest.mark.parametrize("back", [reverted, reverted_later, taken_back_by_hand])
def test_one_that_takes_it_back_does_not(shop, runs, head, back):
    runs(back(head))
    seen = arrival.look(shop.ctx, shop.commit)
    assert seen.same is False and f"production runs {head()[:7]}, not {shop.commit[:7]}" in seen.why


def test_what_lies_beside_it_or_before_it_does_not(shop, runs, head):
    runs(shop.base)
    assert arrival.look(shop.ctx, shop.commit).same is False
    runs(head(["checkout", "-q", shop.base], ["commit", "-q", "--allow-empty", "-m", "beside"]))
    assert arrival.look(shop.ctx, shop.commit).same is False


def test_a_rollback_is_not_over_because_the_fault_was_made_on_top_of_its_target(shop, runs, head):
    runs(shop.commit)
    shop.see("deploy.production", "not-done", commit=shop.commit, previous=shop.base)
    shop.see("deploy.rollback", "done", kind="previous", target=shop.base, taken_off=shop.commit)
    assert Rollback().probe(shop.ctx).state == "not-done"
    runs(other(head))
    assert Rollback().probe(shop.ctx).state == "not-done"
    assert LiveStep().probe(shop.ctx).state == "not-done"
    runs(shop.base)
    assert Rollback().probe(shop.ctx).state == "done"


def test_a_rollback_goes_back_to_what_was_live_before_although_more_is_live_by_now(shop, runs, head):
    shop.see("deploy.production", "done", commit=shop.commit, previous=shop.base)
    runs(shop.commit)
    assert find(shop.ctx).commit == shop.base
    now = runs(other(head))
    target = find(shop.ctx)
    assert (target.commit, target.taken_off, target.why) == (
        shop.base,
        now,
        "it was live before this deployment",
    )
