"""The output of a step's run, beside its detail: live while it runs, and afterwards."""

import os
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.screen import Screen

from hotfix_tui.base.times import humane
from hotfix_tui.engine import following, perform
from hotfix_tui.incident.model.catalog import FOLLOW
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.model.record import Record
    from hotfix_tui.incident.rules.step_state import StepView
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.check_queue import CheckQueue
    from hotfix_tui.ui.widgets.log_view import LogView


TAIL_STAGES = ("deploy", "monitor")
"""The stages on which the log of production is seen while it is followed."""


class StageOutput(Screen[None]):
    """Shows the log of the selected step's run below its detail. The pane is made when it is first needed."""

    engine: "Engine"
    app: "HotfixApp"
    viewed: str
    _log: "LogView | None" = None
    _tail: "LogView | None" = None
    _queue: "CheckQueue | None" = None

    if TYPE_CHECKING:

        def act_done(self, step: str = "") -> None: ...
        def action_output(self) -> None: ...

    @property
    def record(self) -> "Record":
        """The incident as last saved."""
        raise NotImplementedError  # abstract: the stage screen has it

    @property
    def selected(self) -> "StepView | None":
        """The selected step."""
        raise NotImplementedError  # abstract: the stage screen has it

    def run_of_selected(self) -> int | None:
        """Return the number of the selected step's last run, if its output is there."""
        view = self.selected
        if view is None or view.run is None:
            return None
        try:
            directory = self.engine.run_directory(view.run)
        except KeyError:
            return None
        return view.run if os.path.isdir(directory) else None

    def show_output(self) -> None:
        """Show the run of the selected step, or no pane if it has none."""
        number = self.run_of_selected()
        self.set_class(number is not None, "-output")
        if number is None:
            if self._log is not None:
                self._log.display = False
            return
        if self._log is None:
            from hotfix_tui.ui.widgets.log_view import LogView

            self._log = LogView(id="log")
            self.query_one("#right", Vertical).mount(self._log)
        self._log.display = True
        view = self.selected
        assert view is not None
        self._point(self._log, number, view.step.title)
        self._log.set_state(self._state_words(view))

    def _point(self, log: "LogView", number: int, title: str) -> None:
        """Let `log` show the output of run `number`, unless it does already."""
        folder = self.engine.run_directory(number)
        path = os.path.join(folder, "log")
        if log.path != path:
            log.show(path, title, os.path.join(folder, "log.idx"))

    def _state_words(self, view: "StepView") -> str:
        if view.state != "running" or view.at is None:
            return view.state
        return f"running {humane((self.engine.clock() - view.at).total_seconds())}"

    # The log of production

    def show_tail(self) -> None:
        """Show the log of production below the steps while it is followed, on the stages that wait for it."""
        number = following.running(self.engine) if self.viewed in TAIL_STAGES else None
        if number is None:
            if self._tail is not None:
                self._tail.display = False
            return
        if self._tail is None:
            from hotfix_tui.ui.widgets.log_view import LogView

            self._tail = LogView(id="tail")
            self.mount(self._tail, before=self.query_one(KeyBar))
        self._tail.display = True
        self._point(self._tail, number, FOLLOW.title)
        begun = self.record.entry(FOLLOW.id).get("at")
        if begun is not None:
            elapsed = humane((self.engine.clock() - begun).total_seconds())
            self._tail.set_state(f"following {elapsed} · L larger, stop")

    def action_tail(self) -> None:
        """Show the log of production on the whole screen; offer to follow it where nobody does."""
        number = self.record.entry(FOLLOW.id).get("run")
        if number is None:
            self.follow_log()
            return
        from hotfix_tui.ui.screens.output import Output

        self.app.push_screen(Output(self.engine, int(number), FOLLOW.id, again=self.follow_log))

    def follow_log(self) -> None:
        """Show what would follow the log of production, then do it."""

        def shown(plan: Any) -> None:
            def agreed(word: str | None) -> None:
                if word is not None:
                    self.app.perform(
                        lambda: perform.perform(self.engine, FOLLOW.id), lambda _: self.act_done()
                    )

            self.app.push_screen(dialogs.Confirm(plan, [], []), agreed)

        self.app.perform(lambda: perform.plan(self.engine, FOLLOW.id), shown)

    def action_panes(self) -> None:
        """Show the checks of the verify stage side by side."""
        from hotfix_tui.ui.check_queue import CheckQueue, checks_here
        from hotfix_tui.ui.screens.verify_panes import VerifyPanes

        if self.viewed != "verify":
            self.app.notify("The panes are those of the verify stage.", markup=False)
            return
        if not checks_here(self.engine):
            said = "There is no command here for setup, tests, type check or build."
            self.app.notify(said, markup=False)
            return
        self._queue = self._queue or CheckQueue(self.app, self.engine)
        self.app.push_screen(VerifyPanes(self.engine, self._queue), lambda _: self.act_done())

    def go_on_with_checks(self) -> None:
        """Start the next check that waits, if it may start."""
        if self._queue is not None:
            self._queue.advance()

    def offer_checks(self) -> None:
        """Say which checks still waited when the wizard was left; nothing of them starts unseen."""
        from hotfix_tui.ui.check_queue import CheckQueue

        self._queue = self._queue or CheckQueue(self.app, self.engine)
        names = [self.record.definition(step).title for step in self._queue.left]
        if names:
            said = f"Still to run when the wizard was left: {', '.join(names)}. In verify, p shows and runs them."
            self.app.notify(said, timeout=20, markup=False)

    def waiting_checks(self) -> list[str]:
        """Return the titles of the checks that wait for others."""
        steps = self._queue.waiting if self._queue is not None else []
        return [self.record.definition(step).title for step in steps]

    def on_log_view_zoom(self, event: "LogView.Zoom") -> None:
        """Give the output the whole screen."""
        if event.view is self._tail:
            self.action_tail()
        else:
            self.action_output()
