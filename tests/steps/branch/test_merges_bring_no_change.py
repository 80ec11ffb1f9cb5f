"""A merge joins what was counted already: a merged request of one commit is one commit, wherever it is counted."""

import pytest

from hotfix_tui.engine import doctor_project
from hotfix_tui.git.history import changes_not_in
from hotfix_tui.git.process import Git
from hotfix_tui.steps.branch.base_choice import find_base
from hotfix_tui.steps.branch.undeployed import undeployed_commits
from hotfix_tui.steps.common.going_back import loss
from hotfix_tui.steps.live.landing import beyond


def request(shop, *files, message="Merge pull request #7 from ann/topic"):
    """Merge a request with a commit for each file into main."""
    here = shop.here
    here("switch", "-q", "-c", f"topic-{files[0].partition('__')[0]}")
    for name in files:
        here.commit(f"Add {name}", **{name: "new\n"})
    here("switch", "-q", "main")
    here("merge", "-q", "--no-ff", "-m", message, "@{-1}")


def one(shop):
    request(shop, "a__txt")


def three(shop):
    request(shop, "a__txt", "b__txt", "c__txt")


def two_requests(shop):
    request(shop, "a__txt")
    request(shop, "b__txt", message="Merge pull request #8 from bo/topic")


def one_and_a_commit(shop):
    request(shop, "a__txt")
    shop.here.commit("Straight", b__txt="new\n")


def nothing_new(shop):
    here = shop.here
    here("switch", "-q", "-c", "old")
    here.commit("Live elsewhere", a__txt="new\n")
    here("tag", "-a", "-m", "v1.0.1", "v1.0.1")
    shop.base = here("rev-parse", "HEAD")
    here("switch", "-q", "main")
    here("merge", "-q", "--no-ff", "-m", "Merge branch old", "old")


def a_merge_with_a_change(shop):
    nothing_new(shop)
    shop.here("rm", "-q", "other.txt")
    shop.here("commit", "-q", "--amend", "--no-edit")


SHAPES = {one: 1, three: 3, two_requests: 2, one_and_a_commit: 2, nothing_new: 0, a_merge_with_a_change: 1}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_merge_is_counted_nowhere(shop, shape):
    shape(shop)
    shop.here("push", "-q", "origin", "main", "--tags")
    shop.here("fetch", "-q")
    many, git = SHAPES[shape], Git(str(shop.here.path))
    head = shop.here("rev-parse", "main")
    seen = undeployed_commits(shop.ctx, shop.base, "main")
    assert seen.undeployed == len(seen.undeployed_list) == many
    assert len(changes_not_in(git, head, shop.base)) == beyond(git, head, shop.base) == many
    assert len(loss(git, shop.base, head).commits) == many
    if many and shape is not a_merge_with_a_change:
        assert not any("Merge" in line for line in seen.undeployed_list)


@pytest.mark.parametrize(("shape", "said"), [(one, "1 commit that is not live"), (three, "3 commits that are not live"),
                                             (two_requests, "2 commits that are not live")])  # fmt: skip
def test_the_words_say_the_number_of_changes(shop, shape, said):
    shape(shop)
    shop.here("push", "-q", "origin", "main")
    shop.here("fetch", "-q")
    assert said in find_base(shop.ctx, "live", {}, "").why
    live = next(row.text for row in doctor_project.examine(str(shop.here.path)) if row.name == "live")
    assert "v1.0.0" in live
