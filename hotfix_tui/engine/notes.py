"""Writing a note. Separate from the other actions, so that it is fast from a shell in the middle of an incident."""

from datetime import datetime

from hotfix_tui.base.times import BadTime, parse_time
from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.edits import notes
from hotfix_tui.incident.edits.journal import Entries
from hotfix_tui.incident.rules.gates import refuse


def note(engine: Engine, text: str, at: str = "") -> Entries:
    """Add a note, at the time it is about."""
    when: datetime | None = None
    if at:
        try:
            when = parse_time(at, engine.clock())
        except BadTime as bad:
            raise refuse(str(bad), "Give --at in one of these forms.") from None
    return engine.change(lambda r, a: notes.note(r, a, text, when))
