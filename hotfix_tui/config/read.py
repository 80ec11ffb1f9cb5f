"""From a plain table to the configuration's types, with one sentence for each error.

The types are inspected through ``msgspec.inspect``; reading continues after an error, so that all errors are
reported at once.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import inspect as types

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.config import check as checks
from hotfix_tui.config.model import (
    Channel,
    ChecklistItem,
    Config,
    ConfigCommand,
    DeployConfig,
    Metric,
    Smoke,
)
from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.model.severity import LEVELS

MOST_PROBLEMS = 25
"""At most this many errors are reported; a file with more was not meant for us."""

_BAD: object = object()
_KEYS = {"severities": LEVELS, "stages": STAGES}

_WAYS_BACK = ("previous", "revert", "deploy-revert", "go-on", "flag")
"""The built-in ways back, as the command line names them."""


class ConfigError(HotfixError):
    """An unusable configuration. ``problems``: one sentence each, with the key's path."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@cache
def shape() -> types.StructType:
    """Return the configuration's type tree."""
    kind = types.type_info(Config)
    assert isinstance(kind, types.StructType)
    return kind


@cache
def _elsewhere() -> dict[str, str]:
    """Return where each key of the first and second level belongs: ``test`` gives ``commands.test``."""
    places: dict[str, str] = {}
    for section in shape().fields:
        inner = section.type.item_type if isinstance(section.type, types.ListType) else section.type
        if isinstance(inner, types.StructType):
            for field in inner.fields:
                places.setdefault(field.encode_name, f"{section.encode_name}.{field.encode_name}")
        places[section.encode_name] = section.encode_name
    return places


def key_path(path: str, key: str) -> str:
    """Return the path of a key below ``path``; a key that is not a bare word is quoted and made visible."""
    bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    word = key[:60] if bare else checks.shown(key)
    return f"{path}.{word}" if path else word


class Reader:
    """Reads one table; errors are collected in ``problems``."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def fault(self, path: str, sentence: str) -> object:
        """Record an error and return the marker for a value that could not be read."""
        self.problems.append(f"{path}: {sentence}.".replace("?.", "?"))
        return _BAD

    def read(self, value: object, kind: types.Type, path: str) -> Any:
        """Read a value of the given type; returns the marker ``_BAD`` after an error."""
        if isinstance(kind, types.Metadata):
            return self.checked(value, kind, path)
        if isinstance(kind, types.UnionType):
            return self.read(value, _option(kind, value), path)
        if isinstance(kind, types.StructType):
            return self.struct(value, kind, path)
        if isinstance(kind, types.ListType):
            return self.items(value, kind, path)
        if isinstance(kind, types.DictType):
            return self.mapping(value, kind, path)
        if isinstance(kind, types.AnyType):
            return self.json(value, path)
        if isinstance(kind, types.BoolType):
            return (
                value
                if isinstance(value, bool)
                else self.fault(path, f"expected true or false, found {checks.shown(value)}")
            )
        if isinstance(kind, types.LiteralType):
            known = [str(word) for word in kind.values if word]
            return value if value in kind.values else self.fault(path, checks.choices(value, known))
        try:
            return checks.text(value)
        except ValueError as error:
            return self.fault(path, str(error))

    def checked(self, value: object, kind: types.Metadata, path: str) -> object:
        """Read a value that has its own rule."""
        rule = (kind.extra or {}).get("check", "")
        if rule in checks.SCALARS:
            try:
                return checks.SCALARS[rule](value)
            except ValueError as error:
                return self.fault(path, str(error))
        if rule in _KEYS and isinstance(value, dict):
            unknown = {key: None for key in value if key not in _KEYS[rule]}
            for key in unknown:
                self.fault(key_path(path, key), checks.choices(key, list(_KEYS[rule])))
            value = {key: item for key, item in value.items() if key not in unknown}
        content = self.read(value, kind.type, path)
        if rule in checks.TABLES and content is not _BAD:
            try:
                return checks.TABLES[rule](content)
            except ValueError as error:
                return self.fault(path, str(error))
        return content

    def items(self, value: object, kind: types.ListType, path: str) -> object:
        """Read a list; names and ids of tables in a list must be unique."""
        if not isinstance(value, list):
            return self.fault(path, f"expected {_described(kind)}, found {checks.shown(value)}")
        contents = [self.read(item, kind.item_type, f"{path}[{number}]") for number, item in enumerate(value)]
        seen: set[str] = set()
        for number, item in enumerate(contents):
            name = (
                getattr(item, "id", None) if isinstance(item, ChecklistItem) else getattr(item, "name", None)
            )
            if name is not None and name in seen:
                self.fault(f"{path}[{number}]", f"the name {checks.shown(name)} is used twice")
            seen.add(name or "")
        return _BAD if any(item is _BAD for item in contents) else contents

    def mapping(self, value: object, kind: types.DictType, path: str) -> object:
        """Read a table with free keys."""
        if not isinstance(value, dict):
            return self.fault(path, f"expected a table, found {checks.shown(value)}")
        contents = {}
        for key, item in value.items():
            place = key_path(path, key)
            name = self.read(key, kind.key_type, place)
            content = self.read(item, kind.value_type, place)
            if name is not _BAD:
                contents[name] = content
        return _BAD if any(item is _BAD for item in contents.values()) else contents

    def json(self, value: object, path: str) -> object:
        """Accept any value that JSON can hold; a TOML date is not one."""
        if isinstance(value, dict):
            faults = [self.json(item, key_path(path, key)) is _BAD for key, item in value.items()]
        elif isinstance(value, list):
            faults = [self.json(item, f"{path}[{number}]") is _BAD for number, item in enumerate(value)]
        else:
            finite = not isinstance(value, float) or abs(value) < float("inf")
            if isinstance(value, str | int | float) and finite:
                return value
            return self.fault(path, f"expected a value that JSON can hold, found {checks.shown(value)}")
        return _BAD if any(faults) else value

    def struct(self, value: object, kind: types.StructType, path: str) -> object:
        """Read a table with known keys."""
        if kind.cls is ConfigCommand and isinstance(value, str | list):
            value = {"run": value}
        elif kind.cls is Channel and isinstance(value, str | list):
            value = {"targets": [value] if isinstance(value, str) else value}
        if not isinstance(value, dict):
            wanted = "a command (a text, a list or a table)" if kind.cls is ConfigCommand else "a table"
            return self.fault(path, f"expected {wanted}, found {checks.shown(value)}")
        if kind.cls is ConfigCommand:
            value = self.run(value, path)
        fields = {field.encode_name: field for field in kind.fields}
        before = len(self.problems)
        for key in value:
            if key not in fields:
                self.unknown(key, list(fields), path)
        values = {}
        for name, field in fields.items():
            if name in value:
                values[field.name] = self.read(value[name], field.type, key_path(path, name))
            elif field.required and value.get(name) is not _BAD:
                self.fault(path, f"{name} is missing")
        if len(self.problems) > before or _BAD in values.values():
            return _BAD
        made: object = kind.cls(**values)
        return self.together(made, path)

    def run(self, value: dict[str, object], path: str) -> dict[str, object]:
        """Read the command line of a command's table: a list, a text to be split, or a text for a shell."""
        run, shell = value.get("run"), value.get("shell", False)
        if run is None:
            return value
        place = path if set(value) == {"run"} else key_path(path, "run")
        try:
            if isinstance(run, str):
                return {
                    **value,
                    "run": checks.shell_text(run) if shell is True else checks.argv(checks.split(run)),
                }
            if not isinstance(run, list) or not all(isinstance(item, str) for item in run):
                raise ValueError(f"expected a command (a text or a list of texts), found {checks.shown(run)}")
            if shell is True:
                raise ValueError("expected one text, since shell = true")
            return {**value, "run": checks.argv(run)}
        except ValueError as error:
            self.fault(place, str(error))
            return {**value, "run": "true"}

    def unknown(self, key: str, known: list[str], path: str) -> None:
        """Record an unknown key with the nearest name, here or where the key belongs."""
        word = key[:60].replace("_", "-")
        near = word if word in known else ""
        home = "" if near else _elsewhere().get(word, "")
        near = near or home or (checks.nearest(word, known) if len(self.problems) < MOST_PROBLEMS else "")
        if near and near != home:
            near = key_path(path.split("[")[0] if "[" in path else path, near)
        hint = f"did you mean {near}?" if near else f"known here: {', '.join(known)}"
        self.fault(key_path(path, key), f"not a known key; {hint}")

    def together(self, made: object, path: str) -> object:
        """Check values that only make sense together."""
        if isinstance(made, Smoke) and made.json is not None and made.body:
            return self.fault(path, "expected json or body, found both")
        if isinstance(made, DeployConfig):
            taken = [name for name in made.rollbacks if name in _WAYS_BACK]
            for name in taken:
                self.fault(f"{path}.rollbacks.{name}", "this name is a built-in way back; choose another")
            return _BAD if taken else made
        if isinstance(made, Metric):
            sources = [made.prometheus, made.sentry, made.command, made.json_url, made.source]
            if sum(map(bool, sources)) != 1:
                alternatives = "prometheus, sentry, command, json-url and source"
                return self.fault(path, f"expected exactly one of {alternatives}")
            if made.pointer and not made.pointer.startswith("/"):
                return self.fault(f"{path}.pointer", "expected a JSON pointer such as /data/errors")
        return made


def _option(kind: types.UnionType, value: object) -> types.Type:
    """Return which of several types a value was probably meant to be, so that the error is reported for that one."""
    options = [option for option in kind.types if not isinstance(option, types.NoneType)]
    bare = [option.type if isinstance(option, types.Metadata) else option for option in options]
    wanted: tuple[type, ...] = (types.StrType, types.LiteralType, types.FloatType)
    if isinstance(value, list):
        wanted = (types.ListType,)
    elif isinstance(value, bool):
        wanted = (types.BoolType,)
    elif isinstance(value, int | float):
        wanted = (types.IntType, types.FloatType)
    elif isinstance(value, str) and "://" not in value.split(" ")[0]:
        wanted = (types.StructType, *wanted)
    for option, inner in zip(options, bare):
        if isinstance(inner, wanted) and (isinstance(value, str | list | bool | int | float)):
            return option
    return options[0]


def _described(kind: types.ListType) -> str:
    """Return a list type in words."""
    inner = kind.item_type
    return "a list of tables ([[...]])" if isinstance(inner, types.StructType) else "a list"


def from_table(table: Mapping[str, object]) -> Config:
    """Read a plain table. Raises ConfigError with one sentence per error."""
    reader = Reader()
    config = reader.read(table, shape(), "")
    problems = reader.problems
    if len(problems) > MOST_PROBLEMS:
        problems = [*problems[:MOST_PROBLEMS], f"There are {len(problems) - MOST_PROBLEMS} more problems."]
    if problems:
        raise ConfigError(problems)
    assert isinstance(config, Config)
    return config
