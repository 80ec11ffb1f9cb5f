"""The scalars of a YAML file, read line by line.

Workflow files are plain block YAML; this reads mappings, sequences, quoted and block scalars. Anchors, tags, flow
collections and multiple documents are not interpreted: their text is returned as it is. Nothing is evaluated, and a
line that makes no sense is skipped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LINES = 5_000
"""At most this many lines of a file are read."""

Path = tuple[str | int, ...]

_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#\[\]{},&*!|>'"%@`-](?:[^:#]|:(?=[^\s:]))*?|-?[^\s:#-](?:[^:#]|:(?=[^\s:]))*?)\s*:(?=\s|$)"""
)
_DEEPEST = 120
"""Maximum indentation of a line in columns; nobody nests deeper."""

_BLOCK = re.compile(r"[|>][+-]?[0-9]?[+-]?\s*(?:#.*)?$")


@dataclass
class _Level:
    """One open collection: its indentation, the key or number being filled, and whether it is a list."""

    indent: int
    key: str | int
    is_list: bool


def scalars(text: str) -> Iterator[tuple[Path, str]]:
    """Yield the scalars with their paths: ``("jobs", "test", "steps", 0, "run")`` and the text."""
    for path, value, _ in nodes(text):
        if value is not None:
            yield path, value


def nodes(text: str) -> Iterator[tuple[Path, str | None, int]]:
    """Yield the keys and scalars with their paths and line numbers (from 1); a key without a value on its line has
    None.
    """
    levels: list[_Level] = []
    lines = [line.rstrip("\r").replace("\t", "    ") for line in text.split("\n", MOST_LINES)[:MOST_LINES]]
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        body = line.strip() if len(line) <= 2000 else ""
        if not body or body.startswith(("#", "---", "...", "%")):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if indent > _DEEPEST:
            continue
        while body == "-" or body.startswith("- "):
            _enter(levels, indent, True)
            rest = body[1:].lstrip(" ")
            indent += len(body) - len(rest)
            body = rest
        match = _KEY.match(body)
        if match:
            _enter(levels, indent, False, _unquoted(match[1]))
            body = body[match.end() :].strip()
        start = number
        if _BLOCK.match(body):
            base = levels[-1].indent if levels else -1
            block, number = _block(lines, number, base, folded=body[0] == ">")
            yield _path(levels), block, start + 1
        elif body and not body.startswith("#"):
            body = _without_comment(body)
            if body[0] in "[{":
                body, number = _flow(lines, number, body)
            yield _path(levels), _unquoted(body), start
        elif levels:
            yield _path(levels), None, start


def _enter(levels: list[_Level], indent: int, is_list: bool, key: str = "") -> None:
    """Close what ends at this indentation and open or continue the collection there."""
    while levels and (
        levels[-1].indent > indent or (levels[-1].indent == indent and levels[-1].is_list and not is_list)
    ):
        levels.pop()
    same = bool(levels) and levels[-1].indent == indent and levels[-1].is_list == is_list
    if not same:
        levels.append(_Level(indent, -1, is_list))
    level = levels[-1]
    level.key = level.key + 1 if isinstance(level.key, int) and is_list else key


def _path(levels: list[_Level]) -> Path:
    """Return the path of the value being filled."""
    return tuple(level.key for level in levels)


def _block(lines: list[str], start: int, base: int, folded: bool) -> tuple[str, int]:
    """Return the text of a block scalar and the number of the line after it."""
    taken: list[str] = []
    number = start
    while number < len(lines):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= base:
            break
        taken.append(line)
        number += 1
    margin = min((len(line) - len(line.lstrip(" ")) for line in taken if line.strip()), default=0)
    stripped = [line[margin:].rstrip() for line in taken]
    return (" " if folded else "\n").join(stripped).strip(), number


def _flow(lines: list[str], start: int, body: str) -> tuple[str, int]:
    """Return a bracketed collection up to its closing bracket, possibly lines below, and the next line's number."""
    number = start
    while body.count("[") + body.count("{") > body.count("]") + body.count("}"):
        if number >= len(lines) or number - start > 100:
            break
        rest = lines[number].strip()
        body += " " + (_without_comment(rest) if rest and not rest.startswith("#") else "")
        number += 1
    return body, number


def _without_comment(body: str) -> str:
    """Return a plain scalar without a trailing comment; a quoted one ends at its quote."""
    if body[0] in "'\"":
        end = re.match(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""", body)
        return end[0] if end else body
    return re.split(r"\s+#", body, maxsplit=1)[0].rstrip()


def _unquoted(word: str) -> str:
    """Return a scalar without its quotes."""
    if len(word) >= 2 and word[0] == word[-1] == "'":
        return word[1:-1].replace("''", "'")
    if len(word) >= 2 and word[0] == word[-1] == '"':
        return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), word[1:-1])
    return word
