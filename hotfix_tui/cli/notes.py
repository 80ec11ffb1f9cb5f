"""``note``: kept apart from the other commands, because it is typed during an incident and has to be instant."""

from typing import TYPE_CHECKING

from hotfix_tui.cli.session import open_engine, report
from hotfix_tui.engine import notes

if TYPE_CHECKING:
    from argparse import Namespace


def note(options: "Namespace") -> int:
    """Write a note."""
    engine = open_engine(options)
    return report(options, engine, notes.note(engine, options.text, options.at))
