"""Scenes for pictures from the records of the desks, and what is true of the rows of every picture."""

from collections.abc import Callable, Iterable
from typing import Any

from textual.content import Content

from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.pictures.scene import Scene
from tests.ui.incidents import NOW
from tests.ui.support import Desk

WIDTHS = (38, 49, 80, 83, 120, 200)
HEIGHTS = (8, 11, 15, 36, 57)

MADE_VISIBLE = "".join(map(chr, range(0x2400, 0x2422))) + "�"
"""How control bytes in external text appear."""

CONTROLS = "".join(map(chr, range(0x2400, 0x2427))) + "\N{REPLACEMENT CHARACTER}"
"""How control characters from outside are shown."""


def scene_of(desk: Desk, stage: str, select: str = "", **more: Any) -> Scene:
    """Return what there is to paint of the desk's incident, with the step `select` selected."""
    record = desk.engine().record
    seen = views(record)
    return Scene(record, seen, stage, seen.get(select), NOW, **more)


def text(rows: Iterable[Content]) -> str:
    """Return the rows as plain text, without blanks at their ends."""
    return "\n".join(row.plain.rstrip() for row in rows)


def row_with(rows: Iterable[Content], words: str) -> Content:
    """Return the first row that holds `words`."""
    return next(row for row in rows if words in row.plain)


def styles_of(row: Content, words: str) -> str:
    """Return the styles on `words` in `row`, one after the other."""
    begin = row.plain.index(words)
    return " ".join(
        str(span.style) for span in row.spans if span.start < begin + len(words) and span.end > begin
    )


def holds(paint: Callable[[Scene, int, int], list[Content]], scene: Scene, *, outside: str = "") -> None:
    """Check at all sizes: no row too wide, not too many, no glyph that is neither ours nor part of `outside`."""
    for width in WIDTHS:
        for height in (*HEIGHTS, 1, 2, 3, 5):
            made = paint(scene, width, height)
            assert len(made) <= height, (width, height, text(made))
            for row in made:
                assert row.cell_length <= width, (width, height, row.plain)
                own = {sign for sign in row.plain if not sign.isascii() and sign not in outside}
                assert own <= glyphs.ALL, (row.plain, own - glyphs.ALL)
                assert "\n" not in row.plain and "\x1b" not in row.plain
