"""The file of a watch's samples, one JSON object per line: torn or foreign lines are skipped."""

import json
from typing import Any

from hotfix_tui.base import plain_file

_LONGEST = 2_000_000
"""At most this many bytes of one watch's samples are read: some hours of everything that can be configured."""


def samples_of(path: str) -> list[dict[str, Any]]:
    """Return the samples in the file of a watch, oldest first; empty if it cannot be read."""
    try:
        lines = plain_file.read_tail(path, _LONGEST).split(b"\n")
    except OSError:
        return []
    return [sample for line in lines if (sample := sample_of(line)) is not None]


def sample_of(line: bytes) -> dict[str, object] | None:
    """Return a line's sample, None for one that is cut off or not a sample."""
    try:
        sample = json.loads(line)
        known = (
            isinstance(sample, dict)
            and isinstance(sample["name"], str)
            and sample["kind"] in ("metric", "smoke", "probe")
        )
        return {**sample, "t": float(sample["t"]), "at": float(sample["at"])} if known else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
