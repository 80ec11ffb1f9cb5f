"""Access to the files of a repository: names, texts and tables, each read once and never more than 1 MB of it."""

import fnmatch
import json
import os
import re
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from hotfix_tui.base.long_keys import has_long_key

T = TypeVar("T")

_LARGEST = 1_000_000
_LONGEST_LINE = 5_000
_DATA = (".json", ".toml", ".lock", ".jsonc", ".json5")
"""Files that may be one long line: they are parsed, not searched line by line."""
_MOST_JSON = 200_000
_MOST_LINES = 10_000
_JSON_NOISE = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


class Tree:
    """The files below ``root``. Anything missing, unreadable or broken reads as empty.

    So does a link that leads outside of ``top``, the repository: a clone can bring a link to anything, and what is
    read here may end up in a text that leaves the machine.
    """

    def __init__(self, root: str, top: str = "") -> None:
        self.root = root
        self.top = os.path.realpath(top or root)
        self._names: dict[str, list[str]] = {}
        self._texts: dict[str, str] = {}
        self._tables: dict[str, dict[str, object]] = {}
        self._made: dict[str, object] = {}

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return a value derived from the files, computed at the first call and cached under its name."""
        if name not in self._made:
            self._made[name] = make()
        return cast("T", self._made[name])

    def below(self, folder: str) -> "Tree":
        """Return the files below a folder of this tree."""
        return Tree(os.path.join(self.root, folder), self.top)

    def names(self, folder: str = "") -> list[str]:
        """Return the names in a folder, sorted."""
        if folder not in self._names:
            try:
                self._names[folder] = sorted(os.listdir(os.path.join(self.root, folder)))
            except OSError:
                self._names[folder] = []
        return self._names[folder]

    def has(self, path: str) -> bool:
        """Return whether there is a file or folder at the path, a folder when it ends with ``/``."""
        full = os.path.join(self.root, path)
        return os.path.isdir(full) if path.endswith("/") else os.path.exists(full)

    def runnable(self, path: str) -> bool:
        """Return whether there is an executable file at the path."""
        full = os.path.join(self.root, path)
        return os.path.isfile(full) and os.access(full, os.X_OK)

    def first(self, pattern: str) -> str:
        """Return the first file that matches: a path whose last part may have wildcards; empty if there is none."""
        folder, _, name = pattern.rpartition("/")
        if not any(char in name for char in "*?["):
            return pattern if self.has(pattern) else ""
        matching = fnmatch.filter(self.names(folder), name)
        return f"{folder}/{matching[0]}".lstrip("/") if matching else ""

    def folders(self, folder: str = "") -> list[str]:
        """Return the folders in a folder, except hidden ones and those with third-party code."""
        skip = ("node_modules", "vendor", "dist", "build", "target", "venv", "__pycache__")
        inside = [f"{folder}/{name}".lstrip("/") for name in self.names(folder)[:200] if name not in skip]
        return [
            path for path in inside if not os.path.basename(path).startswith(".") and self.has(path + "/")
        ]

    def text(self, path: str) -> str:
        """Return a file's text; bytes that are not UTF-8 are replaced."""
        if path not in self._texts:
            text = _read(Path(self.root, path)) if self._is_inside(path) else ""
            self._texts[path] = text if path.endswith(_DATA) else _shortened(text)
        return self._texts[path]

    def _is_inside(self, path: str) -> bool:
        real = os.path.realpath(os.path.join(self.root, path))
        return real.startswith(self.top.rstrip(os.sep) + os.sep)

    def lines(self, path: str) -> list[str]:
        """Return the first lines of a file's text, more than any file that people write."""
        return self.text(path).split("\n", _MOST_LINES)[:_MOST_LINES]

    def table(self, path: str) -> dict[str, object]:
        """Return a TOML file, or a JSON file with or without comments, as a table."""
        if path not in self._tables:
            text = self.text(path)
            self._tables[path] = (parse_toml(text) if path.endswith(".toml") else parse_json(text)) or {}
        return self._tables[path]

    def value(self, path: str, key: str) -> object:
        """Return the value below a dotted key of a TOML or JSON file, or None."""
        content: object = self.table(path)
        for part in key.split("."):
            content = content.get(part) if isinstance(content, dict) else None
        return content


def _shortened(text: str) -> str:
    """Return a text with overlong lines truncated: line patterns may take time quadratic in their length."""
    if len(text) <= _LONGEST_LINE or max(map(len, text.split("\n"))) <= _LONGEST_LINE:
        return text
    return "\n".join(line[:_LONGEST_LINE] for line in text.split("\n"))


def _read(path: Path) -> str:
    """Return the text of a regular file; anything else reads as empty."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return ""
    with os.fdopen(handle, "rb") as file:
        try:
            return (file.read(_LARGEST) or b"").decode("utf-8-sig", errors="replace")
        except OSError:
            return ""


def parse_toml(text: str) -> dict[str, object] | None:
    """Return TOML as a table; None if it is broken."""
    try:
        return None if has_long_key(text) else tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def parse_json(text: str) -> dict[str, object] | None:
    """Return JSON, with comments and trailing commas, as a table; None if it is broken or not a table."""
    for candidate in (text, _JSON_NOISE.sub(lambda match: match[1] or "", text[:_MOST_JSON])):
        try:
            parsed = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        return parsed if isinstance(parsed, dict) else None
    return None


def holder(tree: Tree, files: list[str], *manifests: str) -> str | None:
    """Return the nearest folder above all the files that has one of the manifests (the root is an empty text), or
    None.
    """
    shared = files[0].split("/")[:-1]
    for name in files[1:]:
        parts = name.split("/")[:-1]
        shared = shared[
            : next(
                (at for at, (first, two) in enumerate(zip(shared, parts)) if first != two),
                min(len(shared), len(parts)),
            )
        ]
    while True:
        folder = "/".join(shared)
        if any(tree.first(f"{folder}/{name}".lstrip("/")) for name in manifests):
            return folder
        if not shared:
            return None
        shared.pop()
