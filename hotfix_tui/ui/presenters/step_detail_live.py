"""The detail of what is live: who said what, what is not live, and what was found since.

Apart from the other parts of the detail: it alone knows evidence of what is live.
"""

from hotfix_tui.incident.model import step_ids
from hotfix_tui.incident.model.evidence.base import Evidence
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import open_findings
from hotfix_tui.ui import keymap
from hotfix_tui.ui.presenters.lines import ContentLines

BASE = step_ids.BRANCH_BASE

_SHOWN = 6


def add_findings(out: ContentLines, record: Record, step: str) -> None:
    """Add the findings about production before an action, while they are neither cured nor accepted."""
    findings = open_findings(record, BASE) if step == BASE else []
    for finding in findings:
        out.add(finding.text, "$bad")
    if findings:
        out.add(f"Cure it, or accept it with a reason: {keymap.shown('accept')}", "$muted")


def add_live(out: ContentLines, seen: Evidence) -> None:
    """Add what the sources said, and the commits that are not live or go live with the fix."""
    if not isinstance(seen, Base):
        return
    if seen.sources:
        out.add("what is live, by:")
    for said in seen.sources[:_SHOWN]:
        out.add(f"  {said}")
    if seen.disagreement:
        out.add(f"! {seen.disagreement}", "$warn")
    _commits(out, "not live yet", seen.undeployed_list, seen.undeployed, seen.same_files)
    _commits(
        out,
        "goes live with the fix, acknowledged",
        seen.acknowledged_list or (),
        seen.acknowledged,
        seen.acknowledged_same_files,
    )


def _commits(
    out: ContentLines, title: str, listed: tuple[str, ...], count: int | None, same: int | None
) -> None:
    if not listed:
        return
    touch = f" ({same} in the same files)" if same else ""
    out.add(f"{title}{touch}:")
    for line in listed[:_SHOWN]:
        out.add(f"  {line}")
    left = int(count or 0) - len(listed[:_SHOWN])
    if left > 0:
        out.add(f"  … and {left} more")
