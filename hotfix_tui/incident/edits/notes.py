"""Notes on the timeline. Apart from the other edits, so that writing one from a shell loads none of them."""

from datetime import datetime

from hotfix_tui.base.text import as_pasted
from hotfix_tui.incident.edits.journal import Actor, Entries, entry
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import refuse


def note(record: Record, actor: Actor, text: str, at: datetime | None = None) -> Entries:
    """Write a note on the timeline, at the time it is about; what is pasted stays as it was."""
    text = as_pasted(text)
    if not text:
        raise refuse("The note is empty.", "Write what happened.")
    return [entry(actor._replace(at=at or actor.at), "note", text)]
