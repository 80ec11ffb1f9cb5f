"""The checklist of a stage as rows: sign, title, evidence; groups with their counts; the selection always visible."""

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from hotfix_tui.incident.model.catalog import STAGE_TITLES, short_title
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.frame import evidence
from hotfix_tui.ui.frame.groups import done, grouped, needed
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures.scene import Scene

EDGE = 2
"""How many rows the selection keeps from the edge of a scrolling list."""

TITLE_CELLS = 24
"""Width of a title if a sentence of evidence follows it."""


class ChecklistRow(NamedTuple):
    """One row: a heading, or the row of a step."""

    content: Content
    step: str = ""


def height(scene: Scene) -> int:
    """Return how many rows the whole list takes."""
    groups = grouped(scene.stage, scene.here())
    return 1 + sum(len(group.steps) + bool(group.title) for group in groups)


def paint(
    scene: Scene, width: int, room: int, *, focus: bool = True, sentences: bool = False, line: bool = False
) -> list[ChecklistRow]:
    """Return at most `room` rows of `width` cells.

    With `sentences` each row has a clause of evidence between title and word, with `line` a divider on its right.
    """
    inner = width - 1 if line else width
    body = _body(scene, inner, focus, sentences)
    head = ChecklistRow(_title(scene, inner))
    shown = [head, *_window(body, scene.selected.id if scene.selected else "", room - 1, inner)]
    if not line:
        return shown
    shown += [ChecklistRow(Content(" " * inner))] * (room - len(shown))
    return [
        ChecklistRow(rows.text(rows.cut(shown_row.content, inner, pad=True), ("▕", "$line")), shown_row.step)
        for shown_row in shown
    ]


def _title(scene: Scene, width: int) -> Content:
    counted = needed(scene.here())
    right = f"{done(counted)} of {len(counted)}" if counted else ""
    title = rows.text((f" {STAGE_TITLES[scene.stage]}", "bold"))
    return rows.ends(title, rows.text((right, "$muted"), " "), width)


def _body(scene: Scene, width: int, focus: bool, sentences: bool) -> list[ChecklistRow]:
    out: list[ChecklistRow] = []
    for group in grouped(scene.stage, scene.here()):
        if group.title:
            counted = needed(group.steps)
            right = f"{done(counted)}/{len(counted)} " if counted else ""
            out.append(ChecklistRow(rows.ends((f" {group.title}", "$muted"), (right, "$muted"), width)))
        for view in group.steps:
            out.append(ChecklistRow(_step(scene, view, width, focus, sentences), view.id))
    return out


def _step(scene: Scene, view: StepView, width: int, focus: bool, sentences: bool) -> Content:
    selected = scene.selected is not None and scene.selected.id == view.id
    mark, style = evidence.sign(scene, view)
    said, colour = evidence.word(scene, view)
    title = short_title(view.step)
    quiet = view.state == "not-needed"
    left = rows.text(
        (glyphs.SELECTED if selected else " ", "$fg"),
        " ",
        (mark, style),
        " ",
        (title, "$muted" if quiet else ""),
    )
    if sentences:
        clause = evidence.sentence(scene, view)
        left = rows.text(rows.cut(left, 4 + TITLE_CELLS, pad=True), " ", (clause, "$muted"))
    row = rows.ends(left, rows.text((said, colour), " "), width, apart=sentences)
    return rows.on_selection(row, focus=focus) if selected else row


def _window(body: Sequence[ChecklistRow], selected: str, room: int, width: int) -> list[ChecklistRow]:
    """Return the part of `body` around the selection, with the hidden rows counted at its edges."""
    if len(body) <= room or room < 4:
        return list(body)[: max(room, 0)]
    at = next((place for place, row in enumerate(body) if row.step == selected), 0)
    first = min(max(at - room + 1 + EDGE + 1, 0), len(body) - room)
    shown = list(body[first : first + room])
    if first:
        hidden = sum(bool(row.step) for row in body[: first + 1])
        shown[0] = ChecklistRow(rows.cut((f" {glyphs.UP} {hidden} more", "$muted"), width, pad=True))
    if first + room < len(body):
        hidden = sum(bool(row.step) for row in body[first + room - 1 :])
        shown[-1] = ChecklistRow(rows.cut((f" {glyphs.DOWN} {hidden} more", "$muted"), width, pad=True))
    return shown
