"""A GitLab pipeline as one table: with the files it includes, and its references resolved.

Apart from `other_pipelines`, which says what the jobs do: GitLab's file is one only after this has put it together.
"""

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
    """The pipeline: its tables, the file each is in, and the names of external includes."""

    data: dict[str, object] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)


def whole(tree: Tree, lets_in: Callable[[object], bool]) -> Pipeline:
    """Return the pipeline with the files of this repository that it includes.

    `lets_in` says whether an include's rules may allow it.
    """
    pipeline = Pipeline()
    pipeline.data = _file(tree, GITLAB, lets_in, pipeline, 0)
    pipeline.elsewhere = list(dict.fromkeys(pipeline.elsewhere))
    return pipeline


def _file(
    tree: Tree, name: str, lets_in: Callable[[object], bool], pipeline: Pipeline, depth: int
) -> dict[str, object]:
    if depth > _DEEPEST or len(pipeline.read) >= _MOST_FILES or name in pipeline.read:
        return {}
    pipeline.read.append(name)
    own = load(tree.text(name)[:_LONGEST])
    included = own.get("include")
    out: dict[str, object] = {}
    for include in included if isinstance(included, list) else [included]:
        settings = table(include)
        if settings.get("rules") is not None and not lets_in(settings["rules"]):
            continue
        local = str(include if isinstance(include, str) else settings.get("local") or "")
        for path in _paths(tree, local):
            out = _over(out, _file(tree, path, lets_in, pipeline, depth + 1))
        pipeline.elsewhere += [
            str(text)
            for key in ("template", "project", "file", "remote", "component")
            for text in texts(settings.get(key))
        ]
        if "://" in local:
            pipeline.elsewhere.append(local)
    pipeline.places.update(dict.fromkeys(own, name))
    return _over(out, own)


def _paths(tree: Tree, local: str) -> list[str]:
    """Return the files that a local include names: one, or all that match its wildcards."""
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
    for parent in folders:
        if deep and len(folders) < _MOST_FILES:
            folders += tree.folders(parent)
    return [
        f"{parent}/{file}".lstrip("/")
        for parent in folders
        for file in fnmatch.filter(tree.names(parent), name)
        if file.endswith((".yml", ".yaml"))
    ]


def _over(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Merge two pipelines: if both define a job's key, the including one wins."""
    out = dict(below)
    for key, value in above.items():
        known = out.get(key)
        out[key] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return out


def resolved(data: Mapping[str, object], value: object, depth: int = 0) -> Any:
    """Return the value with its references resolved; one that leads nowhere stays as it is."""
    if depth > 2 * _DEEPEST:
        return value
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value)
        keys = [word.strip().strip("'\"") for word in match[1].split(",")] if match else []
        target = at(data, *keys) if keys else None
        return value if target is None else resolved(data, target, depth + 1)
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
