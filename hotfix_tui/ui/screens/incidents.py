"""All incidents of this repository: a new one first, then open, resolved, damaged and ended ones."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from hotfix_tui.engine.core import utc_now
from hotfix_tui.engine.doctor import examine, missing
from hotfix_tui.incident.model.catalog import STAGE_TITLES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.report.headline import time_left
from hotfix_tui.session.listing import Summary
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.opening import GoesOn, found_here, open_engine, open_new
from hotfix_tui.ui.presenters import home
from hotfix_tui.ui.screens.choose import Choose, Option
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.screen import Screen

    from hotfix_tui.engine.checks import DoctorCheck
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


class Incidents(Framed[None], ClosesOnce[None]):
    """Opens the chosen incident, or starts a new one."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("incidents")
    acts = ("y", "d")

    app: "HotfixApp"

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[Summary] = []
        self._rows: list[home.HomeRow] = []
        self._known: dict[str, Record] = {}
        self._where: home.Where | None = None
        self._selected = 0

    @property
    def framed_engine(self) -> "Engine | None":
        """None: this screen is about all incidents."""
        return None

    # The frame

    def head(self, width: int) -> list[Content]:
        """Return the repository and how many incidents it has."""
        return [home.head(self.app.place, self._where, len(self._listed), width)]

    def body(self) -> ComposeResult:
        """Yield the list with the selected incident below it."""
        self._listed = self.app.store.listing()
        self._rows = home.rows(self._listed)
        places = [place for place, row in enumerate(self._rows) if row.selectable]
        first = [place for place in places if _goes_on(self._rows[place].summary)]
        self._selected = (first or places or [0])[0]
        yield Lines(self._paint, id="rows")

    def on_mount(self) -> None:
        """Read the unfinished ones, and inspect the checkout, once the list is visible."""
        store, listed, place = self.app.store, self._listed, self.app.place
        self.app.look(lambda: home.read(store, listed), self._show_known)
        self.app.look(lambda: home.look(place), self._show_where)

    def _show_known(self, known: dict[str, Record]) -> None:
        self._known = known
        self._redraw()

    def _show_where(self, where: home.Where) -> None:
        self._where = where
        self._redraw()

    def _redraw(self) -> None:
        if self.is_there:
            self.query_one("#rows", Lines).draw(self._paint)
            self.show_frame()

    def _paint(self, width: int, height: int) -> list[Content]:
        now = (self.app.clock or utc_now)()
        return home.paint(self._rows, self._selected, self._known, self._where, now, width, height)

    def offer(self) -> bar.Bar:
        """Return the bar: enter resumes the selected incident, or starts a new one."""
        incident = self.selected
        if incident is None:
            label = "Start triage" if not self._listed else "Begin a new incident"
            return bar.Bar("act", label, second="Nothing is written before the first yes.")
        name = incident.ticket or incident.id
        record = self._known.get(incident.id)
        if home.section_of(incident) == "damaged":
            return bar.Bar(
                "idle", f"Open {name}", "damaged", f"hotfix-tui doctor {incident.id} says what can be saved"
            )
        if record is None:
            return bar.Bar("idle", f"Look at {name}", incident.state)
        if incident.state == "resolved":
            return bar.Bar("act", f"Open {name}", "resolved", f"Owed next: {home.next_words(record)}")
        stage = STAGE_TITLES.get(record.stage, record.stage)
        left = time_left(record, (self.app.clock or utc_now)())
        return bar.Bar("act", f"Resume {name}", left, f"Goes on at {stage}: {home.next_words(record)}")

    def keys(self) -> footer.Keys:
        """Return the keys of the list."""
        back = keymap.keys("incidents", ("back", "back")) if len(self.app.screen_stack) > 1 else ()
        begin = ("new", "new incident") if self._listed else ("yes", "yes, it is broken")
        drill = (("drill", "drill"),) if self.app.drill is None else ()
        own = keymap.keys("incidents", begin, *drill, ("doctor", "doctor"))
        return (*own, *back, *keymap.keys("incidents", ("app.leave", "leave")))

    @property
    def selected(self) -> Summary | None:
        """The incident that enter opens, None for a new one."""
        return self._rows[self._selected].summary if self._selected < len(self._rows) else None

    # Keys

    def action_move(self, rows: int) -> None:
        """Select another row; headings are skipped."""
        self._selected = home.moved(self._rows, self._selected, rows)
        self._redraw()

    def action_open(self) -> None:
        """Open the selected incident, or start a new one."""
        incident = self.selected
        if incident is None:
            self.action_new()
            return

        self.app.change(lambda: open_engine(self.app, incident.id), self._show)

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked; a second click opens it."""
        rows = self.query_one("#rows", Lines)
        if event.widget is not rows:
            return
        room = rows.size.height - home.below_rows(rows.size.height)
        place = home.window(len(self._rows), self._selected, room) + event.y
        if event.y >= room or place >= len(self._rows) or not self._rows[place].selectable:
            return
        if place == self._selected:
            self.action_open()
            return
        self._selected = place
        self._redraw()

    def _show(self, engine: "Engine") -> None:
        self.app.engine = engine
        self._replace_all(self.app.routes.stage(engine))

    def _replace_all(self, screen: "Screen[None] | Screen[str]") -> None:
        while len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        self.app.switch_screen(screen)

    def action_new(self) -> None:
        """Start a new incident with the first question; ask before opening one in addition to others."""
        still_open = [s.ticket or s.id for s in self.app.store.listing() if s.state == "open"]
        if not still_open:
            self._begin()
            return
        named = ", ".join(still_open[:3]) + (
            f" and {len(still_open) - 3} more" if len(still_open) > 3 else ""
        )
        options = [
            Option("back", "Go back", f"open here: {named}"),
            Option("new", "Begin a new incident", "for another fault; it gets its own branch and texts"),
        ]

        def chosen(name: str | None) -> None:
            if name == "new":
                self._begin()

        self.app.push_screen(Choose("Begin a new incident in addition to these?", options), chosen)

    def action_yes(self) -> None:
        """Answer the first question, shown if nothing was ever opened: open an incident."""
        if self._listed:
            self.app.notify("n begins a new incident, with the first question.", markup=False)
            return

        def opened(engine: "Engine") -> None:
            self.app.engine = engine
            self._replace_all(self.app.routes.triage(engine))

        self.app.change(lambda: open_new(self.app), opened)

    def action_drill(self) -> None:
        """Leave for the drill, which is built in its own folder."""
        if self.app.drill is not None:
            self.app.notify("This is the drill.", markup=False)
            return

        self.app.goes_on = GoesOn(drill=True)
        self.app.leave()

    def _begin(self) -> None:
        self._replace_all(self.app.routes.triage(detected=found_here(self.app)))

    def action_doctor(self) -> None:
        """Show what is missing for a hotfix here, the most useful first."""
        root = self.app.place.root
        self.app.look(lambda: missing(examine(root)), self._show_missing)

    def _show_missing(self, checks: "list[DoctorCheck]") -> None:
        lines = [f"{number}. {check.name}: {check.text}" for number, check in enumerate(checks, 1)]
        said = "\n".join(lines) or "Nothing is missing."
        self.app.push_screen(self.app.routes.notice("What is missing, what helps most first", said))

    def action_back(self) -> None:
        """Go back, if there is something to go back to."""
        if len(self.app.screen_stack) > 1:
            self.dismiss(None)

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(self.app.routes.help())


def _goes_on(incident: Summary | None) -> bool:
    """Return whether a row is an incident to resume; a new one comes first if there is none."""
    return incident is not None and (incident.state == "open" or bool(incident.problem))
