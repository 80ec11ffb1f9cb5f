"""The dialog that says why something does not go now, each reason with its cure."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.incident.rules.gates import Reason
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.presenters.default_action import lower_first
from hotfix_tui.ui.presenters.lines import Lines
from hotfix_tui.ui.screens.dialog import Dialog, text
from hotfix_tui.ui.terminal.input_pace import STANDS

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp


class Reasons(Dialog[tuple[str, str]]):
    """Returns ``("go", step)`` to look at the first reason's step, ``("waive", step)``, or None."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("reasons")

    app: "HotfixApp"

    hears_after = STANDS

    def __init__(self, title: str, reasons: list[Reason]) -> None:
        super().__init__()
        self._title, self._reasons = title, reasons
        self._at = next((place for place, reason in enumerate(reasons) if reason.step), 0)

    @property
    def _step(self) -> str:
        return self._reasons[self._at].step if self._reasons else ""

    def title_words(self) -> str:
        """What did not go."""
        return self._title

    def heading(self) -> str:
        """How much is in the way."""
        return (
            f"{rows.plural(len(self._reasons), 'thing')} to settle first." if len(self._reasons) > 1 else ""
        )

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the dialog."""
        if not self._step:
            return [("enter", "back"), ("esc", "back")]
        move = [("↑ ↓", "move")] if sum(bool(reason.step) for reason in self._reasons) > 1 else []
        return [("enter", "go there"), *move, (keymap.shown("waive"), "waive it"), ("esc", "back")]

    def offer(self) -> bar.Bar:
        """Where enter leads."""
        if not self._step:
            return bar.Bar("idle", "Back")
        return bar.Bar("act", one_line(f"Go to: {self._named(self._step)}", bar.LONGEST), "go there")

    def _named(self, step: str) -> str:
        engine = self.app.engine
        if engine is None:
            return step
        return lower_first(engine.record.definition(step).title)

    def body(self) -> ComposeResult:
        """One paragraph a reason, the one that enter leads to marked."""
        yield text(self._shown(), id="reasons")

    def _shown(self) -> Content:
        width = max(min(self.app.size.width or 80, 92) - 5, 20)
        out: list[Content] = []
        for place, reason in enumerate(self._reasons[:12]):
            here = place == self._at and bool(reason.step)
            mark, style = self._sign(reason)
            sentence = reason.sentence.replace(f" ({reason.step})", "") if reason.step else reason.sentence
            lead = rows.text(glyphs.SELECTED if here else " ", " ", (mark, style), " ")
            out += rows.wrap(rows.text(lead, (clean(sentence), "bold" if here else "")), width, indent="    ")
            out += [rows.text("    ", row) for row in rows.wrap((self._cure(reason), "$muted"), width - 4)]
        if len(self._reasons) > 12:
            out.append(rows.text((f"… and {len(self._reasons) - 12} more", "$muted")))
        return Content("\n").join(out)

    def _view(self, reason: Reason) -> "StepView | None":
        engine = self.app.engine
        return views(engine.record).get(reason.step) if engine is not None and reason.step else None

    def _sign(self, reason: Reason) -> tuple[str, str]:
        view = self._view(reason)
        if view is None:
            return glyphs.ALERT, "bold $warn"
        return glyphs.BY_STATE[view.state], glyphs.STYLE_BY_STATE[view.state]

    def _cure(self, reason: Reason) -> str:
        """Return what to do, by keys where the reason is a step that is ticked or run."""
        view = self._view(reason)
        if view is not None and reason.undone and view.state in ("pending", "stale", "debt"):
            waive = f"; {keymap.shown('waive')} waives it, signed" if view.waivable else ""
            if view.step.kind == "tick":
                return f"Try it, then {keymap.shown('tick')}{waive}."
            if view.step.kind == "auto":
                return f"enter goes there and does it{waive}."
        return clean(reason.cure)

    def action_move(self, places: int) -> None:
        """Mark another reason that leads somewhere."""
        with_step = [place for place, reason in enumerate(self._reasons[:12]) if reason.step]
        if with_step:
            at = with_step.index(self._at) if self._at in with_step else 0
            self._at = with_step[min(max(at + places, 0), len(with_step) - 1)]
            self.query_one("#reasons", Static).update(self._shown())
            self.show_keys()

    def action_go(self) -> None:
        """Go to the step of the marked reason."""
        self.dismiss(("go", self._step) if self._step else None)

    def action_waive(self) -> None:
        """Waive the step of the marked reason."""
        if self._step:
            self.dismiss(("waive", self._step))


class Notice(Dialog[None]):
    """Shows a few sentences."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("notice")

    def __init__(self, title: str, sentences: str) -> None:
        super().__init__()
        self._title, self.sentences = title, sentences

    def title_words(self) -> str:
        """The title."""
        return self._title

    def keys(self) -> list[tuple[str, str]]:
        """The way out."""
        return [("enter", "back"), ("esc", "back")]

    def body(self) -> ComposeResult:
        """The sentences."""
        out = Lines()
        for line in self.sentences.splitlines():
            out.add(line)
        yield text(out.content())
