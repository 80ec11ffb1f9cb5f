"""The file of a watch's samples, one JSON object per line: torn or foreign lines are skipped."""

import json

from hotfix_tui.base import plain_file
from hotfix_tui.monitor.tables import Sample, number_of

_LONGEST = 2_000_000
"""At most this many bytes of one watch's samples are read: some hours of everything that can be configured."""


def samples_of(path: str) -> list[Sample]:
    """Return the samples in the file of a watch, oldest first; empty if it cannot be read."""
    try:
        lines = plain_file.read_tail(path, _LONGEST).split(b"\n")
    except OSError:
        return []
    return [sample for line in lines if (sample := sample_of(line)) is not None]


def sample_of(line: bytes) -> Sample | None:
    """Return a line's sample, None for one that is cut off or not a sample; fields of another form are left out."""
    try:
        read = json.loads(line)
        if not isinstance(read["name"], str) or read["kind"] not in ("metric", "smoke", "probe"):
            return None
        since, at = number_of(read["t"]), number_of(read["at"])
        if since is None or at is None:
            return None
        sample: Sample = {"t": since, "at": at, "kind": read["kind"], "name": read["name"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if "value" in read:
        sample["value"] = number_of(read["value"])
    if isinstance(ok := read.get("ok"), bool):
        sample["ok"] = ok
    if (ms := number_of(read.get("ms"))) is not None:
        sample["ms"] = ms
    if isinstance(status := read.get("status"), int):
        sample["status"] = status
    if isinstance(why := read.get("why"), str):
        sample["why"] = why
    if read.get("before") is True:
        sample["before"] = True
    if read.get("past") is True:
        sample["past"] = True
    return sample
