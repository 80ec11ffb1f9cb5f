"""Plain documents as TOML: encoding that never loses or refuses a text, decoding that fails with one reason.

A document is a dict of str, int, float, bool, datetime, date, time, lists and dicts. The libraries are imported on
use: whoever only reads does not pay for the writer.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from hotfix_tui.base.long_keys import has_long_key

MAX_DEPTH = 40
"""Maximum nesting of tables and lists; deeper is never a record, and would exhaust the stack."""

_LARGEST = 2**63


def plain(value: object) -> Any:
    """Return `value` as it will read back: a copy of exact types, without None, times in UTC, clean strings.

    A time without a zone is taken as UTC. Raises TypeError for a type and ValueError for a number or a depth that
    TOML cannot hold: bugs in the program, not in the data.
    """
    return _plain(value, 0)


def encode(document: Mapping[str, object]) -> str:
    """Return `document`, which comes from `plain`, as TOML text."""
    import tomli_w

    return tomli_w.dumps(document)


def decode(text: str) -> dict[str, object]:
    """Return the document in `text`. Raises ValueError with the reason, for any text."""
    import tomllib

    if has_long_key(text):
        raise ValueError("its tables are nested too deeply")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise ValueError("its tables are nested too deeply") from None
    _refuse_what_cannot_be_saved(document)
    return document


def copy(value: object) -> Any:
    """Return a copy of `value`, a decoded document or a part of one, that shares no list or dict with it."""
    if isinstance(value, dict):
        return {key: copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copy(item) for item in value]
    return value


def clean(text: str) -> str:
    """Return `text` with lone surrogates, which no file can hold, written as escapes."""
    if text.isascii():
        return str.__str__(text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise ValueError("the document is nested too deeply to be saved")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int):
        if not -_LARGEST <= value < _LARGEST:
            raise ValueError("a number is too large to be saved")
        return int(value)
    if isinstance(value, dict):
        return {clean(key): _plain(item, depth + 1) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value if item is not None]
    return _plain_time(value)


def _plain_time(value: object) -> object:
    if isinstance(value, datetime):
        try:
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        except OverflowError:
            raise ValueError(f"the time {value.isoformat()} has no place in UTC") from None
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return value
    raise TypeError(f"a value of type {type(value).__name__} cannot be saved")


def _refuse_what_cannot_be_saved(document: Mapping[str, object]) -> None:
    """Raise ValueError for what somebody may have written by hand but `plain` would not accept."""
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        deeper: list[object] = []
        for item in level:
            if isinstance(item, dict):
                deeper.extend(item.values())
            elif isinstance(item, list):
                deeper.extend(item)
            elif isinstance(item, int) and not -_LARGEST <= item < _LARGEST:
                raise ValueError("it holds a number that is too large")
        level = deeper
    if any(isinstance(item, dict | list) for item in level):
        raise ValueError("its tables are nested too deeply")
