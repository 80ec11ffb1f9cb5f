"""What the detail says about what is live: who said what, what is not live, and what was found since."""

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView, open_findings
from hotfix_tui.ui.presenters.lines import Lines

BASE = "branch.base"

_LIVE_STATES = ("done", "stale")
"""States in which the base is known."""

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


def first_line(record: Record, view: StepView) -> str:
    """Return the first line of a step's detail: its title; of the base, what was taken and from which source."""
    seen = record.evidence(Base) if view.id == BASE else None
    if seen is not None and seen.said and view.state in _LIVE_STATES:
        return one_line(seen.said, 300)
    return view.step.title


def hidden(view: StepView) -> tuple[str, ...]:
    """Return the names of the base's evidence that no person wants to see; of other steps nothing."""
    if view.id != BASE:
        return ()
    return tuple(name for name, one in Base.FIELDS.items() if not one.label)


def add_findings(out: Lines, record: Record, step: str) -> None:
    """Add what was found about production before an act, while it is neither cured nor accepted."""
    found = open_findings(record, BASE) if step == BASE else []
    for one in found:
        out.add(str(one["text"]), "$bad")
    if found:
        out.add("Cure it, or accept it with a reason: a", "$muted")


def add_live(out: Lines, view: StepView) -> None:
    """Add what the sources said, and the commits that are not live or that go live with the fix."""
    if view.id != BASE:
        return
    seen = view.evidence
    if seen.get("sources"):
        out.add("what is live, by:")
    for said in (seen.get("sources") or [])[:_SHOWN]:
        out.add(f"  {said}")
    if seen.get("disagreement"):
        out.add(f"! {seen['disagreement']}", "$warn")
    _commits(out, "not live yet", seen.get("undeployed_list"), seen.get("undeployed"), seen.get("same_files"))
    _commits(
        out,
        "goes live with the fix, acknowledged",
        seen.get("acknowledged_list"),
        seen.get("acknowledged"),
        seen.get("acknowledged_same_files"),
    )


def _commits(out: Lines, title: str, listed: list[str] | None, count: int | None, same: int | None) -> None:
    if not listed:
        return
    touch = f" ({same} in the same files)" if same else ""
    out.add(f"{title}{touch}:")
    for line in listed[:_SHOWN]:
        out.add(f"  {line}")
    left = int(count or 0) - len(listed[:_SHOWN])
    if left > 0:
        out.add(f"  … and {left} more")
