"""A run's output on the whole screen, live while it runs."""

import os
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from hotfix_tui.base.times import humane
from hotfix_tui.engine import reconcile
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.terminal.own_keys import named
from hotfix_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


class Output(Framed[None]):
    """Shows run `number` of `step`."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("output")

    app: "HotfixApp"

    def __init__(
        self, engine: "Engine", number: int, step: str, *, again: "Callable[[], object] | None" = None
    ) -> None:
        super().__init__()
        self.acts = named("again", "stop")
        self.engine, self._number, self._step, self._again = engine, number, step, again

    def body(self) -> ComposeResult:
        """Yield the log."""
        directory = self.engine.run_directory(self._number)
        yield LogView(
            os.path.join(directory, "log"),
            title=self.engine.record.definition(self._step).title,
            idx_path=os.path.join(directory, "log.idx"),
            id="log",
        )

    def offer(self) -> bar.Bar:
        """Return the bar: the key that leads back, and whether it is running."""
        return bar.Bar("idle", "Back to the steps", self._state(), cap=" esc ")

    def keys(self) -> footer.Keys:
        """Return the keys of the log."""
        again = ((keymap.shown("again"), "follow again"),) if self._again is not None else ()
        return (
            *keymap.keys("log", ("search", "search")),
            (keymap.arrows("log", "error(1)", "error(-1)"), "errors"),
            *(keymap.keys("output", ("stop", "stop")) if self._runs() else ()),
            *again,
            *keymap.keys("log", ("toggle_follow", "follow")),
            *keymap.keys("output", ("app.roll_back", "roll back")),
        )

    def more(self) -> tuple[str, str]:
        """Return the key that leads back."""
        return (keymap.key("output", "back"), "back")

    def on_mount(self) -> None:
        """Keep the frame and the state current."""
        self.query_one(LogView).focus()
        self.refresh_view()
        self.set_interval(1.0, self.refresh_view)

    def _runs(self) -> bool:
        now = self.engine.record.entry(self._step)
        return now.get("run") == self._number and now.get("state") == "running"

    def _state(self) -> str:
        now = self.engine.record.entry(self._step)
        state = str(now.get("state", "")) if now.get("run") == self._number else "ended"
        if self._runs():
            return f"running {humane((self.engine.clock() - now['at']).total_seconds())}"
        return state

    def refresh_view(self) -> None:
        """Redraw the frame and the state of the run."""
        self.show_frame()
        self.query_one(LogView).set_state(self._state())

    def action_back(self) -> None:
        """Go back to the steps."""
        self.dismiss(None)

    def action_again(self) -> None:
        """Restart a finished run, if that is offered; it is shown first."""
        if self._again is None:
            return
        if self.engine.record.entry(self._step).get("state") == "running":
            self.app.notify(f"It is running; {keymap.shown('stop')} stops it.", markup=False)
            return
        self.dismiss(None)
        self.app.call_later(self._again)

    def action_stop(self) -> None:
        """Stop the run."""
        self.app.change(
            lambda: reconcile.cancel(self.engine, self._number), lambda _: self.app.notify("Stopping…")
        )
