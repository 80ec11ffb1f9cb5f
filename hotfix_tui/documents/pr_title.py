"""The title of the pull request: labels that say how it is released and how urgent it is."""

from hotfix_tui.incident.record import Record
from hotfix_tui.incident.text import one_line


def title(record: Record) -> str:
    """Return ``[RELEASE][P0] ENG-1: title``; ``[HOTFIX]`` where the merge does not go straight to production."""
    straight = record.severity in ("P0", "P1") or record.evidence(
        "branch.preflight", "deploys_on_push", False
    )
    labels = "[RELEASE]" if straight else "[HOTFIX]"
    return f"{labels}[{record.severity or 'P?'}] {record.ticket or record.id}: {one_line(record.title, 160)}"
