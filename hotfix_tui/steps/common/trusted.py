"""Whether the incident's stored configuration may be acted on.

A probe runs by itself, when an incident is opened: in a freshly cloned repository, nothing in its configuration may
run before a person has read it, and nothing at all from a record that came with it.
"""

from pathlib import Path

from hotfix_tui.config import trust
from hotfix_tui.incident.model.record import Record
from hotfix_tui.session import origin
from hotfix_tui.session.places import state_root
from hotfix_tui.steps.contract import Context


def is_own(record: Record, directory: str) -> bool:
    """Return whether this user's wizard wrote the incident in `directory` here, or the user has adopted it."""
    return origin.is_own(record.doc, directory)


def may_act(record: Record, directory: str, root: str) -> bool:
    """Return whether the incident was written here and its configuration trusted; an empty one needs no trust.

    `root` is the checkout the wizard was started in, for records that do not say where they were opened.
    """
    if not is_own(record, directory):
        return False
    place = str(record.doc.get("root", root))
    return not record.config or trust.table_trusted(Path(state_root()), record.config, place)


def is_trusted(ctx: Context) -> bool:
    """Return whether the commands, addresses and paths of the incident's configuration may be used."""
    return may_act(ctx.record, ctx.directory, ctx.root)
