"""What remote URLs mean."""

import pytest

from hotfix_tui.forges.address import ForgeRepo, parse_remote


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "git@github.com:acme/shop.git",
            ("github", "github.com", "acme", "shop", "https://github.com/acme/shop"),
        ),
        ("github.com:acme/shop", ("github", "github.com", "acme", "shop", "https://github.com/acme/shop")),
        (
            "git@github.com-work:acme/shop.git",
            ("github", "github.com", "acme", "shop", "https://github.com/acme/shop"),
        ),
        (
            "https://github.com/acme/shop.git/",
            ("github", "github.com", "acme", "shop", "https://github.com/acme/shop"),
        ),
        (
            "https://ann:s3cret@github.com/acme/shop",
            ("github", "github.com", "acme", "shop", "https://github.com/acme/shop"),
        ),
        (
            "ssh://git@ssh.github.com:443/acme/shop.git",
            ("github", "github.com", "acme", "shop", "https://github.com/acme/shop"),
        ),
        (
            "git@github.corp.io:acme/shop.js.git",
            ("github", "github.corp.io", "acme", "shop.js", "https://github.corp.io/acme/shop.js"),
        ),
        (
            "https://gitlab.com/a/b/c/shop.git",
            ("gitlab", "gitlab.com", "a/b/c", "shop", "https://gitlab.com/a/b/c/shop"),
        ),
        (
            "ssh://git@gitlab.corp.io:2222/a/shop.git",
            ("gitlab", "gitlab.corp.io", "a", "shop", "https://gitlab.corp.io/a/shop"),
        ),
        (
            "https://gitlab.corp.io:8443/a/shop",
            ("gitlab", "gitlab.corp.io", "a", "shop", "https://gitlab.corp.io:8443/a/shop"),
        ),
        ("http://gitea.lan:3000/a/shop", ("gitea", "gitea.lan", "a", "shop", "http://gitea.lan:3000/a/shop")),
        (
            "git@codeberg.org:a/shop.git",
            ("gitea", "codeberg.org", "a", "shop", "https://codeberg.org/a/shop"),
        ),
        (
            "git@bitbucket.org:a/shop.git",
            ("bitbucket", "bitbucket.org", "a", "shop", "https://bitbucket.org/a/shop"),
        ),
        (
            "git@ssh.dev.azure.com:v3/org/My%20Proj/shop",
            (
                "azure",
                "dev.azure.com",
                "org/My Proj",
                "shop",
                "https://dev.azure.com/org/My%20Proj/_git/shop",
            ),
        ),
        (
            "https://org@dev.azure.com/org/proj/_git/shop",
            ("azure", "dev.azure.com", "org/proj", "shop", "https://dev.azure.com/org/proj/_git/shop"),
        ),
        (
            "https://org.visualstudio.com/DefaultCollection/proj/_git/shop",
            ("azure", "dev.azure.com", "org/proj", "shop", "https://dev.azure.com/org/proj/_git/shop"),
        ),
        ("https://git.corp.io/a/shop.git", ("none", "git.corp.io", "a", "shop", "")),
        ("ssh://git@[2001:db8::1]:22/a/shop.git", ("none", "2001:db8::1", "a", "shop", "")),
        ("git@[2001:db8::1]:a/shop.git", ("none", "2001:db8::1", "a", "shop", "")),
        ("https://github.com/acme", ("none", "github.com", "", "acme", "")),
        ("/srv/git/shop.git", ("none", "", "", "shop", "")),
        ("../shop.git/", ("none", "", "", "shop", "")),
        ("./odd:name", ("none", "", "", "odd:name", "")),
        ("file:///srv/git/shop.git", ("none", "", "", "shop", "")),
        ("ext::sh -c id", ("none", "", "", "ext::sh -c id", "")),
        ("https://github.com:nan/a/b", ("none", "", "", "b", "")),
        ("https://github.com/a/b\x1b[31m", ("none", "", "", "b\x1b[31m", "")),
        ("", ("none", "", "", "", "")),
    ],
)
def test_a_url_means_a_repository(url, expected):
    assert parse_remote(url) == ForgeRepo(*expected)


def test_no_password_is_left_anywhere():
    assert "s3cret" not in repr(parse_remote("https://ann:s3cret@git.corp.io/a/b"))
    assert "s3cret" not in repr(parse_remote("https://s3cret@dev.azure.com/org/proj/_git/shop"))


def test_the_kind_of_an_unknown_host_can_be_told():
    repo = parse_remote("git@git.corp.io:a/b/shop.git", "gitlab")
    assert (repo.kind, repo.web, repo.path) == ("gitlab", "https://git.corp.io/a/b/shop", "a/b/shop")
