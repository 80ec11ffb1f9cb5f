"""The record of an incident in a list: a list shows those that it can read, and fails for none."""

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.report.headline import time_left
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.store import Store


def readable(store: Store, id: str) -> Record | None:
    """Return the record of a listed incident to show how far it is; None where it cannot be read or computed."""
    try:
        record = Record(store.load(id).doc, final=True)
        views(record), time_left(record, record.opened_at)
    except (HotfixError, LookupError, ArithmeticError, TypeError, ValueError, AttributeError, OSError):
        return None
    return record
