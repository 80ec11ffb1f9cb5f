"""The tree of triage: its questions by level, the answers, the current question, and where each yes leads.

One list of rows serves both pictures, in progress and decided; if there is no room for all of it, a window around the
question is shown.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from textual.content import Content

from hotfix_tui.incident.model.severity import SEVERITIES
from hotfix_tui.incident.rules import policy, triage
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures import times

NARROW = 72
"""Columns below which path and ``deploy by`` are left out."""

WHOLE = 4 + len(SEVERITIES) + len(triage.CRITERIA)
"""Rows needed with every level unfolded, including one for the embargo."""

TABLE = 2 + len(SEVERITIES)
"""Rows of the table of levels and their meaning."""

NORMAL = "use the normal release process"

BADGES = {level: f"bold ${level.lower()}-fg on ${level.lower()}-bg" for level in SEVERITIES}
_GREY = "$idle-dim on $idle-bg"

_PATHS = {
    "P0": "deploy first, inform after",
    "P1": "fast-track PR",
    "P2": "standard, expedited",
    "P3": "planned release",
}
_FAULTS = {
    "P0": "security, or all is down",
    "P1": "a critical part is down",
    "P2": "major bug",
    "P3": "business critical",
}


class Tree(NamedTuple):
    """The state of the tree.

    `asked` is the id of the current question, `decided` the level that was set, `marked` one about to be set without
    the remaining questions. `normal` says that no answer leads to a hotfix. `config` is that of the incident,
    `detected` when the fault was seen, None if unknown.
    """

    answers: Mapping[str, bool]
    config: Mapping[str, object]
    now: datetime
    detected: datetime | None = None
    asked: str = ""
    decided: str = ""
    marked: str = ""
    normal: bool = False
    opens: bool = False
    """Whether a yes to the first question opens an incident."""


class TreeRow(NamedTuple):
    """One row of the tree: its left and right part, and its level.

    `eye` is the row that must be visible; `band` the current question's row, with the words that are never truncated.
    """

    left: Content
    right: Content
    level: str = ""
    eye: bool = False
    band: bool = False
    words: str = ""


def allowed(config: Mapping[str, object], level: str) -> timedelta:
    """Return how long `level` may take."""
    return policy.time_allowed(config, level)


def hours(config: Mapping[str, object], level: str) -> str:
    """Return how long `level` may take, in words: ``4 h``, ``1 h 30 m``."""
    minutes = int(allowed(config, level).total_seconds()) // 60
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest} m"
    return f"{whole} h {rest} m" if rest else f"{whole} h"


def soon(config: Mapping[str, object], level: str) -> str:
    """Return when `level` is due in words, unless the configuration sets another time."""
    known = SEVERITIES[level]
    return known.deployment if allowed(config, level) == timedelta(hours=known.hours) else ""


def way(config: Mapping[str, Any], level: str) -> str:
    """Return the path of `level` in a few words."""
    order = config.get("policy", {}).get(level, {}).get("order")
    if order == policy.DEPLOY_FIRST:
        return _PATHS["P0"]
    return _PATHS["P1"] if level == "P0" and order == policy.MERGE_FIRST else _PATHS[level]


def due(tree: Tree, level: str) -> str:
    """Return until when a fix of `level` has to be deployed, empty if the detection is unknown."""
    if tree.detected is None:
        return ""
    return times.at(tree.detected + allowed(tree.config, level), tree.now)


def lines(tree: Tree, width: int, unfold: bool) -> list[TreeRow]:
    """Return all rows of the tree; with `unfold` the questions of every level except the passed ones."""
    out = [_first(tree), _no(tree)]
    levels = list(SEVERITIES)
    for level in levels:
        last = level == levels[-1]
        out.append(_level(tree, level, width, last))
        if _open(tree, level, unfold):
            out += _questions(tree, level, last)
    out.append(_end(tree))
    return out


def window(rows: list[TreeRow], room: int) -> list[TreeRow]:
    """Return the rows around the question that fit into `room`; the level of the question stays on top."""
    if len(rows) <= room:
        return rows
    if room <= 0:
        return []
    focus = next((place for place, row in enumerate(rows) if row.eye), 0)
    level = rows[focus].level
    block = [place for place, row in enumerate(rows) if level and row.level == level] or [focus]
    end = block[-1] + 1
    start = max(end - room, 0)
    if start <= block[0]:
        return rows[start : start + room]
    if room == 1 or focus == block[0]:
        return rows[focus : focus + room]
    start = min(max(focus - (room - 1) // 2, block[0] + 1), end - room + 1)
    return [rows[block[0]], *rows[start : start + room - 1]]


def draw(rows_: list[TreeRow], width: int) -> list[Content]:
    """Return the rows as shown in `width` cells; the current question wraps rather than being truncated."""
    out: list[Content] = []
    for row in rows_:
        if not row.band:
            out.append(rows.ends(rows.text(" ", row.left), rows.text(row.right, " "), width))
            continue
        whole = rows.text((glyphs.SELECTED, "bold"), row.left)
        fits = whole.cell_length + row.right.cell_length + 2 <= width
        made = (
            [rows.ends(whole, rows.text(row.right, " "), width)]
            if fits
            else _wrapped(whole, row.words, width)
        )
        out += [rows.on_selection(row_, bold=False) for row_ in made]
    return out


def _wrapped(whole: Content, words: str, width: int) -> list[Content]:
    """Return a row whose `words` do not fit, in as many rows as needed."""
    head = whole[: len(whole.plain) - len(words)]
    wrapped = rows.wrap((words, "bold"), max(width - head.cell_length - 1, 8))
    blank = " " * head.cell_length
    return [
        rows.cut(rows.text(head if place == 0 else blank, row), width, pad=True)
        for place, row in enumerate(wrapped)
    ]


def painted(tree: Tree, width: int, height: int) -> list[Content]:
    """Return the tree in at most `height` rows: all levels unfolded if there is room, otherwise the current one."""
    all_rows = lines(tree, width, height >= WHOLE)
    drawn = draw(window(all_rows, height), width)
    return (
        drawn
        if len(drawn) <= height
        else draw(window(all_rows, max(2 * height - len(drawn), 1)), width)[:height]
    )


def meanings(config: Mapping[str, object], width: int) -> list[Content]:
    """Return the table of levels and their meaning."""
    widths = [3, 24, -6, 19, max(width - 57, 8)]
    head = [rows.text((word, "$muted")) for word in ("", "fault", "deploy", "  when", "path")]
    out = [rows.rule("What the levels mean", "", width), rows.text(" ", rows.columns(head, widths, gap=1))]
    for level in SEVERITIES:
        cells: list[rows.Text] = [
            (level, "bold"),
            _FAULTS[level],
            f"< {hours(config, level)}",
            "  " + (soon(config, level) or f"within {hours(config, level)}"),
            way(config, level),
        ]
        out.append(rows.text(" ", rows.columns(cells, widths, gap=1)))
    return [rows.cut(row, width) for row in out]


# Rows


def _first(tree: Tree) -> TreeRow:
    question = triage.BROKEN
    answer = tree.answers.get(question.id)
    if tree.asked == question.id:
        right = "yes → an incident" if tree.opens else "yes → how urgent?"
        left = rows.text(("?", "bold $key"), " ", (question.text, "bold"))
        return TreeRow(left, rows.text((right, "bold $key")), "", True, True, question.text)
    sign = {True: (glyphs.DONE, "$ok"), False: (glyphs.NOT_NEEDED, "$muted"), None: (glyphs.DOT, "$muted")}
    said = {True: ("yes", "bold $ok"), False: ("no", "bold"), None: ("", "")}[answer]
    return TreeRow(
        rows.text(sign[answer], " ", (question.text, "$muted" if answer is None else "")), rows.text(said)
    )


def _no(tree: Tree) -> TreeRow:
    lit = tree.normal and tree.answers.get(triage.BROKEN.id) is False
    words = f"no ── {NORMAL}; no hotfix"
    left = rows.text(("├─ ", "$line"), (words, "bold" if lit else "$muted"))
    return TreeRow(left, rows.text(("this way", "bold $key") if lit else ""), "", lit, lit, words)


def _end(tree: Tree) -> TreeRow:
    lit = tree.normal and tree.answers.get(triage.BROKEN.id) is not False
    words = f"every answer no ── {NORMAL}"
    left = rows.text("   ", (words, "bold" if lit else "$muted"))
    return TreeRow(left, rows.text(("this way", "bold $key") if lit else ""), "", lit, lit, words)


def _of(level: str) -> list[triage.Question]:
    return [question for question in triage.CRITERIA if question.severity == level]


def _asked_level(tree: Tree) -> str:
    """Return the level that is in question or decided, empty during the first question."""
    if tree.decided or tree.marked:
        return tree.decided or tree.marked
    known = triage.question(tree.asked)
    return (known.severity or "") if known else ""


def _passed(tree: Tree, level: str) -> bool:
    return all(tree.answers.get(question.id) is False for question in _of(level))


def _open(tree: Tree, level: str, unfold: bool) -> bool:
    if level == _asked_level(tree):
        return True
    above = bool(tree.decided) and level < tree.decided
    return unfold and not above and not _passed(tree, level)


def _level(tree: Tree, level: str, width: int, last: bool) -> TreeRow:
    here, passed = level == _asked_level(tree), _passed(tree, level)
    off = passed or tree.normal or bool(tree.decided and not here)
    badge = (f" {level} ", _GREY if off else BADGES[level])
    words = f"within {hours(tree.config, level)}"
    if when := soon(tree.config, level):
        words += f", {when}"
    if width >= NARROW:
        words += f" {glyphs.DOT} {way(tree.config, level)}"
    style = "bold" if here and (tree.decided or tree.marked) else "" if here else "$muted"
    branch = glyphs.TREE_END if last else glyphs.TREE_MID
    left = rows.text((f"{branch}{glyphs.RULE} ", "$line"), badge, " ", (words, style))
    marked = level == tree.marked
    eye = marked or (here and bool(tree.decided) and not any_yes(tree) and not tree.asked)
    return TreeRow(left, _by_level(tree, level, width, here, passed), level, eye, marked, words)


def any_yes(tree: Tree) -> bool:
    """Return whether a question decided."""
    return any(tree.answers.get(question.id) for question in triage.CRITERIA)


def _by_level(tree: Tree, level: str, width: int, here: bool, passed: bool) -> Content:
    if passed:
        return rows.text((f"{len(_of(level))} × no", "$muted"))
    if tree.marked == level:
        return rows.text((f"enter → {level}", "bold $key"))
    if tree.decided and here:
        return rows.text(("this one", "bold $key"))
    style = "$key" if here else "$muted"
    if width < NARROW:
        return rows.text((f"< {hours(tree.config, level)}", style))
    by = due(tree, level)
    return rows.text((f"deploy by {by}", style) if by else "")


def _questions(tree: Tree, level: str, last: bool) -> list[TreeRow]:
    questions = _of(level)
    stem = " " if last else glyphs.BAR
    out: list[TreeRow] = []
    if tree.asked == triage.EMBARGO.id and level == tree.decided and not any_yes(tree):
        out.append(_embargo(tree, level, stem, False))
    for place, question in enumerate(questions):
        out.append(_question(tree, question, level, stem, place == len(questions) - 1))
        if tree.asked == triage.EMBARGO.id and tree.answers.get(question.id):
            out.append(_embargo(tree, level, stem, place == len(questions) - 1))
    return out


def _embargo(tree: Tree, level: str, stem: str, last: bool) -> TreeRow:
    left = _node(stem, last, ("?", "bold $key"), (triage.EMBARGO.text, "bold"))
    return TreeRow(left, rows.text(("yes → EMBARGO", "bold $key")), level, True, True, triage.EMBARGO.text)


def _question(tree: Tree, question: triage.Question, level: str, stem: str, last: bool) -> TreeRow:
    answer = tree.answers.get(question.id)
    asks_after = bool(answer) and tree.asked == triage.EMBARGO.id
    last = last and not asks_after
    if tree.asked == question.id:
        node = _node(stem, last, ("?", "bold $key"), (question.text, "bold"))
        right = rows.text(("" if tree.marked else f"yes → {level}", "bold $key"))
        return TreeRow(node, right, level, not tree.marked, not tree.marked, question.text)
    if answer:
        node = _node(stem, last, ("yes", "bold $ok"), (question.text, "bold"))
        return TreeRow(node, rows.text((f"→ {level}", "bold $ok")), level, not asks_after)
    mark = "no" if answer is False else glyphs.DOT
    return TreeRow(_node(stem, last, (mark, "$muted"), (question.text, "$muted")), Content(""), level)


def _node(stem: str, last: bool, mark: tuple[str, str], words: tuple[str, str]) -> Content:
    branch = (glyphs.TREE_END if last else glyphs.TREE_MID) + "╴"
    return rows.text(
        (stem, "$line"), "  ", (branch, "$line"), mark, " " * (5 - rows.width_of(mark[0])), words
    )
