"""The base is found for the repository as it is, although nobody has looked at it before: `do branch.base` does."""

import pytest


@pytest.fixture(params=["master", "trunk", "main"])
def shop(desk, request, tmp_path):
    """A clone whose remote calls its production branch so, with an incident whose repository was not looked at."""
    origin = tmp_path / "origin.git"
    desk.git("branch", "-M", request.param)
    desk.git("tag", "-a", "v1.0.0", "-m", "v1.0.0")
    desk.git("clone", "-q", "--bare", ".", str(origin))
    desk.git("remote", "add", "origin", str(origin))
    desk.git("fetch", "-q", "origin")
    desk.git("remote", "set-head", "origin", "-a")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    return desk, request.param


@pytest.mark.parametrize("choice", [(), ("--choose", "production")])
def test_the_fix_lands_on_the_branch_that_is_there_and_nothing_is_carried_to_it_later(shop, choice):
    desk, branch = shop
    desk.do("do", "branch.base", *choice)
    seen = desk.evidence("branch.base")
    assert (seen["target"], seen["production_head"]) == (branch, desk.git("rev-parse", branch).strip())
    assert desk.state("branch.preflight") == "done"
    assert f"backport.{branch}" not in desk.do("status").out
