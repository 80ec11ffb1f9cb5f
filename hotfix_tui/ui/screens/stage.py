"""The screen of a stage: strip, steps, detail. One screen serves every stage from the step table."""

import time
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from hotfix_tui.engine import perform, settling
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.incident.model.catalog import FOLLOW, STAGE_AIMS
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.schema import BadRecord
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.step_state import StepView, views
from hotfix_tui.session.errors import StoreError
from hotfix_tui.steps import registry
from hotfix_tui.ui.keymap import KEYS
from hotfix_tui.ui.presenters import default_action, step_detail, strip
from hotfix_tui.ui.presenters.default_action import Primary
from hotfix_tui.ui.screens.stage_acts import StageActs
from hotfix_tui.ui.screens.stage_output import StageOutput
from hotfix_tui.ui.screens.stage_texts import StageTexts
from hotfix_tui.ui.terminal.input_pace import Press
from hotfix_tui.ui.terminal.key_gate import REPEATED
from hotfix_tui.ui.widgets.key_bar import KeyBar
from hotfix_tui.ui.widgets.step_list import StepList
from hotfix_tui.ui.widgets.strip import Strip

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp

FOLLOW_EVERY = 0.5
"""Seconds between looks at the session file and at running commands."""

KEYS_FIRST = 0.3
"""Seconds until the world is looked at: the first keys are answered before probes compete with them."""

RETRY_AFTER = 3.0
"""Seconds until a result that could not be saved is tried again."""

PLAN_AFTER = 0.15
"""Seconds the selection has to rest before its plan is computed."""


ACTS = ("run", "tick", "next", "resolve", "close")
"""What enter does at once, without a dialog or form that is read first."""


class StageScreen(StageActs, StageTexts, StageOutput, Screen[None]):
    """Shows the stage `viewed`; the stage that the work is in is `record.stage`."""

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
        *(Binding(key.keys, key.action, key.title, show=False) for key in KEYS),
        Binding("f3", "note", show=False),
        Binding("f8", "rollback", show=False),
        Binding("f9", "leave", show=False),
    ]

    takes_notes = True
    app: "HotfixApp"

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self.engine = engine
        self.viewed = engine.record.stage
        self.checking: set[str] = set()
        self.notice = ""
        self.opened = engine.clock()
        self._plans: dict[tuple[str, int], tuple[Any, list[Any], str]] = {}
        self._settling: set[str] = set()
        self._after_action = False
        self._offered: Primary | None = None

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

    def on_mount(self) -> None:
        """Show what was last known at once; then bring it in line with the world."""
        ran = settling.running_steps(self.engine)
        self.checking = set(ran)
        self.reconciling = True
        self.notice = "looking at the world…"
        self.view_stage(self.viewed)
        self.steps.focus()
        self.set_interval(FOLLOW_EVERY, self._follow)
        self.set_interval(10.0, self.show_strip)
        self.set_timer(KEYS_FIRST, partial(self._reconcile, ran, self._chosen()))

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

    def primary(self) -> Primary:
        """What enter does now."""
        view = self.selected
        if view is None:
            return default_action.of_stage(self.record, self.viewed)
        return default_action.of_step(self.record, view)

    def lets(self, press: Press) -> bool:
        """Whether a key counts: what it acts on has to have been there for a moment, and no act is held."""
        if press.key in ("space", "U", "x") or (press.key == "enter" and self.primary().action in ACTS):
            return press.decides()
        return press.on_screen() and (not press.is_held or press.key in REPEATED)

    def offered(self, now: Primary) -> None:
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
        self.show_output()
        self.show_tail()

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

    def show_detail(self) -> None:
        """Redraw the detail of the selected step; ask for its plan if it is not known."""
        view = self.selected
        if view is None:
            self.query_one("#detail", Static).update("")
            return
        plan, choices, refused = self._plans.get((view.id, self.record.revision), (None, [], ""))
        self.query_one("#detail", Static).update(
            step_detail.of_step(
                self.record,
                view,
                self.engine.clock(),
                plan=plan,
                choices=choices,
                refused=refused,
                checking=view.id in self.checking,
                opened=self.opened,
            )
        )
        if (view.id, self.record.revision) not in self._plans and self._plannable(view):
            self.set_timer(PLAN_AFTER, lambda: self._ask_plan(view.id))

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

    # Plans

    def _plannable(self, view: StepView) -> bool:
        wanted = view.step.kind in ("auto", "decision") and not view.settled and view.state != "running"
        return wanted and registry.known(view.id)

    def _ask_plan(self, step: str) -> None:
        view = self.selected
        key = (step, self.record.revision)
        if view is None or view.id != step or key in self._plans:
            return
        self._plans[key] = (None, [], "")

        def ask() -> tuple[Any, list[Any], str]:
            from hotfix_tui.incident.rules import gates

            try:
                gates.may_start(self.record, step)
                return perform.plan(self.engine, step), perform.choices(self.engine, step), ""
            except gates.Refused as no:
                return None, [], "\n".join(f"{r.sentence} {r.cure}" for r in no.reasons[:4])

        def show(found: tuple[Any, list[Any], str]) -> None:
            self._plans = {k: v for k, v in self._plans.items() if k[1] == self.record.revision}
            self._plans[key] = found
            if self.is_current:
                self.show_detail()

        self.app.look(ask, show)

    # Following

    def _chosen(self) -> tuple[str, str | None]:
        """Return the stage in view and the step that is selected in it."""
        return self.viewed, self.selected and self.selected.id

    def _reconcile(self, ran: list[str], started_at: tuple[str, str | None]) -> None:
        """Probe what the record says is in flight, as the runs of `ran`, or may have been done outside."""

        def saw(step: str) -> None:
            self.checking.discard(step)

        def look() -> None:
            try:
                settling.reconcile(self.engine, saw)
            finally:  # a look that fails says so, and holds up nothing
                self.checking.clear()
                self.reconciling = False

        def finished(_: None) -> None:
            self.notice = ""
            self._tell_what_ended(ran)
            self.offer_checks()
            if self._chosen() == started_at:
                self.select_open()  # else the engineer has moved on: enter must do what they have chosen

        self.app.look(look, finished)

    def _tell_what_ended(self, steps: list[str]) -> None:
        """Say which of `steps` ended while nobody looked, whatever step is selected."""
        seen = views(self.record)
        for step in steps:
            if step in seen and (
                said := step_detail.away(self.record, seen[step], self.opened, self.engine.clock())
            ):
                self.app.notify(f"{seen[step].step.title} {said}", timeout=20, markup=False)

    def _follow(self) -> None:
        """Take over what others saved, and settle runs that ended."""
        try:
            self._look_at_files()
        except (OSError, StoreError) as problem:
            self.engine.file_problem = self.app.sentence(problem)

    def _look_at_files(self) -> None:
        if self.app.store.stamp(self.engine.id) != self.engine.stamp:
            self.app.change(self._take_over)
        for step in settling.running_steps(self.engine):
            if step not in self._settling:
                self._settling.add(step)
                self.app.look(partial(self._settle, step), partial(self._settled, step))
        self.go_on_with_checks()

    def _settle(self, step: str) -> Any:
        """Settle `step`; a result that cannot be saved now is tried again later, without a dialog a second."""
        try:
            return settling.settle(self.engine, step)
        except StoreError:
            time.sleep(RETRY_AFTER)
            return None

    def _take_over(self) -> None:
        """Read what others saved; what is wrong with the file is said in the strip, not in a dialog a second."""
        from hotfix_tui.ui.launch import try_to_show

        before = self.engine.record
        try:
            self.engine.follow()
            try_to_show(self.engine)
        except (OSError, StoreError, BadRecord, EngineError) as problem:
            self.engine.record = before
            self.engine.file_problem = self.app.sentence(problem)

    def _settled(self, step: str, done: Any) -> None:
        self._settling.discard(step)
        if done is None:
            self.show_output()
            self.show_tail()
            return
        if step == FOLLOW.id:
            self.refresh_view()
            said = "L shows it, and follows it again."
            self.app.notify(f"The log of production ended ({done.why}). {said}", markup=False)
            return
        self.act_done(step)
        if self._asks(step):
            return
        if step.startswith("deploy.") or done.state in ("failed", "unknown", "waiting"):
            self.app.notify(
                f"{self.record.definition(step).title}: {done.state}" + (f": {done.why}" if done.why else ""),
                severity="information" if done.state == "done" else "warning",
                markup=False,
            )

    def act_done(self, step: str = "") -> None:
        """After an action the focus is back in the step list, on the next open step.

        The selection stays where it is when the act was about another step, `step`: enter does what was chosen.
        """
        self.notice = ""
        view = self.selected
        here = view is None or step in ("", view.id)
        self._after_action = here and (view is None or view.settled or self._is_settled(view.id))
        self.steps.focus()
        self.refresh_view()

    def _asks(self, step: str) -> bool:
        """Let the engineer choose where `step` ended with a question; only said where something else is on screen."""
        question = str(self.record.evidence(step, "question", ""))
        if not question or self.record.entry(step).get("state"):
            return False
        if self.app.screen is self and self.selected is not None and self.selected.id == step:
            self._with_choices(step)
        else:
            self.app.notify(question, severity="warning", markup=False)
        return True

    def _is_settled(self, step: str) -> bool:
        found = views(self.record).get(step)
        return found is None or found.settled


def footer_keys() -> list[tuple[str, str]]:
    """Return the keys of the footer, the help last."""
    shown = [(key.shown, key.title) for key in KEYS if key.footer]
    return [pair for pair in shown if pair[0] != "?"] + [("?", "more")]
