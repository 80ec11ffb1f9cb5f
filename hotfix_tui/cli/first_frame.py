"""A plain first frame, written before Textual is imported: the first two rows, in their final place.

Severity, ticket, stage and time left are visible at once. Keys typed meanwhile do nothing: what they would do was not
on the screen yet. The terminal's settings are restored at the end.

Apart from `opening`: it writes to the terminal by itself, while everything else is still being loaded.
"""

import os
from typing import TYPE_CHECKING

from hotfix_tui.base.text import one_line
from hotfix_tui.cli.failures import Stop
from hotfix_tui.cli.frame import Frame
from hotfix_tui.cli.select import now, open_store
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import views
from hotfix_tui.ui.frame import clocks, stops

if TYPE_CHECKING:
    from argparse import Namespace


def show(options: "Namespace", incident: str) -> Frame:
    """Draw what is known of the incident about to open; nothing if that is not clear yet."""
    frame = Frame()
    try:
        frame.draw(_text(options, incident))
    except OSError:
        return frame
    return frame


def _text(options: "Namespace", incident: str) -> str:
    width = os.get_terminal_size().columns
    try:
        store = open_store(options)
    except Stop:
        return " hotfix-tui"  # the screen that follows says why
    if not incident:
        ids = store.ids()
        if len(ids) > 1:
            ids = [s.id for s in store.listing() if s.state == "open" and not s.problem]
        if len(ids) != 1:
            return " hotfix-tui"
        incident = ids[0]  # if there is only one, it is read only once
    try:
        record = Record(store.load(incident).doc)
        if record.state != "open":
            return " hotfix-tui"
        return f"{_header(record, width)}\r\n{_rail(record, width)}"
    except Exception as problem:  # the screen that follows explains a damaged file
        if problem.__class__.__module__.startswith("hotfix_tui") or isinstance(
            problem, LookupError | ArithmeticError | TypeError | ValueError | AttributeError
        ):
            return " hotfix-tui"
        raise


def _header(record: "Record", width: int) -> str:
    """Return the first row: severity, ticket, title, and the clocks that fit next to them."""
    badge = f" {record.severity or 'P?'} " + (" EMBARGO " if record.fact("embargo") == "yes" else "")
    name = one_line(record.ticket or record.id, 40)
    parts = clocks.parts(record, now())
    for part in (None, *clocks.DROP_ORDER):
        if part is not None:
            parts.pop(part, None)
        right = "  ".join(clock_.words.strip() for clock_ in parts.values())
        room = width - len(badge) - len(name) - len(right) - 7
        if room >= min(len(record.title), 24):
            break
    title = one_line(record.title or "what is broken?", max(room, 1))
    title = title if title.isascii() else one_line(title, max(room // 2, 1))  # at most two cells per letter
    gap = " " * max(width - len(badge) - len(name) - len(title) - len(right) - 5, 1)
    return f"\x1b[7m{badge}\x1b[27m  \x1b[1m{name}\x1b[22m  {title}{gap}{right}"


def _rail(record: "Record", width: int) -> str:
    """Return the second row: the stages and their states."""
    words = [
        f" {stop.sign} {catalog.STAGE_TITLES[stop.stage]} "
        if stop.viewed
        else f"{stop.sign} {stops.SHORT_NAMES[stop.stage]}"
        for stop in stops.stops(record, views.views(record), record.stage)
    ]
    return f" {' '.join(words)}"[:width]
