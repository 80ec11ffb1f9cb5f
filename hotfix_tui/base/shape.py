"""The shape of plain documents, as values: small enough to be loaded by every command that writes a record.

A shape is called with a value and its location, and returns what is wrong with it, or an empty text. Keys that a
`table` does not name are left alone.

Apart from the schema of an incident, which it checks: what a table or a list has to look like is said here without a
single field of one.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

Shape = Callable[[object, str], str]

LONGEST = 200_000
"""Maximum length of one text, in characters."""


def _kind(name: str, *kinds: type) -> Shape:
    def check(value: object, at: str) -> str:
        known = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        return "" if known else f"expected {name}, got {_called(value)} - at {at}"

    return check


def _called(value: object) -> str:
    names = {str: "text", bool: "yes or no", int: "a whole number", float: "a number", dict: "a table"}
    return names.get(
        type(value), "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"
    )


any_text = _kind("text", str)
number = _kind("a number", int, float)
point_in_time = _kind("a time", datetime)
any_table = _kind("a table", dict)
_list = _kind("a list", list, tuple)
_whole = _kind("a whole number", int)


def text(value: object, at: str) -> str:
    """Check a text that a file may hold."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"expected text of at most {LONGEST} characters - at {at}"
    return any_text(value, at)


def anything(value: object, at: str) -> str:
    """Accept anything."""
    return ""


def one_of(*words: str) -> Shape:
    """Return the shape of one of a few words."""

    def check(value: object, at: str) -> str:
        if value in words:
            return ""
        shown = ", ".join(word or "nothing" for word in words)
        return any_text(value, at) or f"expected one of {shown} - at {at}"

    return check


def like(pattern: str) -> Shape:
    """Return the shape of a text that matches a pattern from end to end."""

    def check(value: object, at: str) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return ""
        return any_text(value, at) or f"expected text like {pattern} - at {at}"

    return check


def whole(least: int | None = None) -> Shape:
    """Return the shape of a whole number of at least `least`."""

    def check(value: object, at: str) -> str:
        if isinstance(value, int) and least is not None and value < least:
            return f"expected a whole number from {least} on - at {at}"
        return _whole(value, at)

    return check


def either(*shapes: Shape) -> Shape:
    """Return the union of the shapes; what is wrong is reported for the last one."""

    def check(value: object, at: str) -> str:
        problem = ""
        for shape in shapes:
            problem = shape(value, at)
            if not problem:
                return ""
        return problem

    return check


def maybe(shape: Shape) -> Shape:
    """Return the shape, or nothing."""
    return lambda value, at: "" if value is None else shape(value, at)


def list_of(shape: Shape, *, least: int = 0) -> Shape:
    """Return the shape of a list of at least `least` items of one shape."""

    def check(value: object, at: str) -> str:
        if not isinstance(value, list | tuple):
            return _list(value, at)
        if len(value) < least:
            return f"expected a list of at least {least} - at {at}"
        problems = (shape(item, f"{at}[{place}]") for place, item in enumerate(value))
        return next(filter(None, problems), "")

    return check


def table_of(shape: Shape) -> Shape:
    """Return the shape of a table with any names, whose values have one shape."""

    def check(value: object, at: str) -> str:
        if not isinstance(value, dict):
            return any_table(value, at)
        named = next(
            (
                f"expected text as the name, got {_called(name)} - at {at}"
                for name in value
                if not isinstance(name, str)
            ),
            "",
        )
        return named or next(filter(None, (shape(item, f"{at}.{name}") for name, item in value.items())), "")

    return check


def table(needs: Mapping[str, Shape] | None = None, /, **may: Shape) -> Shape:
    """Return the shape of a table that `needs` some names and `may` have others; ``_`` in a name also means ``-``."""
    known = {**(needs or {}), **may}

    def check(value: object, at: str) -> str:
        if not isinstance(value, dict):
            return any_table(value, at)
        missing = next((name for name in needs or {} if name not in value), None)
        if missing is not None:
            return f"{missing!r} is missing - at {at}"
        problems = (known[name](item, f"{at}.{name}") for name, item in value.items() if name in known)
        return next(filter(None, problems), "")

    return check
