"""Pages that open a pull request, and addresses that a push prints."""

from urllib.parse import parse_qs, urlsplit

import pytest

from hotfix_tui.forges.address import parse_remote
from hotfix_tui.forges.by_hand import ByHand, NoForge
from hotfix_tui.forges.model import Draft, ForgeError
from hotfix_tui.forges.pages import URL_BYTES, compare_page, pr_url_from_push

GITHUB = parse_remote("git@github.com:acme/shop.git")
GITLAB = parse_remote("git@gitlab.com:acme/sub/shop.git")
HEAD = "hotfix/ENG-1-a+b#c"
TITLE = "[HOTFIX] 100% & <b>=?\n"
BODY = "First line\n\n- 漢字 & more\n"


def test_the_github_page_carries_everything_back():
    page = compare_page(GITHUB, "main", HEAD, TITLE, BODY, ["hotfix", "P1"])
    assert page is not None and not page.note
    parts = urlsplit(page.url)
    assert parts.path == "/acme/shop/compare/main...hotfix/ENG-1-a%2Bb%23c"
    assert parse_qs(parts.query) == {
        "quick_pull": ["1"],
        "title": [TITLE],
        "body": [BODY],
        "labels": ["hotfix,P1"],
    }


def test_the_gitlab_page_carries_everything_but_labels():
    page = compare_page(GITLAB, "main", HEAD, TITLE, BODY, ["hotfix"])
    assert page is not None and "hotfix" in page.note
    assert page.url.startswith(
        "https://gitlab.com/acme/sub/shop/-/merge_requests/new?merge_request%5Bsource_branch%5D="
    )
    assert parse_qs(urlsplit(page.url).query) == {
        "merge_request[source_branch]": [HEAD],
        "merge_request[target_branch]": ["main"],
        "merge_request[title]": [TITLE],
        "merge_request[description]": [BODY],
    }
    bare = compare_page(GITLAB, "main", HEAD, TITLE, BODY)
    assert bare is not None and bare.note == ""


@pytest.mark.parametrize("repo", [GITHUB, GITLAB], ids=lambda repo: repo.kind)
@pytest.mark.parametrize(("title", "body"), [(TITLE, "漢" * 3000), ("漢" * 3000, "x")])
def test_a_page_is_never_too_long(repo, title, body):
    page = compare_page(repo, "main", HEAD, title, body)
    assert page is not None and len(page.url) <= URL_BYTES and "paste" in page.note
    filled = [value for values in parse_qs(urlsplit(page.url).query).values() for value in values]
    assert body not in filled and (TITLE in filled) is (title == TITLE)


def test_the_body_is_dropped_first_and_at_the_very_limit():
    room = URL_BYTES - len(compare_page(GITHUB, "main", HEAD, TITLE, "").url)
    assert not compare_page(GITHUB, "main", HEAD, TITLE, "x" * room).note
    over = compare_page(GITHUB, "main", HEAD, TITLE, "x" * (room + 1))
    assert over.note and parse_qs(urlsplit(over.url).query)["title"] == [TITLE]


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        (
            "git@bitbucket.org:a/shop.git",
            "https://bitbucket.org/a/shop/pull-requests/new?source=hotfix%2Fx&dest=main&t=1",
        ),
        ("git@codeberg.org:a/shop.git", "https://codeberg.org/a/shop/compare/main...hotfix/x"),
        (
            "https://dev.azure.com/o/p/_git/r",
            "https://dev.azure.com/o/p/_git/r/pullrequestcreate?sourceRef=hotfix%2Fx&targetRef=main",
        ),
    ],
)
def test_other_forges_open_the_right_page_and_say_that_they_take_no_text(remote, url):
    page = compare_page(parse_remote(remote), "main", "hotfix/x", "T", "B")
    assert page is not None and page.url == url and "paste title and text" in page.note


def test_an_unknown_forge_has_no_page():
    assert compare_page(parse_remote("/srv/git/shop.git"), "main", "x", "T", "B") is None
    assert compare_page(parse_remote("git@git.corp.io:a/b"), "main", "x", "T", "B") is None


@pytest.mark.parametrize(
    ("output", "url"),
    [
        (
            b"remote: \nremote: Create a pull request for 'hotfix/x' on GitHub by visiting:        \n"
            b"remote:      https://github.com/acme/shop/pull/new/hotfix/x        \nremote: \n",
            "https://github.com/acme/shop/pull/new/hotfix/x",
        ),
        (
            b"remote: To create a merge request for x, visit:\n"
            b"remote:   https://gitlab.com/a/b/-/merge_requests/new?merge_request%5Bsource_branch%5D=x\n",
            "https://gitlab.com/a/b/-/merge_requests/new?merge_request%5Bsource_branch%5D=x",
        ),
        (
            b"remote: View merge request for x:\nremote:   https://gitlab.com/a/b/-/merge_requests/7\n",
            "https://gitlab.com/a/b/-/merge_requests/7",
        ),
        (
            b"remote: Create pull request for x:\nremote:   https://bitbucket.org/a/b/pull-requests/new?source=x&t=1\n",
            "https://bitbucket.org/a/b/pull-requests/new?source=x&t=1",
        ),
        (
            b"remote: Create a new pull request for 'x':\nremote:   https://codeberg.org/a/b/compare/main...x\n",
            "https://codeberg.org/a/b/compare/main...x",
        ),
        (b"https://github.com/acme/shop/pull/new/x\n", None),
        (b"remote: read https://example.com/policy first\n", None),
        (b"remote: https://[bad/pull/new/x\n", None),
        (b"\xff\xfe", None),
    ],
)
def test_the_address_that_a_push_prints(output, url):
    assert pr_url_from_push(output) == url


def test_an_address_on_another_host_is_not_taken():
    output = b"remote: https://evil.example/pull/new/x\nremote: https://github.com/a/b/pull/new/x\n"
    assert pr_url_from_push(output, "github.com") == "https://github.com/a/b/pull/new/x"
    assert pr_url_from_push(output, "gitlab.com") is None


def test_by_hand_says_what_to_do():
    forge = ByHand(GITHUB)
    plan = forge.create(Draft("main", HEAD, TITLE, BODY), "/x/pr.md")
    assert plan.page is not None and plan.commands == () and "/x/pr.md" in plan.by_hand
    assert "0123456" in forge.merge(7, "squash", "0123456789abcdef").by_hand
    with pytest.raises(ForgeError, match="tick the step"):
        forge.find(HEAD, "main")
    unknown = ByHand(parse_remote("git@git.corp.io:a/b")).create(Draft("main", HEAD, TITLE, BODY), "/x/pr.md")
    assert unknown.page is None and HEAD in unknown.by_hand


def test_a_path_has_no_pull_requests(tmp_path):
    assert NoForge(parse_remote(str(tmp_path / "origin.git"))).find("hotfix/x", "main") == ()
