"""The first screen where there is no repository: why, open incidents of others, repositories nearby, and the drill."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from hotfix_tui.engine import elsewhere as engine_elsewhere
from hotfix_tui.engine.core import utc_now
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.opening import GoesOn
from hotfix_tui.ui.presenters import elsewhere, home
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.errors import NoRepository
    from hotfix_tui.ui.app import HotfixApp


class Elsewhere(Framed[None], ClosesOnce[None]):
    """Opens what was chosen, after this wizard has ended."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("elsewhere")
    acts = ("d",)

    app: "HotfixApp"

    def __init__(self, start: str, why: "NoRepository") -> None:
        super().__init__()
        self._start, self._why = start, why
        self._found: engine_elsewhere.Elsewhere | None = None
        self._rows = elsewhere.rows(None, why)
        self._selected = self._first()

    @property
    def framed_engine(self) -> "Engine | None":
        """None: no incident is open."""
        return None

    def _first(self) -> int:
        """Return the row that is selected first: the most urgent incident, otherwise a repository, or the drill."""
        return next(place for place, row in enumerate(self._rows) if row.selectable)

    # The frame

    def head(self, width: int) -> list[Content]:
        """Return where the wizard was started."""
        return [elsewhere.head(self._start, self._why, self._found, width)]

    def body(self) -> ComposeResult:
        """Yield why there is nothing here, with what can be opened below it."""
        yield Lines(self._paint, id="rows")

    def on_mount(self) -> None:
        """Look for what can be opened, once the screen is visible."""
        start = self._start
        self.app.look(lambda: engine_elsewhere.look(start), self._show)

    def _show(self, found: engine_elsewhere.Elsewhere) -> None:
        self._found = found
        self._rows = elsewhere.rows(found, self._why)
        self._selected = self._first()
        if self.is_there:
            self.app.offer_changes()
            self._redraw()

    def _redraw(self) -> None:
        self.query_one("#rows", Lines).draw(self._paint)
        self.show_frame()

    def _paint(self, width: int, height: int) -> list[Content]:
        now = (self.app.clock or utc_now)()
        return elsewhere.paint(self._rows, self._selected, self._why, now, width, height)

    def offer(self) -> bar.Bar:
        """Return the bar: enter opens the selected incident or repository, or the drill."""
        row = self._rows[self._selected]
        if row.incident is not None:
            name = row.incident.summary.ticket or row.incident.summary.id
            where = home.tilde(row.incident.root)
            return bar.Bar("act", f"Open {name}", where, elsewhere.next_of(row.incident))
        if row.repository is not None:
            where = home.tilde(row.repository.root)
            return bar.Bar("act", "Open this repository", second=f"hotfix-tui -C {where}", command=True)
        if row.kind == "again":
            return bar.Bar("idle", "Look again here", second="Whether git trusts this folder by now.")
        return bar.Bar("act", "Practise with the drill", second="hotfix-tui demo", command=True)

    def keys(self) -> footer.Keys:
        """Return the keys, those that help most here first."""
        cure = (("look", "look again"), ("copy", "copy the command")) if self._why.command else ()
        usual = () if self._why.command else (("look", "look again"),)
        own = keymap.keys("elsewhere", *cure, ("drill", "drill"), *usual)
        return (*own, *keymap.keys("elsewhere", ("app.leave", "leave")))

    # Keys

    def action_move(self, rows: int) -> None:
        """Select another row; headings are skipped."""
        self._selected = home.moved(self._rows, self._selected, rows)
        self._redraw()

    def action_open(self) -> None:
        """Open the selected incident or repository, or the drill, in place of this wizard."""
        row = self._rows[self._selected]
        if row.incident is not None:
            self._go_on(GoesOn(row.incident.root, row.incident.summary.id))
        elif row.repository is not None:
            self._go_on(GoesOn(row.repository.root))
        elif row.kind == "again":
            self.action_look()
        else:
            self.action_drill()

    def action_drill(self) -> None:
        """Leave for the drill, which is built in its own folder."""
        self._go_on(GoesOn(drill=True))

    def action_look(self) -> None:
        """Start again here: there may be a repository by now, or git may trust it."""
        self._go_on(GoesOn(self._start))

    def action_copy(self) -> None:
        """Copy the command that would make git work here."""
        if self._why.command:
            self.app.copy(self._why.command, "command")

    def _go_on(self, to: GoesOn) -> None:
        self.app.goes_on = to
        self.app.leave()

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked; a second click opens it."""
        rows = self.query_one("#rows", Lines)
        if event.widget is not rows:
            return
        place = elsewhere.place_at(self._rows, self._selected, self._why, rows.size, event.y)
        if place is None or not self._rows[place].selectable:
            return
        if place == self._selected:
            self.action_open()
            return
        self._selected = place
        self._redraw()

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(self.app.routes.help())
