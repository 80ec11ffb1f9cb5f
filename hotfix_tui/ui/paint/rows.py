"""Rows of text by cells: rules, two ends of a line, columns, wrapped sentences.

Widths are terminal cells, never characters. What does not fit ends in ``…``; commands and errors wrap instead. Text
from outside becomes `Content` verbatim and is never parsed as markup.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from textual.content import Content, Span

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.ui.paint import glyphs, tokens

Text: TypeAlias = "str | tuple[str, str] | Content"
"""A piece of a row: plain text, text with a style, or content."""

LIMIT = 2_000
"""At most this many characters of one piece of outside text are used; no row shows more."""

_TAB = 4

_TOKEN = re.compile(r"\$([a-z0-9-]+)")


def text(*pieces: Text) -> Content:
    """Return the pieces as one row: control bytes and newlines of outside text become visible signs."""
    return Content.assemble(*(_piece(piece) for piece in pieces))


def _piece(piece: Text) -> Content | tuple[str, str] | str:
    if isinstance(piece, Content):
        return piece
    if isinstance(piece, tuple):
        return (_literal(piece[0]), piece[1])
    return _literal(piece)


def _literal(words: str) -> str:
    """Return `words` for one row; leading and trailing blanks stay, they are part of the layout."""
    if words.isascii() and words.isprintable():
        return words[:LIMIT]
    left = len(words) - len(words.lstrip(" "))
    right = len(words) - len(words.rstrip(" ")) if words.strip(" ") else 0
    inner = one_line(words, LIMIT)
    return " " * left + inner + " " * right


def width_of(piece: Text) -> int:
    """Return the width of `piece` in cells."""
    return text(piece).cell_length


def cut(piece: Text, width: int, *, pad: bool = False) -> Content:
    """Return `piece` in at most `width` cells, ending in ``…`` if truncated, with `pad` filled up to the width."""
    if width <= 0:
        return Content("")
    return text(piece).truncate(width, ellipsis=True, pad=pad)


def ends(left: Text, right: Text, width: int, *, gap: int = 1, apart: bool = True) -> Content:
    """Return one row with `left` and `right` at its ends; the left one gives way.

    The right one is preceded by two blanks, or by the sign that the left one was truncated; unless `apart` is False.
    """
    tail = text(right)
    if not tail.cell_length:
        return cut(left, width, pad=True)
    if tail.cell_length + gap >= width:
        return cut(tail, width, pad=True)
    head, room = text(left), width - tail.cell_length - gap
    if apart and gap == 1 and head.cell_length == room:
        head = cut(head, room - 1)  # with a single blank the two would read as one sentence
    return text(cut(head, room, pad=True), " " * gap, tail)


def on_selection(row: Content, *, focus: bool = True, bold: bool = True) -> Content:
    """Return `row` as the selected one: on the band of the selection, in colours that can be read there."""
    if not focus:
        return row.stylize_before("bold on $sel-off")
    spans = [
        Span(start, end, _TOKEN.sub(_token_there, style) if isinstance(style, str) else style)
        for start, end, style in row.spans
    ]
    return Content(row.plain, spans).stylize_before(f"{'bold ' if bold else ''}$sel-fg on $sel")


def _token_there(found: re.Match[str]) -> str:
    return f"${tokens.ON_SELECTION.get(found[1], found[1])}"


def rule(title: Text, right: Text, width: int) -> Content:
    """Return a section's rule: ``─ title ──── right ─``."""
    head, tail = text(title), text(right)
    if head.cell_length and not isinstance(title, Content):
        head = head.stylize("bold")
    room = width - 6 - (tail.cell_length + 1 if tail.cell_length else 0)
    head = cut(head, max(room, 1))
    line = width - 3 - head.cell_length - (tail.cell_length + 3 if tail.cell_length else 0)
    parts: list[Text] = [(glyphs.RULE + " ", "$line"), head, (" " + glyphs.RULE * max(line, 0), "$line")]
    if tail.cell_length:
        parts += [" ", tail, (" " + glyphs.RULE, "$line")]
    return cut(text(*parts), width)


def columns(cells: Sequence[Text], widths: Sequence[int], *, gap: int = 2) -> Content:
    """Return one row of a table: each cell truncated and padded to its width; a negative width aligns right."""
    out: list[Text] = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        if place:
            out.append(" " * gap)
        room = abs(width)
        content = cut(cell, room)
        space = " " * max(room - content.cell_length, 0)
        out += [space, content] if width < 0 else [content, space]
    return text(*out)


def wrap(words: Text, width: int, *, style: str = "", indent: str = "", most: int = 0) -> list[Content]:
    """Return `words` in rows of at most `width` cells, with a hanging indent; at most `most` rows, if given."""
    content = text((words, style)) if isinstance(words, str) and style else text(words)
    if not content.cell_length or width <= 0:
        return []
    rows = _wrapped(content, width, indent)
    if most and len(rows) > most:
        # The remaining rows lose their indent again: they continue in one row.
        more = (row[len(row.plain) - len(row.plain.lstrip(" ")) :] for row in rows[most:])
        rest = Content(" ").join(row.rstrip() for row in (rows[most - 1], *more))
        rows = [*rows[: most - 1], rest.truncate(width, ellipsis=True)]
    return rows


def _wrapped(content: Content, width: int, indent: str) -> list[Content]:
    rows = list(content.wrap(width))
    if not indent or len(rows) < 2:
        return rows
    first = rows[0]
    rest = content[len(first.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip(" ")) :]
    return [first, *(text(indent, row) for row in rest.wrap(max(width - len(indent), 8)))]


def paragraphs(said: str, width: int, *, style: str = "", most: int = 0) -> list[Content]:
    """Return outside text of several lines, wrapped, keeping its newlines, indentation and blanks."""
    out: list[Content] = []
    for line in clean(said[: LIMIT * 10]).splitlines():
        kept = Content.styled(line.rstrip().expandtabs(_TAB)[:LIMIT], style)
        out += wrap(kept, width) or [Content("")]
        if most and len(out) >= most:
            break
    if most and len(out) > most:
        out = [*out[: most - 1], out[most - 1].truncate(width, ellipsis=True)]
    return out


def command(line: str, width: int) -> list[Content]:
    """Return a command line, wrapped, after a ``$`` in the colour of keys; it is never truncated."""
    words = text((line, ""))
    rows = list(words.wrap(max(width - 2, 8)))
    return [text(("$ ", "$key") if place == 0 else "  ", row) for place, row in enumerate(rows)]


def meter(part: float, width: int, style: str = "$key") -> Content:
    """Return a meter of `width` cells filled to `part` (0 to 1)."""
    full = round(min(max(part, 0.0), 1.0) * width)
    return Content.assemble((glyphs.METER * full, style), (glyphs.METER_REST * (width - full), "$line"))


def path(name: str, width: int) -> str:
    """Return a path in at most `width` cells, shortened in the middle: ``shop/…/test_shop.py``."""
    if width_of(name) <= width or width < 4:
        return name
    parts = name.split("/")
    while len(parts) > 2:
        del parts[len(parts) // 2 - (len(parts) % 2 == 0)]
        short = "/".join([*parts[:-1], glyphs.MORE, parts[-1]]) if len(parts) > 1 else parts[0]
        if width_of(short) <= width:
            return short
    return cut(parts[-1], width).plain


def fill(rows: Iterable[Content], height: int) -> list[Content]:
    """Return exactly `height` rows."""
    out = list(rows)[:height]
    return out + [Content("")] * (height - len(out))


def count(number: int) -> str:
    """Return a number with thin-space groups: ``1 204``."""
    return f"{number:,}".replace(",", " ")


def plural(number: int, one: str, many: str = "") -> str:
    """Return ``1 finding``, ``3 findings``."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"
