"""What a person reads before trusting a configuration: everything in it that can run or connect, and where.

Commands come first, with their folder, their variables and their interpreter. Then every other value set in the
file: addresses that are queried, what is sent there, paths, names and limits. Nothing is left out, since the whole
table is what is trusted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hotfix_tui.config import trust
from hotfix_tui.config.model import ConfigCommand

if TYPE_CHECKING:
    from hotfix_tui.config.model import Config

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
_ALWAYS = ("url", "token")
"""Fields whose built-in value takes effect once the table around them exists."""


@dataclass(frozen=True)
class TrustRow:
    """One value: its key's path, the value as text for a terminal, and remarks, one clause each."""

    name: str
    text: str
    notes: tuple[str, ...] = ()


def commands(config: Config, root: str) -> list[TrustRow]:
    """Return every command, with its folder, its variables and their values, and the repository script it starts."""
    return [_command(line, root) for line in trust.commands_of(config, root)]


def settings(config: Config) -> list[TrustRow]:
    """Return every other value that the configuration sets."""
    return [
        TrustRow(trust.escaped(name), _shown(value), _sent(value))
        for name, value in _leaves(config, "", False)
    ]


def lines(config: Config, root: str, width: int = 22, more: Sequence[TrustRow] = ()) -> list[str]:
    """Return the whole page, line by line, control characters visible, with a headline before the second part.

    `more` are commands that the configuration implies without spelling them out: those of its platform.
    """
    out = [_line(row, width) for row in (*commands(config, root), *more)]
    others = settings(config)
    if out and others:
        out += ["", "With these settings:"]
    return out + [_line(row, width) for row in others]


def _line(row: TrustRow, width: int) -> str:
    return f"  {row.name:{width}} {row.text}" + (f"   ({'; '.join(row.notes)})" if row.notes else "")


def _command(line: trust.CommandLine, root: str) -> TrustRow:
    notes = []
    if line.cwd not in ("", "."):
        top, place = os.path.realpath(root), os.path.realpath(os.path.join(root, line.cwd))
        leads = "" if place == top or place.startswith(top + os.sep) else f", which leads to {place}"
        notes.append(trust.escaped(f"in {line.cwd}{leads}"))
    if line.env:
        pairs = " ".join(f"{name}={trust.visible(value)}" for name, value in sorted(line.variables.items()))
        notes.append(f"with {pairs}")
    if line.shell:
        notes.append("read by a shell")
    if line.script:
        notes.append(f"starts {trust.escaped(line.script)} of this repository")
    return TrustRow(trust.escaped(line.name), line.shown(), tuple(notes))


def _leaves(value: object, name: str, given: bool) -> Iterator[tuple[str, object]]:
    """Yield every value that is set below `value`, except commands; with `given`, also defaults in effect there."""
    import msgspec

    if isinstance(value, ConfigCommand):
        return
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            inner = getattr(value, field.name)
            acts = given and field.encode_name in _ALWAYS and inner
            if _is_default(inner, field) and not acts:
                continue
            path = f"{name}.{field.encode_name}" if name else field.encode_name
            yield from _leaves(inner, path, bool(name) or field.encode_name not in ("git", "deploy"))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{name}.{key}", True)
    elif isinstance(value, list) and any(isinstance(item, msgspec.Struct | dict | list) for item in value):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{name}[{number}]", True)
    else:
        yield name, value


def _is_default(value: object, field: Any) -> bool:
    import msgspec

    if field.default is not msgspec.NODEFAULT:
        return bool(value == field.default)
    return field.default_factory is not msgspec.NODEFAULT and bool(value == field.default_factory())


def _shown(value: object) -> str:
    """Return a value on one line."""
    if isinstance(value, list):
        return " ".join(trust.visible(str(item)) for item in value) or "(none)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g} s"
    return trust.escaped(str(value)) or "(empty)"


def _sent(value: object) -> tuple[str, ...]:
    """Return which environment variables are substituted for their names."""
    variables = dict.fromkeys(match[1] or match[2] for match in _VARIABLE.finditer(str(value)))
    return (f"the value of {', '.join(variables)} is sent",) if variables else ()
