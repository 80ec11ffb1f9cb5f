"""The logs of the stage: the output of the selected step's run, the production log, and the waiting checks.

A pane is created when it is first needed. Where it goes is up to the screen: it provides a function for each.
"""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hotfix_tui.base.times import humane
from hotfix_tui.engine.reconcile import log_run
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import short_title
from hotfix_tui.ui import check_queue, keymap
from hotfix_tui.ui.widgets import log_view

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.rules.step_state import StepView
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.check_queue import CheckQueue
    from hotfix_tui.ui.widgets.log_view import LogView

    Place = Callable[[LogView], object]

BESIDE = 2
"""Logs shown side by side below the most relevant one, on a wide screen."""

TAIL_STAGES = ("deploy", "monitor")
"""The stages on which the production log is shown while it is followed."""


_TITLES = {catalog.DEPLOY_PRODUCTION: "Deploy log", catalog.DEPLOY_ROLLBACK: "Rollback log"}
"""Logs shown next to the production log, by their step."""


class StageLogs:
    """Shows logs in panes that `place_output` and `place_tail` put on the screen, each once."""

    def __init__(
        self,
        app: "HotfixApp",
        engine: "Engine",
        place_output: "Place",
        place_parallel: "Place",
        place_tail: "Place",
    ) -> None:
        self._app, self._engine = app, engine
        self._place_output, self._place_parallel, self._place_tail = place_output, place_parallel, place_tail
        self._output: LogView | None = None
        self._parallel: list[LogView] = []
        self.main: StepView | None = None
        """The step whose log is in the picture."""
        self._others: list[StepView] = []
        self.tail: LogView | None = None
        """The pane of the production log, once it was needed."""
        self._checks: CheckQueue | None = None

    # The output of a step

    def run_of(self, view: "StepView | None") -> int | None:
        """Return the number of the step's last run, if its output exists."""
        if view is None or view.run is None:
            return None
        try:
            directory = self._engine.run_directory(view.run)
        except KeyError:
            return None
        return view.run if os.path.isdir(directory) else None

    def show_output(self, view: "StepView | None") -> bool:
        """Show the last run of the step; return whether there is one, otherwise no pane is shown."""
        number = self.run_of(view)
        self.main = view if number is not None else None
        if number is None or view is None:
            if self._output is not None:
                self._output.display = False
            return False
        if self._output is None:
            self._output = log_view.LogView(id="log")
            self._place_output(self._output)
        self._output.display = True
        self._point(self._output, number, _TITLES.get(view.id) or short_title(view.step))
        self._output.set_state(self._state_words(view), alive=view.state == "running" and view.id in _TITLES)
        return True

    def show_parallel(self, listed: "Sequence[StepView]") -> None:
        """Show the last runs of more steps side by side below the most relevant log, two at most."""
        self._others = [view for view in listed if self.run_of(view) is not None][:BESIDE]
        while len(self._parallel) < len(self._others):
            self._parallel.append(log_view.LogView(id=f"beside-{len(self._parallel)}"))
            self._place_parallel(self._parallel[-1])
        for place, log in enumerate(self._parallel):
            view = self._others[place] if place < len(self._others) else None
            log.display = view is not None
            if view is not None and view.run is not None:
                self._point(log, view.run, short_title(view.step))
                log.set_state(self._state_words(view))

    def step_of(self, log: "LogView") -> "StepView | None":
        """Return the step whose output `log` shows."""
        if log in self._parallel:
            place = self._parallel.index(log)
            return self._others[place] if place < len(self._others) else None
        return self.main

    def _point(self, log: "LogView", number: int, title: str) -> None:
        """Make `log` show the output of run `number`, unless it already does."""
        folder = self._engine.run_directory(number)
        path = os.path.join(folder, "log")
        if log.path != path:
            log.show(path, title, os.path.join(folder, "log.idx"))

    def _state_words(self, view: "StepView") -> str:
        if view.state == "running" and view.id in _TITLES:
            return f"{keymap.shown('output')} larger"  # its duration is in the picture above it
        if view.state != "running" or view.at is None:
            return view.state
        return f"running {humane((self._engine.clock() - view.at).total_seconds())}"

    def to_error(self, places: int) -> bool:
        """Go to the next or previous error of the log in the picture; return whether there is a log."""
        if self._output is None or not self._output.is_mounted or not self._output.display:
            return False
        self._output.action_error(places)
        return True

    # The production log

    def show_tail(self, stage: str) -> None:
        """Show the production log while it is followed, on the stages that wait for it."""
        number = log_run(self._engine) if stage in TAIL_STAGES else None
        if number is None:
            if self.tail is not None:
                self.tail.display = False
            return
        if self.tail is None:
            self.tail = log_view.LogView(id="tail")
            self._place_tail(self.tail)
        self.tail.display = True
        self._point(self.tail, number, "Production log")
        self.tail.set_state(f"{keymap.shown('production-log')} larger, stop", alive=True)

    # The checks of the verify stage

    @property
    def checks(self) -> "CheckQueue":
        """The queue of checks, run one after the other or concurrently."""
        self._checks = self._checks or check_queue.CheckQueue(self._app, self._engine)
        return self._checks

    def go_on_with_checks(self) -> None:
        """Start the next waiting check, if it may start."""
        if self._checks is not None:
            self._checks.advance()

    def offer_checks(self) -> None:
        """Say which checks were still waiting when the wizard was left; none of them starts unasked."""
        names = [self._engine.record.definition(step).title for step in self.checks.left]
        if names:
            left = f"Still to run when the wizard was left: {', '.join(names)}."
            said = f"{left} In verify, {keymap.shown('panes')} shows and runs them."
            self._app.notify(said, timeout=20, markup=False)

    def under_way(self) -> list[str]:
        """Return the checks that run, or wait for those that do."""
        waiting = self._checks.waiting if self._checks is not None else []
        return [
            check
            for check in check_queue.ORDER
            if check in waiting or self._engine.record.entry(check).get("state") == "running"
        ]

    def waiting_checks(self) -> list[str]:
        """Return the titles of the checks that wait for others."""
        steps = self._checks.waiting if self._checks is not None else []
        return [self._engine.record.definition(step).title for step in steps]
