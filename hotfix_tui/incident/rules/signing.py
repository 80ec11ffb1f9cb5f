"""Acts that go on against a rule or a finding: they take a reason with a name, kept like a waiver."""

from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record

BYPASS = ("release.merge", "bypass")
"""The step and its choice that merge past the rules of the production branch: a signed waiver, and the typed word."""

ANYWAY = ("deploy.production", "anyway")
"""The step and its choice that deploy although production has moved, or other commits ride along."""

RULES = "release.rules"
"""What the ledger calls the waiver of the branch's rules; it is no step, and it settles none."""


def rules_waiver(record: Record) -> dict[str, object] | None:
    """Return the waiver that lets this round's commit pass the rules of the branch; None without one."""
    commit = record.seen(Committed).commit
    for one in reversed(record.waivers):
        if (one["step"], one["round"], one.get("commit", "")) == (RULES, record.round, commit):
            return one if commit and not one.get("lapsed") else None
    return None
