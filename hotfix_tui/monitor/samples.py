"""The file of a watch's samples, one JSON object a line: a torn or foreign line is left out."""

import json
from typing import Any

from hotfix_tui.base import plain_file

_LONGEST = 2_000_000
"""Bytes of one watch's samples that are read: some hours of everything that can be configured."""


def samples_of(path: str) -> list[dict[str, Any]]:
    """The samples in the file of a watch, the oldest first; empty where it cannot be read."""
    try:
        lines = plain_file.read_tail(path, _LONGEST).split(b"\n")
    except OSError:
        return []
    return [one for line in lines if (one := sample_of(line)) is not None]


def sample_of(line: bytes) -> dict[str, object] | None:
    """What a line says, None for one that is cut off or no sample."""
    try:
        one = json.loads(line)
        known = (
            isinstance(one, dict)
            and isinstance(one["name"], str)
            and one["kind"] in ("metric", "smoke", "probe")
        )
        return {**one, "t": float(one["t"]), "at": float(one["at"])} if known else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
