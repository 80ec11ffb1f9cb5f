"""The band above the footer: what enter does, how far it reaches, and the command or the reason why not."""

from typing import NamedTuple

from textual.content import Content

from hotfix_tui.ui.paint import rows

CAP = " enter "


LONGEST = 48
"""Cells of a label."""

REACH = {"act": "on this machine", "out": "leaves this machine", "prod": "PRODUCTION", "idle": ""}
"""What the note says of each kind where nothing more telling is known."""


class Bar(NamedTuple):
    """What the bar says. `kind` is ``act``, ``out``, ``prod`` or ``idle``."""

    kind: str
    label: str
    note: str = ""
    second: str = ""
    """The command, the reason, or what follows."""
    command: bool = False
    """Whether `second` is a command line."""
    cap: str = CAP


def paint(bar: Bar, width: int, height: int = 2) -> list[Content]:
    """Return the rows of the bar. The note goes first when the label needs the room."""
    ground, strong, dim = f"${bar.kind}-bg", f"${bar.kind}-fg", f"${bar.kind}-dim"
    cap = rows.text((bar.cap, f"bold {ground} on {strong}"), " ")
    label = rows.text((bar.label, f"bold {strong}"))
    note = rows.text((bar.note, dim), " ") if bar.note else Content("")
    room = width - cap.cell_length - label.cell_length
    if note.cell_length + 2 > room:
        note = Content("")
    first = rows.ends(rows.text(cap, rows.cut(label, width - cap.cell_length)), note, width)
    out = [first.stylize_before(f"{strong} on {ground}")]
    if height > 1:
        start = rows.text("$ ") if bar.command and bar.second else Content("")
        second = rows.text(" " * rows.width_of(cap), (start.plain, dim), (bar.second, dim))
        out.append(rows.cut(second, width, pad=True).stylize_before(f"{dim} on {ground}"))
    return out


def words(bar: Bar) -> str:
    """Return the bar as text, for tests and screen readers."""
    return f"{bar.cap.strip()} {bar.label}" + (f" · {bar.note}" if bar.note else "")
