"""The picture of the stage communicate: who has been told what, and the selected channel's text as it will be sent.

The picture is the list: a row per channel, a column per phase. It marks the selected row itself.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from hotfix_tui.base.text import clean
from hotfix_tui.documents.facts_in import default_phase
from hotfix_tui.incident.model.catalog import short_title
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, columns, cut, ends, fill, on_selection, plural, rule, text, wrap
from hotfix_tui.ui.pictures import communicate_asked, times
from hotfix_tui.ui.pictures.communicate_asked import CHANNELS, CommunicateAsked, Draft
from hotfix_tui.ui.pictures.scene import Scene

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

STEPS = {f"communicate.{channel}": channel for channel in CHANNELS}
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "declared": {"internal": ("declared",), "status-page": ("investigating",)},
    "update": {"internal": ("update",), "status-page": ("identified",)},
    "deployed": {"internal": ("deployed",), "status-page": ("monitoring",)},
    "resolved": dict.fromkeys(CHANNELS, ("resolved", "mitigated")),
}
"""The phases of the matrix, and what each channel calls them."""

_NAME = 13
_TEXT_MOST = 78
_WIDE = 60
_CHECKS = 26
"""Rows from which on ``Before it goes out`` is shown below the text."""


def ask(engine: "Engine") -> CommunicateAsked:
    """Render every channel's message as it would be sent now."""
    return communicate_asked.read(engine)


def asks_for(record: Record) -> tuple[object, ...]:
    """Return what the texts are made from: the whole record."""
    return (record.revision,)


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture."""
    out = _matrix(scene, width)
    left = height - len(out)
    if left >= 3:
        out += _text(scene, width, left)
    return out[:height]


def row_of(scene: Scene, y: int) -> str | None:
    """Return the id of the step in row `y` of the picture, None if there is none."""
    listed = _listed(scene)
    return listed[y - 2].id if 0 <= y - 2 < len(listed) else None


def _listed(scene: Scene) -> list[StepView]:
    """Return the rows: the channels, then the other steps of this stage."""
    here = scene.here()
    return [*(view for view in here if view.id in STEPS), *(view for view in here if view.id not in STEPS)]


def _selected(scene: Scene) -> str:
    listed = [view.id for view in _listed(scene)]
    if scene.selected is not None and scene.selected.id in listed:
        return scene.selected.id
    return listed[0] if listed else ""


def _asked(scene: Scene) -> CommunicateAsked | None:
    return scene.looked if isinstance(scene.looked, CommunicateAsked) else None


# The matrix


def _matrix(scene: Scene, width: int) -> list[Content]:
    chosen = _selected(scene)
    rows = [rule("Messages", _out(scene), width)]
    listed = _listed(scene)
    if not listed:
        return [*rows, cut((" No message is asked for in this incident.", "$muted"), width)]
    rows.append(_head(width))
    for view in listed:
        row = _row(scene, view, width) if view.id in STEPS else _other(scene, view, width)
        mark = text(glyphs.SELECTED if view.id == chosen else " ", " ", row)
        full = cut(mark, width, pad=True)
        rows.append(on_selection(full) if view.id == chosen else full)
    return rows


def _head(width: int) -> Content:
    names = list(COLUMNS) if width >= _WIDE else [""]
    return text(("  " + columns(["channel", *names], _widths(width)).plain, "$muted"))


def _widths(width: int) -> list[int]:
    if width < _WIDE:
        return [_NAME, max(width - _NAME - 5, 6)]
    each = (width - 2 - _NAME - 2 * len(COLUMNS)) // len(COLUMNS)
    return [_NAME, *([each] * len(COLUMNS))]


def _row(scene: Scene, view: StepView, width: int) -> Content:
    document = STEPS[view.id]
    name = communicate_asked.target(scene.record, document)
    now = _phase(scene, document)
    if width < _WIDE:
        due = next(
            (column for column, phases in COLUMNS.items() if now in phases.get(document, ())), "resolved"
        )
        return columns([name, text(f"{due} ", _cell(scene, view, document, due))], _widths(width))
    cells = [_cell(scene, view, document, column) for column in COLUMNS]
    return columns([name, *cells], _widths(width))


def _phase(scene: Scene, document: str) -> str:
    """Return the phase in which a channel's message is due now."""
    known = _asked(scene)
    if known is not None and known.drafts[document].phase:
        return known.drafts[document].phase

    return default_phase(document, scene.record)


def _sent(record: Record, document: str, phases: tuple[str, ...]) -> list[datetime]:
    since = record.clock.get("reopened_at", record.opened_at)
    return [
        message["at"]
        for message in record.messages
        if message.get("document") == document and message.get("phase") in phases and message["at"] >= since
    ]


def _cell(scene: Scene, view: StepView, document: str, column: str) -> Content:
    phases = COLUMNS[column].get(document, ())
    if not phases:
        return text((glyphs.NOT_NEEDED, "$muted"))
    if at := _sent(scene.record, document, phases):
        shown = ", ".join(times.at(moment, scene.now) for moment in at[-2:])
        more = f"{len(at) - 2} + " if len(at) > 2 else ""
        return text((glyphs.DONE, "$ok"), f" {more}{shown}")
    if any(
        message.get("document") == document and message.get("phase") in phases
        for message in scene.record.sending
    ):
        return text((f"{glyphs.UNKNOWN} may be out", "bold $warn"))
    last = column == "resolved"
    if last and (word := _ended(view)) is not None:
        return word
    if _phase(scene, document) in phases:
        return _due(scene, view, document, last)
    if last:
        return text((f"{glyphs.OPEN} later", "$muted"))
    return text((glyphs.NOT_NEEDED, "$muted"))


def _ended(view: StepView) -> Content | None:
    """Return the last cell of a channel that is settled without a known message, None for others."""
    if view.state == "waived":
        return text((f"{glyphs.WAIVED} waived", "$warn"))
    if view.state == "not-needed":
        return text((glyphs.NOT_NEEDED, "$muted"))
    return text((glyphs.DONE, "$ok"), " said to be out") if view.state == "done" else None


def _due(scene: Scene, view: StepView, document: str, last: bool) -> Content:
    known = _asked(scene)
    gaps = len(known.drafts[document].gaps) if known is not None else 0
    optional = view.required.level not in ("R", "W")
    if gaps:
        return text((f"{glyphs.ALERT} {plural(gaps, 'gap')}", "$muted" if optional else "bold $warn"))
    if optional:
        return text((f"{glyphs.OPEN} optional", "$muted"))
    if document == "internal" and not last:
        at = policy.message_due_at(scene.record)
        left = (at - scene.now).total_seconds() if at is not None else 0.0
        if left > 0:
            return text((f"{glyphs.OPEN} in {times.minutes(left)}", "$muted"))
    if last and scene.record.this_round.get("verdict") not in ("fixed", "mitigated"):
        return text((f"{glyphs.OPEN} later", "$muted"))
    return text((f"{glyphs.HERE} due now", "bold $key"))


def _out(scene: Scene) -> Text:
    """Return how many of the final messages were sent; before the verdict, when the next one is due."""
    record = scene.record
    wanted = [view for view in _listed(scene) if view.id in STEPS and view.required.level in ("R", "W")]
    if record.this_round.get("verdict") in ("fixed", "mitigated") or record.state != "open":
        done = sum(view.settled for view in wanted)
        return (f"resolved: {done} of {len(wanted)} out", "$ok" if done == len(wanted) else "bold $warn")
    due = policy.message_due_at(record)
    if due is None:
        return ""
    left = (due - scene.now).total_seconds()
    if left <= 0:
        return (f"the team's message is {times.minutes(left)} late", "bold $bad")
    return (f"the team's next in {times.minutes(left)}", "$muted")


def _other(scene: Scene, view: StepView, width: int) -> Content:
    style = glyphs.STYLE_BY_STATE[view.state]
    when = times.at(view.at, scene.now) if view.at is not None and view.state == "done" else ""
    right = text((when or _WORDS.get(view.state, view.state), style), " ")
    return ends(text((glyphs.BY_STATE[view.state], style), " ", short_title(view.step)), right, width - 2)


_WORDS = {"pending": "to do", "debt": "owed", "not-needed": "n/a"}


# The text


def _text(scene: Scene, width: int, height: int) -> list[Content]:
    chosen = _selected(scene)
    if chosen not in STEPS:
        view = scene.views.get(chosen)
        if view is None:
            return []
        return [
            rule(short_title(view.step), "by hand", width),
            *wrap(f" {view.step.help}", width, indent=" "),
        ]
    document, known = STEPS[chosen], _asked(scene)
    name = communicate_asked.target(scene.record, document)
    title = f"{name[:1].upper()}{name[1:]}, {_phase(scene, document) or 'resolved'}"
    if known is None:
        return [rule(title, ("looking…", "$muted"), width)]
    draft, view = known.drafts[document], scene.views[chosen]
    if draft.problem:
        return [
            rule(title, ("cannot be made", "bold $bad"), width),
            *wrap((f" {draft.problem}", "$bad"), width),
        ]
    sent = known.sent.get(document, "") if view.state == "done" else ""
    out = [rule(title, _judged(draft) if not sent else _when(scene, document), width)]
    below = _before(scene, draft, width) if height >= _CHECKS - 6 and not sent else []
    room = max(height - len(out) - (len(below) + 1 if below else 0), 1)
    shown = _lines(sent or (f"{draft.title}\n\n{draft.text}" if draft.title else draft.text), width, room)
    out += shown
    if not below and not sent:
        out += _noticed(draft, width)[: max(height - len(out), 0)]
    return fill([*out, Content("")], len(out) + 1) + below if below else out


def _when(scene: Scene, document: str) -> Text:
    last: dict[str, object] = next(
        (message for message in reversed(scene.record.messages) if message.get("document") == document), {}
    )
    at, by = last.get("at"), str(last.get("by", ""))
    said = f"sent {times.at(at, scene.now)}" if isinstance(at, datetime) else "sent"
    return (f"{said} by {by}" if by else said, "$ok")


def _judged(draft: Draft) -> Text:
    """Return the right part of the rule: gaps, secrets, warnings."""
    gaps = (plural(len(draft.gaps), "gap"), "bold $bad") if draft.gaps else ("no gaps", "$ok")
    secrets = [warning for warning in draft.warnings if "secret" in warning]
    held = [warning for warning in draft.warnings if warning not in secrets]
    tail: tuple[str, str] = ("a secret was taken out", "bold $bad") if secrets else ("no secrets", "$ok")
    if held:
        tail = (plural(len(held), "warning"), "bold $warn")
    return text(gaps, (", ", "$muted"), tail)


def _lines(said: str, width: int, room: int) -> list[Content]:
    """Return the text after a bar, its gaps in red. If space is short, the part with the first gap is shown."""
    inner = min(width - 3, _TEXT_MOST)
    out: list[Content] = []
    first_gap = -1
    for line in clean(said.strip("\n")).splitlines():
        parts = list(communicate_asked.pieces(line))
        if first_gap < 0 and any(gap for _, gap in parts):
            first_gap = len(out)
        styled = [(part, "bold $bad" if gap else "") for part, gap in parts]
        out += wrap(text(*styled), inner) or [Content("")]
    return [text(" ", ("▎", "$line"), " ", row) for row in _window(out, first_gap, room)]


def _window(rows: list[Content], gap: int, room: int) -> list[Content]:
    """Return as many rows as fit, from the start or around the gap, with the hidden ones counted."""
    if len(rows) <= room or room < 2:
        return rows[: max(room, 0)]
    first = 0 if gap < room - 1 or room < 5 else min(gap - 2, len(rows) - room + 1)
    above = [text((f"{glyphs.UP} {plural(first + 1, 'more line')}", "$muted"))] if first else []
    begin = first + 1 if first else 0
    shown = rows[begin : begin + room - len(above)]
    left = len(rows) - begin - len(shown)
    if left:
        shown[-1] = text(
            (f"{glyphs.DOWN} {plural(left + 1, 'more line')}: {keymap.shown('edit')} shows all", "$muted")
        )
    return [*above, *shown]


def _noticed(draft: Draft, width: int) -> list[Content]:
    said = [*draft.reasons, *draft.warnings]
    return [
        row
        for sentence in said
        for row in wrap(
            text((f" {glyphs.ALERT} ", "bold $warn"), (sentence, "$warn")), width, indent="   ", most=2
        )
    ]


def _before(scene: Scene, draft: Draft, width: int) -> list[Content]:
    """Return what was checked before it is sent, and how it will be sent."""
    rows = [rule("Before it goes out", "", width), _verdict(scene)]
    if draft.gaps:
        rows += [text((f" {glyphs.ALERT} ", "bold $bad"), f"not known: {gap}") for gap in draft.gaps]
    else:
        rows.append(text((f" {glyphs.DONE} ", "$ok"), "every fact in it is known"))
    if not draft.warnings:
        public = draft.document != "internal"
        said = "no secret, no name of a person" if public else "no secret"
        rows.append(text((f" {glyphs.DONE} ", "$ok"), said))
    rows += _noticed(draft, width)
    if draft.command:
        rows.append(
            text(
                (" sent through ", "$muted"),
                draft.command,
                (f"; {keymap.shown('edit')} edits the text first", "$muted"),
            )
        )
    else:
        rows.append(text((" no command sends it: c copies it, then enter says that it is out", "$muted")))
    return [cut(row, width) for row in rows]


def _verdict(scene: Scene) -> Content:
    given = scene.record.this_round
    verdict, by, at = str(given.get("verdict", "")), str(given.get("verdict_by", "")), given.get("verdict_at")
    if not verdict:
        return text((f" {glyphs.OPEN} ", "$muted"), ("no verdict yet", "$muted"))
    good = verdict in ("fixed", "mitigated")
    when = f" {times.at(at, scene.now)}" if isinstance(at, datetime) else ""
    sign = (f" {glyphs.DONE} ", "$ok") if good else (f" {glyphs.FAILED} ", "bold $bad")
    return text(sign, f"verdict: {verdict.replace('-', ' ')}" + (f", by {by}" if by else "") + when)


# The words of the checklist


def word(scene: Scene, view: StepView) -> str:
    """Return when the channel's last message was sent, or how many gaps its text has."""
    document = STEPS.get(view.id)
    if document is None:
        return ""
    if at := _sent(scene.record, document, COLUMNS["resolved"][document]):
        return f"{at[-1]:%H:%M}"
    known = _asked(scene)
    gaps = len(known.drafts[document].gaps) if known is not None and not view.settled else 0
    return plural(gaps, "gap") if gaps and view.state == "pending" else ""
