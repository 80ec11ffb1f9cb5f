"""Setup, tests, type check and build side by side, live: what runs, what failed first, and where."""

import os
import shlex
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from hotfix_tui.base.text import one_line
from hotfix_tui.engine import reconcile
from hotfix_tui.engine.typical_durations import usual_seconds
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.incident.rules.views import views
from hotfix_tui.testresults.model import Failure
from hotfix_tui.ui import keymap
from hotfix_tui.ui.check_queue import CheckQueue, checks_here
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.terminal.own_keys import named
from hotfix_tui.ui.widgets.verify_failures import FailureList
from hotfix_tui.ui.widgets.verify_pane import CheckPane

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp

LOOK_EVERY = 0.5
"""Seconds between updates of clocks and logs."""


class VerifyPanes(Framed[None]):
    """A pane for each check that has a command; the focused one lists its failures below."""

    DEFAULT_CSS = """
    VerifyPanes #panes { height: 1fr; layout: vertical; }
    VerifyPanes CheckPane.-current { height: 2fr; }
    VerifyPanes.-wide #panes { layout: horizontal; }
    VerifyPanes.-wide CheckPane { border-left: solid $line; }
    VerifyPanes.-wide CheckPane:first-child, VerifyPanes.-zoomed CheckPane { border-left: none; }
    VerifyPanes.-wide CheckPane.-current { height: 1fr; }
    VerifyPanes.-wide #panes.-four { layout: grid; grid-size: 2 2; }
    VerifyPanes.-zoomed CheckPane { display: none; }
    VerifyPanes.-zoomed CheckPane.-current { display: block; height: 1fr; }
    VerifyPanes.-zoomed #panes, VerifyPanes.-zoomed #panes.-four { layout: vertical; }
    """

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("panes")

    app: "HotfixApp"

    def __init__(self, engine: "Engine", queue: CheckQueue) -> None:
        super().__init__()
        self.acts = ("enter", "r", *named("stop"))
        self.engine, self._queue = engine, queue
        self._usual: dict[str, float] = {}
        self._announced = False
        self._states: dict[str, str] = {}

    # Building

    @property
    def framed_stage(self) -> str:
        """The checks are those of verify."""
        return "verify"

    def keys(self) -> footer.Keys:
        """Return the keys of the panes."""
        runs = self.is_mounted and any(self._view(pane).state == "running" for pane in self.panes)
        own = ("again", *(("stop",) if runs else ()), "zoom", "edit")
        return (*keymap.keys("panes", *((name, name) for name in own)), ("tab", "next pane"))

    def more(self) -> tuple[str, str]:
        """Return the key that leads back."""
        return (keymap.key("panes", "back"), "back")

    def offer(self) -> bar.Bar:
        """Return what enter does."""
        label = self._label() if self.is_mounted else "Back"
        ran = sum(self._view(pane).state == "running" for pane in self.panes) if self.is_mounted else 0
        note = f"{rows.plural(ran, 'check')} running" if ran else ""
        goes_back = not self.is_mounted or not (
            self._chosen_failure() is not None or self._queue.left or self._queue.missing()
        )
        return bar.Bar("idle" if goes_back else "act", one_line(label, bar.LONGEST), note)

    def body(self) -> ComposeResult:
        """Yield a pane for each check."""
        steps = checks_here(self.engine)
        with Container(id="panes", classes="-four" if len(steps) == 4 else ""):
            for step in steps:
                command = getattr(self.engine.config().commands, step.partition(".")[2])
                shown = command.run if isinstance(command.run, str) else shlex.join(command.run)
                yield CheckPane(self.engine, step, one_line(shown, 200))

    def on_mount(self) -> None:
        """Start with the most relevant pane."""
        self._queue.dismiss_overlay = self.dismiss
        self._states = {pane.step: self._view(pane).state for pane in self.panes}
        order = ("failed", "running", "unknown", "stale", "pending")
        names = [self._states[pane.step] for pane in self.panes]
        first = min(
            range(len(names)), key=lambda at: order.index(names[at]) if names[at] in order else len(order)
        )
        self.focus_pane(self.panes[first])
        self.refresh_view()
        self.set_interval(LOOK_EVERY, self._look)
        self._ask_usual()

    @property
    def panes(self) -> list[CheckPane]:
        """All panes, in the order of the checks."""
        return list(self.query(CheckPane))

    @property
    def current(self) -> CheckPane:
        """The pane that has, or last had, the focus."""
        return next((pane for pane in self.panes if pane.has_class("-current")), self.panes[0])

    def focus_pane(self, pane: CheckPane) -> None:
        """Give `pane` the focus."""
        self._make_current(pane)
        pane.log_view.focus()

    def _make_current(self, pane: CheckPane) -> None:
        for other in self.panes:
            other.set_class(other is pane, "-current")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """List the failures of the focused pane."""
        pane = next(
            (ancestor for ancestor in event.widget.ancestors if isinstance(ancestor, CheckPane)), None
        )
        if pane is not None:
            self._make_current(pane)
            self.show_frame()

    # Showing

    def _view(self, pane: CheckPane) -> StepView:
        return views(self.engine.record)[pane.step]

    def refresh_view(self) -> None:
        """Redraw from the record."""
        seen = views(self.engine.record)
        for pane in self.panes:
            view = seen[pane.step]
            waits = "waiting" if pane.step in self._queue.waiting else ""
            waits = waits or ("waited when the wizard was left" if pane.step in self._queue.left else "")
            pane.show(view, waits, self._usual.get(pane.step))
            pane.poll()
            before, self._states[pane.step] = self._states.get(pane.step), view.state
            if before == "running" and view.state != "running":
                self._ask_usual()
                if view.state == "failed" and not self._announced:
                    self._announced = True
                    self._show_pane(pane)
        self.show_frame()

    def _look(self) -> None:
        if self.is_current:
            self.refresh_view()

    def _label(self) -> str:
        failure = self._chosen_failure()
        if failure is not None:
            return f"Open {failure.place}" if failure.file else "Show it in the log"
        if self._queue.left:
            return f"Run what waited: {', '.join(step.partition('.')[2] for step in self._queue.left)}"
        return "Run what is missing" if self._queue.missing() else "Back"

    def _ask_usual(self) -> None:
        def show(usual: dict[str, float]) -> None:
            self._usual = usual

        steps = [pane.step for pane in self.panes]
        self.app.look(lambda: usual_seconds(self.engine, steps, earlier=True), show)

    # The first failure

    def on_check_pane_found(self, event: CheckPane.Found) -> None:
        """Announce and show the first failure at once, while the rest keeps running."""
        pane = event.pane
        if self._announced or not pane.result.failures:
            return
        self._announced = True
        failure = pane.result.failures[0]
        place = f" ({failure.place})" if failure.place else ""
        self.app.notify(
            f"{pane.name_of_check}: {failure.name} failed{place}",
            severity="warning",
            timeout=20,
            markup=False,
        )
        self._show_pane(pane)
        self.call_after_refresh(pane.jump, failure)  # the list of failures has taken its rows by then

    def _show_pane(self, pane: CheckPane) -> None:
        if self.is_current:
            self.focus_pane(pane)
        else:
            self._make_current(pane)

    def on_failure_list_selected(self, event: FailureList.Selected) -> None:
        """Show the selected failure in the log above."""
        self.current.jump(event.failure)
        self.show_frame()

    def on_failure_list_opened(self, event: FailureList.Opened) -> None:
        """Open the selected failure."""
        self._open(event.failure)

    # Keys

    def _chosen_failure(self) -> Failure | None:
        return self.focused.selected if isinstance(self.focused, FailureList) else None

    def action_primary(self) -> None:
        """Run what was waiting when the wizard was left, otherwise what is missing; or go back."""
        missing = self._queue.left or self._queue.missing()
        if not missing:
            self.action_back()
            return
        self._announced = False
        self._queue.add(missing)
        self.refresh_view()

    def action_again(self) -> None:
        """Run the check of this pane again."""
        pane = self.current
        if self._view(pane).state == "running":
            self.app.notify(f"It is running; {keymap.shown('stop')} stops it.", markup=False)
            return
        self._announced = False
        self._queue.add([pane.step])
        self.refresh_view()

    def action_stop(self) -> None:
        """Stop the run of this pane, with everything it started; or remove it from the queue."""
        pane = self.current
        view = self._view(pane)
        number = view.run
        if view.state == "running" and number is not None:
            self.app.change(
                lambda: reconcile.cancel(self.engine, number),
                lambda _: self.app.notify("Stopping…", markup=False),
            )
        elif not self._queue.drop(pane.step):
            self.app.notify("Nothing runs here.", markup=False)
        self.refresh_view()

    def action_zoom(self) -> None:
        """Toggle this pane filling the whole screen."""
        self.toggle_class("-zoomed")

    def on_log_view_zoom(self) -> None:
        """Do the same at the log's request."""
        self.action_zoom()

    def action_edit(self) -> None:
        """Open the selected failure of this pane."""
        failure = self.current.failures.selected
        if failure is None:
            self.app.notify("No failure is known here.", markup=False)
            return
        self._open(failure)

    def _open(self, failure: Failure) -> None:
        """Open the file of `failure` at its line; then check whether the change has changed."""
        path = os.path.join(self.current.folder, failure.file)
        if not failure.file or not os.path.isfile(path):
            self.current.jump(failure)
            if failure.file:
                self.app.notify(f"{failure.file} is not there: the log tells more.", markup=False)
            return
        self.app.with_terminal(lambda: self.app.editor.edit(path, failure.line))
        self.app.look(lambda: reconcile.probe_step(self.engine, catalog.FIX_CHANGE))

    def action_back(self) -> None:
        """Leave the zoom, or go back to the steps; running and waiting checks continue."""
        if self.has_class("-zoomed"):
            self.remove_class("-zoomed")
            return
        self.dismiss(None)

    def on_unmount(self) -> None:
        """Detach from the queue: this screen no longer covers the stage."""
        self._queue.dismiss_overlay = lambda: None
