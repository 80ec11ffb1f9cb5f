"""What the detail says about what is live: who said what, what is not live, and what was found since."""

from typing import Protocol

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView, open_findings

BASE = "branch.base"

HIDDEN = (
    "sources",
    "answers",
    "disagreement",
    "undeployed_list",
    "same_files",
    "live",
    "acknowledged",
    "acknowledged_list",
    "acknowledged_same_files",
)
"""Evidence of the base that is shown here, or only counts."""

_SHOWN = 6


class Out(Protocol):
    """What lines are added to."""

    def add(self, text: str = "", style: str = "") -> None:
        """Add a line."""


def add_findings(out: Out, record: Record, step: str) -> None:
    """Add what was found about production before an act, while it is neither cured nor accepted."""
    found = open_findings(record, BASE) if step == BASE else []
    for one in found:
        out.add(str(one["text"]), "$error")
    if found:
        out.add("Cure it, or accept it with a reason: a", "dim")


def add_live(out: Out, view: StepView) -> None:
    """Add what the sources said, and the commits that are not live or that go live with the fix."""
    if view.id != BASE:
        return
    seen = view.evidence
    if seen.get("sources"):
        out.add("what is live, by:")
    for said in (seen.get("sources") or [])[:_SHOWN]:
        out.add(f"  {said}")
    if seen.get("disagreement"):
        out.add(f"! {seen['disagreement']}", "$warning")
    _commits(out, "not live yet", seen.get("undeployed_list"), seen.get("undeployed"), seen.get("same_files"))
    _commits(
        out,
        "goes live with the fix, acknowledged",
        seen.get("acknowledged_list"),
        seen.get("acknowledged"),
        seen.get("acknowledged_same_files"),
    )


def _commits(out: Out, title: str, listed: list[str] | None, count: int | None, same: int | None) -> None:
    if not listed:
        return
    touch = f" ({same} in the same files)" if same else ""
    out.add(f"{title}{touch}:")
    for line in listed[:_SHOWN]:
        out.add(f"  {line}")
    left = int(count or 0) - len(listed[:_SHOWN])
    if left > 0:
        out.add(f"  … and {left} more")
