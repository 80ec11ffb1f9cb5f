"""What can be opened from a folder without a repository, as rows, and the selected one in a few lines.

Apart from the screen, which opens what is selected: which rows there are is worked out without a widget.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from hotfix_tui.engine.elsewhere import Elsewhere, Incident, Repository
from hotfix_tui.engine.errors import NoRepository
from hotfix_tui.incident.model.catalog import STAGE_TITLES
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import header
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import (
    Text,
    command,
    cut,
    ends,
    fill,
    on_selection,
    path,
    rule,
    text,
    width_of,
    wrap,
)
from hotfix_tui.ui.presenters import home

PRACTISE = "the drill: a broken service in a temporary folder, 10 minutes"
"""What the drill is, in a row."""

AGAIN = "this folder, once git trusts it"

NOTHING = "No incident to open on this machine, no repository in this folder."

_NAME_MOST = 20
_LEAST_ROWS = 3
_WIDE = 72


class ElsewhereRow(NamedTuple):
    """One row: a heading, a blank one, an incident, a repository, the drill, or a sentence."""

    kind: str
    """``head``, ``blank``, ``again``, ``incident``, ``repository``, ``drill`` or ``said``."""
    incident: Incident | None = None
    repository: Repository | None = None
    words: str = ""
    right: str = ""

    @property
    def selectable(self) -> bool:
        """Whether it can be selected."""
        return self.kind in ("again", "incident", "repository", "drill")


def rows(found: Elsewhere | None, why: NoRepository) -> list[ElsewhereRow]:
    """Return what there is to open, the most urgent first; `found` is None while it is being looked for."""
    out: list[ElsewhereRow] = (
        [ElsewhereRow("again", words=AGAIN), ElsewhereRow("blank")] if why.command else []
    )
    if found is None:
        out += [
            ElsewhereRow("said", words="looking for open incidents and repositories…"),
            ElsewhereRow("blank"),
        ]
    elif found.incidents:
        out.append(ElsewhereRow("head", words="Open on this machine", right=str(len(found.incidents))))
        out += [ElsewhereRow("incident", incident=incident) for incident in found.incidents]
        out.append(ElsewhereRow("blank"))
    if found is not None and not found.incidents and not found.repositories:
        out += [ElsewhereRow("said", words=NOTHING), ElsewhereRow("blank")]
    if found is not None and found.repositories:
        out.append(ElsewhereRow("head", words="Repositories", right=str(len(found.repositories))))
        out += [ElsewhereRow("repository", repository=repository) for repository in found.repositories]
        out.append(ElsewhereRow("blank"))
    return [*out, ElsewhereRow("head", words="To practise"), ElsewhereRow("drill")]


def head(start: str, why: NoRepository, found: Elsewhere | None, width: int) -> Content:
    """Return the header: the program, where it was started, and how many incidents are open elsewhere."""
    state = "refused by git" if why.command else "no repository"
    left = text((" hotfix-tui", "bold"), "  ", (state, "$warn"), "  ", (home.tilde(start), "$muted"))
    many = len(found.incidents) if found is not None else 0
    right = (f"{many} open elsewhere " if many else "", "$muted")
    return ends(left, right, width)


def said(why: NoRepository, width: int) -> list[Content]:
    """Return why there is nothing to work on here, and what to do about it."""
    told = [rule("Here", "", width), *(text(" ", row) for row in wrap(str(why), width - 2))]
    if why.command:
        told += [text(" ", row) for row in command(why.command, width - 2)]
    return [*told, Content("")]


def _parts(
    listed: Sequence[ElsewhereRow], selected: int, why: NoRepository, width: int, height: int
) -> tuple[list[Content], int]:
    """Return the rows above the list, and the first row of the list that is visible."""
    above = said(why, width)[: max(height - _LEAST_ROWS, 0)]
    return above, home.window(len(listed), selected, height - len(above))


def place_at(
    listed: Sequence[ElsewhereRow], selected: int, why: NoRepository, size: tuple[int, int], y: int
) -> int | None:
    """Return the row of the list at the row `y` of the picture; None if there is none."""
    above, first = _parts(listed, selected, why, *size)
    place = first + y - len(above)
    return place if first <= place < len(listed) else None


def paint(
    listed: Sequence[ElsewhereRow], selected: int, why: NoRepository, now: datetime, width: int, height: int
) -> list[Content]:
    """Return why there is no repository, and below it what can be opened."""
    above, first = _parts(listed, selected, why, width, height)
    room = height - len(above)
    cells = _widths(listed)
    out = [
        _row(row, place == selected, now, width, cells)
        for place, row in list(enumerate(listed))[first : first + room]
    ]
    return [*above, *fill(out, room)]


class _Cells(NamedTuple):
    """The widths of the columns of tickets and of repositories: those of their longest entries."""

    ticket: int
    name: int


def _widths(listed: Sequence[ElsewhereRow]) -> _Cells:
    found = [row.incident.summary for row in listed if row.incident is not None]
    tickets = [width_of(summary.ticket or summary.id) for summary in found]
    names = [width_of(os.path.basename(row.repository.root)) for row in listed if row.repository is not None]
    return _Cells(min(max(tickets, default=8), _NAME_MOST), min(max(names, default=8), _NAME_MOST))


def _row(row: ElsewhereRow, selected: bool, now: datetime, width: int, cells: _Cells) -> Content:
    mark = glyphs.SELECTED if selected else " "
    if row.kind == "blank":
        return Content("")
    if row.kind == "head":
        return rule(row.words, (row.right, "$muted") if row.right else "", width)
    if row.incident is not None:
        made = _incident(row.incident, mark, now, width, cells.ticket)
    elif row.repository is not None:
        made = _repository(row.repository, mark, width, cells.name)
    elif row.selectable:
        said, letter = (PRACTISE, "drill") if row.kind == "drill" else (row.words, "look")
        made = ends(text(mark, "  ", said), (f"{keymap.key('elsewhere', letter)} ", "$muted"), width)
    else:
        made = cut(text("   ", (row.words, "$muted")), width, pad=True)
    return on_selection(made) if selected else made


def _incident(incident: Incident, mark: str, now: datetime, width: int, ticket: int) -> Content:
    summary = incident.summary
    name = cut((summary.ticket or summary.id, "bold"), ticket, pad=True)
    left = text(mark, " ", header.badge(summary.severity), " ", name)
    where: Text = (os.path.basename(incident.root), "$key")
    right = (
        text(where, " ", home.when(summary, incident.record, now), " ")
        if width >= _WIDE
        else text(where, " ")
    )
    return ends(text(left, "  ", summary.title or "no title yet"), right, width)


def _repository(repository: Repository, mark: str, width: int, name: int) -> Content:
    left = text(mark, "  ", cut(os.path.basename(repository.root), name, pad=True), "  ")
    right = text((repository.where, "$muted"), " ") if width >= _WIDE else text()
    room = width - left.cell_length - right.cell_length - 2
    return ends(text(left, (path(home.tilde(repository.root), room), "$muted")), right, width)


def next_of(incident: Incident) -> str:
    """Return where an incident goes on: its stage and the next step."""
    stage = STAGE_TITLES.get(incident.summary.stage, incident.summary.stage)
    if incident.record is None:
        return f"In {stage}" if stage else "It is opened there"
    return f"Goes on at {stage}: {home.next_words(incident.record)}"
