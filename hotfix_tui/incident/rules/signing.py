"""Actions that proceed against a rule or a finding: they need a reason and a name, kept like a waiver."""

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record

BYPASS = (catalog.RELEASE_MERGE, "bypass")
"""The step and its choice that merge despite the rules of the production branch: a signed waiver, and the typed
word.
"""

ANYWAY = (catalog.DEPLOY_PRODUCTION, "anyway")
"""The step and its choice that deploy although production has moved, or other commits are included."""

RULES = "release.rules"
"""What the ledger calls the waiver of the branch's rules; it is not a step, and it settles none."""


def rules_waiver(record: Record) -> dict[str, object] | None:
    """Return the waiver that lets this round's commit bypass the rules of the branch; None if there is none."""
    commit = record.seen(Committed).commit
    for waiver in reversed(record.waivers):
        if (waiver["step"], waiver["round"], waiver.get("commit", "")) == (RULES, record.round, commit):
            return waiver if commit and not waiver.get("lapsed") else None
    return None
