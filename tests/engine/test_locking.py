"""One act in production at a time: for every clone of one remote, and for every way of writing its address."""

import subprocess

import pytest

from hotfix_tui.engine import locking
from hotfix_tui.engine.core import Engine
from hotfix_tui.session.store import Store

SAME = [
    "git@github.com:acme/shop.git",
    "git@github.com:acme/shop",
    "git@github.com:/acme/shop.git/",
    "ssh://git@github.com/acme/shop.git",
    "ssh://git@github.com:22/acme/shop",
    "https://github.com/acme/shop.git",
    "https://ann:secret@GitHub.com/Acme/shop/",
    "git://github.com/acme/shop",
]
OTHER = [
    "git@github.com:acme/shop2.git",
    "git@github.com:other/shop.git",
    "git@gitlab.com:acme/shop.git",
    "ssh://git@github.com:2222/acme/shop.git",
    "https://github.com/acme/shop.git.wiki",
]


def test_one_repository_has_one_address_however_it_is_written(tmp_path):
    assert len({locking.normalised(url, str(tmp_path)) for url in SAME}) == 1
    assert "secret" not in locking.normalised(SAME[6], str(tmp_path))


@pytest.mark.parametrize("url", OTHER)
def test_other_repositories_have_others(url, tmp_path):
    assert locking.normalised(url, str(tmp_path)) != locking.normalised(SAME[0], str(tmp_path))


def test_a_path_is_one_address_however_it_is_written(tmp_path):
    (tmp_path / "remote" / ".git").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "remote")
    root = tmp_path / "clone"
    root.mkdir()
    urls = [str(tmp_path / "remote"), f"file://{tmp_path}/remote/.git", "../remote", f"{tmp_path}/link/"]
    assert {locking.normalised(url, str(root)) for url in urls} == {str(tmp_path / "remote")}


@pytest.mark.parametrize("url", ["http://[", "C:\\repo", "", "::", "https://host:port/x"])
def test_an_address_that_cannot_be_read_is_still_one(url, tmp_path):
    assert locking.normalised(url, str(tmp_path)) == locking.normalised(url, str(tmp_path))


def test_clones_of_one_remote_share_a_lock_and_environments_do_not(opened, tmp_path):
    def cloned(name, *more):
        root = tmp_path / name
        subprocess.run(["git", "clone", "-q", opened.root, root], check=True, capture_output=True)
        for argv in more:
            subprocess.run(["git", "-C", root, *argv], check=True)
        store = Store(str(root / ".git" / "hotfix-tui"), who="ann")
        store.create({**opened.record.copy().doc, "root": str(root)}, [])
        return Engine(store, "ENG-1", str(root), by="ann")

    engines = [
        opened,
        cloned("one"),
        cloned("two", ["remote", "rename", "origin", "upstream"]),
        cloned("three", ["remote", "set-url", "origin", f"file://{opened.root}/.git"]),
        cloned(
            "pushes",
            ["remote", "set-url", "--add", "--push", "origin", "git@example.org:acme/shop.git"],
            ["remote", "set-url", "--add", "--push", "origin", opened.root],
        ),
    ]
    production = [set(locking.lock_paths(engine, ["production"])) for engine in engines]
    assert len(set.intersection(*production)) == 1
    assert not production[0] & set(locking.lock_paths(engines[0], ["staging"]))
    own = cloned("own", ["remote", "remove", "origin"])
    assert not production[0] & set(locking.lock_paths(own, ["production"]))
