"""The band above the footer: what enter does, how far it reaches, and the command or the reason why not."""

import re
from typing import NamedTuple

from textual.content import Content

from hotfix_tui.ui.paint import glyphs, rows, tokens

CAP = " enter "


LONGEST = 48
"""Maximum width of a label, in cells."""

_END = re.compile(r"(?<! \d)[.?!](?= )| ·(?= )")
"""Where a sentence or a part ends; the number of a step by hand, as in ``2. Look again``, ends nothing."""

REACH = {"act": "on this machine", "out": "leaves this machine", "prod": "PRODUCTION", "idle": ""}
"""The note for each kind if nothing more specific is known."""

SHORT_REACH = {REACH["out"]: "leaves"}
"""What is left of a reach where a row has no room for it; ``PRODUCTION`` is never shortened."""

_BEYOND = {kind: SHORT_REACH.get(REACH[kind], REACH[kind]) for kind in ("out", "prod")}
"""The shortest word for each reach beyond this machine."""

_LEAST = 8
"""Cells that a label keeps next to a reach: with fewer its verb could not be read."""


ONE_MOMENT, LOOKING = "one moment…", "looking…"
"""Notes about work in progress."""


PERSON, WIZARD, COMMAND = "go", "busy", "wait"
"""Whose turn it is, in the words of a drill's log."""


class Bar(NamedTuple):
    """The content of the bar. `kind` is ``act``, ``out``, ``prod`` or ``idle``."""

    kind: str
    label: str
    note: str = ""
    second: str = ""
    """The command, the reason, or what follows."""
    command: bool = False
    """Whether `second` is a command line."""
    cap: str = CAP
    tail: str = ""
    """What stays at the end of the second row, however long the rest is: ``(2 commands)``."""
    doing: bool = False
    """Whether `note` says what is in progress: the label gives way to it."""
    turn: str = PERSON
    """Whose turn it is: nothing can be decided before the wizard, or a command, has ended."""


def paint(bar: Bar, width: int, height: int = 2) -> list[Content]:
    """Return the rows of the bar. The note yields to the label, but not its reach beyond this machine: to that, and to
    a note on work in progress, the label yields.
    """
    ground, strong, dim = f"${bar.kind}-bg", f"${bar.kind}-fg", f"${bar.kind}-dim"
    own = f"${tokens.CAP_TEXT} on $key" if bar.kind == "idle" else f"{ground} on {strong}"
    cap = rows.text((bar.cap, f"bold {own}"), " ")
    label = rows.text((bar.label, f"bold {strong}"))
    if bar.doing:
        label = rows.cut(label, max(width - cap.cell_length - rows.width_of(bar.note) - 3, 1))
    note = _note(bar, width - cap.cell_length - 2, label.cell_length)
    if note:
        label = rows.cut(label, width - cap.cell_length - rows.width_of(note) - 3)
    shown = rows.text((note, dim), " ") if note else Content("")
    first = rows.ends(rows.text(cap, rows.cut(label, width - cap.cell_length)), shown, width)
    out = [first.stylize_before(f"{strong} on {ground}")]
    if height > 1:
        lead = rows.text(" " * cap.cell_length, ("$ " if bar.command and bar.second else "", dim))
        tail = f"   {bar.tail}" if bar.tail else ""
        second = rows.text(
            lead, (_second(bar, width - lead.cell_length - rows.width_of(tail)), dim), (tail, dim)
        )
        out.append(rows.cut(second, width, pad=True).stylize_before(f"{dim} on {ground}"))
    return out


def _note(bar: Bar, room: int, label: int) -> str:
    """Return the longest form of the note that fits into `room` next to the label; at least a reach, if there is room.

    What stays on this machine, or only looks, may go without a word: a bar without one reaches no further.
    """
    shorter = _shorter(bar.note)
    fitting = next((form for form in shorter if label + rows.width_of(form) + 1 <= room), "")
    if fitting or bar.doing or bar.kind not in _BEYOND or not shorter:
        return fitting
    least = shorter[-1]
    stays = least == _BEYOND[bar.kind] and _LEAST + rows.width_of(least) + 1 <= room
    return least if stays else ""


def _shorter(note: str) -> list[str]:
    """Return the note, and its shorter forms down to how far enter reaches."""
    reach = note.split(" · ", 1)[0]
    return [note, reach, SHORT_REACH.get(reach, reach)] if note else []


def _second(bar: Bar, room: int) -> str:
    """Return the second row for `room` cells: whole sentences, and a mark if some are left out."""
    if rows.width_of(bar.second) <= room:
        return bar.second
    kept = "" if bar.command else _sentences(bar.second, room - 2)
    return f"{kept} {glyphs.MORE}" if kept else rows.cut(bar.second, room).plain


def _sentences(said: str, room: int) -> str:
    """Return as many whole sentences, or parts between dots, from the start of `said` as fit into `room` cells."""
    ends = [match.end() for match in _END.finditer(said)]
    return next((part for end in reversed(ends) if rows.width_of(part := said[:end].rstrip()) <= room), "")


def words(bar: Bar) -> str:
    """Return the bar as text, for tests and screen readers."""
    return f"{bar.cap.strip()} {bar.label}" + (f" · {bar.note}" if bar.note else "")
