"""The values that a job's matrix puts into the command lines of a CI workflow.

Apart from `ci`, which reads command lines: which values a matrix has is said elsewhere in the file.
"""

import re
from collections.abc import Iterator, Mapping

from hotfix_tui.detect.yaml_lines import Path

_WHOLE = re.compile(r"\s*\$\{\{\s*matrix\.([\w-]+)\s*\}\}\s*")
_SESSION = re.compile(
    r"(?P<before>\b(?:nox|tox)\b[^\n]*?\s(?:-e|-s|--sessions?)[ =](?=[\w.-]*[A-Za-z])[\w.-]*[-_])"
    r"\$\{\{\s*matrix\.(?P<name>[\w-]+)\s*\}\}"
)
"""A session of nox, or an environment of tox, whose name a value ends."""

_WORD = re.compile(r"(?!py(?:py|thon)?[-.]?[0-9])[A-Za-z][\w.+-]*")
"""A value that is a part of a name, unlike the version of an interpreter."""

_ITEM = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,\[\]\s][^,\[\]]*")
_MOST = 24
"""So many values of a matrix become command lines."""


def filled_in(script: str, values: Mapping[Path, str], job: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a script with the values of the job's matrix: one script for each value that is the whole command, else
    one in which the first value ends the name of a session; with the parts of the matrix that have more to offer.
    """
    if whole := _WHOLE.fullmatch(script):
        given = [value for value in _values(values, job, whole[1]) if "${{" not in value][:_MOST]
        yield from ((value, ()) for value in given)
        return
    named: list[str] = []

    def ended(match: re.Match[str]) -> str:
        given = _values(values, job, match["name"])
        if not given or not all(_WORD.fullmatch(value) for value in given):
            return match[0]
        named.append(f"matrix.{match['name']}") if len(given) > 1 else None
        return match["before"] + given[0]

    yield _SESSION.sub(ended, script) if "matrix." in script else script, tuple(named)


def _values(values: Mapping[Path, str], job: Path, name: str) -> list[str]:
    """Return the values that a matrix has for a name, in their order."""
    place = (*job, "strategy", "matrix")
    listed = values.get((*place, name), "")
    if listed.startswith("["):
        return [item.strip().strip("'\"") for item in _ITEM.findall(listed)]
    own = [value for path, value in values.items() if path[:-1] == (*place, name)]
    among = [value for path, value in values.items() if path[:-2] == (*place, "include") and path[-1] == name]
    return list(dict.fromkeys(own or among))
