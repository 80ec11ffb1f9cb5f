"""What a project keeps for its releases besides the code: a changelog with an open section, fragments, changesets."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from hotfix_tui.detect.tree import parse_toml
from hotfix_tui.detect.versions import Read

_CHANGELOG = re.compile(
    r"^(?:docs/)?(?:CHANGELOG|CHANGES|HISTORY|NEWS|RELEASES|RELEASE[-_]NOTES)(?:\.(?:md|rst|txt|adoc))?$",
    re.I,
)
_OPEN = re.compile(
    r"(?im)^(?:(?:#+|=+|\*+)?[ \t]*\[?(?:unreleased|upcoming|next release|next version)\]?(?!\w)[^\n]{0,60}$"
    r"|(?:#+|=+|\*+)[ \t]*\[?(?:head|next|master|main|in progress)\]?[ \t]*$)"
)
_FRAGMENTS = ("newsfragments/", "changelog.d/", "changes.d/", "news/", ".changes/unreleased/", "changelogs/unreleased/",
              "changelogs/fragments/", ".changelog/", "changelog/unreleased/")  # fmt: skip
_KEPT = re.compile(
    r"(?:^|/)(?:\.gitkeep|\.gitignore|README\S*|config\.\w+|_template\S*|template\S*|\.keep)$", re.I
)


class Missing(NamedTuple):
    """What the release needs and the change does not include: a ``changelog``, ``fragment`` or ``changeset``."""

    kind: str
    path: str
    text: str


def is_release_note(path: str) -> bool:
    """Return whether a path is a changelog, a fragment of one or a changeset."""
    return bool(_CHANGELOG.match(path)) or path.startswith((*_FRAGMENTS, ".changeset/"))


def missing(paths: Iterable[str], read: Read, changed: Iterable[str], version: str) -> list[Missing]:
    """Return what the change `changed` lacks, given the base's files `paths`; `version` is that of the next release."""
    listed, touched = list(paths), list(changed)
    if ".changeset/config.json" in listed:
        if not any(
            re.fullmatch(r"\.changeset/[^/]+\.md", path) and not _KEPT.search(path) for path in touched
        ):
            text = (
                "no changeset in .changeset/: without one the fix is never published; add one: npx changeset"
            )
            return [Missing("changeset", ".changeset", text)]
        return []
    folder = _fragments(listed, read)
    if folder:
        if not any(path.startswith(folder) and not _KEPT.search(path) for path in touched):
            return [Missing("fragment", folder, f"no news fragment in {folder} for this fix")]
        return []
    for path in sorted((path for path in listed if _CHANGELOG.match(path)), key=len):
        if any(is_release_note(changed_path) for changed_path in touched):
            return []
        head = read(path)[:6_000]
        if _OPEN.search(head):
            return [
                Missing(
                    "changelog", path, f"{path} has a section for what is unreleased, and no line on this fix"
                )
            ]
        if version and _follows_releases(head, version):
            return [
                Missing("changelog", path, f"{path} has a section for each release, and none for {version}")
            ]
    return []


def _fragments(listed: list[str], read: Read) -> str:
    """Return the folder of news fragments, empty if there is none."""
    for name in ("towncrier.toml", "pyproject.toml"):
        if name in listed:
            table = parse_toml(read(name)) or {}
            tool = table.get("tool")
            settings = (
                (tool.get("towncrier") if isinstance(tool, dict) else None)
                if name == "pyproject.toml"
                else table
            )
            place = settings.get("directory") if isinstance(settings, dict) else None
            if isinstance(place, str):
                return place.strip("/") + "/"
    for folder in _FRAGMENTS:
        inside = [path for path in listed if path.startswith(folder)]
        if inside and all("/" not in path.removeprefix(folder).strip("/") for path in inside):
            return folder if folder != "news/" or any(_KEPT.search(path) for path in inside) else ""
    return ""


def _follows_releases(head: str, version: str) -> bool:
    """Return whether the top of a changelog is a version's section, and not that of `version`."""
    match = re.search(r"(?m)^(?:#+|\*+)?[ \t]*\[?(?:version[ \t]+)?v?(\d+(?:\.\d+)+[\w.-]*)\]?", head, re.I)
    return match is not None and match[1] != version
