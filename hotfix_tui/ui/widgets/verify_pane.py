"""One check in a pane: its log, its state and usual duration, and below the log what failed.

Apart from the screen with all checks: it shows one, and knows of no other.
"""

import os
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.worker import get_current_worker

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import humane
from hotfix_tui.incident.model.evidence.verify import Checked
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.testresults.model import Failure, SuiteResult
from hotfix_tui.ui.frame.evidence import WORDS
from hotfix_tui.ui.paint.glyphs import BY_STATE as GLYPHS
from hotfix_tui.ui.widgets.log_view import LogView
from hotfix_tui.ui.widgets.verify_failures import FailureList
from hotfix_tui.ui.widgets.verify_reader import ResultReader, words_of

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine


class CheckPane(Vertical):
    """Shows the last run of `step`; the screen passes the state, the pane reads the log itself."""

    DEFAULT_CSS = """
    CheckPane { height: 1fr; width: 1fr; min-height: 2; }
    CheckPane FailureList { display: none; }
    CheckPane.-current.-failures FailureList { display: block; }
    """

    class Found(Message, namespace="check_pane"):
        """Something new was read from the log of a run that this pane has seen running."""

        def __init__(self, pane: "CheckPane") -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, engine: "Engine", step: str, command: str) -> None:
        super().__init__()
        self.step = step
        self.name_of_check = step.partition(".")[2]
        self.result = SuiteResult()
        self.seen_running = False
        """Whether the run shown was seen while it ran."""
        self._engine, self._command = engine, command
        self._run: int | None = None
        self._reader: ResultReader | None = None
        self._reading = self._runs = False
        self._unreadable: int | None = None
        """The run whose output could not be understood."""

    def compose(self) -> ComposeResult:
        """Yield the log, and the list of failures."""
        yield LogView(title=self._title)
        yield FailureList()

    @property
    def _title(self) -> str:
        return f"{self.name_of_check}: {self._command}"

    @property
    def log_view(self) -> LogView:
        """The log."""
        return self.query_one(LogView)

    @property
    def failures(self) -> FailureList:
        """The list of failures."""
        return self.query_one(FailureList)

    @property
    def folder(self) -> str:
        """Where the command runs, which the paths of failures are relative to."""
        return self._reader.folder if self._reader is not None else self._engine.context().worktree

    @property
    def idle(self) -> bool:
        """Whether everything available was read."""
        if self._reading:
            return False
        return self._reader is None or self._reader.done or self._unreadable == self._run

    def show(self, view: StepView, waiting: str, usual: float | None) -> None:
        """Show the state of the step: `waiting` in words while it waits, `usual` the seconds that it usually takes."""
        if view.run != self._run:
            self._show_run(view)
        self._runs = view.state == "running"
        if self._runs:
            self.seen_running = True
        self.log_view.set_state(self._words(view, waiting, usual))

    def _show_run(self, view: StepView) -> None:
        self._run, self._reader, self.seen_running = view.run, None, False
        self._take(SuiteResult())
        try:
            directory = self._engine.run_directory(view.run) if view.run is not None else ""
        except KeyError:
            directory = ""
        if not directory:
            self.log_view.show(None, self._title)
            return
        log = os.path.join(directory, "log")
        self.log_view.show(log, self._title, os.path.join(directory, "log.idx"))

    def _words(self, view: StepView, waiting: str, usual: float | None) -> str:
        word = WORDS[view.state]
        if self.result.could_not_run and view.state == "failed":
            word = "could not run"
        if waiting:
            return waiting + (f" · usually {humane(usual)}" if usual is not None else "")
        parts = [f"{GLYPHS[view.state]} {word}"]
        seconds = self._seconds(view)
        if seconds is not None:
            parts[0] += f" {humane(seconds)}"
        if usual is not None and view.state not in ("done", "failed"):
            parts.append(f"usually {humane(usual)}")
        return " · ".join(parts)

    def _seconds(self, view: StepView) -> float | None:
        """Return how long the displayed run has taken so far, or took."""
        run = next(
            (candidate for candidate in reversed(self._engine.record.runs) if candidate["n"] == view.run),
            None,
        )
        if run is None or (view.state != "running" and not run.get("ended")):
            return None
        end = self._engine.clock() if view.state == "running" else run["ended"]
        return float((end - run["at"]).total_seconds())

    def poll(self) -> None:
        """Read on in the log, in the background."""
        if self._run is None or self._reading or self._unreadable == self._run:
            return
        # A run whose supervisor is just coming up looks as if it had never started.
        if self._reader is not None and self._reader.done and not self._runs:
            return
        if self._reader is None:
            directory = self._engine.run_directory(self._run)
            if not os.path.isdir(directory):
                return
            seen = self._engine.record.seen(Checked, self.step)
            folder = self._engine.record.note(self.step).where or self._engine.context().worktree
            argv = words_of(seen.command)
            self._reader = ResultReader(directory, argv, folder, tests=self.name_of_check == "test")
        self._reading = True
        reader = self._reader

        def work() -> None:
            worker = get_current_worker()
            try:
                result = reader.read()
            except Exception as problem:  # unexpected output must not leave the pane reading for ever
                if not worker.is_cancelled:
                    self.app.call_from_thread(self._not_read, reader, problem)
                return
            if not worker.is_cancelled:
                self.app.call_from_thread(self._read, reader, result)

        self.run_worker(work, name="results", group="results", thread=True, exit_on_error=False)

    def _not_read(self, reader: ResultReader, problem: Exception) -> None:
        """Say that the failures of this run are unknown; its log and its exit status are not."""
        self._reading = False
        if reader is not self._reader or not self.is_attached:
            return
        self._unreadable = self._run
        said = one_line(f"{type(problem).__name__}: {problem}", 200)
        self.app.notify(
            f"{self.name_of_check}: what it printed was not understood ({said}). The log has all of it.",
            severity="warning",
            markup=False,
        )

    def _read(self, reader: ResultReader, result: SuiteResult) -> None:
        self._reading = False
        if reader is not self._reader or not self.is_attached:
            return
        if result != self.result:
            self._take(result)
            if self.seen_running:
                self.post_message(self.Found(self))
        if reader.more:
            self.poll()

    def _take(self, result: SuiteResult) -> None:
        self.result = result
        self.failures.show(result)
        self.set_class(self.failures.worth_showing, "-failures")

    def jump(self, failure: Failure) -> None:
        """Show the line of the log about `failure`."""
        if failure.log_line:
            self.log_view.show_line(failure.offset)
