"""The triage questions, one at a time: y or n, and the first yes decides."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.severity import SEVERITIES
from hotfix_tui.incident.rules import triage
from hotfix_tui.ui.presenters import strip
from hotfix_tui.ui.presenters.lines import Lines
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.widgets.key_bar import KeyBar
from hotfix_tui.ui.widgets.strip import Strip

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.terminal.input_pace import Press


SEEN = 0.15
"""Seconds that a question has stood before a key answers it: the tree is known, so it may be gone through quickly."""


class Triage(ClosesOnce[str]):
    """Walks the decision tree. Without an engine it is the first screen: the first yes opens the incident.

    Returns the severity that was set, or None.
    """

    DEFAULT_CSS = """
    Triage #body { padding: 1 2; height: 1fr; }
    Triage #question { text-style: bold; height: auto; margin-bottom: 1; }
    Triage #choices { height: auto; }
    Triage #asked { height: auto; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False),
        Binding("n", "answer(False)", show=False),
        Binding("enter", "primary", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("left,backspace", "previous", show=False),
        Binding("escape", "back", show=False),
        Binding("i", "incidents", show=False),
        Binding("question_mark,f1", "help", show=False),
        Binding("q,f9", "app.leave", show=False),
    ]

    app: "HotfixApp"

    def __init__(self, engine: "Engine | None" = None, found: str = "") -> None:
        super().__init__()
        self.engine, self._found = engine, found
        self._answers: dict[str, bool] = {}
        if engine is not None:
            self._answers = {triage.BROKEN.id: True}
        self._yes = True
        self._severity = ""
        """The severity that was set, while the embargo is asked about."""

    def compose(self) -> ComposeResult:
        """Question, the two answers, what was asked before."""
        yield Strip()
        with VerticalScroll(id="body", can_focus=False):
            yield Static(id="question", markup=False)
            yield Static(id="choices", markup=False)
            yield Static(id="asked", markup=False)
        yield KeyBar(
            [
                ("y", "yes"),
                ("n", "no"),
                ("enter", "the marked answer"),
                ("←", "question before"),
                ("?", "more"),
            ]
        )

    def on_mount(self) -> None:
        """Show the first question."""
        self.refresh_view()

    def on_resize(self) -> None:
        """The strip drops parts by width."""
        self.refresh_view()

    @property
    def outcome(self) -> triage.Outcome:
        """Where the answers lead so far."""
        return triage.walk(self._answers)

    def refresh_view(self) -> None:
        """Redraw."""
        if not self.is_there:
            return
        self._show_strip()
        outcome, out, asked = self.outcome, Lines(), Lines()
        if self._severity:
            self.query_one("#question", Static).update(Content(triage.EMBARGO.text))
            out.add(("› " if self._yes else "  ") + "y  yes, or not sure", self._style(self._yes))
            out.add(
                ("› " if not self._yes else "  ") + "n  no: it may be told now", self._style(not self._yes)
            )
            out.gap()
            out.add(
                f"Under embargo {embargo.PLACES}; public messages wait. It is switched any time with s.",
                "dim",
            )
        elif outcome.question:
            self.query_one("#question", Static).update(Content(outcome.question.text))
            out.add(
                ("› " if self._yes else "  ") + "y  yes" + self._meaning(outcome.question),
                self._style(self._yes),
            )
            out.add(
                ("› " if not self._yes else "  ") + "n  no, or not sure: next question",
                self._style(not self._yes),
            )
        elif outcome.normal_process:
            self.query_one("#question", Static).update(Content("No hotfix is needed."))
            out.add(triage.NORMAL_PROCESS)
            out.gap()
            out.add("› enter  leave it to the normal process", "bold")
        for question in triage.QUESTIONS:
            if question.id in self._answers:
                asked.add(f"  {'yes' if self._answers[question.id] else 'no '}  {question.text}", "dim")
        if not self._answers and self._found:
            asked.add(self._found, "dim")
        self.query_one("#choices", Static).update(out.content())
        self.query_one("#asked", Static).update(asked.content())

    def _style(self, marked: bool) -> str:
        return "bold" if marked else ""

    def _meaning(self, question: triage.Question) -> str:
        if question.severity is None:
            return "" if self.engine else ": open an incident"
        known = SEVERITIES[question.severity]
        return f": {question.severity}, fix in production in < {known.hours} h, {known.path_name}"

    def _show_strip(self) -> None:
        width = self.size.width or 80
        words = "yes" if self._yes else "no"
        if self.outcome.normal_process:
            words = "leave it to the normal process"
        if self.engine is not None:
            shown = strip.lines(
                self.engine.record, self.engine.clock(), stage="triage", primary=words, width=width
            )
        else:
            first = "a new incident: " + one_line(self.app.place.root, 60)
            second = f"enter: {words}"
            shown = strip.Lines("?", first, "Triage", " " * max(width - len(second), 0) + second, False)
        self.query_one(Strip).show(shown)

    # Keys

    def lets(self, press: "Press") -> bool:
        """Whether a key counts: each question is answered by a key of its own, and the first one is read first."""
        opens = self.engine is None and press.key in ("y", "enter")
        if opens or self.outcome.normal_process:
            return press.decides()
        seen = press.on_screen() and press.fresh >= SEEN
        return seen and not press.is_held

    def action_answer(self, yes: bool) -> None:
        """Answer the question shown."""
        if self._severity:
            self._decide_embargo(yes)
            return
        question = self.outcome.question
        if question is None:
            return
        self._answers[question.id] = yes
        self._yes = True
        self.app.offer_changes()
        if self.engine is None and question is triage.BROKEN and yes:
            self._open()
            return
        severity = self.outcome.severity
        if severity and self.engine is not None:
            self._decide(severity, question)
            return
        self.refresh_view()

    def _open(self) -> None:
        from hotfix_tui.ui.launch import open_new

        def opened(engine: "Engine") -> None:
            self.engine = self.app.engine = engine
            self.refresh_view()

        self.app.change(lambda: open_new(self.app), opened)

    def _decide(self, severity: str, question: triage.Question) -> None:
        from hotfix_tui.engine import verbs

        engine = self.engine
        assert engine is not None
        why = f"triage: {question.text} yes"
        self.app.change(lambda: verbs.severity(engine, severity, why), lambda _: self._decided(severity))

    def _decided(self, severity: str) -> None:
        """Ask about the embargo where it is a security fault and nobody has said; else go on."""
        engine = self.engine
        assert engine is not None
        if not triage.asks_embargo(self._answers) or engine.record.fact("embargo"):
            self._finish(severity)
            return
        self._severity, self._yes = severity, True
        self.app.offer_changes()
        self.refresh_view()

    def _decide_embargo(self, yes: bool) -> None:
        from hotfix_tui.engine import verbs

        engine, severity = self.engine, self._severity
        assert engine is not None
        said = "yes" if yes else "no"
        self.app.change(lambda: verbs.set_fact(engine, "embargo", said), lambda _: self._finish(severity))

    def _finish(self, severity: str | None) -> None:
        if self.app.stage_screen() is None and self.engine is not None:
            from hotfix_tui.ui.screens.stage.screen import StageScreen

            self.app.switch_screen(StageScreen(self.engine))
            return
        self.dismiss(severity)

    def action_primary(self) -> None:
        """Give the marked answer; at the end leave it to the normal process."""
        if self.outcome.normal_process and not self._severity:
            self._normal_process()
            return
        self.action_answer(self._yes)

    def _normal_process(self) -> None:
        from hotfix_tui.engine import verbs

        engine = self.engine
        if engine is None:
            self.app.leave()
            return
        self.app.change(
            lambda: verbs.end(engine, "normal-process", "triage: no criterion of a hotfix applies"),
            lambda _: self._finish(None),
        )

    def action_move(self, rows: int) -> None:
        """Mark the other answer."""
        self._yes = rows < 0
        self.refresh_view()

    def action_previous(self) -> None:
        """Take the last answer back."""
        if self._severity:
            return
        keep = 1 if self.engine is not None else 0
        if len(self._answers) > keep:
            self._answers.popitem()
            self._yes = True
            self.refresh_view()

    def action_back(self) -> None:
        """Back to the steps."""
        if self.app.stage_screen() is not None:
            self.dismiss(self._severity or None)

    def action_incidents(self) -> None:
        """Show all incidents here."""
        from hotfix_tui.ui.screens.incidents import Incidents

        self.app.push_screen(Incidents())

    def action_help(self) -> None:
        """Show all keys."""
        from hotfix_tui.ui.screens.help import Help

        self.app.push_screen(Help())
