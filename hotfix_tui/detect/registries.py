"""Where a published package can be checked: the page of the registry, and the command that queries it."""

import re
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import quote

from hotfix_tui.detect.members import gradle_modules, maven_modules, workspace
from hotfix_tui.detect.registry_kinds import KINDS, RegistryKind
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import GoesTo


class Registry(NamedTuple):
    """One registry with this project's package, at one version.

    `ask` is the command that looks for this version, `latest` for the newest one, `install` how a user gets this one,
    `publish` how a person usually puts one there, `take_back` how this one is taken from those who come next, `page`
    where to read about it; that is empty where the command is more reliable: a Python project may use its own index.
    """

    title: str
    package: str
    page: str
    ask: str
    install: str
    publish: str
    latest: str
    take_back: str


class Package(NamedTuple):
    """A package of one registry that this project is: its name there, and the file that makes it one.

    `installed` is a pattern for a line that tells users to get it from there. `looks_public` is whether the file itself
    looks made for others.
    """

    registry: GoesTo
    name: str
    file: str
    installed: str
    looks_public: bool


_NAME = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9._~/-]{0,200}")
"""Valid package names: nothing else is put into a command line or a URL."""

_VERSION = re.compile(r"[0-9][A-Za-z0-9.+_-]{0,60}")


def registries(tree: Tree, among: Collection[GoesTo], tag: str) -> list[Registry]:
    """Return those of `among` that this project has a package for, at the version of `tag`.

    Queries nobody. Empty if the package's name is not in the usual file, or the tag names no version.
    """
    version = tag.rpartition("@")[2].rpartition("/")[2]
    version = version[1:] if version[:1] in "vV" else version
    if not _VERSION.fullmatch(version):
        return []
    out = []
    for kind in KINDS:
        asked = kind.registry in among and (kind.ask or kind.page)
        name = _named(tree, kind)[0] if asked else ""
        if name:
            page = kind.page.format(name=quote(name, safe="@/"), version=quote(version))
            texts = (kind.ask, kind.install, kind.publish, kind.latest, kind.take_back)
            out.append(
                Registry(
                    kind.registry.value,
                    name,
                    page,
                    *(text.format(name=name, version=version) for text in texts),
                )
            )
    return out


def packages(tree: Tree) -> list[Package]:
    """Return what this project is to the registries that a person publishes to; private packages are left out."""
    out = []
    for kind in KINDS:
        if not kind.installed:
            continue
        at_root = _named(tree, kind)[0] and not _kept_private(tree, kind)
        here = [("", tree)] if at_root else _members(tree)
        named = workspace(tree)
        for folder, files in here:
            name, file = _named(files, kind)
            far = (
                folder and folder not in named and not folder.lower().startswith(_MEMBERS) and name != folder
            )
            if not name or _kept_private(files, kind) or far:
                continue
            out.append(_package(kind, name, f"{folder}/{file}".lstrip("/"), tree, at_root=not folder))
        if kind.registry is GoesTo.MAVEN:
            modules = [*maven_modules(tree), *gradle_modules(tree)]
            out += [_package(kind, name, file, tree) for name, file in modules if _NAME.fullmatch(name)]
    return out


def _package(kind: RegistryKind, name: str, file: str, tree: Tree, *, at_root: bool = False) -> Package:
    public = at_root and bool(not kind.public or re.search(kind.public, tree.text(file)))
    return Package(kind.registry, name, file, kind.installed.format(name=_spelled(kind, name)), public)


_MEMBERS, _MOST = ("packages/", "crates/", "libs/", "gems/", "src/", "source/"), 30
"""Folders with the packages of a repository that is none itself, and how many of them are looked at.

So is a folder at the root, for a package of the same name, and what the manifest of a workspace names.
"""


def _members(tree: Tree) -> list[tuple[str, Tree]]:
    folders = list(workspace(tree)[:_MOST])
    for above in tree.folders():
        folders += tree.folders(above)[:_MOST] if f"{above.lower()}/" in _MEMBERS else ()
    folders += tree.folders()[:_MOST]
    return [(folder, tree.below(folder)) for folder in dict.fromkeys(folders)]


def _kept_private(tree: Tree, kind: RegistryKind) -> bool:
    """Return whether one of its files keeps the package from being published."""
    found = [file for pattern, _ in kind.files if (file := tree.first(pattern))]
    return bool(kind.private) and any(re.search(kind.private, tree.text(file)) for file in found)


def _spelled(kind: RegistryKind, name: str) -> str:
    """Return a pattern for a package's name, in every spelling that its registry takes."""
    if kind.spelled == "any":
        return "(?i:" + r"[-_.]+".join(re.escape(part) for part in re.split(r"[-_.]+", name) if part) + ")"
    if kind.spelled == "perl":
        return "(?:-|::)".join(re.escape(part) for part in name.split("-"))
    return f"(?i:{re.escape(name)})" if kind.spelled == "case" else re.escape(name)


def _named(tree: Tree, kind: RegistryKind) -> tuple[str, str]:
    """Return the package's name and the file that holds it; empty for one that is not published."""
    for pattern, key in kind.files:
        file = tree.first(pattern)
        if not file or tree.value(file, "private") is True:
            continue
        name: object
        if not key:
            name = file.rpartition("/")[2].rpartition(".")[0]
        elif file.endswith((".toml", ".json")):
            name = tree.value(file, key)
        else:
            match = re.search(key, tree.text(file))
            name = match[1] if match else None
        if kind.spelled == "perl" and isinstance(name, str):
            name = name.replace("::", "-")  # a distribution is called after its main module
        if isinstance(name, str) and _NAME.fullmatch(name):
            return name, file
    return "", ""
