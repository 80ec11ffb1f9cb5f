"""The dialog before anything leaves the machine: exactly what will run, and how it is confirmed.

Keys are ignored for the first moments, a held key or a paste confirms nothing, and for production the ticket has
to be typed.
"""

import shlex
import time
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from hotfix_tui.base.text import clean
from hotfix_tui.steps.contract import Plan
from hotfix_tui.ui import detail
from hotfix_tui.ui.screens.dialog import Dialog, text

DEAF_FOR = 0.6
"""Seconds after opening in which keys are ignored."""

QUIET_FOR = 0.35
"""Seconds without a key before enter counts: a held key repeats faster."""


class Guarded:
    """Tells a deliberate key press from type-ahead and from a held key."""

    def __init__(self) -> None:
        self._opened = time.monotonic()
        self._last = self._opened

    def hears(self) -> bool:
        """Whether keys count yet."""
        return time.monotonic() - self._opened >= DEAF_FOR

    def deliberate(self) -> bool:
        """Whether this press stands alone; call it once for every key."""
        now = time.monotonic()
        alone = self.hears() and now - self._last >= QUIET_FOR
        self._last = now
        return alone


class WordField(Input):
    """The field for the confirm word: deaf at first but for Esc, and no paste goes in."""

    def __init__(self, guard: Guarded, word: str) -> None:
        super().__init__(placeholder=clean(f"type {word}"), id="word", select_on_focus=False, compact=True)
        self._guard = guard

    async def _on_key(self, event: events.Key) -> None:
        if (
            event.key != "escape" and not self._guard.hears()
        ):  # the way back does nothing, so it is open at once
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()


class Confirm(Dialog[str]):
    """Returns the typed word (or ``yes`` where none is asked for), or None."""

    DEFAULT_CSS = """
    Confirm > #frame { border: round $warning; }
    Confirm.-production > #frame { border: heavy $error; }
    Confirm Input, Confirm Input:focus {
        height: 1; border: none; background: $primary-muted; margin-top: 1; padding: 0 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, plan: Plan, words: list[str], notes: list[str]) -> None:
        super().__init__()
        self._plan, self._words, self._notes = plan, list(dict.fromkeys(words)), notes
        self._guard = Guarded()
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
        out = detail.Lines()
        for warning in [*self._plan.warnings, *self._notes]:
            out.add(f"! {warning}", "$warning")
        folder = ""
        for command in self._plan.commands:
            if command.cwd != folder:
                folder = command.cwd
                out.add(f"in {folder}", "dim")
            out.add(f"$ {shlex.join(command.argv)}", "$accent")
        detail.add_beside(out, self._plan)
        if not self._plan.commands and self._plan.by_hand:
            out.add(self._plan.by_hand)
        yield text(out.content())
        if self._words:
            yield WordField(self._guard, " or ".join(self._words))

    def on_mount(self) -> None:
        """Put the focus where the word is typed."""
        if self._words:
            self.query_one(WordField).focus()

    def on_key(self, event: events.Key) -> None:
        """Run on a deliberate enter, where no word is asked for."""
        alone = self._guard.deliberate()
        if event.key == "enter" and not self._words:
            event.stop()
            if alone:
                self.dismiss("yes")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Confirm when the word matches; do nothing otherwise."""
        if self._guard.hears() and event.value.strip() in self._words:
            self.dismiss(event.value.strip())
