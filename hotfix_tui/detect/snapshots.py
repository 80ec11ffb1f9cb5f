"""Snapshots of the JVM: what a pipeline publishes from a branch, before the release, reaches no user of a release.

Apart from the pipelines that `triggers` reads: whether a version is a snapshot is said by the build's files.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Act, On, Target, Trigger
from hotfix_tui.detect.versions import without_dependencies

_BY_THE_TAG = re.compile(r"ci-release|tlCiRelease", re.I)
"""What makes a release of a tag, and a snapshot of anything else."""

_VERSION = r"[0-9][\w.+-]*"
_PLACES = (
    ("gradle.properties", rf"(?mi)^\s*(?:[\w.]*version(?:_?name)?)\s*[=:]\s*({_VERSION})\s*$"),
    ("build.gradle", rf"(?m)^\s*version\s*=?\s*[\"']({_VERSION})[\"']"),
    ("build.gradle.kts", rf"(?m)^\s*version\s*=\s*[\"']({_VERSION})[\"']"),
    ("pom.xml", rf"<version>\s*({_VERSION})\s*</version>"),
    ("version.sbt", rf"\bversion\s*:=\s*\"({_VERSION})\""),
    ("build.sbt", rf"\bversion\s*:=\s*\"({_VERSION})\""),
)
_SETS_IT = re.compile(
    r"versions:set|-D(?:revision|newVersion|releaseVersion|changelist)=?|-P\"?(?:\w*\.)?\w*version\w*="
    r"|set ThisBuild / version|release:(?:prepare|perform)|git tag\b|\bgradlew? .*\brelease\b|s/.*SNAPSHOT",
    re.I,
)
"""What gives the build another version than that of the files."""


def set_apart(tree: Tree, triggers: Iterable[Trigger]) -> list[Trigger]:
    """Return the triggers; those of a push that publish a snapshot only, by the version in the files, are previews."""
    every = list(triggers)
    if not any(trigger.act is Act.JVM for trigger in every):
        return every
    place = _snapshot(tree)
    return [_as_preview(tree, trigger, place) for trigger in every]


def _as_preview(tree: Tree, trigger: Trigger, place: str) -> Trigger:
    if trigger.on is not On.PUSH or trigger.act is not Act.JVM or not trigger.target.is_production:
        return trigger
    lines = tree.lines(trigger.file)
    line = lines[trigger.line - 1] if 0 < trigger.line <= len(lines) else ""
    if _BY_THE_TAG.search(line):
        return replace(trigger, target=Target.PREVIEW, condition="a snapshot, as no tag is built")
    if place and not _SETS_IT.search("\n".join(lines)):
        return replace(trigger, target=Target.PREVIEW, condition=f"a snapshot, by {place}")
    return trigger


def _snapshot(tree: Tree) -> str:
    """Return the file at the root whose version is a snapshot; empty if there is none, or another says otherwise."""
    found = ""
    for file, pattern in _PLACES:
        text = tree.text(file) if tree.has(file) else ""
        versions = re.findall(pattern, without_dependencies(text) if file == "pom.xml" else text)
        own = versions[:1] if file != "gradle.properties" else _own(text, versions)
        if own and not own[0].upper().endswith("-SNAPSHOT"):
            return ""
        found = found or (file if own else "")
    return found


def _own(text: str, versions: list[str]) -> list[str]:
    """Return the project's own version in gradle.properties, which holds those of its tools, too."""
    named = re.search(
        rf"(?mi)^\s*(?:version|version_?name|project_?version|lib(?:rary)?_?version)\s*[=:]\s*({_VERSION})\s*$",
        text,
    )
    if named:
        return [named[1]]
    return [version for version in versions if version.upper().endswith("-SNAPSHOT")][:1]
