"""Version tags: which there are, in the order of versions, and which is the next free one."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import commit_of, resolve

_FORMAT = "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"


@dataclass(frozen=True, slots=True)
class VersionTag:
    """A tag that is a version: its name, the version in it ("2.3.4"), and the commit it stands for."""

    name: str
    version: str
    commit: str


def tags(git: Git, *, points_at: str | None = None, reachable_from: str | None = None) -> dict[str, str]:
    """Tags with their commits, peeled; of all, those at one commit, or those that one commit holds."""
    options = []
    if points_at is not None:
        options.append(f"--points-at={commit_of(git, points_at)}")
    if reachable_from is not None:
        options.append(f"--merged={commit_of(git, reachable_from)}")
    found = {}
    for line in git.text("for-each-ref", _FORMAT, *options, "refs/tags/", timeout=60).splitlines():
        name, kind, target, inner_kind, inner = line.split("\0")
        if kind == "commit":
            found[name] = target
        elif inner_kind == "commit":
            found[name] = inner
        elif inner_kind == "tag" and (commit := resolve(git, f"refs/tags/{name}")):
            found[name] = commit  # A tag of a tag: older versions of git peel one layer only.
    return found


def tags_pointing(git: Git, commit: str) -> list[str]:
    """Names of the tags that stand for `commit`."""
    return sorted(tags(git, points_at=commit))


def version_tags(
    git: Git, pattern: str | None = None, *, reachable_from: str | None = None
) -> list[VersionTag]:
    """Tags that are semantic versions, lowest first.

    `pattern` says where the version is in the name, as "*" or "{version}" ("v*", "api/v{version}"); without one, a
    version with or without a leading "v" counts. Raises GitError for a pattern without a place for the version.
    """
    import semver

    form = _form(pattern)
    found = []
    for name, commit in tags(git, reachable_from=reachable_from).items():
        match = form.fullmatch(name)
        if match and semver.Version.is_valid(match["version"]):
            found.append((semver.Version.parse(match["version"]), name, commit))
    found.sort()
    return [VersionTag(name, str(version), commit) for version, name, commit in found]


def next_patch(base_tag: str, existing: Collection[str], pattern: str | None = None) -> str:
    """The name of the next free patch version after `base_tag`: none of `existing` (local and remote tags).

    Raises GitError if `base_tag` is no version.
    """
    import semver

    match = _form(pattern).fullmatch(base_tag)
    if match is None or not semver.Version.is_valid(match["version"]):
        raise GitError(
            f"the tag {base_tag!a} is not a version such as v1.2.3, so it has no next one; give the name"
        )
    version = semver.Version.parse(match["version"]).next_version("patch")
    start, end = match.span("version")
    while (name := f"{base_tag[:start]}{version}{base_tag[end:]}") in existing:
        version = version.bump_patch()
    return name


def _form(pattern: str | None) -> re.Pattern[str]:
    """`pattern` as a regular expression with a group `version`."""
    if pattern is None:
        return re.compile(r"v?(?P<version>\d.*)")
    before, place, after = pattern.replace("{version}", "*").partition("*")
    if not place or "*" in after:
        raise GitError(f"the tag pattern {pattern!a} needs one place for the version, as in v*")
    return re.compile(f"{re.escape(before)}(?P<version>.+){re.escape(after)}")
