"""The work area of a stage: checklist, picture and card; their places depend only on stage and size.

Apart from the screen: it gives each part its place, and decides nothing.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from hotfix_tui.ui.frame import arrangement, card, checklist
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.pictures import scene as pictures
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.widgets.checklist import Checklist
from hotfix_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.geometry import Size

    from hotfix_tui.ui.widgets.log_view import LogView

LOG_AT_LEAST = 4
"""With fewer rows a log is not shown in the picture; ``o`` shows it whole."""


class Work(Container):
    """Shows a scene. No widget is moved or recreated when the size changes; only classes change."""

    DEFAULT_CSS = """
    Work { layout: grid; height: 1fr; background: $bg; grid-gutter: 0; }
    Work > #steps { background: $zone; height: 100%; }
    Work > #area { height: 100%; background: $bg; }
    Work > #card { background: $bg; height: 100%; }
    Work #picture { height: 1fr; }
    Work #under { height: auto; }
    Work #log { height: 5fr; }
    Work #others { height: 3fr; }
    Work #others > LogView { width: 1fr; height: 100%; }
    Work #tail { height: 4fr; }
    Work.-at-wide { grid-size: 2 2; grid-columns: 36 1fr; }
    Work.-at-wide > #area { row-span: 2; }
    Work.-at-wide > #card { background: $zone; }
    Work.-at-beside { grid-size: 2 2; grid-columns: 30 1fr; }
    Work.-at-beside > #steps { row-span: 2; }
    Work.-at-above { grid-size: 1 3; }
    Work.-at-above > #steps, Work.-at-narrow > #steps { background: $bg; }
    Work.-at-alone { grid-size: 1 2; }
    Work.-at-alone > #steps { display: none; }
    Work.-at-narrow { grid-size: 1 1; }
    Work.-at-narrow > #card { display: none; }
    Work.-at-narrow > #area { display: none; }
    Work.-at-narrow.-picture > #area { display: block; }
    Work.-at-narrow.-picture > #steps { display: none; }
    Work.-no-card > #card { display: none; }
    Work.-no-card.-at-above { grid-size: 1 2; }
    Work.-no-card.-at-alone { grid-size: 1 1; }
    """

    def __init__(self, scene: Callable[[], Scene]) -> None:
        super().__init__(id="work")
        self._scene = scene
        self.steps = Checklist(scene, id="steps")
        self.picture = Lines(self._picture, id="picture")
        """The picture, or its upper part if a log is in it."""
        self.under = Lines(self._under, id="under")
        self.area = Vertical(id="area")
        self.others = Horizontal(id="others")
        """More logs side by side, below the most relevant one."""
        self.card = Lines(self._card, id="card")
        self._shape: tuple[object, ...] = ()
        self._log: LogView | None = None
        self._card_first = 0

    def compose(self) -> ComposeResult:
        """Yield three widgets, and one below the log."""
        yield self.steps
        with self.area:
            yield self.picture
            yield self.others
            yield self.under
        yield self.card

    def _fitting(self, size: "Size") -> arrangement.Arrangement:
        return arrangement.choose(self._scene().stage, size.width or 80, size.height or 24)

    @property
    def arrangement(self) -> arrangement.Arrangement:
        """The arrangement for the current screen size."""
        return self._fitting(self.screen.size or self.app.size)

    # Painting

    def _picture(self, width: int, height: int) -> list[Content]:
        scene = self._scene()
        upper = pictures.call(scene.stage, "top") if self.has_log else None
        return (upper or pictures.of(scene.stage).paint)(scene, width, height)

    def _under(self, width: int, height: int) -> list[Content]:
        scene = self._scene()
        lower = pictures.call(scene.stage, "bottom")
        return lower(scene, width, height) if lower is not None and self.has_log else []

    def _card(self, width: int, height: int) -> list[Content]:
        if self.arrangement.name != arrangement.WIDE:
            return card.paint(self._scene(), width, height, self._card_first)
        shown = rows.fill(card.paint(self._scene(), width - 1, height, self._card_first), height)
        return [rows.text(rows.cut(row, width - 1, pad=True), ("▕", "$line")) for row in shown]

    def scroll_card(self, pages: int) -> None:
        """Scroll the card."""
        width, height = self.card.size
        most = max(card.longest(self._scene(), width) - height, 0)
        self._card_first = min(max(self._card_first + pages * max(height - 2, 1), 0), most)
        self.card.draw(self._card)

    def card_from_start(self) -> None:
        """Show the card of another step from its first row."""
        self._card_first = 0

    def redraw(self) -> None:
        """Arrange and show the current scene."""
        self.arrange_for(self.screen.size or self.app.size)
        self.steps.redraw()
        self.picture.draw(self._picture)
        self.under.draw(self._under)
        self.card.draw(self._card)

    def arrange_for(self, size: "Size") -> None:
        """Arrange for a screen of `size` cells. Before it is mounted nothing has to be styled again for that."""
        scene, now = self._scene(), self._fitting(size)
        rows = checklist.height(scene)
        room = self.size.height or 21
        shape: tuple[object, ...] = (now, rows, room, self.has_log, scene.stage)
        self._fit_log(scene)
        if shape == self._shape:
            return
        self._shape = shape
        for name in arrangement.NAMES:
            self.set_class(name == now.name, f"-at-{name}")
        self.set_class(not now.card and now.name != arrangement.WIDE, "-no-card")
        self.styles.grid_rows = _grid_rows(now, rows, room)
        self.steps.sentences = now.name == arrangement.ABOVE
        self.steps.line = now.name in (arrangement.BESIDE, arrangement.WIDE)

    # The log in the picture

    @property
    def has_log(self) -> bool:
        """Whether a log is in the picture."""
        return self._log is not None and self._log.display

    def place_log(self, log: "LogView") -> None:
        """Put `log` between the upper and the lower part of the picture."""
        self._log = log
        self.area.mount(log, before=self.others)

    def place_parallel(self, log: "LogView") -> None:
        """Put `log` next to the others below the most relevant one."""
        self.others.mount(log)

    def place_tail(self, log: Widget) -> None:
        """Put the production log below everything else of the picture."""
        self.area.mount(log)

    def _fit_log(self, scene: Scene) -> None:
        """Give the upper and the lower part the rows they need, and the log the rest."""
        picture, under = self.picture, self.under
        several = self.has_log and any(log.display for log in self.others.children)
        self.others.display = several
        if not self.has_log:
            picture.styles.height, under.styles.height = "1fr", 0
            return
        area = self.area.size
        width, height = area.width or 49, area.height or 17
        upper, lower = pictures.call(scene.stage, "top"), pictures.call(scene.stage, "bottom")
        bottom = len(lower(scene, width, height)) if lower is not None else 0
        top = len(upper(scene, width, height)) if upper is not None else height // 2
        picture.styles.height = max(min(top, height - bottom - LOG_AT_LEAST * (1 + several)), 0)
        under.styles.height = bottom

    def on_resize(self) -> None:
        """Arrange for the new size."""
        self.redraw()


def _grid_rows(now: arrangement.Arrangement, rows: int, room: int) -> str:
    """Return the heights of the grid's rows."""
    if now.name == arrangement.WIDE:
        return f"{min(rows, max(room - 4, 3))} 1fr"
    if now.name == arrangement.BESIDE:
        return f"1fr {now.card}" if now.card else "1fr"
    if now.name == arrangement.ABOVE:
        shown = min(rows, max(room - now.card - 6, 3))
        return f"{shown} 1fr {now.card}" if now.card else f"{shown} 1fr"
    if now.name == arrangement.ALONE_NAME and now.card:
        return f"1fr {now.card}"
    return "1fr"
