"""The dialog before leaving while commands run: they continue; they can be stopped."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from hotfix_tui.base.text import one_line
from hotfix_tui.engine import reconcile
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.ui import keymap
from hotfix_tui.ui.presenters.lines import ContentLines
from hotfix_tui.ui.screens.dialog import Dialog, text
from hotfix_tui.ui.terminal.input_pace import STANDS

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp


class Leaving(Dialog[None]):
    """Leaves on enter or q; x first stops what is running."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("leaving")

    hears_after = STANDS
    asks_to_leave = True
    app: "HotfixApp"

    def __init__(self, runs: list[tuple[int, str]], waiting: list[str] | None = None) -> None:
        super().__init__()
        self._runs, self._waiting = runs, waiting or []

    def heading(self) -> str:
        """Return what it is about."""
        return "Leave? What runs goes on running."

    def keys(self) -> list[tuple[str, str]]:
        """Return the keys of the dialog."""
        own = keymap.keys("leaving", ("go", "leave"), ("stop", "stop them, then leave"))
        return [*own, *keymap.keys("dialog", ("back", "stay"))]

    def body(self) -> ComposeResult:
        """Yield the running commands."""
        out = ContentLines()
        for number, title in self._runs:
            out.add(f"run {number}: {one_line(title)}")
        if self._waiting:
            out.gap()
            out.add(f"Not begun yet: {', '.join(self._waiting)}. They wait until you come back.")
        out.gap()
        out.add("Start hotfix-tui again to see it live, or: hotfix-tui output RUN --follow", "$muted")
        yield text(out.content())

    def action_go(self) -> None:
        """Leave."""
        self.app.leave()

    def action_stop(self) -> None:
        """Stop every run, then leave."""
        engine = self.app.engine
        assert engine is not None, "runs belong to an incident"

        def stop() -> None:
            for number, _ in self._runs:
                try:
                    reconcile.cancel(engine, number, "leaving")
                except Refused:
                    continue

        self.app.change(stop, lambda _: self.app.leave())
