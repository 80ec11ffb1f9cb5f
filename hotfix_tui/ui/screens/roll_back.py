"""The dialog of the ways back: what was measured, three ways always in the same order, and what each would run."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.widgets import Static

from hotfix_tui.engine.ways_back import Ways
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.presenters import roll_back
from hotfix_tui.ui.screens.dialog import Dialog, rows_below
from hotfix_tui.ui.screens.framed import LOW
from hotfix_tui.ui.terminal.input_pace import STANDS

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp


class RollBack(Dialog[str]):
    """Returns the name of the chosen way, or None. It changes nothing: the choice is confirmed afterwards."""

    DEFAULT_CSS = """
    RollBack #rows { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("roll-back")

    app: "HotfixApp"
    kind = "prod"
    hears_after = STANDS

    def __init__(self, ways: Ways, measured: str, root: str) -> None:
        super().__init__()
        self._ways, self._measured, self._root = ways, measured, root
        self._at, self._plumbing = ways.first, False

    def title_words(self) -> str:
        """Return what it is about."""
        return "Roll back"

    def keys(self) -> list[tuple[str, str]]:
        """Return the keys of the dialog; rows that do not fit are counted, so that none is missed."""
        below = rows_below(self.query_one("#body"))
        return [
            *keymap.keys("roll-back", ("go", "go on")),
            (keymap.arrows("roll-back"), "choose"),
            *([(glyphs.DOWN, f"{rows.plural(below, 'row')} more")] if below else []),
            *keymap.keys("dialog", ("back", "back, nothing happens")),
        ]

    def offer(self) -> bar.Bar:
        """Return where enter leads with this way: to its confirmation, or nowhere."""
        return roll_back.offer(self._ways.offered[self._at])

    def body(self) -> ComposeResult:
        """Yield the rows."""
        yield Static(id="rows", markup=False)

    def on_mount(self) -> None:
        """Start at the recommended way."""
        self.watch(self.query_one("#body"), "scroll_y", self.show_keys, init=False)
        self._show_rows()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new size."""
        self._show_rows()

    def _show_rows(self) -> None:
        size = self.app.size
        width = max(min(size.width, 92) - 5, 20)
        room = size.height - (3 if size.height < LOW else 5)
        shown = roll_back.paint(
            self._ways,
            self._at,
            self._measured,
            width,
            room,
            plumbing=self._plumbing,
            root=self._root,
        )
        self.query_one("#rows", Static).update(Content("\n").join(shown.rows))
        top = 0 if shown.last <= room else shown.first
        self.call_after_refresh(self._bring_into_view, top, shown.last)
        self.call_after_refresh(self.show_keys)

    def _bring_into_view(self, first: int, last: int) -> None:
        if self.is_mounted:
            body = self.query_one("#body", VerticalScroll)
            body.scroll_to_region(Region(0, first, 1, max(last - first, 1)), animate=False, force=True)

    def action_move(self, places: int) -> None:
        """Select another way; one that cannot be chosen says why."""
        self._at = min(max(self._at + places, 0), len(self._ways.offered) - 1)
        self._show_rows()
        self.show_keys()

    def action_plumbing(self) -> None:
        """Show the wizard's own commands in full, or collapse them again."""
        self._plumbing = not self._plumbing
        self._show_rows()

    def action_scroll(self, count: int) -> None:
        """Scroll the content."""
        self.query_one("#body").scroll_relative(y=count, animate=False)

    def action_go(self) -> None:
        """Go on to the confirmation of this way."""
        chosen = self._ways.offered[self._at]
        if chosen.possible:
            self.dismiss(chosen.way.name)
