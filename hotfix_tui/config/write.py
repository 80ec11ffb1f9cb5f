"""From the configuration's types back to a plain table that TOML can hold.

Apart from `load`, which puts both together: it is the reverse of `read`.
"""

from typing import Any

import msgspec
from msgspec import inspect as types

from hotfix_tui.config import durations
from hotfix_tui.config.model import Config
from hotfix_tui.config.read import shape


def to_table(config: Config) -> dict[str, object]:
    """Return the plain table of a configuration, without default values; ``from_table`` reads it back."""
    table = _plain(config, shape())
    assert isinstance(table, dict)
    return table


def _plain(value: Any, kind: types.Type) -> object:
    """Return a value as TOML can hold it: structs as tables with hyphens, seconds as durations."""
    if isinstance(kind, types.Metadata):
        if (kind.extra or {}).get("check") == "duration":
            return durations.format(value)
        return _plain(value, kind.type)
    if isinstance(kind, types.UnionType):
        fitting = [option for option in kind.types if _holds(option, value)]
        return _plain(value, fitting[0]) if fitting else value
    if isinstance(kind, types.ListType):
        return [_plain(item, kind.item_type) for item in value]
    if isinstance(kind, types.DictType):
        return {key: _plain(item, kind.value_type) for key, item in value.items()}
    if not isinstance(kind, types.StructType):
        return value
    blank: dict[str, object] = {}
    for field in kind.fields:
        content = getattr(value, field.name)
        default = (
            field.default_factory()
            if field.default is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT
            else field.default
        )
        if content is not None and content != default:
            blank[field.encode_name] = _plain(content, field.type)
    return blank


def _holds(option: types.Type, value: object) -> bool:
    """Return whether a value was read as this one of several types."""
    inner = option.type if isinstance(option, types.Metadata) else option
    if isinstance(inner, types.StructType):
        return isinstance(value, msgspec.Struct)
    if isinstance(inner, types.ListType):
        return isinstance(value, list)
    if isinstance(inner, types.FloatType):
        return isinstance(value, float)
    return isinstance(
        inner, types.StrType | types.IntType | types.BoolType | types.LiteralType
    ) and not isinstance(value, msgspec.Struct | list)
