"""One widget for every painted part: it shows rows and redraws only those that changed."""

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

Paint = Callable[[int, int], list[Content]]
"""Makes rows for a width and a height in cells."""


class Lines(Widget):
    """Shows what a painter makes for its size; `draw` sets another painter, a resize calls the same one again."""

    DEFAULT_CSS = """
    Lines { height: 1fr; width: 1fr; }
    """

    def __init__(
        self, paint: Paint | None = None, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._paint = paint
        self._rows: list[Content] = []
        self._top = 0
        self.repainted = 0
        """How many rows were redrawn so far, for tests."""

    @property
    def text(self) -> str:
        """What is shown, for tests and for copying."""
        return "\n".join(row.plain.rstrip() for row in self._rows)

    @property
    def rows(self) -> list[Content]:
        """All rows, including those below the lower edge."""
        return self._rows

    @property
    def below(self) -> int:
        """How many rows are below the lower edge."""
        return max(len(self._rows) - self._top - self.size.height, 0)

    def draw(self, paint: Paint) -> None:
        """Show what `paint` makes from now on."""
        self._paint = paint
        self._repaint()

    def on_resize(self) -> None:
        """Paint for the new size."""
        self._repaint()

    def scroll_rows(self, rows: int) -> None:
        """Scroll by `rows`, if there is more than fits."""
        top = min(max(self._top + rows, 0), max(len(self._rows) - self.size.height, 0))
        if top != self._top:
            self._top = top
            self.refresh()

    def _repaint(self) -> None:
        width, height = self.size
        if self._paint is None or not width or not height:
            return
        before, self._rows = self._rows, self._paint(width, height)
        self._top = min(self._top, max(len(self._rows) - height, 0))
        longest = max(len(before), len(self._rows))
        changed = [place for place in range(longest) if not _same(before, self._rows, place)]
        self.repainted += len(changed)
        seen = [
            Region(0, place - self._top, width, 1) for place in changed if 0 <= place - self._top < height
        ]
        if len(seen) > height // 2 + 4:
            self.refresh()
        elif seen:
            self.refresh(*seen)

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        place, width = self._top + y, self.size.width
        if place >= len(self._rows):
            return Strip.blank(width, self.visual_style.rich_style)
        return Visual.to_strips(self, self._rows[place], width, 1, self.visual_style)[0]


def _same(before: list[Content], now: list[Content], place: int) -> bool:
    if place >= len(before) or place >= len(now):
        return False
    return before[place] is now[place] or before[place].is_same(now[place])
