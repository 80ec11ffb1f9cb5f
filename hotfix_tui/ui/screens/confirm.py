"""The dialog before anything leaves the machine: exactly what will run, and how it is confirmed.

Keys are ignored for the first moments, a held key or a paste confirms nothing, and for production the ticket has
to be typed by hand.
"""

import shlex
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from hotfix_tui.base.text import clean
from hotfix_tui.steps.contract import Plan
from hotfix_tui.ui.presenters import step_detail
from hotfix_tui.ui.presenters.lines import Lines
from hotfix_tui.ui.screens.dialog import Dialog, text
from hotfix_tui.ui.terminal.input_pace import Press, TypedWord

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp


class WordField(Input):
    """The field for the confirm word: no paste goes in, neither the terminal's nor one's own."""

    def __init__(self, word: str) -> None:
        super().__init__(placeholder=clean(f"type {word}"), id="word", select_on_focus=False, compact=True)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()

    def action_paste(self) -> None:
        """Nothing: what was copied was not typed."""


class Confirm(Dialog[str]):
    """Returns the typed word (or ``yes`` where none is asked for), or None."""

    DEFAULT_CSS = """
    Confirm > #frame { border: round $warning; }
    Confirm.-production > #frame { border: heavy $error; }
    Confirm Input, Confirm Input:focus {
        height: 1; border: none; background: $primary-muted; margin-top: 1; padding: 0 1;
    }
    Confirm #said { height: auto; color: $warning; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "go", show=False)]
    patient = ("enter",)

    app: "HotfixApp"

    def __init__(self, plan: Plan, words: list[str], notes: list[str]) -> None:
        super().__init__()
        self._plan, self._words, self._notes = plan, list(dict.fromkeys(words)), notes
        self._typed = TypedWord()
        self.set_class(bool(words), "-production")

    def heading(self) -> str:
        """What is about to happen."""
        return clean(("PRODUCTION: " if self._words else "") + self._plan.title)

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the dialog."""
        go = f"type {self._words[0]}, then enter" if self._words else "run it"
        return [("enter" if not self._words else "", go), ("esc", "back, nothing happens")]

    def body(self) -> ComposeResult:
        """The warnings, the commands, and the field."""
        out = Lines()
        for warning in [*self._plan.warnings, *self._notes]:
            out.add(f"! {warning}", "$warning")
        folder = ""
        for command in self._plan.commands:
            if command.cwd != folder:
                folder = command.cwd
                out.add(f"in {folder}", "dim")
            out.add(f"$ {shlex.join(command.argv)}", "$accent")
        step_detail.add_beside(out, self._plan)
        if not self._plan.commands and self._plan.by_hand:
            out.add(self._plan.by_hand)
        yield text(out.content())
        if self._words:
            yield WordField(" or ".join(self._words))
        yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Put the focus where the word is typed."""
        if self._words:
            self.query_one(WordField).focus()

    # What counts

    def takes_letter(self, press: Press) -> bool:
        """Whether a letter goes into the field: one by one, once the dialog has stood."""
        taken = self._typed.takes(press)
        if not taken and press.on_screen():
            self._say("Keys that come together count as one: type it by hand, letter by letter.")
        return taken

    def lets(self, press: Press) -> bool:
        """Whether a key counts here."""
        if press.key != "enter":
            return press.on_screen()
        if not self._words:
            counts = press.confirms()
            if not counts and press.on_screen():
                self._say("One press by itself runs it; a held key, or keys that come together, do not.")
            return counts
        typed = self.query_one(WordField).value.strip()
        if typed not in self._words:
            self._say(f"Nothing has happened. Type {self._words[0]} to go on." if press.on_screen() else "")
            return False
        if not self._typed.by_hand(len(typed)):
            self.query_one(WordField).clear()
            self._say("That came faster than fingers type: type it again, letter by letter.")
            return False
        if not self._typed.ends(press):
            self._say("Wait a moment, then press enter by itself.")
            return False
        return True

    def _say(self, words: str) -> None:
        said = self.query_one("#said", Static)
        said.display = bool(words)
        said.update(words)
        self.call_after_refresh(said.scroll_visible, animate=False)  # once it has its rows

    def on_input_changed(self, event: Input.Changed) -> None:
        """An empty field begins anew."""
        if not event.value:
            self._typed.clear()

    def action_go(self) -> None:
        """Run it; the key has been found to count."""
        if not self._words:
            self.dismiss("yes")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Confirm when the word matches; do nothing otherwise."""
        if event.value.strip() in self._words:
            self.dismiss(event.value.strip())
