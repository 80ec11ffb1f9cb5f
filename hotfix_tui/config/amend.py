"""Writing a platform and its values, or several deploy targets, into an existing configuration file.

The rest of the file stays unchanged to the byte.

Apart from the choice of a platform, which decides what is written: only this room knows how the file is spelled, and
it keeps the comments of the team.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hotfix_tui.config.read import ConfigError

Table = dict[str, Any]
"""A table of the file as its parser gives it; what may stand in it is checked where it is used."""

_HEADER = re.compile(r"\s*\[")


def table_with(table: Table, platform: str, settings: dict[str, str], target: str = "") -> Table:
    """Return the configuration's table with this platform; the values are merged into those of the same platform.

    `target` names the deploy target they belong to.
    """
    out = deepcopy(table)
    deploy = out.setdefault("deploy", {})
    if target:
        deploy = deploy.setdefault("targets", {}).setdefault(target, {})
    before = deploy.get("settings", {}) if deploy.get("platform") == platform else {}
    deploy["platform"] = platform
    both = {**before, **settings}
    if both or "settings" in deploy:
        deploy["settings"] = both
    return out


def text_with(text: str, platform: str, settings: dict[str, str], prefix: str = "", target: str = "") -> str:
    """Return the file's text with what `table_with` adds; `prefix` is the path of the table in another project's
    file.

    Raises ConfigError if the file is written in a way that this cannot edit.
    """
    lines = text.splitlines()
    place = f"deploy.targets.{target}" if target else "deploy"
    head = f"{prefix}{place}"
    before = _at(tomllib.loads(text), prefix)
    wanted = table_with(before, platform, settings, target)
    _put(lines, head, {"platform": platform})
    values = _at(wanted, place).get("settings")
    if values is not None:
        for name in _at(before, place).get("settings", {}).keys() - values.keys():
            _drop(lines, f"{head}.settings", name)
        _put(lines, f"{head}.settings", values)
    shown = [
        f'platform = "{platform}"',
        *(f"settings.{name} = {_text(setting)}" for name, setting in settings.items()),
    ]
    return _as_wanted(lines, prefix, wanted, f"write below [{head}]: {'; '.join(shown)}")


def targets_in(table: Table, new: Mapping[str, Mapping[str, str]]) -> Table:
    """Return the configuration's table with these targets, each a table of texts; existing ones stay."""
    out = deepcopy(table)
    targets = out.setdefault("deploy", {}).setdefault("targets", {})
    for name, target in new.items():
        targets.setdefault(name, dict(target))
    return out


def text_with_targets(text: str, new: Mapping[str, Mapping[str, str]], prefix: str = "") -> str:
    """Return the file's text with what `targets_in` adds. Raises ConfigError if this cannot edit the file."""
    lines = text.splitlines()
    before = _at(tomllib.loads(text), prefix)
    wanted = targets_in(before, new)
    for name in [name for name in new if name not in _at(before, "deploy.targets")]:
        _put(lines, f"{prefix}deploy.targets.{name}", dict(new[name]))
    heads = ", ".join(f"[{prefix}deploy.targets.{name}]" for name in new)
    return _as_wanted(lines, prefix, wanted, f"write {heads}")


def _as_wanted(lines: list[str], prefix: str, wanted: Table, cure: str) -> str:
    """Return the lines as a file's text, provided they parse to what is wanted. Raises ConfigError."""
    made = "\n".join(lines) + "\n"
    try:
        if _at(tomllib.loads(made), prefix) == wanted:
            return made
    except ValueError:
        pass
    raise ConfigError([f"the file is written in a way that is not changed here; {cure}"])


def _at(table: Table, prefix: str) -> Table:
    for part in filter(None, prefix.split(".")):
        table = table.get(part, {})
    return table


def _put(lines: list[str], head: str, values: dict[str, str]) -> None:
    """Set `values` in the table called `head`, which is appended if it does not exist."""
    begin, end = _bounds(lines, head)
    if begin is None:
        lines += [*([""] if lines and lines[-1].strip() else []), f"[{head}]"]
        begin = end = len(lines)
    for name, value in values.items():
        line = f"{name} = {_text(value)}"
        place = _place(lines, begin, end, name)
        if place is None:
            lines.insert(begin, line)
            begin, end = begin + 1, end + 1
        else:
            lines[place] = line + _comment(lines[place])


def _drop(lines: list[str], head: str, name: str) -> None:
    begin, end = _bounds(lines, head)
    place = _place(lines, begin, end, name) if begin is not None else None
    if place is not None:
        del lines[place]


def _bounds(lines: list[str], head: str) -> tuple[int | None, int]:
    """Return the first line after a table's header, and the line of the next header."""
    wanted = re.compile(rf"\s*\[\s*{re.escape(head)}\s*\]\s*(?:#.*)?")
    begin = next((place + 1 for place, line in enumerate(lines) if wanted.fullmatch(line)), None)
    if begin is None:
        return None, len(lines)
    return begin, next((p for p in range(begin, len(lines)) if _HEADER.match(lines[p])), len(lines))


def _place(lines: list[str], begin: int, end: int, name: str) -> int | None:
    key = re.compile(rf"\s*{re.escape(name)}\s*=")
    return next((place for place in range(begin, end) if key.match(lines[place])), None)


def _comment(line: str) -> str:
    """Return the comment after a quoted text, including the whitespace before it."""
    comment_match = re.fullmatch(r"""[^=]*=\s*(?:"[^"\\]*"|'[^']*')(\s*#.*)""", line)
    return comment_match[1] if comment_match else ""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
