"""The page on which a pull request is opened by hand, filled in as far as the forge allows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from hotfix_tui.forges.address import ForgeRepo

URL_BYTES = 8000
"""Longer URLs are rejected by forges or by proxies in front of them."""

_NEW = re.compile(
    r"/pull/new/|/merge_requests/new|/-/merge_requests/\d+|/pull-requests/new|/pullrequestcreate|/compare/|/pulls?/\d+"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page to open. `note` says what to do if something did not fit or is not accepted."""

    url: str
    note: str = ""


def compare_page(
    repo: ForgeRepo, base: str, head: str, title: str, body: str, labels: Sequence[str] = ()
) -> Page | None:
    """Return the page that opens a pull request from the branch `head` into `base`; None for an unknown forge."""
    if repo.kind == "github":
        full = {"quick_pull": "1", "title": title, "body": body} | (
            {"labels": ",".join(labels)} if labels else {}
        )
        return _shortened(f"{repo.web}/compare/{_ref(base)}...{_ref(head)}", full, "body")
    if repo.kind == "gitlab":
        key = "merge_request[{}]".format
        full = {
            key("source_branch"): head,
            key("target_branch"): base,
            key("title"): title,
            key("description"): body,
        }
        page = _shortened(f"{repo.web}/-/merge_requests/new", full, key("description"))
        return _with_labels(page, labels)
    if repo.kind == "bitbucket":
        return _unfilled(f"{repo.web}/pull-requests/new?{_query({'source': head, 'dest': base, 't': '1'})}")
    if repo.kind == "drill":
        return _shortened(
            f"{repo.web}/compare/{_ref(base)}...{_ref(head)}", {"title": title, "body": body}, "body"
        )
    if repo.kind == "gitea":
        return _unfilled(f"{repo.web}/compare/{_ref(base)}...{_ref(head)}")
    if repo.kind == "azure":
        return _unfilled(f"{repo.web}/pullrequestcreate?{_query({'sourceRef': head, 'targetRef': base})}")
    return None


def pr_url_from_push(stderr: bytes, host: str | None = None) -> str | None:
    """Return the address for a pull request that the forge printed at a push (on `host`, if given), or None."""
    for line in stderr.decode("utf-8", "replace").splitlines():
        if not line.startswith("remote:"):
            continue
        for url in re.findall(r"https?://[\x21-\x7e]+", line):
            try:
                where = urlsplit(url).hostname
            except ValueError:
                continue
            if _NEW.search(url) and (host is None or where == host):
                return str(url)
    return None


def _ref(branch: str) -> str:
    """Return a branch as part of a path: its slashes stay, and so does the colon after a fork's owner."""
    return quote(branch, safe="/:")


def _query(values: dict[str, str]) -> str:
    """Return keys and values as a query, everything percent-encoded."""
    return "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in values.items())


def _shortened(address: str, values: dict[str, str], body: str) -> Page:
    """Return the page with everything filled in, without the body if that is too long, bare if even that is."""
    url = f"{address}?{_query(values)}"
    if len(url) <= URL_BYTES:
        return Page(url)
    url = f"{address}?{_query({key: value for key, value in values.items() if key != body})}"
    if len(url) <= URL_BYTES:
        return Page(url, "The text is too long for the address: paste it into the page's description.")
    return Page(address, "The title is too long for the address: paste title and text into the page.")


def _unfilled(url: str) -> Page:
    """Return a page of a forge that accepts no text in the address."""
    return Page(url, "This forge takes no text with the address: paste title and text into the page.")


def _with_labels(page: Page, labels: Sequence[str]) -> Page:
    """Return the page with a note on labels: GitLab accepts no label by name."""
    if not labels:
        return page
    note = f"{page.note} Add the labels by hand: {', '.join(labels)}.".strip()
    return Page(page.url, note)
