"""Releases that a pipeline only drafts: nothing goes out until a person publishes them."""

import pytest

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import On
from hotfix_tui.detect.triggers import read
from tests.repos import write

TAG = "on:\n  push:\n    tags: ['v*']\n"
FILE = ".github/workflows/w.yml"


def seen(tmp_path, steps, more=None, begin=TAG):
    """Return what a tag sets off, and what it drafts."""
    text = begin + "jobs:\n  go:\n    steps:\n" + "".join(f"      {line}\n" for line in steps.splitlines())
    found = read(Tree(write(tmp_path, {FILE: text, **(more or {})})), "main", tags=["v1.2.3"])
    return found.on(On.TAG), found.drafts(On.TAG)


GORELEASER = "- uses: goreleaser/goreleaser-action@v6\n  with:\n    args: release --clean"
DRAFTED = {
    "an input": ("- uses: softprops/action-gh-release@v2\n  with:\n    draft: true", {}),
    "another action": ("- uses: ncipollo/release-action@v1\n  with:\n    draft: 'true'\n    artifacts: dist/*", {}),
    "a command": ("- run: gh release create $TAG --draft --verify-tag --title $TAG", {}),
    "files added to it": (
        "- run: gh release create $TAG --draft --verify-tag\n- run: gh release upload $TAG app.zip", {},
    ),
    "over several lines": ("- run: |\n    gh release create \\\n      --draft \\\n      $TAG app.zip", {}),
    "an action that adds files": (
        "- uses: actions/create-release@v1\n  with:\n    draft: true\n- uses: actions/upload-release-asset@v1", {},
    ),
    "goreleaser": (GORELEASER, {".goreleaser.yml": "release:\n  draft: true\nchecksum:\n  name_template: x\n"}),
    "goreleaser in yaml": (GORELEASER, {".goreleaser.yaml": "version: 2\nrelease:\n  draft: true\n"}),
}  # fmt: skip
PUBLISHED = {
    "no draft": ("- uses: softprops/action-gh-release@v2\n  with:\n    draft: false", {}),
    "unsaid": ("- run: gh release create $TAG --verify-tag", {}),
    "files alone": ("- run: gh release upload $TAG app.zip", {}),
    "published in the end": (
        "- run: gh release create $TAG --draft\n- run: gh release upload $TAG a.zip\n"
        "- run: gh release edit $TAG --draft=false", {},
    ),
    "no draft by value": ("- run: gh release create $TAG --draft=false", {}),
    "goreleaser": (GORELEASER, {".goreleaser.yml": "release:\n  draft: false\n"}),
    "goreleaser pushes images": (GORELEASER, {".goreleaser.yml": "release:\n  draft: true\ndockers:\n  - id: x\n"}),
    "changelogithub": ("- run: npx changelogithub", {}),
}  # fmt: skip


@pytest.mark.parametrize("shape", DRAFTED)
def test_a_draft_publishes_nothing(tmp_path, shape):
    published, drafted = seen(tmp_path, *DRAFTED[shape])
    assert published == [] and len(drafted) == 1 and drafted[0].sure
    assert drafted[0].what.startswith("drafts a release")


@pytest.mark.parametrize("shape", PUBLISHED)
def test_what_is_published_is_no_draft(tmp_path, shape):
    published, drafted = seen(tmp_path, *PUBLISHED[shape])
    assert published and drafted == []


def test_what_npm_stages_is_for_everybody(tmp_path):
    published, _ = seen(tmp_path, "- run: npm stage publish --provenance --access public")
    assert [(one.what, one.sure) for one in published] == [
        ("publishes to npm, once a maintainer approves it", True)
    ]


def test_a_package_beside_a_draft_is_published(tmp_path):
    published, drafted = seen(tmp_path, "- run: npm publish\n- run: gh release create $TAG --draft")
    assert [one.what for one in published] == ["publishes to npm"] and len(drafted) == 1


NAMED = {
    "an artifact": "- name: Publish packages\n  uses: actions/upload-artifact@v4",
    "a comment by a script": "- name: release-comment-issues\n  run: node comment.js",
    "a comment": "- name: Release notes\n  uses: acme/release-comment-issues-gh-action@v1",
    "a look at a release": "- name: Checkout the latest release\n  run: git checkout v1",
    "a check of files": "- name: Detect files missing from release tarball\n  run: ./look",
    "a scan": "- name: CI/CD Security Analysis\n  run: ./scan",
}


@pytest.mark.parametrize("shape", NAMED)
def test_the_name_of_what_publishes_nothing_is_no_sign(tmp_path, shape):
    assert seen(tmp_path, NAMED[shape]) == ([], [])
