"""Where a check of the pull request failed: the file and line that it names, otherwise its page on the forge."""

import os
import re
from typing import NamedTuple

from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.model.evidence.pull_request import ChecksSeen
from hotfix_tui.incident.model.record import Record

_PLACE = re.compile(r"(?<![\w/-])([\w.][\w./-]*\.\w+|[\w.]+(?:/[\w.-]+)+):(\d+)")
"""A path and a line, as nearly every tool writes them."""


class FailureLocation(NamedTuple):
    """Where to look. `path` is empty if only the page is known; `url` may then be empty too."""

    said: str
    path: str = ""
    line: int = 0
    url: str = ""


def of(record: Record, looked: object) -> FailureLocation:
    """Return where the first failed check failed, from what the forge reported and what is in the worktree."""
    request = getattr(looked, "request", None)
    failed = (
        [failed_check for failed_check in request.checks if failed_check.state == "fail"]
        if request is not None
        else []
    )
    said = dict(getattr(looked, "failures", ()))
    url = (
        next((failed_check.url for failed_check in failed if failed_check.url), "")
        or record.seen(ChecksSeen).url
    )
    for check in failed:
        words = said.get(check.name, "")
        match = _PLACE.search(words)
        path = _file(record, match[1]) if match else ""
        if match and path:
            return FailureLocation(f"{check.name}: {words}", path, int(match[2]), check.url)
    first = failed[0].name if failed else "the check"
    if url:
        return FailureLocation(f"{first} failed: its page is {url}", url=url)
    return FailureLocation(f"Where {first} failed is not known here: look on the forge.")


def _file(record: Record, name: str) -> str:
    """Return the path of the file `name` in the worktree; empty if it does not exist, or leads outside."""
    worktree = record.seen(Branched).worktree
    if not worktree:
        return ""
    path = os.path.realpath(os.path.join(worktree, name))
    inside = path.startswith(os.path.realpath(worktree) + os.sep)
    return path if inside and os.path.isfile(path) else ""
