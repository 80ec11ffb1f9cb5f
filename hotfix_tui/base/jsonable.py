"""Values in the types that JSON has."""

from datetime import date, datetime, time
from math import isfinite
from typing import Any

from hotfix_tui.base.times import rfc3339

_AS_IT_IS = frozenset((str, int, bool, type(None)))
_LISTS = (list, tuple)
_DATES = (date, time)


def to_jsonable(value: Any) -> Any:
    """Return `value` ready for JSON: times as RFC 3339 texts, no infinities, no other types."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is dict:
        return {str(key): to_jsonable(item) for key, item in value.items()}
    if isinstance(value, _LISTS):
        return [to_jsonable(item) for item in value]
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, _DATES):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
