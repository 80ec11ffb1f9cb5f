"""Values as JSON has them."""

from datetime import date, datetime, time
from math import isfinite
from typing import Any

from hotfix_tui.base.times import rfc3339


def plain(value: Any) -> Any:
    """Return `value` with times as RFC 3339 texts, ready for JSON, which has no other types and no infinity."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
