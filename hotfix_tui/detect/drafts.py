"""Releases that are only drafted: what a pipeline puts there reaches nobody until a person publishes it."""

import re
from collections.abc import Iterable
from dataclasses import replace

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Kind, Trigger
from hotfix_tui.detect.yaml_tree import load, table

DRAFTS = "drafts a release"
UPLOADS = "publishes release files"
RELEASES, RELEASES_DRAFT = "publishes a release", "publishes the draft of a release"
GORELEASER = "publishes with goreleaser"
PAGES = "deploys pages"
_GORELEASER_FILES = tuple(
    f"{folder}{name}.{end}"
    for folder in ("", ".github/", "build/", ".config/")
    for name in (".goreleaser", "goreleaser")
    for end in ("yml", "yaml")
)
_BESIDE = re.compile(
    r"dockers(?:_v2)?|docker_manifests|kos|brews|homebrew_casks|nix|winget|aurs?|aur_sources|krews|scoops|chocolateys"
    r"|snapcrafts|uploads|blobs|publishers|artifactories|fury|gemfury|npms|mcp"
)
"""What else goreleaser publishes, by the keys of its file."""


def is_draft(inputs: dict[str, str]) -> bool:
    """Whether the inputs of an action that makes a release make a draft of it."""
    return inputs.get("draft", "").strip().lower() == "true"


def told_apart(tree: Tree, found: Iterable[Trigger]) -> list[Trigger]:
    """The same, with what only makes a draft or adds to one as that.

    Files that are added to a release are part of the draft where the same pipeline makes it, unless it publishes the
    draft itself in the end.
    """
    every = [_by_goreleaser(tree, one) for one in found]
    drafted = {(one.file, one.on) for one in every if one.kind is Kind.DRAFTS}
    published = {(one.file, one.on) for one in every if one.what.startswith((RELEASES, RELEASES_DRAFT))}
    out = []
    for one in every:
        place = (one.file, one.on)
        if place in drafted and place in published and one.kind is Kind.DRAFTS:
            continue
        if place in drafted - published and one.what.startswith(UPLOADS):
            continue
        out.append(one)
    return out


def _by_goreleaser(tree: Tree, one: Trigger) -> Trigger:
    """A run of goreleaser whose file says that the release is a draft, and that nothing else is published."""
    if not one.what.startswith(GORELEASER):
        return one
    file = next((name for name in _GORELEASER_FILES if tree.has(name)), "")
    data = load(tree.text(file)[:300_000]) if file else {}
    draft = str(table(data.get("release")).get("draft") or "").lower() == "true"
    if not draft or any(_BESIDE.fullmatch(str(key)) and value for key, value in data.items()):
        return one
    what = DRAFTS + one.what.removeprefix(GORELEASER) + f" with goreleaser (release.draft in {file})"
    return replace(one, kind=Kind.DRAFTS, what=what)
