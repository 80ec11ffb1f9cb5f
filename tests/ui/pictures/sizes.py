"""What holds for every picture at every size, and rows as text."""

from collections.abc import Callable, Iterable

from textual.content import Content

from hotfix_tui.ui.paint import glyphs

WIDTHS = (38, 49, 80, 83, 120)
HEIGHTS = (1, 2, 3, 5, 8, 11, 15, 36)

CONTROLS = "".join(map(chr, range(0x2400, 0x2427))) + "\N{REPLACEMENT CHARACTER}"
"""How control characters are shown."""

Paint = Callable[[int, int], list[Content]]


def shown(rows: Iterable[Content]) -> str:
    """Return the rows as text, without blanks at their ends."""
    return "\n".join(row.plain.rstrip() for row in rows)


def row_with(rows: Iterable[Content], words: str) -> Content:
    """Return the first row that holds `words`."""
    return next(row for row in rows if words in row.plain)


def styles(row: Content, words: str) -> str:
    """Return the styles that lie on `words` in `row`."""
    begin = row.plain.index(words)
    return " ".join(str(one.style) for one in row.spans if one.start < begin + len(words) and one.end > begin)


def holds(paint: Paint, *, outside: str = "") -> None:
    """Check that nothing is too wide or too high, and that every sign is the wizard's own or part of `outside`."""
    for width in WIDTHS:
        for height in HEIGHTS:
            made = paint(width, height)
            assert len(made) <= height, (width, height, shown(made))
            for row in made:
                assert row.cell_length <= width, (width, height, row.plain)
                own = {sign for sign in row.plain if not sign.isascii() and sign not in outside}
                assert own <= glyphs.ALL, (row.plain, own - glyphs.ALL)
                assert row.plain.isprintable(), repr(row.plain)
