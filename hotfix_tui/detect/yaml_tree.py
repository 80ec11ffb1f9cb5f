"""A YAML file as nested tables and lists whose texts know their line; built on `yaml_lines`, nothing is evaluated.

Flow collections, anchors and merge keys are supported as far as pipeline files use them.
"""

import re
from collections.abc import Mapping
from typing import Any

from hotfix_tui.detect.yaml_lines import nodes

_MOST_NODES = 20_000


class Text(str):
    """A scalar with the line that it begins on."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, value: str, line: int = 0) -> "Text":
        made = super().__new__(cls, value)
        made.line = line
        return made


def load(text: str) -> dict[str, object]:
    """Return the file as a table; an empty one if it is not. Values are tables, lists, `Text` or None."""
    root: dict[object, object] = {}
    anchors: dict[str, tuple[object, ...]] = {}
    for count, (path, value, line) in enumerate(nodes(text)):
        if count > _MOST_NODES:
            break
        keys = tuple(path)
        if value is not None and (match := re.match(r"&([\w.-]+)\s*", value)):
            anchors[match[1]] = keys
            value = value[match.end() :] or None
        _put(root, keys, value, line)
    made = _listed(root)
    table = made if isinstance(made, dict) else {}
    merged = _merged(table, table, anchors, 0)
    return merged if isinstance(merged, dict) else {}


def at(tree: object, *keys: object) -> object:
    """Return the value below keys, or None."""
    for key in keys:
        if isinstance(tree, dict):
            tree = tree.get(key)
        elif isinstance(tree, list) and isinstance(key, int) and key < len(tree):
            tree = tree[key]
        else:
            return None
    return tree


def table(value: object) -> dict[str, Any]:
    """Return the value if it is a table, otherwise an empty one."""
    return value if isinstance(value, dict) else {}


def texts(value: object) -> list[Text]:
    """Return a text or a list of texts as a list of texts."""
    if isinstance(value, str):
        return [value if isinstance(value, Text) else Text(value)]
    if isinstance(value, list):
        return [text for item in value[:500] for text in texts(item)]
    return []


def _put(root: dict[object, object], keys: tuple[object, ...], value: str | None, line: int) -> None:
    """Store a value at its path; a plain text that continues becomes one text of several lines."""
    place = root
    for key in keys[:-1]:
        inner = place.get(key)
        if not isinstance(inner, dict):
            inner = place[key] = {}
        place = inner
    if not keys:
        return
    old = place.get(keys[-1])
    if value is None:
        place.setdefault(keys[-1], None)
    elif isinstance(old, Text):
        place[keys[-1]] = Text(f"{old} {value}", old.line)
    elif not isinstance(old, dict):
        place[keys[-1]] = _flow(value, line)


def _listed(value: object) -> object:
    """Return tables with numeric keys as lists."""
    if not isinstance(value, dict) or isinstance(value, _Flow):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_listed(value[key]) for key in sorted(value)]
    return {str(key): _listed(inner) for key, inner in value.items()}


def _merged(
    value: object, root: Mapping[str, object], anchors: dict[str, tuple[object, ...]], depth: int
) -> object:
    """Return the value with aliases and merge keys resolved."""
    if depth > 20:
        return value
    if isinstance(value, Text) and (match := re.fullmatch(r"\*([\w.-]+)", value)) and match[1] in anchors:
        target = at(root, *anchors[match[1]])
        return target if target is not value else value
    if isinstance(value, list):
        return [_merged(item, root, anchors, depth + 1) for item in value]
    if isinstance(value, dict):
        out: dict[str, object] = {}
        merge = value.get("<<")
        for alias in merge if isinstance(merge, list) else [merge]:
            out |= table(_merged(alias, root, anchors, depth + 1))
        return out | {
            key: _merged(item, root, anchors, depth + 1) for key, item in value.items() if key != "<<"
        }
    return value


class _Flow(dict[str, object]):
    """A table that was written in braces."""


def _flow(value: str, line: int) -> object:
    """Return a flow collection as a list or table; any other text as it is."""
    stripped = value.strip()
    if len(stripped) < 2 or stripped[0] + stripped[-1] not in ("[]", "{}") or stripped.startswith("{{"):
        return Text(value, line)
    if stripped[0] == "[":
        return [_flow(_bare(item), line) for item in _parts(stripped[1:-1])]
    made = _Flow()
    for item in _parts(stripped[1:-1]):
        key, colon, rest = item.partition(":")
        made[_bare(key)] = _flow(_bare(rest), line) if colon and rest.strip() else None
    return made


def _bare(word: str) -> str:
    word = word.strip()
    return word[1:-1] if len(word) >= 2 and word[0] == word[-1] and word[0] in "'\"" else word


def _parts(inner: str) -> list[str]:
    """Return the parts separated by commas at the outermost level."""
    out, depth, quote, start = [], 0, "", 0
    for place, char in enumerate(inner):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "[{(":
            depth += 1
        elif char in "]})":
            depth -= 1
        elif char == "," and depth == 0:
            out.append(inner[start:place])
            start = place + 1
    out.append(inner[start:])
    return [part for part in out if part.strip()]
