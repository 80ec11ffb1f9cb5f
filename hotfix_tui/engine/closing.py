"""Closing an incident: no debts, nothing wrong with its review, and its gaps signed for."""

from hotfix_tui.documents.lint import lint
from hotfix_tui.engine import commands, documents
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.tidy import after_closing
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Entries
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.incident.rules.gates import Reason
from hotfix_tui.incident.rules.requirements import requirement

REVIEW = catalog.REVIEW_DOCUMENT
"""The step that writes the review."""


def review_gaps(engine: Engine) -> list[str]:
    """Return the current gaps of the review, if this incident needs one."""
    if requirement(engine.record, REVIEW).level not in ("R", "W"):
        return []
    return documents.render(engine, "review").gaps


def close(engine: Engine, granted_by: str = "", why: str = "") -> Entries:
    """Close the incident; a log tail started since then ends with it.

    A review with gaps can only be closed if somebody signs for them. Checkouts that the wizard created for its own
    actions are removed then, provided that nothing is lost.
    """
    cure = "Correct it: `set FACT VALUE`; `hotfix-tui render review` shows where it stands."
    gaps = review_gaps(engine)
    signed = bool(granted_by.strip() or why.strip())

    def carry_out(record: Record, actor: actions.Actor) -> Entries:
        wrong = [Reason(sentence, cure, REVIEW) for sentence in lint(record)]
        wrong += [_lacking(gaps)] if gaps and not signed else []
        closed = lifecycle.close(record, actor, wrong, len(gaps))
        return [*(actions.sign_gaps(record, actor, granted_by, why) if gaps and signed else []), *closed]

    out = commands.with_ended_runs_settled(engine).change(carry_out)
    commands.end_side_runs(engine, "the incident is closed")
    return [*out, *after_closing(engine)]


def _lacking(gaps: list[str]) -> Reason:
    """Return the reason for a review with gaps that nobody signed for."""
    count = f"{len(gaps)} gap{'s' if len(gaps) != 1 else ''}"
    more = f"; and {len(gaps) - 3} more" if len(gaps) > 3 else ""
    return Reason(
        f"The review has {count} still: {'; '.join(gaps[:3])}{more}.",
        "Fill them in, or sign for it: `close --granted-by NAME --why TEXT`.",
        REVIEW,
    )
