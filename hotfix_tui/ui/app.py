"""The app: holds the engine, the lanes for background work, and what all screens share."""

import asyncio
import os
import signal
import sys
import termios
from collections.abc import Callable, Coroutine, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.filter import LineFilter
from textual.screen import Screen

from hotfix_tui.base.errors import HotfixError, sentence_of, status_of, touches_record
from hotfix_tui.engine import way_back
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import NeedsTrust
from hotfix_tui.engine.place import Checkout
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.session.store import Store
from hotfix_tui.ui import keymap, palette, trace
from hotfix_tui.ui.executor import SerialExecutor
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.opening import GoesOn, open_engine
from hotfix_tui.ui.paint import glyphs, tokens
from hotfix_tui.ui.routes import HasBar, OfStages, Redraws, Routes
from hotfix_tui.ui.services import (
    Browser,
    Clipboard,
    Editor,
    SystemBrowser,
    TerminalClipboard,
    TerminalEditor,
)
from hotfix_tui.ui.terminal import gc_pause, no_colour
from hotfix_tui.ui.terminal.control_filter import GUARD, PLAIN
from hotfix_tui.ui.terminal.job_control import take_over
from hotfix_tui.ui.terminal.key_gate import PacedKeys
from hotfix_tui.ui.terminal.own_keys import rebind
from hotfix_tui.ui.terminal.steady_output import SteadyTerminal
from hotfix_tui.ui.widgets.log_pace import AcknowledgedFrames

if TYPE_CHECKING:
    from datetime import datetime

    from textual.command import Provider
    from textual.geometry import Size
    from textual.notifications import SeverityLevel

    from hotfix_tui.ui.drill import Drill

Result = TypeVar("Result")


@dataclass(eq=False, slots=True)
class Flow:
    """A conversation started by a key, from its first call to its last."""

    doing: str
    """What the bar says meanwhile; empty if no key started it."""
    act: object
    """What enter was for."""
    slow: bool
    """Whether it may take as long as the network does."""
    moves: bool = True
    """Whether it is neither finished nor waiting in a dialog."""


FIRST = "first"
"""The mode whose lowest screen is the wizard's first."""

_FLOW: ContextVar[Flow | None] = ContextVar("flow", default=None)
"""The flow that the current dialog belongs to."""


def _palette() -> "type[Provider]":
    """Return the provider of the command palette; loaded when it is first opened."""
    return palette.AsItIs


class HotfixApp(PacedKeys, AcknowledgedFrames, SteadyTerminal, App[int]):
    """The wizard. `engine` is None until there is an incident."""

    TITLE = "hotfix-tui"
    DEFAULT_MODE = FIRST
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {_palette}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]
    CSS = """
    ModalScreen { background: $bg 45%; }
    ModalScreen:ansi { background: transparent; }
    SearchIcon { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *keymap.bindings("app"),
        Binding("ctrl+c", "say_how_to_leave", show=False, system=True),
    ]

    def __init__(
        self,
        place: Checkout,
        store: Store,
        by: str,
        first: "Callable[[HotfixApp], Screen[object]]",
        routes: Routes,
        *,
        clock: "Callable[[], datetime] | None" = None,
        editor: Editor | None = None,
        clipboard: Clipboard | None = None,
        browser: Browser | None = None,
        no_lock: bool = False,
        dry_run: bool = False,
    ) -> None:
        super().__init__()
        self._signs = [PLAIN] if glyphs.plain_terminal() else []
        rebind(self._bindings)
        for theme in tokens.themes():
            self.register_theme(theme)
        # Not assigned: each would have all rules of style read again, and the theme below has them read anyway.
        self.set_reactive(HotfixApp.ansi_theme_dark, tokens.palette("dark"))
        self.set_reactive(HotfixApp.ansi_theme_light, tokens.palette("light"))
        self.theme = tokens.named(os.environ) or tokens.DARK_NAME
        self.place, self.store, self.by = place, store, by
        self.clock = clock
        self.dry_run = dry_run
        self.engine: Engine | None = None
        self.editor: Editor = editor or TerminalEditor()
        self.clipboard_out: Clipboard = clipboard or TerminalClipboard(self._write_raw)
        self.browser: Browser = browser or SystemBrowser()
        self._first = first
        self.add_mode(FIRST, self._first_screen)
        self.routes = routes
        self.changes = SerialExecutor("changes")
        self.looks = SerialExecutor("looks")
        self.work = SerialExecutor("work")
        self.drill: Drill | None = None
        """The drill that this repository belongs to, if any."""
        self._told_size: Size | None = None  # what the terminal told last
        self._leaving = False
        self.goes_on: GoesOn | None = None
        """What is opened after leaving the wizard."""
        self._flows: list[Flow] = []
        """The unfinished flows, in the order in which they began."""
        self._shown: Screen[object] | None = None

    async def on_event(self, event: events.Event) -> None:
        """Leave out the second of the two sizes that terminals tell at the start: it would cost a whole layout."""
        if isinstance(event, events.Resize) and not self.stood_once:
            if event.size == self._told_size:
                return
            self._told_size = event.size
        await super().on_event(event)

    def get_line_filters(self) -> list[LineFilter]:
        """Keep every control byte of outside text from the terminal, whatever widget it came through."""
        return [*no_colour.fitting(super().get_line_filters(), self.native_ansi_color), GUARD, *self._signs]

    def on_load(self) -> None:
        """Handle the signals that would leave the terminal broken, before there is anything to see."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            try:
                loop.add_signal_handler(number, self._signalled, number)
            except (ValueError, RuntimeError, NotImplementedError):
                break  # not the main thread: a test

    def on_mount(self) -> None:
        """Begin what goes on while the wizard is open; say what is wrong with the user's settings."""
        loop = asyncio.get_running_loop()
        take_over(self._driver, lambda: loop.call_soon_threadsafe(self.screen.refresh))
        self.screen_change_signal.subscribe(self, self._other_screen, immediate=True)
        self._other_screen(self.screen)
        if sys.stdin is not None and sys.stdin.isatty() and not self.is_headless:
            self.set_interval(1.0, self._check_terminal)
        self.set_timer(gc_pause.AFTER, gc_pause.resume)
        if self.said_first:
            self.notify(self.said_first, severity="warning", timeout=20, markup=False)

    def _first_screen(self) -> Screen[object]:
        """Return the screen that all others lie on: an empty one of Textual's below it would cost its own start."""
        try:
            screen = self._first(self)
        except Exception as problem:
            self._cannot_open(problem)
            return Screen()
        # All rules of style would be read again for it; its own are default rules, read when it is registered.
        screen._css_update_count = self._css_update_count
        # Its classes by size: when the terminal tells its size, all of it would be styled again for them.
        width, height = self.size
        for fits in (
            *screen._get_breakpoint_classes(width, self.HORIZONTAL_BREAKPOINTS),
            *screen._get_breakpoint_classes(height, self.VERTICAL_BREAKPOINTS),
        ):
            screen.add_class(fits, update=False)
        # The lowest screen of a mode has no place for an answer, without which none could be put in its place.
        screen._push_result_callback(self, None)
        return screen

    said_first = ""
    """What is wrong with the user's own settings."""

    def _cannot_open(self, problem: Exception) -> None:
        """Leave with the error, if there is nothing to show; a defect is treated as anywhere else."""
        if status_of(problem) is None or os.environ.get("HOTFIX_TUI_RAISE"):
            self._crash(problem)
            return
        self._leaving = True
        self.could_not_open = problem
        self.crash_line = sentence_of(problem)
        self.exit(1, return_code=1, message=None)

    def _other_screen(self, screen: Screen[object]) -> None:
        before, self._shown = self._shown, screen
        self.screen_changes(typed=before is not None and self.heard(before).types)

    def _signalled(self, number: int) -> None:
        self.changes.drain(0.5)
        self.exit(return_code=128 + number)

    def _check_terminal(self) -> None:
        """Leave when the terminal is gone; otherwise an ignored hang-up leaves a process spinning."""
        try:
            termios.tcgetattr(0)
        except (termios.error, ValueError):
            self._signalled(signal.SIGHUP)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: "SeverityLevel" = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a notice verbatim: `markup` is ignored, since the text may come from outside.

        An identical notice is replaced; otherwise a key pressed often would hide the screen behind notices.
        """
        for shown in [
            notification for notification in self._notifications if notification.message == message
        ]:
            self._unnotify(shown, refresh=False)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    # Background work

    def change(self, call: Callable[[], Result], then: Callable[[Result], object] | None = None) -> None:
        """Make a change in its lane; then call `then` with its result, or show what stopped it."""
        self._submit(self.changes, call, then)

    def look(self, call: Callable[[], Result], then: Callable[[Result], object] | None = None) -> None:
        """Make a query in its lane."""
        self._submit(self.looks, call, then)

    def perform(self, call: Callable[[], Result], then: Callable[[Result], object] | None = None) -> None:
        """Carry out an action in the lane for work."""
        self._submit(self.work, call, then)

    async def result_of(self, lane: SerialExecutor, call: Callable[[], Result]) -> Result:
        """Make `call` in `lane` and return its result; what it raises is raised here.

        The screens are redrawn once the waiting code has continued.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()

        def done(result: Any, error: BaseException | None) -> None:
            if self._leaving or future.done():
                return
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
            loop.call_soon(self._refresh_in_context)

        lane.submit(call, done)
        return await future

    async def ask(self, dialog: Screen[Result]) -> Result | None:
        """Show `dialog` and return its answer, None if the engineer went back; for flows started by `start_flow`."""
        answer: asyncio.Future[Result | None] = self.push_screen(dialog, wait_for_dismiss=True)
        flow = _FLOW.get()
        if flow is not None:
            self._flow_moves(flow, moves=False)
            answer.add_done_callback(lambda _: self._flow_moves(flow, moves=True))
        return await asyncio.shield(answer)

    def start_flow(
        self,
        flow: Coroutine[object, object, object],
        doing: str = bar.ONE_MOMENT,
        *,
        act: object = None,
        slow: bool = False,
    ) -> None:
        """Run `flow`, a conversation that awaits dialogs and results; expected errors are shown.

        While it is not in a dialog the bar says `doing`, and enter starts nothing; during a `slow` one it does,
        except for the same `act`. An empty `doing` is for a flow that no key started.
        """
        begun = Flow(doing, act, slow)

        async def carried() -> None:
            _FLOW.set(begun)
            try:
                await flow
            except Exception as problem:
                self.problem(problem)
            finally:
                self._flows.remove(begun)
                self._show_under_way()

        self._flows.append(begun)
        self._show_under_way()
        self.run_worker(carried(), group="flows", exit_on_error=False)

    @property
    def flows_moving(self) -> int:
        """How many flows are neither finished nor waiting in a dialog."""
        return sum(flow.moves for flow in self._flows)

    @property
    def under_way(self) -> str:
        """What has been in progress since a key was pressed, in words that end in …; empty if nothing is."""
        return next((flow.doing for flow in self._flows if flow.moves and flow.doing), "")

    def begins(self, act: object) -> bool:
        """Return whether enter may start `act`: not while it is in progress itself, or anything short is."""
        moving = [flow for flow in self._flows if flow.moves and flow.doing]
        return not any(flow.act == act or not flow.slow for flow in moving)

    def _flow_moves(self, flow: "Flow", *, moves: bool) -> None:
        flow.moves = moves
        self._show_under_way()

    def _show_under_way(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, HasBar) and screen.is_mounted and not self._leaving:
                screen.show_bar()

    def _refresh_in_context(self) -> None:
        with self._context():
            self._refresh_screens()

    def _submit(
        self, lane: SerialExecutor, call: Callable[[], Result], then: Callable[[Result], object] | None
    ) -> None:
        def done(result: Any, error: BaseException | None) -> None:
            if self._leaving:
                return
            with (
                self._context()
            ):  # this runs outside of any message: timers created here need to know their app
                if error is not None:
                    self.problem(error)
                elif then is not None:
                    then(result)
                self._refresh_screens()

        lane.submit(call, done)

    def _refresh_screens(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Redraws) and screen.is_mounted:
                screen.refresh_view()

    def problem(self, error: BaseException) -> None:
        """Show what stopped an action: reasons with their cures, or one sentence."""
        stage = self.stage_screen()
        if stage is not None:
            stage.runner.clear_busy()
        if isinstance(error, Refused):
            if stage is not None:
                stage.show_reasons(error.reasons)
                return
            self.push_screen(self.routes.notice("Not now", str(error)))
            return
        if isinstance(error, NeedsTrust):
            self.push_screen(self.routes.trust())
            return
        if status_of(error) is None:
            self._crash(error)
            return
        said = "\n".join([self.sentence(error), *self._way_back(error)])
        if self.heard(self.screen).sentences != said:
            self.push_screen(self.routes.notice("This did not work", said))

    def sentence(self, error: BaseException) -> str:
        """Return the sentence for an expected error: what, where, what to do."""
        folder = self._folder_gone()
        if folder:
            return (
                f"The folder of this incident is gone: {folder}. Nothing can be saved or read there. "
                f"Was the repository moved or cloned again? Leave ({keymap.shown('leave')}), "
                "and start hotfix-tui where it is now."
            )
        return sentence_of(error)

    def _folder_gone(self) -> str:
        """Return the folder of the open incident if it no longer exists."""
        if self.engine is None:
            return ""
        folder = self.store.directory(self.engine.id)
        return "" if os.path.isdir(folder) else folder

    def _is_known(self, error: BaseException) -> bool:
        """Return whether an error is expected, rather than a defect."""
        return status_of(error) is not None

    async def run_action(self, action: Any, *args: Any, **options: Any) -> bool:
        """Run an action; expected errors are shown, and end no screen."""
        try:
            return await super().run_action(action, *args, **options)
        except Exception as error:
            if not self._is_known(error):
                raise
            self.problem(error)
            return True

    def push_screen(self, screen: Any, callback: Any = None, *args: Any, **options: Any) -> Any:
        """Show a screen; errors while acting on its answer are shown too."""

        def answered(result: object) -> Any:
            try:
                return callback(result)
            except Exception as error:
                if not self._is_known(error):
                    raise
                self.problem(error)

        return super().push_screen(screen, answered if callback else None, *args, **options)

    def _way_back(self, error: BaseException) -> list[str]:
        """Return how to roll back production by hand, if `error` says that the record cannot be used."""
        if not touches_record(error):
            return []

        return way_back.by_hand(self.place.root)

    def stage_screen(self) -> OfStages | None:
        """Return the stage screen if it is open."""
        return next((screen for screen in self.screen_stack if isinstance(screen, OfStages)), None)

    def action_roll_back(self) -> None:
        """Offer the ways back, over whatever screen is shown; does nothing in a dialog that leads to production."""
        if self.heard(self.screen).kind == "prod":
            return
        stage = self.stage_screen()
        if stage is None:
            self.notify("Resume an incident, or open one: its ways back are shown there.", markup=False)
            return
        self.start_flow(stage.runner.roll_back())

    # Leaving

    def action_say_how_to_leave(self) -> None:
        """Say how to leave: ctrl+c ends nothing here, since fields and logs copy with it."""
        if isinstance(self.screen, CommandPalette):
            self.screen.dismiss(None)  # it shows no notice; the screen below does
        keys = "F9 leaves, Esc goes back" if self._types() else f"{keymap.shown('leave')} or ctrl+q leaves"
        self.notify(f"{keys}; what runs goes on running.", markup=False)

    async def action_quit(self) -> None:
        """Leave; Textual's own quit action leads here too."""
        self.action_leave()

    def action_leave(self) -> None:
        """Leave at once if nothing is running; otherwise say what keeps running and ask."""
        runs = self._runs_now()
        if runs and not self.heard(self.screen).asks_to_leave:
            stage = self.stage_screen()
            waiting = stage.logs.waiting_checks() if stage is not None else []
            self.push_screen(self.routes.leaving(runs, waiting))
            return
        self.leave()

    def _runs_now(self) -> list[tuple[int, str]]:
        """Return number and title of each running step."""
        if self.engine is None:
            return []
        record = self.engine.record
        return [
            (int(now.get("run", 0)), record.definition(step).title)
            for step, now in record.steps.items()
            if now.get("state") == "running"
        ]

    def leave(self) -> None:
        """Leave now: changes are saved, running commands continue."""
        self._leaving = True
        self.changes.drain(1.0)
        self.exit(0)

    # Everything by name

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield everything by name, for the command palette."""
        stage: object = self.stage_screen()
        if stage is None or screen is not stage:
            yield SystemCommand("Leave", "What runs goes on running", self.action_leave)
            return
        for name, help, run in self.routes.everything(self, stage):
            yield SystemCommand(name, help, run)

    def open_incident(self, incident: str) -> None:
        """Open another incident in place of the current one."""

        def show(engine: Engine) -> None:
            self.engine = engine
            self.switch_screen(self.routes.stage(engine))

        self.change(lambda: open_engine(self, incident), show)

    # Terminal

    def _write_raw(self, data: str) -> None:
        if self._driver is not None:
            self._driver.write(data)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy on behalf of widgets, which call this: by the method that works here."""
        self.clipboard_out.copy(text)

    def copy(self, text: str, what: str = "text") -> None:
        """Copy `text` and say how."""
        how = self.clipboard_out.copy(text)
        self.notify(f"Copied the {what}, {how}.", markup=False)

    def with_terminal(self, call: Callable[[], str]) -> None:
        """Run a program that needs the terminal, with the screen suspended; report it if that failed."""
        said = ""
        try:
            with self.suspend():
                try:
                    said = call()
                except Exception as problem:  # an exception inside would leave the screen frozen for ever
                    said = str(problem)
        except Exception as problem:
            said = str(problem) or "This terminal cannot be handed over."
        if said:
            self.notify(said, severity="warning", markup=False)
        self._refresh_screens()

    # Defects

    def _handle_exception(self, error: Exception) -> None:
        self._crash(error)

    def _fatal_error(self) -> None:
        if os.environ.get("HOTFIX_TUI_RAISE"):  # Textual calls this from the place that `_crash` leads to
            super()._fatal_error()
            return
        error = sys.exc_info()[1]
        self._crash(error if error is not None else RuntimeError("unknown"))

    def _crash(self, error: BaseException) -> None:
        """Write the trace to a private file and leave with one line; nothing that was shown as saved is lost."""
        if os.environ.get("HOTFIX_TUI_RAISE"):
            super()._handle_exception(error if isinstance(error, Exception) else RuntimeError(str(error)))
            return
        self._leaving = True
        self.exit(1, return_code=1, message=None)
        if self._is_known(error):
            self.crash_line = self.sentence(error)
            return

        path = trace.write(error, self.store.root)
        where = f" The trace is in {path}." if path else ""
        self.crash_line = (
            f"A defect of ours stopped the wizard ({type(error).__name__}).{where} {self._what_is_kept()}"
        )

    def _what_is_kept(self) -> str:
        """Return whether the incident can be opened again; this is checked, since it may be gone."""
        if self.engine is None:
            return "Start again to go on."
        try:
            self.store.load(self.engine.id)
        except (HotfixError, OSError) as problem:
            return f"The incident cannot be opened now: {sentence_of(problem)}"
        if self.engine.save_problem:
            return f"The last change was not saved: {self.engine.save_problem}"
        return "Your incident is saved: start again to go on."

    could_not_open: Exception | None = None
    """Why there is nothing to show, unless it is a defect."""

    crash_line = ""
    """Printed after the screen is gone."""
