"""What is known about the incident and what is not; enter edits a fact."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.engine import documents
from hotfix_tui.incident.model.facts import Fact
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.presenters import facts_rows
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.widgets.lines import Lines
from hotfix_tui.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp

_HINTS = {
    "list": "One entry a line.",
    "actions": "One action a line: task | owner | due | kind.",
    "time": "Write 14:23, -25m or yesterday 23:50; UTC is echoed.",
    "meeting": "Write tomorrow 10:00, Wednesday 10:00 or +48h.",
    "choice": "One of the choices that are shown.",
}


class Facts(Framed[str], ClosesOnce[str]):
    """Returns the key of the fact to edit, or None."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("facts")

    app: "HotfixApp"

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self.engine = engine
        self._needs: facts_rows.Needs | None = None
        self.search = SearchField("words of its name or its value")
        self._only_gaps = False
        self._rows: list[facts_rows.FactRow] = []
        self._selected = 0
        self._list("")

    # The frame

    def body(self) -> ComposeResult:
        """Yield the list, and the search field."""
        yield Lines(self._paint, id="rows")
        yield self.search

    def on_mount(self) -> None:
        """Find out which texts have a gap because a fact is missing."""
        engine = self.engine
        self.app.look(lambda: gaps(engine), self._show_needs)

    def _show_needs(self, needs: facts_rows.Needs) -> None:
        self._needs = needs
        if self.is_there:
            self._list(self._key)
            self._redraw()

    def offer(self) -> bar.Bar:
        """Return the bar: enter edits the selected fact."""
        if self.search.is_open:
            return bar.Bar("idle", "Keep what was found", second="Esc shows all facts again.")
        fact = self.selected
        if fact is None:
            return bar.Bar("idle", "Nothing to fill in here", second="Esc goes back.")
        known = self.engine.record.fact(fact.key) is not None
        title = f"{fact.title[:1].lower()}{fact.title[1:]}"
        used = facts_rows.used_by(fact)
        hint = _HINTS.get(fact.kind, "")
        label = f"{'Edit' if known else 'Fill in'}: {title}"
        return bar.Bar("act", label, second=f"{hint} Used by: {used}.".strip())

    def keys(self) -> footer.Keys:
        """Return the keys of the list."""
        gaps = "all" if self._only_gaps else "only gaps"
        return keymap.keys("facts", ("search", "find"), ("gaps", gaps), ("back", "back"))

    def _paint(self, width: int, height: int) -> list[Content]:
        said = ""
        matches = sum(row.fact is not None for row in self._rows)
        if self.search.words:
            said = f"{matches} with “{self.search.words}”"
        elif self._only_gaps:
            said = f"{matches} gaps"
        return facts_rows.paint(
            self.engine.record,
            self._rows,
            self._selected,
            self._needs,
            said,
            bool(self.search.words),
            self.engine.clock(),
            width,
            height,
        )

    def _redraw(self) -> None:
        self.query_one("#rows", Lines).draw(self._paint)
        self.show_bar()

    def _list(self, key: str) -> None:
        """Rebuild the rows, with the fact `key` selected if it is still there."""
        self._rows = facts_rows.rows(
            self.engine.record, self._needs or {}, self.search.words, self._only_gaps
        )
        places = [place for place, row in enumerate(self._rows) if row.fact is not None]
        same = [place for place in places if (held := self._rows[place].fact) and held.key == key]
        self._selected = same[0] if same else places[0] if places else 0

    @property
    def selected(self) -> Fact | None:
        """The fact that enter edits."""
        return self._rows[self._selected].fact if self._selected < len(self._rows) else None

    @property
    def _key(self) -> str:
        return self.selected.key if self.selected is not None else ""

    # Keys

    def action_back(self) -> None:
        """Leave the search first, then the list of gaps, then the screen."""
        if self.search.is_open or self.search.words:
            self.search.close(keep=False)
        elif self._only_gaps:
            self.action_gaps()
        else:
            self.dismiss(None)

    def action_edit(self) -> None:
        """Edit the selected fact."""
        if self.selected is not None:
            self.dismiss(self.selected.key)

    def action_move(self, rows: int) -> None:
        """Select another fact; headings are skipped."""
        places = [place for place, row in enumerate(self._rows) if row.fact is not None]
        if not places:
            return
        at = places.index(self._selected) if self._selected in places else 0
        self._selected = places[min(max(at + rows, 0), len(places) - 1)]
        self._redraw()

    def action_page(self, pages: int) -> None:
        """Move by a screenful."""
        self.action_move(pages * max(self.query_one("#rows", Lines).size.height - 3, 1))

    def action_gaps(self) -> None:
        """Show only what a text lacks, or everything again."""
        self._only_gaps = not self._only_gaps
        self._list(self._key)
        self._redraw()

    def action_search(self) -> None:
        """Start a search; only matching facts are shown."""
        self.search.open()

    def on_search_field_sought(self) -> None:
        """List the matches."""
        self._list(self._key)
        self._redraw()

    def action_help(self) -> None:
        """Show the workflow, the signs and the keys."""
        self.app.push_screen(self.app.routes.help())

    def on_click(self, event: events.Click) -> None:
        """Select the fact that was clicked; a second click edits it."""
        rows = self.query_one("#rows", Lines)
        if event.widget is not rows or event.y < 1:
            return
        first = facts_rows.window(len(self._rows), self._selected, max(rows.size.height - 1, 1))
        place = first + event.y - 1
        if place >= len(self._rows) or self._rows[place].fact is None:
            return
        if place == self._selected:
            self.action_edit()
            return
        self._selected = place
        self._redraw()


def gaps(engine: "Engine") -> dict[str, list[str]]:
    """Return the texts that have a gap because a fact is missing, by its key; texts that cannot be made are left
    out.
    """
    out: dict[str, list[str]] = {}
    for document in facts_rows.TEXTS:
        try:
            rendered = documents.render(engine, document)
        except (HotfixError, OSError):
            continue
        for key in rendered.lacking:
            out.setdefault(key, []).append(document)
    return out
