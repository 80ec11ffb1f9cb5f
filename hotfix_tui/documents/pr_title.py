"""The title of the pull request: labels that say how it is released and how urgent it is."""

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.set_off import push_deploys


def title(record: Record) -> str:
    """Return ``[RELEASE][P0] ENG-1: title``; ``[HOTFIX]`` where the merge does not go straight to production.

    Under embargo the neutral name stands for the title.
    """
    straight = record.severity in ("P0", "P1") or push_deploys(record)
    labels = "[RELEASE]" if straight else "[HOTFIX]"
    name = one_line(embargo.title(record), 160)
    return f"{labels}[{record.severity or 'P?'}] {embargo.reference(record)}: {name}"
