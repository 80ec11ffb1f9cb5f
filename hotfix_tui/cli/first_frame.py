"""A plain first frame, written before Textual is imported: the strip, in the place and look it will have.

Whoever waits sees severity, ticket, stage and time left at once. Keys typed meanwhile act on nothing: what they would
do was not on the screen yet. The terminal's settings are restored at the end.
"""

import os
from typing import TYPE_CHECKING

from hotfix_tui.cli.frame import Frame
from hotfix_tui.cli.select import now, open_store

if TYPE_CHECKING:
    from argparse import Namespace


def show(options: "Namespace", incident: str) -> Frame:
    """Draw what is known of the incident that will open; nothing where that is not clear yet."""
    frame = Frame()
    try:
        frame.draw(_text(options, incident))
    except OSError:
        return frame
    return frame


def _text(options: "Namespace", incident: str) -> str:
    width = os.get_terminal_size().columns
    store = open_store(options)
    if not incident:
        ids = store.ids()
        if len(ids) > 1:
            ids = [s.id for s in store.listing() if s.state == "open" and not s.problem]
        if len(ids) != 1:
            return " hotfix-tui"
        incident = ids[0]  # the only one is read once
    from hotfix_tui.incident.model.record import Record
    from hotfix_tui.ui.presenters.strip import lines

    try:
        record = Record(store.load(incident).doc)
        if record.state != "open":
            return " hotfix-tui"
        shown = lines(record, now(), stage=record.stage, primary="", width=width)
    except Exception as problem:  # a damaged file is explained by the screen that follows
        if problem.__class__.__module__.startswith("hotfix_tui") or isinstance(
            problem, LookupError | ArithmeticError | TypeError | ValueError | AttributeError
        ):
            return " hotfix-tui"
        raise
    head = f" {shown.severity} " + (f" {shown.kept_back} " if shown.kept_back else "")
    first = f" {shown.first}"[: max(width - len(head) - len(shown.place) - 1, 0)]
    gap = " " * max(width - len(head) - len(first) - len(shown.place) - 1, 0)
    return f"\x1b[7m{head}\x1b[27m{first}{gap}{shown.place} \r\n{shown.second[:width]}"
