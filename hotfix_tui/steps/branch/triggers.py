"""What the repository's own workflow files say about pushes and tags that deploy."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from hotfix_tui.detect.ci import files
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_lines import Path, scalars

_DEPLOYS = re.compile(r"\bdeploy|\bpublish|rollout\b|\bpromote\b", re.IGNORECASE)
_NOT_PRODUCTION = re.compile(r"staging|preview|review|docs|pages|storybook|\bdev|\bqa\b|test", re.IGNORECASE)


class Triggers(NamedTuple):
    """The workflow file that deploys on a push to the production branch, and the one on a tag; or empty."""

    push: str
    tag: str


def triggers(root: str, production: str) -> Triggers:
    """Look at the workflow files below `root`; runs nothing.

    Only GitHub's format says plainly what a push triggers; what the others do is told by the configuration.
    """
    tree = Tree(root)
    push = tag = ""
    for name in files(tree):
        if not name.startswith(".github/"):
            continue
        values = dict(scalars(tree.text(name)[:300_000]))
        if not _deploys(name, values):
            continue
        starts = _starts(values)
        if "push" in starts and _names(values, "branches", production):
            push = push or name
        if ("push" in starts and _has(values, "tags")) or "release" in starts:
            tag = tag or name
    return Triggers(push, tag)


def _deploys(name: str, values: Mapping[Path, str]) -> bool:
    """Say whether a workflow deploys to production: by the environments of its jobs, else by its names."""
    names = [name.rpartition("/")[2], values.get(("name",), "")]
    environments = []
    for path, value in values.items():
        if path[0] == "jobs" and len(path) > 1:
            names.append(str(path[1]))
            if len(path) > 2 and path[2] == "environment" and path[-1] in ("environment", "name"):
                environments.append(value)
            elif len(path) == 3 and path[2] == "name":
                names.append(value)
    if environments:
        return any(not _NOT_PRODUCTION.search(value) for value in environments)
    return any(_DEPLOYS.search(item) and not _NOT_PRODUCTION.search(item) for item in dict.fromkeys(names))


def _starts(values: Mapping[Path, str]) -> set[str]:
    """Return the names of the events that start the workflow."""
    found: set[str] = set()
    for path, value in values.items():
        if path[0] in ("on", "true"):
            if len(path) > 1 and isinstance(path[1], str):
                found.add(path[1])
            else:
                found.update(_listed(value))
    return found


def _has(values: Mapping[Path, str], kind: str) -> bool:
    return any(path[:3] in (("on", "push", kind), ("true", "push", kind)) for path in values)


def _names(values: Mapping[Path, str], kind: str, wanted: str) -> bool:
    """Say whether a push to the branch `wanted` starts the workflow."""
    listed = [
        item
        for path, value in values.items()
        if path[:3] in (("on", "push", kind), ("true", "push", kind))
        for item in _listed(value)
    ]
    if not listed:
        return not _has(values, "tags")
    return any(fnmatchcase(wanted, pattern.replace("**", "*")) for pattern in listed)


def _listed(value: str) -> list[str]:
    """Return the items of a scalar or of a list written in brackets."""
    inner = value.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1]
    return [item.strip().strip("'\"") for item in inner.split(",") if item.strip()]
