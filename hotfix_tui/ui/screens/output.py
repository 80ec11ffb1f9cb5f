"""A run's output on the whole screen, live while it runs."""

import os
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from hotfix_tui.base.times import humane
from hotfix_tui.ui.presenters import strip
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.widgets.key_bar import KeyBar
from hotfix_tui.ui.widgets.log_view import LogView
from hotfix_tui.ui.widgets.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


class Output(ClosesOnce[None]):
    """Shows run `number` of `step`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,z,o,L", "back", "back", show=False),
        Binding("q,f9", "app.leave", "leave", show=False),
        Binding("x", "stop", show=False),
        Binding("r", "again", show=False),
    ]

    acts = ("r", "x")
    app: "HotfixApp"

    def __init__(
        self, engine: "Engine", number: int, step: str, *, again: "Callable[[], object] | None" = None
    ) -> None:
        super().__init__()
        self.engine, self._number, self._step, self._again = engine, number, step, again

    def compose(self) -> ComposeResult:
        """Strip, log, keys."""
        directory = self.engine.run_directory(self._number)
        yield Strip()
        yield LogView(
            os.path.join(directory, "log"),
            title=self.engine.record.definition(self._step).title,
            idx_path=os.path.join(directory, "log.idx"),
            id="log",
        )
        yield KeyBar(
            [
                ("esc", "back"),
                ("/", "search"),
                ("> <", "errors"),
                ("x", "stop"),
                *([("r", "again")] if self._again is not None else []),
                ("F", "follow"),
                ("W", "wrap"),
            ]
        )

    def on_mount(self) -> None:
        """Keep the strip and the state current."""
        self.query_one(LogView).focus()
        self.refresh_view()
        self.set_interval(1.0, self.refresh_view)

    def refresh_view(self) -> None:
        """Redraw the strip and the state of the run."""
        record = self.engine.record
        width = self.size.width or 80
        shown = strip.lines(record, self.engine.clock(), stage=record.stage, primary="back", width=width)
        self.query_one(Strip).show(shown)
        now = record.entry(self._step)
        state = str(now.get("state", "")) if now.get("run") == self._number else "ended"
        if state == "running":
            state = f"running {humane((self.engine.clock() - now['at']).total_seconds())}"
        self.query_one(LogView).set_state(state)

    def on_resize(self) -> None:
        """The strip drops parts by width."""
        self.refresh_view()

    def action_back(self) -> None:
        """Back to the steps."""
        self.dismiss(None)

    def action_again(self) -> None:
        """Begin anew what has ended, where that is offered; it is shown first."""
        if self._again is None:
            return
        if self.engine.record.entry(self._step).get("state") == "running":
            self.app.notify("It is running; x stops it.", markup=False)
            return
        self.dismiss(None)
        self.app.call_later(self._again)

    def action_stop(self) -> None:
        """Stop the run."""
        from hotfix_tui.engine import settling

        self.app.change(
            lambda: settling.cancel(self.engine, self._number), lambda _: self.app.notify("Stopping…")
        )
