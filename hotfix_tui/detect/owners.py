"""Who owns a changed file, by CODEOWNERS as GitHub, GitLab and Gitea read it: the last matching rule counts.

Apart from the team's other rules: CODEOWNERS has a grammar of its own, in a dialect for each forge.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from hotfix_tui.detect.tree import Tree

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitea/CODEOWNERS")
_SECTION = re.compile(r"(?P<optional>\^)?\[(?P<name>[^\]]{1,200})\](?:\[\d+\])?\s*(?P<owners>.*)")
_MOST_WILDCARDS = 8


class Owners(NamedTuple):
    """The owners of some files, in the order in which they are named, and the file that says so."""

    names: tuple[str, ...] = ()
    place: str = ""


def owners(tree: Tree, paths: Iterable[str]) -> Owners:
    """Return the owners of `paths`; empty if nobody owns them, or there is no CODEOWNERS."""
    place = next((path for path in _PLACES if tree.has(path)), "")
    if not place:
        return Owners()
    sections = _sections(tree.lines(place))
    named: dict[str, None] = {}
    for path in paths:
        for rules in sections:
            named.update(dict.fromkeys(_of(rules, path)))
    return Owners(tuple(named), place)


_Rule = tuple[str, tuple[str, ...]]


def _sections(lines: list[str]) -> list[list[_Rule]]:
    """Return the rules of each section; a file without sections is one."""
    out: list[list[_Rule]] = [[]]
    default: tuple[str, ...] = ()
    for raw in lines:
        text = re.sub(r"(?<!\\)(?:^|\s)#.*", "", raw).strip()
        if not text:
            continue
        if (section := _SECTION.fullmatch(text)) and not text.startswith("[a-z"):
            out.append([])
            default = tuple(section["owners"].split())
            continue
        pattern, *names = re.split(r"(?<!\\)\s+", text)
        out[-1].append((pattern.replace("\\ ", " "), tuple(names) or default))
    return out


def _of(rules: list[_Rule], path: str) -> tuple[str, ...]:
    for pattern, names in reversed(rules):
        if pattern.startswith("!"):
            if _fits(pattern[1:], path):
                return ()
        elif _fits(pattern, path):
            return names
    return ()


def _fits(pattern: str, path: str) -> bool:
    made = _compiled(pattern)
    return made is not None and made.fullmatch(path[:400]) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> "re.Pattern[str] | None":
    """Return a compiled CODEOWNERS pattern: as in .gitignore, a name without a slash matches in every folder."""
    bare = pattern.strip("/")
    if not bare or pattern.count("*") > _MOST_WILDCARDS or len(pattern) > 400:
        return None
    anchored = pattern.startswith("/") or "/" in bare
    parts = re.split(r"(\*\*/|/\*\*|\*\*|\*|\?)", bare)
    known = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = "".join(known.get(part, re.escape(part)) for part in parts)
    inside = "" if bare.endswith(("/*", "/**")) else "(?:/.*)?"
    below = "/.*" if pattern.endswith("/") else inside
    return re.compile(("" if anchored else "(?:.*/)?") + body + below)
