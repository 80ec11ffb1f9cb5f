"""What evidence classes share: tolerant reading, writing, and metadata for each field.

A class describes what one step saw. Its fields carry their label, whether people want to see them, and whether
they may leave the machine under an embargo; detail pane, embargo, ``status --json`` and docs/session.md are driven
by that. Reading never fails: a missing or odd value takes the field's default, and unknown fields written by
another version stay in `raw`.

The classes are declared like dataclasses and are as strict (frozen, slots, checked by mypy), but are built here:
every ``status`` in a shell prompt builds them, and `dataclasses` generates and compiles source for each one, and
imports `inspect`.
"""

import types
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, Union, dataclass_transform, get_args, get_origin

_NOTHING: Mapping[str, object] = types.MappingProxyType({})
_NOTHING_SAID: Mapping[str, str] = types.MappingProxyType({})


BY_HAND = "ticked by hand"
"""What is stored as a person's words when they ticked a step without a note."""

DONE_BY_HAND = "done by hand"
"""The same for a step that was carried out by hand."""

_Reader = Callable[[object], tuple[bool, object]]
"""Returns whether a stored value has the right type, and the value converted to it."""


class Field:
    """One field of a class: its default, and its audience. `label` is empty if people need not see it.

    `words` are what people read in place of a value that is a code.
    """

    __slots__ = ("_reader", "default", "kind", "label", "name", "public", "unit", "words")

    def __init__(
        self,
        default: object,
        label: str = "",
        *,
        public: bool = False,
        unit: str = "",
        words: Mapping[str, str] = _NOTHING_SAID,
    ) -> None:
        self.name, self.kind, self.words = "", None, words
        self.default, self.label, self.public, self.unit = default, label, public, unit
        self._reader: _Reader | None = None

    def read(self, value: object) -> tuple[bool, object]:
        """Return whether a stored value has the field's type, and the value converted to it."""
        if self._reader is None:
            self._reader = _reader(self.kind)
        return self._reader(value)


def shown(
    label: str,
    *,
    public: bool = False,
    default: object = None,
    unit: str = "",
    words: Mapping[str, str] = _NOTHING_SAID,
) -> Any:
    """Return a field shown to people as `label`; `public` fields may leave the machine under an embargo.

    `words` say what a value means that is a code.
    """
    return Field(default, label, public=public, unit=unit, words=words)


def hidden(*, public: bool = False, default: object = None) -> Any:
    """Return a field for the wizard's own use: no detail pane shows it."""
    return Field(default, public=public)


@dataclass_transform(frozen_default=True)
class _Declared(type):
    """Metaclass that builds a frozen class with slots from annotated fields."""

    def __new__(
        mcs: "type[_Declared]", name: str, bases: tuple[type, ...], body: dict[str, Any]
    ) -> "_Declared":
        """Move the fields out of the class body, and put slots in their place."""
        own: dict[str, Field] = {}
        for key, kind in body.get("__annotations__", {}).items():
            if isinstance(field := body.get(key), Field):
                field.name, field.kind = key, kind
                own[key] = body.pop(key)
        body["__slots__"] = (*body.get("__slots__", ()), *own)
        body["FIELDS"] = {
            name: field for base in bases for name, field in getattr(base, "FIELDS", {}).items()
        } | own
        return super().__new__(mcs, name, bases, body)


class _Names:
    """The fields that were given explicitly when a group was made; not a field itself."""

    __slots__ = ("_named",)
    _named: tuple[str, ...]


class Part(_Names, metaclass=_Declared):
    """A group of typed fields: evidence itself, or one row of a list in it."""

    FIELDS: ClassVar[Mapping[str, Field]] = {}
    """Fields by name, those of the bases first."""

    def __init__(self, *values: object, **named: object) -> None:
        for name, value in zip(self.FIELDS, values, strict=False):
            if name in named:
                raise TypeError(f"{type(self).__name__} gets {name!r} twice")
            named[name] = value
        put = object.__setattr__
        put(self, "_named", tuple(named))
        for name, field in self.FIELDS.items():
            put(self, name, named.pop(name, field.default))
        if named or len(values) > len(self.FIELDS):
            raise TypeError(f"{type(self).__name__} has no field for {', '.join(named) or values[-1]!r}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name!r} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name!r} cannot be removed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.FIELDS)
        return f"{type(self).__name__}({said})"

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.FIELDS)

    def but(self, **changes: object) -> Self:
        """Return a copy with `changes`. Raises TypeError for an unknown field."""
        return type(self)(**{name: getattr(self, name) for name in self._named} | changes)

    def joined(self, more: Self) -> Self:
        """Return a copy updated with the fields that `more` names."""
        return self.but(**{name: getattr(more, name) for name in more._named})

    def without_defaults(self) -> Self:
        """Return a copy that names only the fields with a value other than the default."""
        return type(self)(
            **{
                name: value
                for name, field in self.FIELDS.items()
                if (value := getattr(self, name)) != field.default
            }
        )

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Self:
        """Return the group read from `stored`; fields that are missing or of another type take their default."""
        values = {}
        for name, value in stored.items():
            if name in cls.FIELDS:
                known, read = cls.FIELDS[name].read(value)
                if known:
                    values[name] = read
        return cls(**values)

    def named(self) -> dict[str, object]:
        """Return the fields that were named when it was made, even if they hold the default; None is left out."""
        return {name: _written(value) for name in self._named if (value := getattr(self, name)) is not None}

    def to_dict(self) -> dict[str, object]:
        """Return the fields that differ from their default, as TOML values; None is left out."""
        out = {}
        for name, field in self.FIELDS.items():
            value = getattr(self, name)
            if value is not None and value != field.default:
                out[name] = _written(value)
        return out


class Evidence(Part):
    """What one step saw. `STEP` is the id of that step, a public contract."""

    __slots__ = ("_stored",)

    STEP: ClassVar[str] = ""

    @property
    def raw(self) -> Mapping[str, object]:
        """Everything that was stored, verbatim; empty if nothing was read."""
        stored: Mapping[str, object] = getattr(self, "_stored", _NOTHING)
        return stored

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Self:
        """Return the evidence read from `stored`, with all of it in `raw`."""
        read = super().from_dict(stored)
        object.__setattr__(read, "_stored", dict(stored))
        return read

    @property
    def why(self) -> str:
        """Why the last probe came out as it did, stored next to what was seen; usually empty."""
        return str(self.raw.get("why", ""))

    @property
    def told(self) -> str:
        """What a person said who ticked the step or settled its run; empty if the wizard saw it itself.

        A tick over a failure says so, wherever it is read.
        """
        said, although = str(self.raw.get("said", "")), self.raw.get("although")
        return f"{said}, although it failed: {although}" if said and although else said

    @property
    def asked(self) -> str:
        """The question that the engineer has to answer before the step can go on; usually empty."""
        return str(self.raw.get("question", ""))

    @classmethod
    def names(cls) -> frozenset[str]:
        """Return the names of the typed fields."""
        return frozenset(cls.FIELDS)


class Finding(Part):
    """Something that does not belong in the change or in production: fix it, or accept it as it is now."""

    id: str = hidden(default="")
    text: str = hidden(default="")
    path: str = hidden(default="")
    line: int = hidden(default=0)
    content: str = hidden(default="")
    """A hash of the finding: accepting it covers exactly that."""
    kind: str = hidden(default="")

    @property
    def place(self) -> str:
        """The file with the line, as far as known."""
        return f"{self.path}:{self.line}" if self.path and self.line else self.path or str(self.line or "")

    @property
    def says(self) -> str:
        """The text without the leading place."""
        return self.text.removeprefix(f"{self.path} line {self.line}: ").removeprefix(f"{self.path} ")

    def to_dict(self) -> dict[str, object]:
        """Return the whole finding as it is stored."""
        return self.named()


class Told(Evidence):
    """What a person said about any step: see `Evidence.told`."""

    said: str = hidden(default="")


_NOT: tuple[bool, object] = (False, None)


def _reader(kind: Any) -> _Reader:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        ways = [_reader(argument) for argument in get_args(kind) if argument is not type(None)]
        return ways[0] if len(ways) == 1 else lambda value: _first(ways, value)
    if origin is tuple:
        row = _reader(get_args(kind)[0])
        return lambda value: _tuple(row, value)
    if origin in (dict, Mapping) or kind in (dict, Mapping):
        return lambda value: (True, value) if isinstance(value, dict) else _NOT
    if kind is object:
        return lambda value: (True, value)
    if issubclass(kind, Part):
        return lambda value: (True, kind.from_dict(value)) if isinstance(value, Mapping) else _NOT
    if kind is float:
        return _float
    if kind is int:
        return lambda value: (True, value) if isinstance(value, int) and not isinstance(value, bool) else _NOT
    return lambda value: (True, value) if isinstance(value, kind) else _NOT


def _first(ways: list[_Reader], value: object) -> tuple[bool, object]:
    return next((result for way in ways if (result := way(value))[0]), _NOT)


def _tuple(row: _Reader, value: object) -> tuple[bool, object]:
    if not isinstance(value, list | tuple):
        return _NOT
    return True, tuple(item for known, item in map(row, value) if known)


def _float(value: object) -> tuple[bool, object]:
    return (True, float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else _NOT


def _written(value: object) -> object:
    if isinstance(value, Part):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [_written(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _written(item) for name, item in value.items()}
    return value
