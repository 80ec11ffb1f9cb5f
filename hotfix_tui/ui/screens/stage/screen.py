"""The screen of a stage: strip, steps, detail. One screen serves every stage from the step table."""

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from hotfix_tui.engine import settling
from hotfix_tui.incident.model.catalog import STAGE_AIMS
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.step_state import StepView, views
from hotfix_tui.ui.keymap import KEYS
from hotfix_tui.ui.presenters import default_action, step_detail, strip
from hotfix_tui.ui.presenters.default_action import AT_ONCE, DefaultAction
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.screens.stage import facts, previews
from hotfix_tui.ui.screens.stage.actions import COMMANDS, HANDLERS, run_command
from hotfix_tui.ui.screens.stage.logs import StageLogs
from hotfix_tui.ui.screens.stage.previews import Previews
from hotfix_tui.ui.screens.stage.step_runner import StepRunner
from hotfix_tui.ui.screens.stage.watcher import StageWatcher
from hotfix_tui.ui.terminal.input_pace import Press
from hotfix_tui.ui.terminal.key_gate import REPEATED
from hotfix_tui.ui.widgets.key_bar import KeyBar
from hotfix_tui.ui.widgets.step_list import StepList
from hotfix_tui.ui.widgets.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.rules import gates
    from hotfix_tui.ui.app import HotfixApp

FOLLOW_EVERY = 0.5
"""Seconds between looks at the session file and at running commands."""

KEYS_FIRST = 0.3
"""Seconds until the world is looked at: the first keys are answered before probes compete with them."""


class StageScreen(Screen[None]):
    """Shows the stage `viewed`; the stage that the work is in is `record.stage`.

    It holds what is shown and what is selected. What keys do is in `actions`, how a step is carried out in
    `step_runner`, what happens without a key in `watcher`, the logs in `logs`.
    """

    DEFAULT_CSS = """
    StageScreen #middle { height: 1fr; }
    StageScreen #left { width: 42; height: 1fr; border-right: solid $panel; }
    StageScreen.-wide #left { width: 50; }
    StageScreen #aim { height: auto; max-height: 2; color: $text-muted; padding: 0 1; }
    StageScreen #right { width: 1fr; height: 1fr; }
    StageScreen #scroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    StageScreen.-output #scroll { height: auto; max-height: 40%; }
    StageScreen #detail { height: auto; }
    StageScreen #tail { height: 30%; min-height: 4; }
    StageScreen.-short #tail { display: none; }
    StageScreen.-narrow #middle { layout: vertical; }
    StageScreen.-narrow #left { width: 100%; height: 45%; border-right: none; border-bottom: solid $panel; }
    StageScreen.-narrow #aim, StageScreen.-short #aim { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.keys, key.binding(COMMANDS), key.title, show=False) for key in KEYS),
        Binding("f3", "command('note')", show=False),
        Binding("f8", "command('rollback')", show=False),
        Binding("f9", "leave", show=False),
    ]

    takes_notes = True
    commands = COMMANDS
    app: "HotfixApp"

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self.engine = engine
        self.viewed = engine.record.stage
        self.checking: set[str] = set()
        self.notice = ""
        self.opened = engine.clock()
        self.reconciling = False
        """Whether the record is being brought in line with the world: nothing irreversible is offered before."""
        self.runner = StepRunner(self)
        self.watcher = StageWatcher(self, self.opened)
        self.logs = StageLogs(self.app, engine, self._place_output, self._place_tail)
        self.previews = Previews(self.app, engine, self._show_preview)
        self._after_action = False
        self._offered: DefaultAction | None = None

    # Building

    def compose(self) -> ComposeResult:
        """Few widgets, so that the first paint is soon."""
        yield Strip(id="strip")
        with Horizontal(id="middle"):
            with Vertical(id="left"):
                yield Static(id="aim", markup=False)
                yield StepList(id="steps")
            with Vertical(id="right"), VerticalScroll(id="scroll", can_focus=False):
                yield Static(id="detail", markup=False)
        yield KeyBar(footer_keys())

    def _place_output(self, log: Any) -> None:
        self.query_one("#right", Vertical).mount(log)

    def _place_tail(self, log: Any) -> None:
        self.mount(log, before=self.query_one(KeyBar))

    def on_mount(self) -> None:
        """Show what was last known at once; then bring it in line with the world."""
        ran = settling.running_steps(self.engine)
        self.checking = set(ran)
        self.reconciling = True
        self.notice = "looking at the world…"
        self.view_stage(self.viewed)
        self.steps.focus()
        self.set_interval(FOLLOW_EVERY, self.watcher.poll)
        self.set_interval(10.0, self.show_strip)
        self.set_timer(KEYS_FIRST, partial(self.watcher.reconcile, ran, self.watcher.chosen()))

    @property
    def steps(self) -> StepList:
        """The step list."""
        return self.query_one(StepList)

    @property
    def record(self) -> Record:
        """The incident as last saved."""
        return self.engine.record

    @property
    def selected(self) -> StepView | None:
        """The selected step."""
        return self.steps.selected

    @property
    def shown(self) -> bool:
        """Whether no other screen lies over this one."""
        return self.app.screen is self

    # What enter does

    def primary(self) -> DefaultAction:
        """What enter does now."""
        view = self.selected
        if view is None:
            return default_action.of_stage(self.record, self.viewed)
        return default_action.of_step(self.record, view)

    def lets(self, press: Press) -> bool:
        """Whether a key counts: what it acts on has to have been there for a moment, and no act is held."""
        if press.key in ("space", "U", "x") or (press.key == "enter" and self.primary().action in AT_ONCE):
            return press.decides()
        return press.on_screen() and (not press.is_held or press.key in REPEATED)

    def offered(self, now: DefaultAction) -> None:
        """Take `now` for what the engineer knows that enter does."""
        self._offered = now

    # Showing

    def view_stage(self, stage: str) -> None:
        """Show `stage`, with its first open step selected."""
        stages = policy.stage_order(self.record)
        self.viewed = stage if stage in stages else self.record.stage
        self.refresh_view()
        self.select_open()

    def refresh_view(self) -> None:
        """Redraw from the record; the selection stays with its step."""
        stages = policy.stage_order(self.record)
        if self.viewed not in stages:
            self.viewed = self.record.stage if self.record.stage in stages else stages[0]
        shown = [v for v in views(self.record).values() if v.stage == self.viewed]
        self.steps.show(shown, frozenset(self.checking))
        self.query_one("#aim", Static).update(Content(STAGE_AIMS.get(self.viewed, "")))
        if self._after_action:
            self._after_action = False
            self.select_open()
        self.show_strip()
        self.show_detail()
        self.show_logs()

    def select_open(self) -> None:
        """Select the first step of the stage that wants something, else stay."""
        for view in default_action.open_in(self.record, self.viewed):
            self.steps.select(view.id)
            break
        self.show_strip()
        self.show_detail()

    def show_strip(self) -> None:
        """Redraw the two lines at the top."""
        offers = self.primary()
        if offers != self._offered:
            self.offered(offers)
            self.app.offer_changes()  # by itself: enter counts once that was seen
        notice = self.engine.save_problem and f"{strip.NOT_SAVED}: {self.engine.save_problem}"
        width = self.size.width or 80
        shown = strip.lines(
            self.record,
            self.engine.clock(),
            stage=self.viewed,
            primary=offers.label,
            width=width,
            notice=notice or self.notice or self.engine.file_problem,
        )
        self.query_one(Strip).show(shown)

    def show_notice(self, words: str) -> None:
        """Show `words` in the strip, in place of the clocks; nothing is shown any more by an empty text."""
        self.notice = words
        self.show_strip()

    def show_detail(self) -> None:
        """Redraw the detail of the selected step; ask for its plan if it is not known."""
        view = self.selected
        if view is None:
            self.query_one("#detail", Static).update("")
            return
        known = self.previews.get(view.id)
        self.query_one("#detail", Static).update(
            step_detail.of_step(
                self.record,
                view,
                self.engine.clock(),
                plan=known.plan,
                choices=known.choices,
                refused=known.refused,
                checking=view.id in self.checking,
                opened=self.opened,
            )
        )
        if not self.previews.knows(view.id) and self.previews.has(view):
            self.set_timer(previews.PLAN_AFTER, partial(self._ask_preview, view.id))

    def _ask_preview(self, step: str) -> None:
        view = self.selected
        if view is not None and view.id == step:
            self.previews.ask(step)

    def _show_preview(self) -> None:
        if self.is_current:
            self.show_detail()

    def show_output(self) -> None:
        """Show the run of the selected step, or no pane if it has none."""
        self.set_class(self.logs.show_output(self.selected), "-output")

    def show_logs(self) -> None:
        """Redraw the panes of output: of the selected step, and of production."""
        self.show_output()
        self.logs.show_tail(self.viewed)

    # Selecting

    def go_to(self, step: str) -> None:
        """Show the stage of `step` and select it."""
        found = views(self.record).get(step)
        if found is None:
            return
        if found.stage != self.viewed:
            self.view_stage(found.stage)
        self.steps.select(step)
        self.steps.focus()

    def on_step_list_selected(self, event: StepList.Selected) -> None:
        """Another step: other detail, other primary action."""
        self.query_one("#scroll", VerticalScroll).scroll_home(animate=False)
        self.show_strip()
        self.show_detail()
        self.show_output()

    def on_step_list_activated(self) -> None:
        """A double click does what enter does."""
        self.action_primary()

    def on_resize(self) -> None:
        """The strip drops parts by width."""
        self.show_strip()

    def on_log_view_zoom(self, event: Any) -> None:
        """Give the output the whole screen."""
        self.action_command("tail" if event.view is self.logs.tail else "output")

    def action_move(self, rows: int) -> None:
        """Move the selection."""
        self.steps.move(rows)
        self.offered(self.primary())

    def action_stage(self, places: int) -> None:
        """Look at another stage."""
        stages = policy.stage_order(self.record)
        here = stages.index(self.viewed) if self.viewed in stages else 0
        self.view_stage(stages[min(max(here + places, 0), len(stages) - 1)])

    # Acting

    def action_primary(self) -> None:
        """Do what the strip names."""
        now = self.primary()
        self.app.start_flow(HANDLERS[now.action](self, now))

    def action_command(self, name: str) -> None:
        """Do what the key `name` of the key table does with the selected step."""
        self.app.start_flow(run_command(self, name, self.selected))

    def action_palette(self) -> None:
        """Everything by name."""
        self.app.action_command_palette()

    def action_leave(self) -> None:
        """Leave the wizard."""
        self.app.action_leave()

    async def change(self, call: "Callable[[], Any]") -> None:
        """Make a change of the record, then go on."""
        await self.app.result_of(self.app.changes, call)
        self.action_finished()

    def action_finished(self, step: str = "") -> None:
        """After an action the focus is back in the step list, on the next open step.

        The selection stays where it is when the act was about another step, `step`: enter does what was chosen.
        """
        self.notice = ""
        view = self.selected
        here = view is None or step in ("", view.id)
        self._after_action = here and (view is None or view.settled or self._is_settled(view.id))
        self.steps.focus()
        self.refresh_view()

    def _is_settled(self, step: str) -> bool:
        found = views(self.record).get(step)
        return found is None or found.settled

    def show_reasons(self, reasons: "list[gates.Reason]") -> None:
        """Show why something does not go now; lead to the cure."""
        self.notice = ""
        self.app.start_flow(self._lead_to_cure(reasons))

    async def _lead_to_cure(self, reasons: "list[gates.Reason]") -> None:
        answer = await self.app.ask(dialogs.Reasons("Not yet", reasons))
        if answer is None:
            return
        what, step = answer
        while self.app.screen is not self and self in self.app.screen_stack:
            self.app.pop_screen()  # the cure is not on a screen that lies over this one
        self.go_to(step)
        if what == "waive":
            self.action_command("waive")

    def ask_facts(self, title: str, keys: list[str]) -> None:
        """Ask for the facts `keys`, for a screen that lacks them."""
        self.app.start_flow(facts.ask(self, title, keys))


def footer_keys() -> list[tuple[str, str]]:
    """Return the keys of the footer, the help last."""
    shown = [(key.shown, key.title) for key in KEYS if key.footer]
    return [pair for pair in shown if pair[0] != "?"] + [("?", "more")]
