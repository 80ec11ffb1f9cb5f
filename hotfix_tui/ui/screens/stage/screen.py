"""The screen of a stage in its frame: checklist, picture, card. One screen serves every stage."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from hotfix_tui.engine import reconcile
from hotfix_tui.engine.prepare import Preview, way_at_once
from hotfix_tui.incident.model.catalog import ROLLBACK
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates, policy
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.incident.rules.views import view as step_view
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import arrangement, bar, footer, rail
from hotfix_tui.ui.pictures import scene as pictures
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.presenters import default_action, offer, stage_keys
from hotfix_tui.ui.presenters.default_action import AT_ONCE, RUNS, Action, DefaultAction
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.screens.stage import editing, facts, previews
from hotfix_tui.ui.screens.stage.actions import COMMANDS, HANDLERS, does_something, run_command
from hotfix_tui.ui.screens.stage.by_itself import ByItself
from hotfix_tui.ui.screens.stage.doing import COMMAND_DOING, DOING, SAVING, SLOW, SLOW_COMMANDS
from hotfix_tui.ui.screens.stage.logs import StageLogs
from hotfix_tui.ui.screens.stage.looks import Looks
from hotfix_tui.ui.screens.stage.previews import Previews
from hotfix_tui.ui.screens.stage.step_runner import StepRunner
from hotfix_tui.ui.screens.stage.watcher import StageWatcher
from hotfix_tui.ui.screens.stage.work import Work
from hotfix_tui.ui.terminal.heard import REPEATED
from hotfix_tui.ui.terminal.input_pace import Press
from hotfix_tui.ui.terminal.own_keys import named
from hotfix_tui.ui.widgets.checklist import Checklist
from hotfix_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.widgets.log_view import LogView

LOG_STAGES = ("verify", "deploy", "backport")
"""The stages with a log in their picture."""

FOLLOW_EVERY = 0.25
"""Seconds between checks of the session file and of running commands."""

LOOK_EVERY = 0.5
"""Seconds between checks whether the visible picture is outdated."""

KEYS_FIRST = 0.3
"""Seconds until the first probes: the first keys are answered before probes compete with them."""


class StageScreen(Framed[None]):
    """Shows the stage `viewed`; the stage that the work is in is `record.stage`.

    It holds what is shown and what is selected. What keys do is in `actions`, how a step is carried out in
    `step_runner`, what happens without a key in `watcher`, the logs in `logs`.
    """

    DEFAULT_CSS = """
    StageScreen > #told { height: 2; background: $bar; color: $fg; }
    StageScreen.-low > #told { height: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("stage", COMMANDS)

    takes_notes = True
    commands = COMMANDS
    app: "HotfixApp"

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self.engine = engine
        self.work = Work(self.scene)
        """Checklist, picture and card."""
        self.viewed = engine.record.stage
        self.checking: set[str] = set()
        self.notice = ""
        self.opened = engine.clock()
        self.reconciling = False
        """Whether the record is being brought in line with reality: nothing irreversible is offered before."""
        self.runner = StepRunner(self)
        self.watcher = StageWatcher(self, self.opened)
        self.logs = StageLogs(
            self.app, engine, self._place_output, self.work.place_parallel, self._place_tail
        )
        self.previews = Previews(self.app, engine, self._show_preview)
        self.looks = Looks(self.app, engine, self._show_looked)
        self.by_itself = ByItself(self)
        self.failure = 0
        """Index of the marked failure of a check."""
        self._selects_open = False
        """Whether the next redraw selects the first step that needs something."""
        self._offered: DefaultAction | None = None
        self._first_probed = False
        """Whether the first keys were answered: what is read in the background begins after that."""

    # Building

    def body(self) -> ComposeResult:
        """Yield checklist, picture and card; in a drill also what it has to say, below them."""
        self.work.arrange_for(self.app.size)
        yield self.work
        if self.app.drill is not None:
            yield Lines(self._told, id="told")

    def _told(self, width: int, height: int) -> list[Content]:
        """Return what the drill says about the selected step."""
        view = self.selected
        return self.app.drill.told(view, width, height) if self.app.drill is not None and view else []

    def _place_output(self, log: "LogView") -> None:
        self.work.place_log(log)

    def _place_tail(self, log: "LogView") -> None:
        self.work.place_tail(log)

    @property
    def framed_stage(self) -> str:
        """The visible stage."""
        return self.viewed

    def scene(self) -> Scene:
        """Return everything to be shown now."""
        view = self.selected
        known = self.previews.get(view.id) if view is not None else Preview()
        return Scene(
            record=self.record,
            views=views(self.record),
            stage=self.viewed,
            selected=view,
            now=self.engine.clock(),
            checking=frozenset(self.checking),
            looked=self.looks.of(self.viewed),
            plan=known.plan,
            choices=known.choices,
            refused=tuple(reason.sentence.replace(f" ({reason.step})", "") for reason in known.reasons),
            unasked=known.unasked,
            usual=self.looks.usual,
            opened=self.opened,
            failure=self.failure,
            lately=self.looks.lately,
        )

    def offer(self) -> bar.Bar:
        """Return what enter does now, and how far it reaches."""
        notice = self.notice or self.engine.file_problem
        now = self.primary()
        said = offer.of(self.scene(), now, by=self.engine.by, notice=notice)
        waits = now.action in RUNS or said.note == offer.BY_ITSELF
        turn = bar.WIZARD if self.notice else bar.COMMAND if waits else bar.PERSON
        return said._replace(doing=bool(self.notice), turn=turn)

    def keys(self) -> footer.Keys:
        """Return the keys that matter on this stage."""
        view = self.selected
        state = view.state if view is not None else ""
        return stage_keys.of(self.viewed, state, lambda name: does_something(self, name, view))

    def on_mount(self) -> None:
        """Show what was last known at once; then bring it in line with reality."""
        ran = reconcile.running_steps(self.engine)
        self.checking = set(ran)
        self.reconciling = True
        self.notice = "checking what changed…"
        self.view_stage(self.viewed)
        self.steps.focus()
        self.set_interval(FOLLOW_EVERY, self.watcher.poll)
        self.set_interval(LOOK_EVERY, self._look_again)
        look = partial(self._look_first, ran, self.watcher.chosen())
        if self.app.stood_once:
            self.call_after_refresh(look)  # another screen came first: nobody waits for the first key to work
        else:
            self.set_timer(KEYS_FIRST, look)

    def _look_first(self, ran: list[str], chosen: tuple[str, str | None]) -> None:
        """Read what the picture needs, and probe what may have changed meanwhile."""
        self._first_probed = True
        self.looks.ask(self.viewed)
        self.watcher.reconcile(ran, chosen)

    def _look_again(self) -> None:
        """Refresh the visible picture, as long as it can be seen."""
        if self.is_current and not self.reconciling:
            self.looks.poll(self.viewed)
            self.by_itself.follow()

    @property
    def steps(self) -> Checklist:
        """The checklist."""
        return self.work.steps

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
        """Whether no other screen covers this one."""
        return self.app.screen is self

    # What enter does

    def primary(self) -> DefaultAction:
        """Return what enter does now."""
        view = self.selected
        if view is None:
            now = default_action.of_stage(self.record, self.viewed)
        else:
            now = default_action.of_step(self.record, view)
        if now.action == Action.RUN and view is not None:
            now = now._replace(label=self._way(view) or now.label)
        if now.action == Action.INCIDENTS and self.app.drill is not None:
            return DefaultAction("See how the drill went", Action.DRILL_END)
        return now

    def _way(self, view: StepView) -> str:
        """Return the label of enter if it uses one of several methods at once; empty if unknown, or asked."""
        choices = self.previews.get(view.id).choices
        return choices[0].at_once if way_at_once(self.engine, view.id, choices) else ""

    def lets(self, press: Press) -> bool:
        """Return whether a key counts: its target must have been visible for a moment, and held keys never do."""
        if press.key in named("tick", "undo", "stop", "other-way") or (
            press.key == "enter" and self.primary().action in AT_ONCE
        ):
            return press.decides()
        return press.on_screen() and (
            not press.is_held or press.key in (*REPEATED, *named("next-stage", "previous-stage"))
        )

    def offered(self, now: DefaultAction) -> None:
        """Remember `now` as what the engineer knows enter to do."""
        self._offered = now

    # Showing

    def view_stage(self, stage: str) -> None:
        """Show `stage`, with its first open step selected."""
        stages = policy.stage_order(self.record)
        self.viewed = stage if stage in stages else self.record.stage
        self._selects_open = True
        self.refresh_view()

    def refresh_view(self) -> None:
        """Redraw from the record; the selection stays with its step. A screen that was left stays as it is."""
        if not self.is_running:
            return
        stages = policy.stage_order(self.record)
        if self.viewed not in stages:
            self.viewed = self.record.stage if self.record.stage in stages else stages[0]
        self.steps.show([v for v in views(self.record).values() if v.stage == self.viewed])
        if self._selects_open:
            self._selects_open = False
            wanting = default_action.open_in(self.record, self.viewed)
            under_way = self.by_itself.under_way()  # what can be done meanwhile comes first
            idle = [step for step in wanting if step.id not in under_way]
            for view in (idle or wanting)[:1]:
                self.steps.select(view.id, shown_by_caller=True)
                self.work.card_from_start()
        self.show_all()

    def select_open(self) -> None:
        """Select the first step of the stage that needs something, otherwise keep the selection."""
        self._selects_open = True
        self.refresh_view()

    def show_all(self, *, moves: bool = False) -> None:
        """Show the current record and selection; only changed rows are drawn.

        While the selection `moves` the plan of a step that is passed by is not computed.
        """
        self._see_offer()
        self.show_logs()
        self.show_frame()
        self.work.redraw()
        for told in self.query("#told").results(Lines):
            told.draw(self._told)
        view = self.selected
        if view is not None and not self.previews.knows(view.id) and self.previews.has(view):
            if moves or self.reconciling:
                self.set_timer(previews.PLAN_AFTER, partial(self._ask_preview, view.id))
            else:
                self.previews.ask(view.id)  # before the picture: it may change the label
        if self._first_probed:
            self.looks.ask(self.viewed)

    def _see_offer(self) -> None:
        """If enter now does something else, and no key chose that: it counts only once that was visible."""
        offers = self.primary()
        if offers != self._offered:
            self.offered(offers)
            self.app.offer_changes()

    def show_notice(self, words: str) -> None:
        """Show `words` in the bar instead of its note; an empty text removes them."""
        self.notice = words
        self.show_bar()

    def blocked(self, step: str) -> "tuple[gates.Reason, ...]":
        """Return why the gate does not let `step` pass now, as far as its preview is known."""
        known = self.previews.get(step)
        return known.reasons if known.blocked else ()

    def _ask_preview(self, step: str) -> None:
        view = self.selected
        if view is not None and view.id == step:
            self.previews.ask(step)

    def _show_preview(self) -> None:
        if self.is_current:
            self._see_offer()
            self.show_bar()
            self.work.redraw()

    def _show_looked(self) -> None:
        if self.is_mounted and self.is_running:
            self.work.redraw()

    def show_logs(self) -> None:
        """Show the log that belongs in the picture, and the production log."""
        if not self.is_running:
            return  # it was left while its run was looked at
        view = self._log_of()
        self.logs.show_output(view)
        self.logs.show_parallel(self._parallel_logs(view))
        self.logs.show_tail(self.viewed)

    def _parallel_logs(self, main: StepView | None) -> list[StepView]:
        """Return the steps whose logs are shown below that of `main`, if the screen is wide."""
        parallel = pictures.call(self.viewed, "parallel_logs")
        if main is None or parallel is None or self.work.arrangement.name != arrangement.WIDE:
            return []
        known = views(self.record)
        return [known[step] for step in parallel(self.scene(), main.id)]

    def on_resize(self, event: events.Resize) -> None:
        """Show more logs on a wide screen."""
        if self.is_mounted:
            self.show_logs()

    def _log_of(self) -> StepView | None:
        """Return the step whose log is in the picture: the selected one, otherwise the most relevant."""
        if self.viewed not in LOG_STAGES:
            return None
        if self.viewed == "deploy" and gates.shows_rollback(self.record):
            return step_view(self.record, ROLLBACK)
        view = self.selected
        if view is not None and view.step.kind == "auto" and self.logs.run_of(view) is not None:
            return view
        names = pictures.call(self.viewed, "log_step")
        known = views(self.record)
        return known.get(names(self.scene())) if names is not None else None

    # Selecting

    def go_to(self, step: str) -> None:
        """Show the stage of `step` and select it."""
        target = views(self.record).get(step)
        if target is None:
            return
        if target.stage != self.viewed:
            self.view_stage(target.stage)
        self.steps.select(step)
        self.steps.focus()

    def on_checklist_selected(self, event: Checklist.Selected) -> None:
        """Update card and default action for another step."""
        self.work.card_from_start()
        self.show_all(moves=True)

    def on_checklist_activated(self) -> None:
        """Do what enter does, on a double click."""
        self.action_primary()

    def on_click(self, event: events.Click) -> None:
        """View a stage by a click on the rail; select a row by a click on a picture that is the list."""
        if event.widget is not None and event.widget.has_class("frame-rail"):
            stage = rail.stage_at(self.record, views(self.record), self.viewed, self.size.width, event.x)
            if stage:
                self.view_stage(stage)
        elif event.widget is self.work.picture and not self.work.arrangement.has_list:
            row_of = pictures.call(self.viewed, "row_of")
            step = row_of(self.scene(), event.y) if row_of is not None else None
            if step:
                self.steps.select(step)
                if event.chain > 1:
                    self.action_primary()

    def action_card(self, pages: int) -> None:
        """Show more of the card."""
        self.work.scroll_card(pages)

    def action_failure(self, places: int) -> None:
        """Mark the next failure of the failed check, and go to the next error in its log."""
        listed = pictures.call(self.viewed, "failures")
        many = len(listed(self.scene())) if listed is not None else 0
        self.failure = min(max(self.failure + places, 0), max(many - 1, 0))
        self.work.redraw()
        if not self.logs.to_error(places) and many < 2:
            self.app.notify("No other failure is known here.", markup=False)

    def action_tab(self) -> None:
        """On a narrow screen toggle between list and picture; otherwise go to the next pane."""
        if self.work.arrangement.name == arrangement.NARROW:
            self.work.toggle_class("-picture")
            self.work.redraw()
            return
        self.focus_next()

    def on_log_view_zoom(self, event: "LogView.Zoom") -> None:
        """Give the output the whole screen."""
        name = "tail" if event.view is self.logs.tail else "output"
        self.app.start_flow(run_command(self, name, self.logs.step_of(event.view)))

    def action_move(self, rows: int) -> None:
        """Move the selection."""
        self.steps.move(rows)
        self.offered(self.primary())

    def action_stage(self, places: int) -> None:
        """View another stage; or move through the files of the change if there are several."""
        press = self.app.last_press
        if press is not None and press.key in ("left", "right") and self.looks.turn(self.viewed, places):
            return
        stages = policy.stage_order(self.record)
        here = stages.index(self.viewed) if self.viewed in stages else 0
        self.view_stage(stages[min(max(here + places, 0), len(stages) - 1)])

    # Acting

    def action_primary(self) -> None:
        """Do what the bar names."""
        now = self.primary()
        act = (now.action, now.step)
        if self.app.begins(act):
            doing, slow = DOING.get(now.action, bar.ONE_MOMENT), now.action in SLOW
            self.app.start_flow(HANDLERS[now.action](self, now), doing, act=act, slow=slow)

    def action_command(self, name: str) -> None:
        """Do what the key `name` of the key table does with the selected step."""
        doing, slow = COMMAND_DOING.get(name, bar.ONE_MOMENT), name in SLOW_COMMANDS
        self.app.start_flow(run_command(self, name, self.selected), doing, slow=slow)

    def action_palette(self) -> None:
        """Open the command palette."""
        self.app.action_command_palette()

    def action_leave(self) -> None:
        """Leave the wizard."""
        self.app.action_leave()

    async def change(self, call: "Callable[[], object]") -> None:
        """Change the record, then continue."""
        await self.app.result_of(self.app.changes, call)
        self.action_finished()

    def action_finished(self, step: str = "") -> None:
        """After an action, focus the step list, on the next open step.

        The selection stays if the action was about another step, `step`: enter does what was chosen.
        """
        if not self.is_running:
            return
        self.notice = ""
        view = self.selected
        here = view is None or step in ("", view.id)
        self._selects_open = here and (view is None or view.settled or self._is_settled(view.id))
        self.steps.focus()
        self.refresh_view()
        self.by_itself.go_on()

    def _is_settled(self, step: str) -> bool:
        step_view = views(self.record).get(step)
        return step_view is None or step_view.settled

    def show_reasons(self, reasons: "list[gates.Reason]") -> None:
        """Show why something cannot be done now; lead to the cure."""
        self.notice = ""
        self.app.start_flow(self._lead_to_cure(reasons))

    async def _lead_to_cure(self, reasons: "list[gates.Reason]") -> None:
        answer = await self.app.ask(dialogs.Reasons("Not yet", reasons))
        if answer is None:
            return
        what, step = answer
        while self.app.screen is not self and self in self.app.screen_stack:
            self.app.pop_screen()  # the cure is not on a screen that covers this one
        self.go_to(step)
        if what == "waive":
            self.action_command("waive")

    def ask_facts(self, title: str, keys: list[str]) -> None:
        """Ask for the facts `keys`, for a screen that lacks them."""
        self.app.start_flow(facts.ask(self, title, keys), SAVING)

    def read_document(self, name: str) -> None:
        """Show the text `name`."""
        self.app.start_flow(editing.read(self, name))
