"""Notes on the timeline. Kept apart from the other edits, so that adding one from a shell loads none of them."""

from datetime import datetime

from hotfix_tui.base.text import as_pasted
from hotfix_tui.incident.edits.journal import Actor, Entries, entry
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import refuse


def note(record: Record, actor: Actor, text: str, at: datetime | None = None) -> Entries:
    """Add a note to the timeline, at the time it is about; pasted text stays as it was."""
    text = as_pasted(text)
    if not text:
        raise refuse("The note is empty.", "Write what happened.")
    return [entry(actor._replace(at=at or actor.at), "note", text)]
