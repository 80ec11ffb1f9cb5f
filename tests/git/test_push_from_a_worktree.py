"""A push from another worktree goes where the same push from the checkout goes, also where the address is relative."""

import pytest

from hotfix_tui.git.process import Git
from hotfix_tui.git.push import push_args

FROM_HERE = "../origin.git"


def of_the_url(world):
    world("remote", "add", "origin", FROM_HERE)


def of_the_push_address(world):
    world("remote", "add", "origin", "https://127.0.0.1:9/nothing.git")
    world("remote", "set-url", "--push", "origin", FROM_HERE)


def without_dots(world):
    world("clone", "--bare", "--quiet", FROM_HERE, "inside/origin.git")
    world("remote", "add", "origin", "inside/origin.git")


def an_address_instead_of_a_name(world):
    return FROM_HERE


@pytest.mark.parametrize(
    "set_up", [of_the_url, of_the_push_address, without_dots, an_address_instead_of_a_name]
)
def test_a_relative_address_is_that_of_the_checkout(world, tmp_path, set_up):
    tip = world.commit(a="1")
    world("init", "--bare", "--quiet", FROM_HERE)
    remote = set_up(world) or "origin"
    there = (
        world.path / "inside" / "origin.git" if set_up is without_dots else world.path.parent / "origin.git"
    )
    place = tmp_path / "a" / "place" / "far" / "away"
    world("worktree", "add", "--quiet", "--detach", str(place))
    args = push_args(Git(str(world.path)), remote, "HEAD:refs/heads/pushed")
    world("-C", str(place), *args)
    assert world("-C", str(there), "rev-parse", "refs/heads/pushed") == tip


def test_an_address_that_only_looks_like_a_path_stays_as_it_is(world):
    world.commit(a="1")
    for address in ("gh:acme/shop.git", "git@example.com:acme/shop.git", "acme/shop.git"):
        world("config", "remote.origin.url", address)
        assert push_args(Git(str(world.path)), "origin", "HEAD:refs/heads/x")[0] == "push"
