"""What happened, when, and by whom: one row per entry, the gaps between them, the selected one in full."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.catalog import STAGE_TITLES
from hotfix_tui.ui import keymap
from hotfix_tui.ui.dialogs.note import ask_note
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.presenters import timeline_rows
from hotfix_tui.ui.presenters.timeline_rows import Entry, TimelineView
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.widgets.lines import Lines
from hotfix_tui.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


class Timeline(Framed[None], ClosesOnce[None]):
    """Shows the timeline, newest entry last; n adds a note at any time."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("timeline")

    takes_notes = True
    app: "HotfixApp"

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self.engine = engine
        self._revision = -1
        self._entries: list[Entry] = []
        self.search = SearchField("words that the entry has in it")
        self._problem = ""
        self._read()
        self._matching = self._entries
        self._selected = len(self._entries) - 1

    def _read(self) -> None:
        self._revision = self.engine.record.revision
        self._entries = timeline_rows.entries(self.engine.timeline())
        self._problem = one_line(self.engine.file_problem, 400)

    # The frame

    def body(self) -> ComposeResult:
        """Yield list and selected entry as one painted part; the search is a field that opens with ``/``."""
        yield Lines(self._paint, id="rows")
        yield self.search

    def offer(self) -> bar.Bar:
        """Return the bar: enter leads back."""
        title = STAGE_TITLES.get(self.engine.record.stage, "the incident")
        if self.search.is_open:
            return bar.Bar("idle", "Keep what was found", second="Esc shows all entries again.")
        return bar.Bar(
            "idle",
            f"Back to {title}",
            second=f"{keymap.shown('note')} adds a note, at now or any earlier time",
            note=self._problem,
        )

    def keys(self) -> footer.Keys:
        """Return the keys of the list."""
        names = ("note", "search", "copy", "output", "back")
        return keymap.keys("timeline", *((name, name) for name in names))

    @property
    def _shown(self) -> TimelineView:
        return TimelineView(
            self._matching, len(self._entries), self._selected, self.search.words, self._problem
        )

    def _paint(self, width: int, height: int) -> list[Content]:
        record = self.engine.record
        return timeline_rows.paint(
            self._shown,
            self.engine.clock(),
            width,
            height,
            lambda entry, room: timeline_rows.full(record, entry, room),
        )

    def refresh_view(self) -> None:
        """Show what was written in the meantime."""
        if not self.is_there:
            return
        if self._revision != self.engine.record.revision:
            at_end = self._selected >= len(self._matching) - 1
            self._read()
            self._find(at_end)
        self._redraw()
        self.show_frame()

    def _redraw(self) -> None:
        self.query_one("#rows", Lines).draw(self._paint)

    def _find(self, to_end: bool) -> None:
        kept = self.selected
        self._matching = timeline_rows.matching(self._entries, self.search.words)
        last = len(self._matching) - 1
        places = [place for place, entry in enumerate(self._matching) if entry == kept]
        self._selected = last if to_end or not places else places[-1]

    @property
    def selected(self) -> Entry | None:
        """The entry shown in full."""
        return self._matching[self._selected] if 0 <= self._selected < len(self._matching) else None

    # Keys

    def action_back(self) -> None:
        """Leave the search first, then the screen."""
        if self.search.is_open or self.search.words:
            self.search.close(keep=False)
            return
        self.dismiss(None)

    def action_move(self, rows: int) -> None:
        """Select another entry."""
        last = max(len(self._matching) - 1, 0)
        self._selected = min(max(self._selected + rows, 0), last)
        self._redraw()
        self.show_bar()

    def action_search(self) -> None:
        """Start a search; only entries with all the words are shown."""
        self.search.open()

    def on_search_field_sought(self) -> None:
        """List the matches."""
        self._find(False)
        self._redraw()
        self.show_bar()

    def action_copy(self) -> None:
        """Copy what is shown as text."""
        lines = (f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.what}  ({entry.who})" for entry in self._matching)
        self.app.copy("\n".join(lines), "timeline")

    def action_output(self) -> None:
        """Show the output of the selected entry's run."""
        entry = self.selected
        known = (
            entry is not None
            and entry.run is not None
            and any(r["n"] == entry.run for r in self.engine.record.runs)
        )
        if not known or entry is None or entry.run is None:
            self.app.notify("This entry has no output.")
            return
        self.app.push_screen(self.app.routes.output(self.engine, entry.run, entry.step))

    def action_note(self) -> None:
        """Add a note, at the current or any earlier time."""
        self.app.start_flow(ask_note(self.app, self.engine))

    def action_help(self) -> None:
        """Show the workflow, the signs and the keys."""
        self.app.push_screen(self.app.routes.help())

    def on_click(self, event: events.Click) -> None:
        """Select the entry that was clicked."""
        rows = self.query_one("#rows", Lines)
        if event.widget is not rows:
            return
        place = timeline_rows.window(self._shown, *rows.size, event.y)
        if place is not None:
            self._selected = place
            self._redraw()
