"""What evidence classes share: tolerant reading, writing, and what each field is for.

A class describes what one step saw. Its fields carry their label, whether a person wants to see them, and whether they
may leave the machine under an embargo; detail pane, embargo, ``status --json`` and docs/session.md read them there.
Reading never fails: a missing or odd value takes the field's default, and what an older or newer version wrote beside
the known fields stays in `raw`.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

_HINTS: dict[type, dict[str, Any]] = {}


def shown(label: str, *, public: bool = False, default: Any = None, unit: str = "") -> Any:
    """Return a field that a person wants to see as `label`; `public` fields may leave the machine under an embargo."""
    return field(default=default, metadata={"label": label, "public": public, "unit": unit})


def hidden(*, public: bool = False, default: Any = None) -> Any:
    """Return a field that is kept for the wizard alone: no detail pane shows it."""
    return field(default=default, metadata={"label": "", "public": public, "unit": ""})


@dataclass(frozen=True, slots=True)
class Part:
    """A group of typed fields: evidence itself, or one row of a list in it."""

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return what `stored` says; what is missing or of another type takes its default."""
        values = {}
        for one in fields(cls):
            if one.name in stored and one.name != "raw":
                known, value = _read(stored[one.name], _hints(cls)[one.name])
                if known:
                    values[one.name] = value
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that say something, TOML values only; None and the defaults are left out."""
        out = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name != "raw" and value is not None and value != one.default:
                out[one.name] = _written(value)
        return out


@dataclass(frozen=True, slots=True)
class Evidence(Part):
    """What one step saw. `STEP` is the id of that step, a public contract."""

    STEP: ClassVar[str] = ""
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False, kw_only=True)
    """Everything that was stored, as it was."""

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return what `stored` says, with all of it in `raw`."""
        from dataclasses import replace

        return replace(super(Evidence, cls).from_dict(stored), raw=dict(stored))

    @classmethod
    def names(cls) -> frozenset[str]:
        """Return the names of the typed fields."""
        return frozenset(one.name for one in fields(cls) if one.name != "raw")


def _hints(cls: type) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = get_type_hints(cls)
    return _HINTS[cls]


def _read(value: Any, kind: Any) -> tuple[bool, Any]:
    """Return whether `value` is of `kind`, and the value as that."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        for one in get_args(kind):
            if one is not type(None) and (found := _read(value, one))[0]:
                return found
        return False, None
    if origin is tuple:
        if not isinstance(value, list | tuple):
            return False, None
        rows = [_read(one, get_args(kind)[0]) for one in value]
        return True, tuple(row for known, row in rows if known)
    if origin in (dict, Mapping) or kind is dict:
        return isinstance(value, dict), value
    if isinstance(kind, type) and issubclass(kind, Part):
        return (True, kind.from_dict(value)) if isinstance(value, Mapping) else (False, None)
    if kind is Any:
        return True, value
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return True, float(value)
    if kind is int and isinstance(value, bool):
        return False, None
    if kind is datetime:
        return isinstance(value, datetime), value
    return isinstance(value, kind), value


def _written(value: Any) -> Any:
    if isinstance(value, Part):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [_written(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _written(one) for name, one in value.items()}
    return value
