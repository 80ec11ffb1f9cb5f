"""How a repository ships, where that requires fewer steps: a package that others install, or static pages.

Nobody runs a package here, so there is no production to watch; static pages have no server of their own.
"""

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import WATCH
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.shipping import PACKAGE

OF_A_SERVER = (
    catalog.MONITOR_ERROR_RATE,
    catalog.MONITOR_API_LATENCY,
    catalog.MONITOR_DATABASE,
    catalog.MONITOR_THIRD_PARTY,
)
"""Steps that check a server that computes, or what it calls."""

OF_A_SERVICE = (
    *OF_A_SERVER,
    catalog.PULL_REQUEST_ALERTS,
    catalog.PULL_REQUEST_ON_CALL,
    catalog.MONITOR_USER_ACTIVITY,
    catalog.MONITOR_SUPPORT_TICKETS,
    catalog.MONITOR_CHAT,
    catalog.MONITOR_STATUS_COMMENTS,
    catalog.COMMUNICATE_STATUS_PAGE,
    catalog.REVIEW_ALERTS,
)
"""Steps that check, or report on, something that runs."""

WHY = "this is published, not run: nothing here has a production to look at"
WHY_PAGES = "these are pages: no server of yours computes them"


def published_alone(record: Record) -> bool:
    """Return whether the fix ships as a package and nothing is known that runs it."""
    return record.ships_as == PACKAGE


def out_word(record: Record) -> str:
    """Return what a commit is once users have it: live, or published."""
    return "published" if published_alone(record) else "live"


def nothing_to_watch(record: Record) -> bool:
    """Return whether nothing runs that could be watched: the published fix is tried once, and that is all."""
    return bool(record.ships_as)


def makes_no_sense(record: Record, step: str) -> str:
    """Return why `step` is pointless in this kind of repository, as a clause; empty if it makes sense."""
    if step not in _OF_NONE_HERE or not nothing_to_watch(record):
        return ""
    if published_alone(record):
        return WHY
    return WHY_PAGES if step in (WATCH, *OF_A_SERVER) else ""


_OF_NONE_HERE = frozenset((WATCH, *OF_A_SERVICE))
