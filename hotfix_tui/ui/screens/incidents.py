"""All incidents of this repository: a new one first, then the newest change."""

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option as Row

from hotfix_tui.base.text import one_line
from hotfix_tui.session.listing import line
from hotfix_tui.ui.screens.choose import Choose, Option
from hotfix_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp


class Incidents(Dialog[None]):
    """Opens the chosen incident, or starts a new one."""

    full = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", show=False),
        Binding("q", "app.leave", show=False),
    ]
    DEFAULT_CSS = """
    Incidents OptionList, Incidents OptionList:focus { height: 1fr; border: none; padding: 0; background: $background; }
    """

    app: "HotfixApp"

    def heading(self) -> str:
        """The title."""
        return "Incidents here"

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the list."""
        return [("enter", "open"), ("n", "a new incident"), ("esc", "back"), ("q", "leave")]

    def body(self) -> ComposeResult:
        """A new one, then all that there are."""
        known = sorted(
            self.app.store.listing(),
            key=lambda s: (s.state == "open", s.changed_at.timestamp() if s.changed_at else 0.0),
            reverse=True,
        )
        self._ids = [summary.id for summary in known]
        rows = [Row(Content("a new incident"))]
        rows += [Row(Content(one_line(f"{s.id:14} {line(s)}", 200))) for s in known]
        yield OptionList(*rows, markup=False, compact=True)

    def on_mount(self) -> None:
        """Start at the first open incident, or at a new one."""
        rows = self.query_one(OptionList)
        rows.focus()
        rows.highlighted = 1 if self._ids else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the incident."""
        if event.option_index == 0:
            self.action_new()
            return
        from hotfix_tui.ui.launch import open_engine

        id = self._ids[event.option_index - 1]
        self.app.change(lambda: open_engine(self.app, id), self._show)

    def _show(self, engine: Any) -> None:
        from hotfix_tui.ui.screens.stage.screen import StageScreen

        self.app.engine = engine
        self._replace_all(StageScreen(engine))

    def _replace_all(self, screen: Any) -> None:
        while len(self.app.screen_stack) > 2:
            self.app.pop_screen()
        self.app.switch_screen(screen)

    def action_new(self) -> None:
        """Start a new incident with the first question; ask before one is opened beside others."""
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

        self.app.push_screen(Choose("Begin a new incident beside these?", options), chosen)

    def _begin(self) -> None:
        from hotfix_tui.ui.screens.triage import Triage

        self._replace_all(Triage())

    def action_back(self) -> None:
        """Back, if there is something to go back to."""
        if len(self.app.screen_stack) > 2:
            self.dismiss(None)
