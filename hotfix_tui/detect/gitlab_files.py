"""A GitLab pipeline as one table: with the files that it includes and what its references stand for."""

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_tree import at, load, table, texts

GITLAB = ".gitlab-ci.yml"
_DEEPEST = 5
_MOST_FILES = 60
_LONGEST = 300_000
_REFERENCE = re.compile(r"!reference\s*\[(.*)\]", re.DOTALL)


@dataclass
class Pipeline:
    """The pipeline: its tables, the file in which each stands, and the names of what is included from elsewhere."""

    data: dict[str, object] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)


def whole(tree: Tree, lets_in: Callable[[object], bool]) -> Pipeline:
    """The pipeline with the files of this repository that it includes.

    `lets_in` says whether an include's rules may let it in.
    """
    found = Pipeline()
    found.data = _file(tree, GITLAB, lets_in, found, 0)
    found.elsewhere = list(dict.fromkeys(found.elsewhere))
    return found


def _file(
    tree: Tree, name: str, lets_in: Callable[[object], bool], found: Pipeline, depth: int
) -> dict[str, object]:
    if depth > _DEEPEST or len(found.read) >= _MOST_FILES or name in found.read:
        return {}
    found.read.append(name)
    own = load(tree.text(name)[:_LONGEST])
    included = own.get("include")
    out: dict[str, object] = {}
    for include in included if isinstance(included, list) else [included]:
        settings = table(include)
        if settings.get("rules") is not None and not lets_in(settings["rules"]):
            continue
        local = str(include if isinstance(include, str) else settings.get("local") or "")
        for path in _paths(tree, local):
            out = _over(out, _file(tree, path, lets_in, found, depth + 1))
        found.elsewhere += [
            str(text)
            for key in ("template", "project", "file", "remote", "component")
            for text in texts(settings.get(key))
        ]
        if "://" in local:
            found.elsewhere.append(local)
    found.places.update(dict.fromkeys(own, name))
    return _over(out, own)


def _paths(tree: Tree, local: str) -> list[str]:
    """The files that an include of this repository names: one, or all that fit its wildcards."""
    path = local.lstrip("/")
    if not path or ".." in path or "://" in path or "$" in path:
        return []
    if not any(char in path for char in "*?["):
        return [path]
    folder, _, name = path.rpartition("/")
    deep = folder.endswith("**")
    start = folder.removesuffix("**").rstrip("/")
    if any(char in start for char in "*?["):
        return []
    folders = [start]
    for one in folders:
        if deep and len(folders) < _MOST_FILES:
            folders += tree.folders(one)
    return [
        f"{one}/{found}".lstrip("/")
        for one in folders
        for found in fnmatch.filter(tree.names(one), name)
        if found.endswith((".yml", ".yaml"))
    ]


def _over(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Two pipelines as one: what both say of a job, the including one decides."""
    out = dict(below)
    for key, value in above.items():
        known = out.get(key)
        out[key] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return out


def resolved(data: Mapping[str, object], value: object, depth: int = 0) -> Any:
    """The same with what its references stand for; one that leads nowhere stays as it is."""
    if depth > 2 * _DEEPEST:
        return value
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value)
        keys = [word.strip().strip("'\"") for word in match[1].split(",")] if match else []
        found = at(data, *keys) if keys else None
        return value if found is None else resolved(data, found, depth + 1)
    if isinstance(value, list):
        out: list[object] = []
        for item in value:
            made = resolved(data, item, depth + 1)
            flat = isinstance(made, list) and isinstance(item, str)
            out += made if flat else [made]
        return out
    if isinstance(value, dict):
        return {key: resolved(data, inner, depth + 1) for key, inner in value.items()}
    return value
