"""The pull request of a fix that is off production again: nobody needs it any more, but the forge cannot know."""

from typing import NamedTuple

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates

_ASKED = ("github", "drill")
"""The forges that have a command to close a request."""


class LeftOpen(NamedTuple):
    """The request of round `round`: its number and its address."""

    round: int
    number: int
    url: str


def left_open(record: Record) -> LeftOpen | None:
    """Return the request of a fix that was taken off, or of an earlier round: not merged, and not seen closed."""
    if record.state not in ("open", "resolved"):
        return None
    now = record.seen(Requested)
    merged = record.entry(catalog.RELEASE_MERGE).get("state") == "done" or record.seen(Landed).commit
    if now.url and not merged and gates.fix_off(record) == record.round:
        return _found(record.round, now.url)
    for number in range(record.round - 1, 0, -1):
        kept = record.kept(number)
        done = kept.landed or record.rounds[number - 1].get("steps", {}).get(catalog.RELEASE_MERGE) == "done"
        if kept.pr and not done and kept.pr != now.url and kept.pr not in now.closed:
            return _found(number, kept.pr)
    return None


def _found(number: int, url: str) -> LeftOpen | None:
    last = url.rstrip("/").rpartition("/")[2]
    return LeftOpen(number, int(last), url) if last.isdecimal() else None


def said(record: Record) -> str:
    """Return a sentence that a request was left open, and what closes it; empty if none was."""
    request = left_open(record)
    if request is None:
        return ""
    asked = record.seen(Preflight).forge in _ASKED
    cure = "opening the next one closes it" if asked else "close it on its page"
    return f"The request of round {request.round}, #{request.number}, was left open: {cure}."
