"""Help as a map: the workflow, the signs and the keys, all made from the tables that the wizard itself uses."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize

from hotfix_tui.incident.model.catalog import STAGE_AIMS, STAGE_TITLES
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.paint.rows import ends, plural
from hotfix_tui.ui.presenters import help_map
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.widgets.lines import Lines
from hotfix_tui.version import __version__

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


class Help(Framed[None], ClosesOnce[None]):
    """Shows your position, what the signs mean, and the keys."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("help")

    app: "HotfixApp"

    @property
    def framed_engine(self) -> "Engine | None":
        """The open incident, if there is one."""
        return self.app.engine

    def head(self, width: int) -> list[Content]:
        """Return the header without an incident."""
        return [ends((" hotfix-tui", "bold"), ("help ", "$muted"), width)]

    def body(self) -> ComposeResult:
        """Yield the map."""
        yield Lines(self._paint, id="map")

    def _paint(self, width: int, height: int) -> list[Content]:
        engine = self.framed_engine
        record = engine.record if engine is not None else None
        return help_map.paint(record, views(record) if record is not None else {}, width)

    def offer(self) -> bar.Bar:
        """Return the bar: enter leads back to the stage, with its purpose."""
        engine = self.framed_engine
        stage = engine.record.stage if engine is not None else ""
        label = f"Back to {STAGE_TITLES[stage]}" if stage in STAGE_TITLES else "Back"
        aim = STAGE_AIMS.get(stage, "")
        second = f"This stage: {aim[:1].lower()}{aim[1:]}." if aim else help_map.PROMISE
        return bar.Bar("idle", label, note=f"hotfix-tui {__version__}", second=second)

    def keys(self) -> footer.Keys:
        """Return the navigation keys, and how much is out of view."""
        below = self.query_one("#map", Lines).below if self.is_mounted else 0
        more = f"scroll: {plural(below, 'more row')} below" if below else "scroll"
        return (
            (keymap.arrows("help", "scroll(-1)", "scroll(1)"), more),
            *keymap.keys("help", ("back", "back")),
        )

    def on_mount(self) -> None:
        """Show how much there is, once it is there."""
        self.call_after_refresh(self.show_bar)

    def on_resize(self, event: Resize) -> None:
        """Update how much is out of view."""
        self.call_after_refresh(self.show_bar)

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    def action_scroll(self, rows: int) -> None:
        """Scroll the map."""
        self.query_one("#map", Lines).scroll_rows(rows)
        self.show_bar()
