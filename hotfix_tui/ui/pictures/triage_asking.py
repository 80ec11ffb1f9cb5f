"""Triage in progress: the tree with the current question, and the bar with its two answers.

Apart from the screen, which has the keys: the tree is rows, and is tested as such.
"""

from typing import NamedTuple

from textual.content import Content

from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.rules import triage
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures import triage_tree
from hotfix_tui.ui.pictures.triage_tree import Tree

HINT = "The first yes decides. When unsure, say yes: lowering it later is easy."
KEPT_BACK = f"Under embargo {embargo.PLACES}; public messages wait. s switches it at any time."


_SHORT = 48
"""Columns below which answers are shortened."""


class AnswerKey(NamedTuple):
    """One answer of the bar: its key, and what it does."""

    key: str
    label: str


def paint(tree: Tree, width: int, height: int, said: str = "") -> list[Content]:
    """Return the picture; `said` is what was found here, shown before the first answer."""
    out = [rows.rule(_title(tree), _place(tree, width), width)]
    out += triage_tree.painted(tree, width, height - 1)
    if height >= 1 + triage_tree.WHOLE + 1 + triage_tree.TABLE + 2 and width >= triage_tree.NARROW:
        out += [Content(""), *triage_tree.meanings(tree.config, width)]
        return [*out, *_foot(tree, said, width, height - len(out))]
    foot = _foot(tree, said, width, height - len(out))
    return [*rows.fill(out, height - len(foot)), *foot]


def _foot(tree: Tree, said: str, width: int, room: int) -> list[Content]:
    """Return the sentence below the tree, after an empty row; nothing if it does not fit."""
    words = said if said and tree.opens and not tree.answers else hint(tree)
    body = rows.paragraphs(words, width - 2, style="$muted", most=max(room - 1, 0))
    return [Content(""), *(rows.text(" ", row) for row in body)] if body and room > 1 else []


def hint(tree: Tree) -> str:
    """Return a sentence that helps with the current question."""
    if tree.asked == triage.EMBARGO.id:
        return KEPT_BACK
    if tree.marked:
        return "The questions left are not asked. s changes the severity at any time."
    if tree.normal:
        return triage.NORMAL_PROCESS
    return HINT


def _title(tree: Tree) -> str:
    return "Keep it back?" if tree.asked == triage.EMBARGO.id else "How urgent is it?"


def _place(tree: Tree, width: int) -> Content:
    """Return which question of how many it is, and that times are UTC if any are shown."""
    ids = [question.id for question in triage.QUESTIONS]
    utc = f" {glyphs.DOT} UTC" if tree.detected is not None and width >= triage_tree.NARROW else ""
    if tree.normal:
        return rows.text(("no hotfix", "$muted"))
    if tree.asked in ids:
        return rows.text((f"question {ids.index(tree.asked) + 1} of {len(ids)}{utc}", "$muted"))
    return rows.text((f"one more question{utc}", "$muted"))


def answers(tree: Tree, width: int = 80) -> list[AnswerKey]:
    """Return the answers for a bar of `width` cells, the first one selected initially."""
    if tree.asked == triage.EMBARGO.id:
        return [AnswerKey("y", "Yes, or not sure: keep it back"), AnswerKey("n", "No: it may be told now")]
    if tree.marked:
        return [
            AnswerKey("y", _by(tree, f"Set {tree.marked}", tree.marked, width)),
            AnswerKey("n", "No: back to the question"),
        ]
    if tree.normal:
        return [AnswerKey("", "Leave it to the normal process")]
    question = triage.question(tree.asked)
    level = (question.severity or "") if question else ""
    if not level:
        yes = "Yes: open an incident" if tree.opens else "Yes: ask how urgent it is"
        return [AnswerKey("y", yes), AnswerKey("n", f"No: {triage_tree.NORMAL}")]
    last = triage.QUESTIONS[-1].id == tree.asked
    no = f"No, or not sure: {triage_tree.NORMAL}" if last else "No, or not sure: the next question"
    return [AnswerKey("y", _by(tree, f"Yes: {level}", level, width)), AnswerKey("n", no)]


def _by(tree: Tree, words: str, level: str, width: int) -> str:
    by = triage_tree.due(tree, level)
    if not by:
        return f"{words}, within {triage_tree.hours(tree.config, level)}"
    today = by[:1].isdigit() and len(by) == 5
    if width < _SHORT:
        return f"{words}, {'deploy today ' if today else ''}by {by}"
    return f"{words}, deploy {'today ' if today else ''}by {by}"


def bar(given: list[AnswerKey], marked: int, width: int, height: int = 2) -> list[Content]:
    """Return the bar: one row per answer, the cap at the selected one; in a single row only the selected answer."""
    drawn = [_row(answer, place == marked, width) for place, answer in enumerate(given)]
    if height < 2:
        return [drawn[min(marked, len(drawn) - 1)]]
    if len(given) > 1:
        other = "no" if marked == 0 else "yes"
        arrow = glyphs.DOWN if marked == 0 else glyphs.UP
        drawn[marked] = _row(given[marked], True, width, f"{arrow} marks {other}")
    return rows.fill(drawn, height) if len(drawn) > 1 else [*drawn, _blank(width)]


def _row(answer: AnswerKey, marked: bool, width: int, note: str = "") -> Content:
    key = f" {answer.key}" if answer.key else ""
    if marked:
        head = rows.text((f" enter{key} ", "bold $act-bg on $act-fg"), " ", (answer.label, "bold $act-fg"))
        tail = rows.text((note, "$act-dim"), " ") if note else Content("")
        if head.cell_length + tail.cell_length + 2 > width:
            tail = Content("")
        return rows.ends(head, tail, width).stylize_before("$act-fg on $act-bg")
    row = rows.text(" " * 10, (f"{answer.key}  {answer.label}", "$act-dim"))
    return rows.cut(row, width, pad=True).stylize_before("$act-dim on $act-bg")


def _blank(width: int) -> Content:
    return rows.cut(" " * width, width, pad=True).stylize_before("$act-dim on $act-bg")


def words(given: list[AnswerKey], marked: int) -> str:
    """Return what enter does, as text: for tests and screen readers."""
    answer = given[min(marked, len(given) - 1)]
    return f"enter {answer.key} {answer.label}".replace("  ", " ")
