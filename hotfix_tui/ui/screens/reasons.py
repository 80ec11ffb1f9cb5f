"""The dialog that says why something cannot be done now, each reason with its cure."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.incident.model.catalog import APPROVAL, STAGE_TITLES
from hotfix_tui.incident.rules.gates import Reason
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.frame.evidence import WORDS
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.presenters.default_action import lower_first
from hotfix_tui.ui.presenters.lines import ContentLines
from hotfix_tui.ui.screens.dialog import Dialog, text
from hotfix_tui.ui.terminal.input_pace import STANDS

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp


MOST = 12
"""At most this many reasons are shown; the rest are counted."""

WAIVERS = "A waiver is signed and shown in the request; it is owed until made up."


class Reasons(Dialog[tuple[str, str]]):
    """Returns ``("go", step)`` to go to the first reason's step, ``("waive", step)``, or None."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("reasons")

    app: "HotfixApp"

    hears_after = STANDS
    kind = "act"

    def __init__(self, title: str, reasons: list[Reason]) -> None:
        super().__init__()
        self._title, self._reasons = title, reasons
        self._at = next((place for place, reason in enumerate(reasons) if reason.step), 0)

    @property
    def _step(self) -> str:
        return self._reasons[self._at].step if self._reasons else ""

    def title_words(self) -> str:
        """Return what cannot be done."""
        return self._title

    def heading(self) -> str:
        """Return how much is in the way."""
        return (
            f"{rows.plural(len(self._reasons), 'thing')} to settle first." if len(self._reasons) > 1 else ""
        )

    def keys(self) -> list[tuple[str, str]]:
        """Return the keys of the dialog."""
        if not self._step:
            return [*keymap.keys("reasons", ("go", "back")), *keymap.keys("dialog", ("back", "back"))]
        several = sum(bool(reason.step) for reason in self._reasons) > 1
        move = [(keymap.arrows("reasons"), "move")] if several else []
        waive = keymap.keys("reasons", ("waive", "waive")) if self._waivable(self._reasons[self._at]) else ()
        return [
            *keymap.keys("reasons", ("go", "go there")),
            *move,
            *waive,
            *keymap.keys("dialog", ("back", "back")),
        ]

    def offer(self) -> bar.Bar:
        """Return where enter leads."""
        view = self._view(self._reasons[self._at]) if self._step else None
        if not self._step:
            return bar.Bar("idle", "Back")
        title = lower_first(view.step.title) if view is not None else self._step
        return bar.Bar("act", one_line(f"Go to: {title}", bar.LONGEST), second=self._where(view))

    def _where(self, view: "StepView | None") -> str:
        """Return where the step is: ``Pull request, step 4 of 7``."""
        if view is None or self.app.engine is None:
            return ""
        here = [other.id for other in views(self.app.engine.record).values() if other.stage == view.stage]
        return f"{STAGE_TITLES[view.stage]}, step {here.index(view.id) + 1} of {len(here)}"

    def body(self) -> ComposeResult:
        """Yield two rows per reason, with the one that enter leads to marked."""
        yield text(self._shown(), id="reasons")

    def _shown(self) -> Content:
        width = max(min(self.app.size.width or 80, 92) - 5, 20)
        out: list[Content] = []
        for place, reason in enumerate(self._reasons[:MOST]):
            here = place == self._at and bool(reason.step)
            for row in self._rows(reason, here, width):
                out.append(rows.on_selection(rows.cut(row, width, pad=True), bold=False) if here else row)
        if len(self._reasons) > MOST:
            out.append(rows.text((f"… and {len(self._reasons) - MOST} more", "$muted")))
        if any(self._waivable(reason) for reason in self._reasons):
            out += [Content(""), *rows.wrap((WAIVERS, "$muted"), width)]
        return Content("\n").join(out)

    def _rows(self, reason: Reason, here: bool, width: int) -> list[Content]:
        """Return a reason: what is not done with its cure on the right, and what is known about it below."""
        mark, style = self._sign(reason)
        lead = rows.text(glyphs.SELECTED if here else " ", " ", (mark, style), " ")
        bold = "bold" if here else ""
        view, cure = self._view(reason), self._cure(reason)
        if view is not None and reason.undone:
            first = rows.text(lead, (clean(view.step.title), bold))
            told = rows.text((cure, "$key"))
            on_one_line = first.cell_length + told.cell_length + 3 <= width
            head = [rows.ends(first, told, width)] if on_one_line else rows.wrap(first, width, indent="    ")
            below = self._known(view) if on_one_line else cure
        else:
            sentence = reason.sentence.replace(f" ({reason.step})", "") if reason.step else reason.sentence
            head = rows.wrap(rows.text(lead, (clean(sentence), bold)), width, indent="    ")
            below = cure
        return [*head, *(rows.text("    ", row) for row in rows.wrap((below, "$muted"), width - 4))]

    def _known(self, view: "StepView") -> str:
        """Return the state of the step in a few words."""
        engine = self.app.engine
        said = engine.record.said(view.id) if engine is not None else ""
        word = {"tick": "not ticked yet", "fact": "not known yet", "message": "not sent yet"}
        if view.state in ("pending", "debt"):
            return word.get(view.step.kind, "not done yet")
        if view.state == "stale":
            return clean(f"stale: {view.why}")
        return clean(f"{WORDS[view.state]}: {said}" if said else WORDS[view.state])

    def _waivable(self, reason: Reason) -> bool:
        view = self._view(reason)
        return view is not None and view.waivable

    def _view(self, reason: Reason) -> "StepView | None":
        engine = self.app.engine
        return views(engine.record).get(reason.step) if engine is not None and reason.step else None

    def _sign(self, reason: Reason) -> tuple[str, str]:
        view = self._view(reason)
        if view is None:
            return glyphs.ALERT, "bold $warn"
        return glyphs.BY_STATE[view.state], glyphs.STYLE_BY_STATE[view.state]

    def _cure(self, reason: Reason) -> str:
        """Return what to do, with keys if the reason is a step that is not done."""
        view = self._view(reason)
        if view is None or not reason.undone:
            return clean(reason.cure)
        waive = f", or {keymap.shown('waive')} waive it" if view.waivable else ""
        if view.state == "running":
            return f"wait, or {keymap.shown('stop')} stop it there"
        if view.state == "unknown":
            return "enter goes there: say what happened"
        if view.state == "failed":
            return f"fix it{waive}"
        if view.step.kind == "tick" and view.id != APPROVAL:
            return f"try it, then {keymap.shown('tick')}{waive}"
        return f"enter goes there{waive}"

    def action_move(self, places: int) -> None:
        """Mark another reason that leads somewhere."""
        with_step = [place for place, reason in enumerate(self._reasons[:MOST]) if reason.step]
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
        """Return the title."""
        return self._title

    def keys(self) -> list[tuple[str, str]]:
        """Return the key that closes it."""
        return [*keymap.keys("notice", ("back", "back")), *keymap.keys("dialog", ("back", "back"))]

    def body(self) -> ComposeResult:
        """Yield the sentences."""
        out = ContentLines()
        for line in self.sentences.splitlines():
            out.add(line)
        yield text(out.content())
