"""The dialog before anything leaves the machine: exactly what will run, and how it is confirmed.

Keys are ignored for the first moments, a held key or a paste confirms nothing, and for production the ticket has to
be typed by hand.
"""

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Input, Static

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.presenters.confirmation import Confirmation
from hotfix_tui.ui.screens.dialog import Dialog, rows_below
from hotfix_tui.ui.terminal.input_pace import STANDS, Press, TypedWord
from hotfix_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp


_MOMENT = "a moment…"
"""The note of the bar until keys count."""

_ONE_PRESS = "One deliberate press. A held key does not count."


class WordField(Input):
    """The field for the confirm word: it accepts no paste, neither the terminal's nor Textual's own."""

    def __init__(self, word: str) -> None:
        super().__init__(placeholder=clean(f"type {word}"), id="word", select_on_focus=False, compact=True)

    def render_line(self, y: int) -> Strip:
        """Render the row; what is cut off of the words to type is marked, as everywhere."""
        strip, width = super().render_line(y), self.scrollable_content_region.width
        if y or self.value or cell_len(self.placeholder) <= width or width < 2:
            return strip
        style = next((segment.style for segment in strip.crop(width - 1) if segment.text), None)
        mark = Strip([Segment(glyphs.MORE, style)], 1)
        return Strip.join([strip.crop(0, width - 1), mark, strip.crop(width)])

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()

    def action_paste(self) -> None:
        """Do nothing: copied text was not typed."""


class Confirm(Dialog[str]):
    """Returns the typed word (or ``yes`` if none is required), or None."""

    DEFAULT_CSS = """
    Confirm Input, Confirm Input:focus { height: 1; border: none; background: $idle-bg; width: 1fr; padding: 0 1; }
    Confirm Input > .input--placeholder { color: $idle-dim; }
    Confirm #foot { dock: bottom; height: auto; }
    Confirm #foot #bar { dock: none; }
    Confirm #typing { height: 2; padding-top: 1; }
    Confirm.-low #typing { height: 1; padding-top: 0; }
    Confirm #asked { width: auto; margin-right: 2; text-style: bold; }
    Confirm #rows { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("confirm")
    patient = ("enter",)

    app: "HotfixApp"

    def __init__(self, said: Confirmation, words: list[str]) -> None:
        super().__init__()
        self._confirmed, self._words = said, list(dict.fromkeys(words))
        self._typed = TypedWord()
        self._problem = ""
        self.stands = False
        """Whether it has been visible long enough for keys to count."""
        self._plumbing = False
        self.kind = said.kind

    def title_words(self) -> str:
        """Return how far it reaches."""
        return {"prod": "PRODUCTION", "out": "Leaves this machine"}.get(self.kind, "")

    def heading(self) -> str:
        """Return what is about to happen."""
        return clean(self._confirmed.title)

    def keys(self) -> list[tuple[str, str]]:
        """Return the keys of the dialog; rows that do not fit are counted, so that none is missed."""
        below = rows_below(self.query_one("#body"))
        more = [(glyphs.DOWN, f"{rows.plural(below, 'row')} more")] if below else []
        return [
            *keymap.keys("confirm", ("go", "run it")),
            *more,
            (keymap.key("dialog", "back"), "back, nothing happens"),
        ]

    def offer(self) -> bar.Bar:
        """Return what enter does now: nothing, until the dialog stands and the word is complete.

        The label is there from the first picture on, so that nothing changes while it is read; until keys count it is
        grey, with a note.
        """
        return self._offer() if self.stands else self._offer()._replace(kind="idle", note=_MOMENT)

    def _offer(self) -> bar.Bar:
        if not self._words:
            return bar.Bar(self.kind, self._go(), bar.REACH[self.kind], self._problem or _ONE_PRESS)
        typed = self.query_one(WordField).value.strip()
        if typed not in self._words:
            rest = "type" if not typed else "type the rest of"
            second = self._problem or "Nothing has happened so far."
            return bar.Bar("idle", f"Not yet: {rest} {self._words[0]}", "a paste does not count", second)
        return bar.Bar(self.kind, self._go(), bar.REACH[self.kind], self._problem)

    def _go(self) -> str:
        return one_line(clean(self._confirmed.go), bar.LONGEST)

    def body(self) -> ComposeResult:
        """Yield the content; if it is taller than the screen it scrolls, while field and bar stay."""
        yield Static(id="rows", markup=False)

    def compose(self) -> ComposeResult:
        """Yield the frame, with the field above the bar."""
        with Vertical(id="frame"):
            yield Static(Content(self.heading()), id="heading", markup=False)
            with VerticalScroll(id="body", can_focus=False):
                yield from self.body()
            with Vertical(id="foot"):
                if self._words:
                    with Horizontal(id="typing"):
                        asked = rows.text("Type ", (self._words[0], "$key"), " to go on")
                        yield Static(asked, id="asked", markup=False)
                        yield WordField(" or ".join(self._words))
                yield Lines(self._bar, id="bar")

    def on_mount(self) -> None:
        """Focus the field for the word; keys count once it has been visible for a moment."""
        self.watch(self.query_one("#body"), "scroll_y", self.show_keys, init=False)
        self._show_rows()
        if self._words:
            self.query_one(WordField).focus()
        self.set_timer(STANDS, self._now_it_stands)

    def _now_it_stands(self) -> None:
        self.stands = True
        self.show_keys()

    def _show_rows(self) -> None:
        width = max(min(self.app.size.width, 92) - 5, 20)
        shown = self._confirmed.rows(width, plumbing=self._plumbing)
        self.query_one("#rows", Static).update(Content("\n").join(shown))
        self.call_after_refresh(self.show_keys)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width."""
        self._show_rows()

    def action_plumbing(self) -> None:
        """Show the wizard's own commands in full, or collapse them again."""
        self._plumbing = not self._plumbing
        self._show_rows()

    def action_scroll(self, count: int) -> None:
        """Scroll the content."""
        self.query_one("#body").scroll_relative(y=count, animate=False)

    # What counts

    def takes_letter(self, press: Press) -> bool:
        """Return whether a letter goes into the field: one by one, once the dialog has been visible for a moment."""
        taken = self._typed.takes(press)
        if not taken and press.on_screen():
            self._say("Keys that come together count as one: type it by hand, letter by letter.")
        return taken

    def lets(self, press: Press) -> bool:
        """Return whether a key counts here."""
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
        self._problem = words
        self.show_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Start over when the field is empty; once the word is complete, what was said of it no longer holds."""
        if not event.value:
            self._typed.clear()
        if event.value.strip() in self._words:
            self._problem = ""
        self.show_keys()

    def action_go(self) -> None:
        """Run it; the key has been found to count."""
        if not self._words:
            self.dismiss("yes")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Confirm when the word matches; do nothing otherwise."""
        if event.value.strip() in self._words:
            self.dismiss(event.value.strip())
