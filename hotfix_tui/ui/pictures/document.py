"""A document by section: the list with what is missing, and the text as its readers will see it."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual.content import Content

from hotfix_tui.base.text import clean
from hotfix_tui.documents.catalog import DOCUMENTS
from hotfix_tui.documents.gap_marks import OPEN
from hotfix_tui.documents.render import TITLE, Rendered
from hotfix_tui.documents.section import Section
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.model.record import Record
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.paint.rows import Text
from hotfix_tui.ui.pictures import markdown

_GAP = re.compile(r"⟦ GAP: ([^⟧\n]{0,200}) ⟧")
EDGE = 2
"""Rows that the selection keeps from the lower edge of a scrolling list."""

_SHORT = {
    "why-missed": "Why not caught",
    "post-deploy": "After the deploy",
    "prevention-documentation": "Prevention: docs",
}
"""Short titles for the list, by section."""

_TEMPLATE = "template-"
"""Prefix of section ids that come from the team's own template."""

_LOOKS = {
    "complete": (glyphs.DONE, "$ok", "", ""),
    "edited": (glyphs.DONE, "$ok", "edited", "$muted"),
    "changed": (glyphs.STALE, "$warn", "changed", "$warn"),
    "gap": (glyphs.ALERT, "bold $bad", "gap", "bold $bad"),
}
"""Sign and word of each state of a section, with their styles."""


class SectionPart(NamedTuple):
    """One section as listed and edited; the title is one like any other."""

    id: str
    title: str
    text: str
    heading: str
    state: str
    """``complete``, ``edited``, ``changed`` (its facts have changed since it was edited) or ``gap``."""
    fact: str
    """The fact that it is, empty if it is a text of its own."""
    keys: tuple[str, ...]
    """The facts that it shows."""
    edited: bool
    """Whether its text was written by a person."""
    own_boxes: bool
    """Whether its boxes are ticked by hand: those ticked from the record follow their steps."""

    @property
    def is_list(self) -> bool:
        """Whether it is a fact of several entries."""
        return bool(self.fact) and FACTS[self.fact].kind in ("list", "actions")


def parts(rendered: Rendered, record: Record) -> list[SectionPart]:
    """Return the sections of a document."""
    out = [_part(section) for section in rendered.sections]
    if rendered.title and not any(part.id == TITLE for part in out):
        fact = "embargo.name" if embargo.on(record) else "title"
        state = "gap" if OPEN in rendered.title else "complete"
        out.insert(0, SectionPart(TITLE, "Title", rendered.title, "", state, fact, (fact,), False, False))
    return out


def _part(section: Section) -> SectionPart:
    state = "complete"
    if OPEN in section.text:
        state = "gap"
    elif section.outdated:
        state = "changed"
    elif section.edited:
        state = "edited"
    own = section.edited or section.id.startswith(_TEMPLATE)
    keys = tuple(section.facts)
    return SectionPart(
        section.id,
        section.title,
        section.text,
        section.heading,
        state,
        _fact(section),
        keys,
        section.edited,
        own,
    )


def _fact(section: Section) -> str:
    """Return the fact that a section is: as its template says, or the one list it consists of."""
    if section.fact:
        return section.fact
    key = _LISTS.get(section.id, "")
    return key if key and section.facts == [key] and not section.edited else ""


_LISTS = {
    "cause-steps": "cause.steps",
    "why-missed": "cause.why-missed",
    "changes": "fix.changes",
    "well": "review.well",
    "wrong": "review.wrong",
    "lucky": "review.lucky",
    "lessons": "review.lessons",
    "actions": "review.actions",
}
"""Sections that consist of one list, each with the fact that holds it."""


def gaps(listed: Sequence[SectionPart]) -> list[int]:
    """Return the positions of the sections with a gap."""
    return [place for place, part in enumerate(listed) if part.state == "gap"]


# The list


def sections(
    listed: Sequence[SectionPart], selected: int, width: int, height: int, *, line: bool = True
) -> list[Content]:
    """Return the list of sections; it scrolls with the selection, with `line` there is a divider on its right."""
    inner = width - 1 if line else width
    count = len(gaps(listed))
    right: Text = (rows.plural(count, "gap"), "bold $warn") if count else ("complete", "$ok")
    out = [
        rows.ends((" Sections", "bold"), rows.text(right if listed else ("looking…", "$muted"), " "), inner)
    ]
    first, room = first_shown(listed, selected, height), max(height - 1, 0)
    body = [
        _row(part, first + place == selected, inner)
        for place, part in enumerate(listed[first : first + room])
    ]
    if first and len(body) > 2:
        body[0] = rows.cut((f" {glyphs.UP} {first + 1} more", "$muted"), inner)
    if first + room < len(listed) and len(body) > 2:
        body[-1] = rows.cut((f" {glyphs.DOWN} {len(listed) - first - room + 1} more", "$muted"), inner)
    out += body
    if not line:
        return out[:height]
    return [rows.text(rows.cut(row, inner, pad=True), ("▕", "$line")) for row in rows.fill(out, height)]


def first_shown(listed: Sequence[SectionPart], selected: int, height: int) -> int:
    """Return the index of the section in the first row below the list's head."""
    room = max(height - 1, 0)
    if len(listed) <= room:
        return 0
    return max(0, min(selected - room + 1 + EDGE, len(listed) - room))


def _row(part: SectionPart, selected: bool, width: int) -> Content:
    sign, style, word, word_style = _LOOKS[part.state]
    left = rows.text(
        glyphs.SELECTED if selected else " ", " ", (sign, style), " ", _SHORT.get(part.id, part.title)
    )
    row = rows.ends(left, rows.text((word, word_style), " "), width)
    return rows.on_selection(row) if selected else row


# The text


class Preview(NamedTuple):
    """The whole text in rows, and the row where each section begins."""

    rows: list[Content]
    starts: list[int]


def preview(
    document: str,
    listed: Sequence[SectionPart],
    width: int,
    *,
    typed: Mapping[str, str] | None = None,
    box: tuple[str, int] = ("", -1),
) -> Preview:
    """Return the text as its readers will see it.

    `typed` are texts being written, by section; `box` is the section and the line of the selected box.
    """
    out: list[Content] = []
    starts: list[int] = []
    for part in listed:
        said = (typed or {}).get(part.id)
        made = _painted(document, part, part.text if said is None else _as_read(part, said), width, box)
        if out and made:
            out.append(Content(""))
        starts.append(len(out))
        out += made
    return Preview(out, starts)


def _painted(document: str, part: SectionPart, text: str, width: int, box: tuple[str, int]) -> list[Content]:
    if part.id == TITLE:
        return [row.stylize_before("bold") for row in _loud(text or "no title yet", width)]
    is_markdown = DOCUMENTS[document].markup == "markdown"
    if not text.strip():
        head = _heading(part, width, is_markdown) if part.heading else []
        return [
            *head,
            *rows.wrap(f"{part.title}: nothing is known, so it is left out.", width, style="$muted"),
        ]
    if not is_markdown:
        head = [Content.styled(clean(part.heading), "bold")] if part.heading else []
        return [*head, *(row for line in clean(text).split("\n") for row in _loud(line, width))]
    marked = box[1] if box[0] == part.id else -1
    return [*_heading(part, width, is_markdown), *markdown.painted(text, width, marked)]


def _heading(part: SectionPart, width: int, is_markdown: bool) -> list[Content]:
    if not part.heading:
        return []
    return (
        markdown.painted(part.heading, width)
        if is_markdown
        else [Content.styled(clean(part.heading), "bold")]
    )


def _loud(line: str, width: int) -> list[Content]:
    """Return a line of plain text, wrapped, with its gaps highlighted."""
    out, at = Content(""), 0
    for match in _GAP.finditer(line):
        loud = (f"{glyphs.ALERT} not known: {match[1]}", "bold $bad")
        out, at = Content.assemble(out, clean(line[at : match.start()]), loud), match.end()
    whole = Content.assemble(out, clean(line[at:]).replace("\t", "    "))
    return list(whole.wrap(max(width, 8))) if whole.plain.strip() else [Content("")]


def _as_read(part: SectionPart, typed: str) -> str:
    """Return what was typed as the text will have it: list entries get their signs."""
    if not part.is_list:
        return typed
    entries = [line.strip() for line in typed.splitlines() if line.strip()]
    numbered = part.fact == "cause.steps"
    return "\n".join(f"{place}. {said}" if numbered else f"- {said}" for place, said in enumerate(entries, 1))


def shown(rendered: Rendered | None, made: Preview, scroll: int, width: int, height: int) -> list[Content]:
    """Return the preview under its rule, with any warnings about the text first."""
    if rendered is None:
        return [rows.rule("Preview", ("looking…", "$muted"), width)][:height]
    count = len(rendered.gaps)
    right: Text = (
        (f"{rows.plural(count, 'gap')} in the whole text", "bold $warn") if count else ("no gaps", "$ok")
    )
    out = [rows.rule("Preview", right, width)]
    for warning in rendered.warnings:
        out += [
            rows.text(" ", row)
            for row in rows.wrap((f"{glyphs.ALERT} {warning}", "$warn"), width - 2, indent="  ")
        ]
    room = max(height - len(out), 0)
    body = made.rows[scroll : scroll + room]
    left = len(made.rows) - scroll - room
    if left > 0 and room > 2:
        body = [*body[:-1], Content.styled(f"{glyphs.DOWN} {rows.plural(left + 1, 'more row')}", "$muted")]
    out = [*out, *(rows.text(" ", row) for row in body)][:height]
    return [row if row.cell_length <= width else row.truncate(width, ellipsis=True) for row in out]
