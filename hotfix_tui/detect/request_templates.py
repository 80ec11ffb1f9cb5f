"""The team's pull request template: where forges look for it, and which one if there are several.

Apart from the team's other rules: it only finds the text, and asks for nothing.
"""

import re
from typing import NamedTuple

from hotfix_tui.detect.tree import Tree

_FOLDERS = ("", ".github", "docs", ".gitlab", ".azuredevops", ".gitea", ".forgejo")
_ONE = re.compile(r"(?:pull|merge)_request_template(?:\.(?:md|markdown|txt))?", re.IGNORECASE)
_SEVERAL = re.compile(r"(?:pull_request_template|merge_request_templates)", re.IGNORECASE)
_OURS = ("hotfix", "bugfix", "bug_fix", "bug-fix", "fix", "bug", "default")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_LARGEST = 40_000


class Template(NamedTuple):
    """A template's path and text; `others` are the alternatives if none of them is meant for a fix."""

    place: str = ""
    text: str = ""
    others: tuple[str, ...] = ()


NONE = "none"
"""Chooses none of several templates."""


def request_template(tree: Tree, chosen: str = "") -> Template:
    """Return the template for a fix: the only one, or the one whose name says so; otherwise just their names.

    `chosen` is the path or the name of one of several, or `NONE`; a value that matches none of them chooses nothing.
    """
    several: list[str] = []
    for folder in _FOLDERS:
        for name in tree.names(folder)[:500]:
            path = f"{folder}/{name}".lstrip("/")
            if _ONE.fullmatch(name) and not tree.has(path + "/"):
                return Template(path, _text(tree, path))
            if _SEVERAL.fullmatch(name) and tree.has(path + "/"):
                several += [
                    f"{path}/{entry}" for entry in tree.names(path) if entry.lower().endswith((".md", ".txt"))
                ]
    wanted = chosen.strip().lower()
    if several and wanted == NONE:
        return Template()
    for path in several:
        if wanted in (path.lower(), (name := path.lower().rpartition("/")[2]), name.rpartition(".")[0]):
            return Template(path, _text(tree, path))
    if len(several) == 1:
        return Template(several[0], _text(tree, several[0]))
    for ours in _OURS:
        for path in several:
            if path.rpartition("/")[2].rpartition(".")[0].lower() == ours:
                return Template(path, _text(tree, path))
    return Template(others=tuple(several[:20]))


def _text(tree: Tree, path: str) -> str:
    return _FRONT.sub("", tree.text(path)[:_LARGEST].replace("\r\n", "\n")).strip()
