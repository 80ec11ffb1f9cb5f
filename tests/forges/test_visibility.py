"""Who can read a repository: asked of the forge's own program, and never an exception."""

import json
import sys

import pytest

from hotfix_tui.forges import visibility
from hotfix_tui.forges.address import parse_remote
from hotfix_tui.forges.visibility import Visibility, look


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Programs `gh` and `glab` that demand one argument list and print one answer."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name, args, answer, code=0):
        path = folder / name
        path.write_text(
            f"#!{sys.executable} -IS\nimport sys\nassert sys.argv[1:] == {args!r}, sys.argv\n"
            f"assert sys.stdin.read() == ''\nprint({answer!r})\nsys.exit({code})\n"
        )
        path.chmod(0o755)

    return make


GH = ["repo", "view", "acme/shop", "--json=visibility"]
GITHUB = "git@github.com:acme/shop.git"


@pytest.mark.parametrize("word", ["PUBLIC", "PRIVATE", "INTERNAL"])
def test_github_says_it(program, word):
    program("gh", GH, json.dumps({"visibility": word}))
    assert look(parse_remote(GITHUB)) == Visibility(word.lower())


def test_another_host_is_named(program):
    program(
        "gh", ["repo", "view", "github.acme.dev/acme/shop", "--json=visibility"], '{"visibility": "PUBLIC"}'
    )
    assert look(parse_remote("https://github.acme.dev/acme/shop.git")).word == "public"


def test_gitlab_says_it(program):
    args = ["api", "--hostname=gitlab.com", "projects/acme%2Fteam%2Fshop"]
    program("glab", args, json.dumps({"id": 1, "visibility": "internal"}))
    assert look(parse_remote("git@gitlab.com:acme/team/shop.git")) == Visibility("internal")


@pytest.mark.parametrize(
    ("answer", "code", "why"),
    [
        ("not json", 0, "gh gave no usable answer"),
        ("[]", 0, "gh could not say"),
        ('{"visibility": null}', 0, "gh could not say"),
        ('{"visibility": "A_WORD_OF_TOMORROW"}', 0, "gh could not say"),
        ('{"visibility": "PUBLIC"}', 1, "gh could not say"),
    ],
)
def test_anything_else_is_not_known(program, answer, code, why):
    program("gh", GH, answer, code)
    assert look(parse_remote(GITHUB)) == Visibility("unknown", why)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (GITHUB, "gh is not installed"),
        ("git@gitlab.com:acme/shop.git", "glab is not installed"),
        ("https://bitbucket.org/acme/shop.git", "bitbucket.org cannot be asked from here"),
        ("/srv/git/shop.git", "it is a path, and what lies behind it is not known"),
    ],
)
def test_where_nobody_can_be_asked_it_says_why(program, url, why):
    assert look(parse_remote(url)) == Visibility("unknown", why)


def test_a_temporary_private_fork_is_known_by_its_name(program):
    fork = parse_remote("git@github.com:acme/shop-ghsa-2c4v-9xqp-m3rw.git")
    assert visibility.is_private_fork(fork) and look(fork).word == "private"
    assert not visibility.is_private_fork(parse_remote("git@github.com:acme/shop-ghsa.git"))
