"""The identity chain in the detail of a step: from tested to live, link by link, the first break in red.

Apart from the other parts of the detail: it alone reads the chain.
"""

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model import step_ids
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import identity_chain as chain
from hotfix_tui.ui.presenters.lines import ContentLines

STEPS = (step_ids.VERIFY_COMMIT, step_ids.VERIFY_PUSH, step_ids.DEPLOY_PRODUCTION, step_ids.DEPLOY_LIVE)
"""Steps whose detail shows the chain."""

_MARKS = {"ok": "✓", "broken": "✗", "unknown": "?", "not-yet": "○"}
_STYLES = {"ok": "$ok", "broken": "$bad", "unknown": "$warn", "not-yet": "$muted"}


def add_break(out: ContentLines, record: Record, step: str) -> None:
    """Add the first broken link, if there is one: it has to be read before anything else happens."""
    broken = chain.first_break(record) if step in STEPS else None
    if broken is not None:
        out.gap()
        out.add(f"The chain is broken at {broken.name!r}: {broken.evidence}", _STYLES["broken"])


def add_chain(out: ContentLines, record: Record, step: str) -> None:
    """Add all links, once anything is committed."""
    if step not in STEPS or not chain.begun(record):
        return
    out.gap()
    out.add("From tested to live:")
    for link in chain.chain(record):
        value = one_line(link.value, 40)
        value = value[:7] if len(value) == 40 else value
        said = " ".join(filter(None, (f"  {_MARKS[link.state]} {link.name}", value))) + f": {link.evidence}"
        out.add(said, _STYLES[link.state])
