"""Every key of the terminal passes through here before a screen gets it: text does not act, and nothing acts unseen.

Screens declare what they need by what they have of `heard.Heard`, fields by what they have of `heard.LineEnds`.

Apart from the app: a key is judged by when and how it came, before anybody knows what it would do.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame.bar import WIZARD
from hotfix_tui.ui.terminal import background
from hotfix_tui.ui.terminal.heard import ANY, Heard, LineEnds
from hotfix_tui.ui.terminal.input_pace import LOOK_AHEAD, LOOK_LONGER, InputPace, Press

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.app import App
    from textual.screen import Screen
    from textual.timer import Timer

    from hotfix_tui.ui.drill import Drill
    from hotfix_tui.ui.executor import SerialExecutor

    _App = App[int]
else:
    _App = object

_ARROWS = ("up", "down", "left", "right", "pageup", "pagedown", "home", "end")
_AT_ONCE = frozenset(
    (
        *_ARROWS,
        *(f"{held}+{arrow}" for held in ("shift", "ctrl") for arrow in _ARROWS),
        *(f"f{number}" for number in range(1, 13)),
        *("shift+tab", "escape", "ctrl+c", "j", "k"),
    )
)
"""Keys that move, or lead away: they wait for nothing, and text cannot do harm with them."""

_EARLY = frozenset((*_ARROWS, "f1"))
"""Keys that are kept while no screen is up yet, as ? is if it came alone; action keys are dropped."""

_AREA_ROOM = "textual.widgets._text_area"

_LINE_ENDS = frozenset(("enter", "tab", "ctrl+j"))

WAIT = 0.02
"""Seconds between checks whether the next screen is up."""

TEXT_CAME = "Text came in where keys are commands, or keys were pressed together: none of it was carried out."

SAVED_NOT = "Nothing is saved: the key came together with the text. Read it, then press the key by itself."


class PacedKeys(_App):
    """Mix into the `App` class, before `App`."""

    if TYPE_CHECKING:
        changes: SerialExecutor
        drill: Drill | None

        def action_say_how_to_leave(self) -> None: ...

    look_ahead, look_longer = LOOK_AHEAD, LOOK_LONGER

    def __init__(self) -> None:
        super().__init__()
        self.pace = InputPace()
        self.last_press: Press | None = None
        """The key being acted on."""
        self._held: list[tuple[events.Key, Press]] = []
        self._hold: Timer | None = None
        self._answer = ""
        """The part received so far of a late answer of the terminal."""
        self._early: list[events.Key] = []
        self.stood_once = False
        """Whether a screen has been up whose keys worked."""

    def stamp(self, event: events.Event) -> float:
        """Return when the terminal's reader read `event`: any later is too late, the screen may have been busy."""
        return event.time

    def now(self) -> float:
        """Return the time on the clock that stamps events."""
        return time.monotonic()

    @property
    def keys_wait(self) -> bool:
        """Whether keys are held back, or the next screen is not up yet."""
        return bool(self._held or self._early) or self.pace.waits

    async def on_event(self, event: events.Event) -> None:
        """Let keys through one by one."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._key_came(event)
            return
        if isinstance(event, events.Paste) and not event.is_forwarded:
            self.pace.paste(self.stamp(event))
            if self.drill is not None:
                self.drill.take_paste(event.text)
            if not self._types():
                self.tell_text()
        await super().on_event(event)

    def take_early(self, keys: Sequence[str]) -> None:
        """Accept keys that were typed before the terminal was read: they count once the first screen is up."""
        self._early += [events.Key(key, "?" if key == "question_mark" else None) for key in keys]

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Give the terminal to another program. What is typed before the screen is back was meant for that one."""
        with super().suspend():
            try:
                yield
            finally:
                background.forget_typed()
        self.screen_changes()

    # Changes on the screen

    def count_turn(self) -> None:
        """In a drill: count the time by whose turn it is."""
        if self.drill is not None:
            self.drill.take_turn(WIZARD if self.pace.waits else self.heard(self.screen).turn)

    def screen_changes(self, *, typed: bool = False) -> None:
        """Another screen is coming up: keys wait, or are dropped, until it is there."""
        self.pace.screen_changes(typed=typed)
        self.count_turn()
        self.call_later(self._wait_until_it_stands, self.screen)

    def _wait_until_it_stands(self, screen: "Screen[object]") -> None:
        if not self.screen_stack or self.screen is not screen:
            return  # another one came meanwhile
        if not screen.is_running or not screen.is_mounted or self.changes.busy:
            self.set_timer(WAIT, lambda: self._wait_until_it_stands(screen))
            return
        screen.call_after_refresh(self._stands, screen)

    def _display(self, screen: "Screen[object]", renderable: "RenderableType | None") -> None:
        """Let keys count from the first frame on, not from the next tick of the screen's timer. Textual has no public
        way to learn that a frame was written.
        """
        super()._display(screen, renderable)
        first = not self.stood_once and renderable is not None and not self._batch_count
        if first and self.screen is screen and screen.is_mounted:
            self.call_next(self._stands, screen)

    async def _stands(self, screen: "Screen[object]") -> None:
        if not self.screen_stack or self.screen is not screen or not self.pace.waits:
            return
        if self.changes.busy:  # what the last dialog led to has started meanwhile
            self.set_timer(WAIT, lambda: self._wait_until_it_stands(screen))
            return
        self.pace.screen_stands(self.now())
        self.count_turn()
        self.stood_once = True
        early, self._early = self._early, []
        for event in early:
            await super().on_event(event)

    def offer_changes(self) -> None:
        """The screen offers something else by itself: enter counts once that was visible."""
        self.pace.offer_changes(self.now())

    # Keys

    def _types(self) -> bool:
        """Return whether letters currently go into a text."""
        return self.heard(self.screen).types or isinstance(self.focused, Input) or self._in_area()

    @staticmethod
    def heard(screen: "Screen[object]") -> Heard:
        """Return how a screen wants its keys."""
        return screen if isinstance(screen, Heard) else ANY

    async def _key_came(self, event: events.Key) -> None:
        if self.drill is not None:
            self.drill.take_key(event, self._types())
        press = self.pace.press(
            event.key, self.stamp(event), moves=event.key in _AT_ONCE and not event.is_printable
        )
        if not self.stood_once and event.key in _EARLY:
            self._early.append(event)
        elif event.key == "ctrl+c" and self._copies_nothing():
            self.action_say_how_to_leave()  # what everybody tries first to get out
        elif self._types():
            await self._typed(event, press)
        elif event.key in _AT_ONCE:
            await self._deliver(event, press)
        else:
            await self._hold_back(event, press)

    def _copies_nothing(self) -> bool:
        """Return whether the focused field has nothing selected: it would copy that."""
        field = self.focused
        if isinstance(field, Input):
            return field.selection.is_empty
        chosen = getattr(field, "selection", None)
        return self._in_area() and chosen is not None and bool(chosen.is_empty)

    def _in_area(self) -> bool:
        """Return whether letters go into a multi-line text. Textual's class is not imported for this: that takes
        longer than importing the whole stage screen.
        """
        loaded = sys.modules.get(_AREA_ROOM)
        return loaded is not None and isinstance(self.focused, loaded.TextArea)

    async def _typed(self, event: events.Key, press: Press) -> None:
        """Deliver letters to the field at once; an enter has to be apart from them to act."""
        if self._held:
            await self._let_go()
        if press.stood < 0 and self.focused is None and event.is_printable:
            self._early.append(event)  # typed into a form that is coming up
            return
        if event.key in (*_LINE_ENDS, *self.heard(self.screen).patient) and not self._in_area():
            await self._hold_back(event, press)
            return
        if not event.is_printable or self.heard(self.screen).takes_letter(press):
            await self._deliver(event, press)

    async def _hold_back(self, event: events.Key, press: Press) -> None:
        """Wait a moment for what may come with it."""
        self._held.append((event, press))
        if self._hold is not None:
            self._hold.stop()
            self._hold = None
        patient = event.key in self.heard(self.screen).patient
        wait = self.look_longer if patient else self.look_ahead
        if wait:
            self._hold = self.set_timer(wait, self._let_go)
        else:
            await self._let_go()

    async def _let_go(self) -> None:
        """Deliver what was pressed by itself, and report text that came in."""
        held, self._held, self._hold = self._held, [], None
        text = ""
        for event, press in held:
            if self._types():
                await self._end_line(event, press)
            elif press.is_text:
                text += event.character or event.key
            elif self.heard(self.screen).lets(press):
                await self._deliver(event, press)
            elif not self.stood_once and event.key == "question_mark":
                self._early.append(event)
        if not text:
            return
        self._answer = next(
            (candidate for candidate in (self._answer + text, text) if background.is_late_answer(candidate)),
            "",
        )
        if not self._answer:
            self.tell_text()

    async def _end_line(self, event: events.Key, press: Press) -> None:
        """Treat an enter or tab among letters as part of a pasted text; by itself it moves on.

        A key that saves is no text: with letters that came together it does nothing, since nobody has read them.
        """
        field: object = self.focused
        if event.key not in _LINE_ENDS and press.is_text:
            self.notify(SAVED_NOT, severity="warning", markup=False)
        elif press.together and isinstance(field, LineEnds):
            field.take_line_end(event.key)
        elif not press.together and self.heard(self.screen).lets(press):
            await self._deliver(event, press)

    async def _deliver(self, event: events.Key, press: Press) -> None:
        self.last_press = press
        await super().on_event(event)

    def tell_text(self) -> None:
        """Say that text arrived where keys are commands."""
        note = (
            f" {keymap.shown('note')} writes a note: paste it there."
            if self.heard(self.screen).takes_notes
            else ""
        )
        self.notify(TEXT_CAME + note, severity="warning", markup=False)
