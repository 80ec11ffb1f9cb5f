"""Releases that are only drafted: what a pipeline creates there reaches nobody until a person publishes it."""

import re
from collections.abc import Iterable
from dataclasses import replace

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Act, Kind, Trigger
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
    """Return whether the inputs of a release action make the release a draft."""
    return inputs.get("draft", "").strip().lower() == "true"


_MOVING = re.compile(
    r"(?:refs/tags/)?(?:nightly|edge|continuous|canary|dev|devel|snapshot|unstable|tip|head)(?:-\w+)?"
)
_LATEST = re.compile(r"(?:refs/tags/)?(?:latest|current|main|master|trunk|development|preview)")


def is_moving(inputs: dict[str, str]) -> bool:
    """Return whether the inputs of a release action name a tag that moves with each run: a preview, no release."""
    keys = ("tag", "tag_name", "tag-name", "release_tag", "automatic_release_tag")
    tag = next((inputs[key].strip().lower() for key in keys if inputs.get(key)), "")
    early = inputs.get("prerelease", "").strip().lower() == "true"
    return bool(_MOVING.fullmatch(tag) or (early and _LATEST.fullmatch(tag)))


def told_apart(tree: Tree, triggers: Iterable[Trigger]) -> list[Trigger]:
    """Return the triggers, with those that only create or extend a draft marked as drafts.

    Files added to a release belong to the draft if the same pipeline creates it, unless the pipeline publishes the
    draft itself in the end.
    """
    every = [_by_goreleaser(tree, trigger) for trigger in triggers]
    drafted = {(trigger.file, trigger.on) for trigger in every if trigger.kind is Kind.DRAFTS}
    published = {
        (trigger.file, trigger.on)
        for trigger in every
        if trigger.act in (Act.RELEASE, Act.DRAFT_OUT) and trigger.target.is_production
    }
    out = []
    for trigger in every:
        place = (trigger.file, trigger.on)
        if place in drafted and place in published and trigger.kind is Kind.DRAFTS:
            continue
        if place in drafted - published and trigger.act is Act.UPLOAD:
            continue
        out.append(trigger)
    return out


def _by_goreleaser(tree: Tree, trigger: Trigger) -> Trigger:
    """Return a goreleaser run, as a draft if its file says so and that nothing else is published."""
    if trigger.act is not Act.GORELEASER:
        return trigger
    file = next((name for name in _GORELEASER_FILES if tree.has(name)), "")
    data = load(tree.text(file)[:300_000]) if file else {}
    draft = str(table(data.get("release")).get("draft") or "").lower() == "true"
    if not draft or any(_BESIDE.fullmatch(str(key)) and value for key, value in data.items()):
        return trigger
    what = DRAFTS + trigger.what.removeprefix(GORELEASER) + f" with goreleaser (release.draft in {file})"
    return replace(trigger, kind=Kind.DRAFTS, what=what)
