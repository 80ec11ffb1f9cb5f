"""Tells keys pressed one by one from those that arrive together: a paste, a held key, a lagging line.

No terminal says which it was; only timing tells. This module is pure: it is told when each key was read and when a
screen became visible, and never reads a clock. All times are seconds of one monotonic clock.
"""

import math
from dataclasses import dataclass

TOGETHER = 0.03
"""Keys closer together than this were not pressed one by one: they count as one key."""

HELD = 0.09
"""The same key again within this time is held down: keyboards repeat 11 to 40 times a second, fingers do not."""

GRACE = 0.35
"""How long no key may have been pressed before one that confirms something by itself."""

LOOK_AHEAD = 0.03
"""How long a command waits for what may come with it: the first key of a paste looks like any other."""

LOOK_LONGER = 0.15
"""The same for a key that confirms: longer than the repeat interval of the slowest keyboards."""

AFTER_TEXT = 1.0
"""After keys that came together: a lagging line may still hold the rest of them."""

TEXT_LASTS = 3.0
"""How long single keys may continue to be the rest of a text, each soon after the one before."""

STANDS = 0.6
"""How long something has to be visible before a key can decide about it."""

APART = 0.12
"""How far the enter has to be from the last letter of a confirm word."""

PER_LETTER = 0.05
"""Minimum average time per letter of a confirm word: nobody types twenty letters a second for long."""

MANY = 4
"""This many keys together are text, not two commands on a slow line."""


@dataclass(slots=True)
class Press:
    """One key as it was read; `together` becomes true later if the next key follows too fast."""

    key: str
    at: float
    before: float
    """Seconds since the key or paste before it."""
    repeats: bool
    """Whether the previous key was the same."""
    stood: float
    """How many seconds the screen had been visible, negative while the next one was coming up."""
    fresh: float
    """Seconds since the screen's default action changed by itself."""
    since_text: float
    """Seconds since keys came together, or a paste did."""
    since_many: float
    """Seconds since enough keys came together to be text."""
    tail: bool
    """Whether it belongs to what is still being typed after a form has closed."""
    moves: bool = False
    """Whether it is an arrow or the like, which is never part of a text."""
    together: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it came with other keys, or so soon after text that it may be the rest of it."""
        return self.together or self.since_many < AFTER_TEXT

    @property
    def is_held(self) -> bool:
        """Whether it is the keyboard's auto-repeat."""
        return self.repeats and self.before < HELD

    def on_screen(self, seconds: float = 0.0) -> bool:
        """Return whether the screen had been visible for `seconds` when the key was pressed, without typing just
        before.
        """
        return self.stood >= seconds and not self.tail

    def decides(self) -> bool:
        """Return whether it may trigger the default action: visible long enough, and pressed, not held or pasted."""
        long_enough = self.on_screen(STANDS) and self.fresh >= STANDS
        return long_enough and not self.is_text and not self.is_held

    def confirms(self) -> bool:
        """Return whether it confirms by itself: it is isolated, with nothing else shortly before it."""
        return self.decides() and self.before >= GRACE and self.since_text >= AFTER_TEXT


class InputPace:
    """Tracks all keys of one terminal, whatever screen they go to."""

    def __init__(self) -> None:
        self._last: Press | None = None
        self._last_at = -math.inf
        self._together = 0
        self._text_at = self._many_at = self._burst_at = -math.inf
        self._stood_at: float | None = None
        self._fresh_at = -math.inf
        self._deaf_until = -math.inf
        self._typed_before = self._tail = False

    @property
    def waits(self) -> bool:
        """Whether the next screen is not up yet."""
        return self._stood_at is None

    def press(self, key: str, at: float, *, moves: bool = False) -> Press:
        """Record that `key` was read at the time `at`; `moves` for an arrow, which may be held down."""
        before = max(at - self._last_at, 0.0)
        last = self._last
        together = before < TOGETHER and last is not None and not (moves and last.moves)
        if together and last is not None:
            self._came_together(last, at, counts=not (moves or last.moves))
        else:
            self._together = 1
        self._tail = at < self._deaf_until or (self._tail and before < GRACE)
        press = Press(
            key=key,
            at=at,
            before=before,
            repeats=last is not None and last.key == key,
            stood=-1.0 if self._stood_at is None else at - self._stood_at,
            fresh=at - self._fresh_at,
            since_text=at - self._text_at,
            since_many=at - self._many_at,
            tail=self._tail,
            moves=moves,
            together=together,
        )
        if press.since_many < AFTER_TEXT and at - self._burst_at < TEXT_LASTS:
            self._many_at = at
        self._last, self._last_at = press, at
        return press

    def _came_together(self, last: Press, at: float, *, counts: bool) -> None:
        last.together = True
        self._together += counts
        self._text_at = at
        if self._together >= MANY:
            self._many_at = self._burst_at = at

    def paste(self, at: float) -> None:
        """Record that the terminal delivered a paste in one piece."""
        self._last, self._last_at, self._text_at = None, at, at

    def screen_changes(self, *, typed: bool = False) -> None:
        """Another screen is coming up; `typed` if the previous one was typed into."""
        self._stood_at = None
        self._typed_before = self._typed_before or typed

    def screen_stands(self, at: float) -> None:
        """The screen has been completely visible since `at`."""
        self._stood_at = self._fresh_at = at
        if self._typed_before:
            self._deaf_until, self._typed_before = at + STANDS, False
            self._many_at = -math.inf  # it went into a field: what comes now is not the rest of it

    def offer_changes(self, at: float) -> None:
        """The same screen has offered something else since `at`, not because of a key that chose it."""
        self._fresh_at = at


class TypedWord:
    """A confirm word being typed: counts only by hand, letter by letter, with its enter apart from it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """The field is empty: the next letter starts the word over."""
        self._began: float | None = None
        self._last = 0.0

    def takes(self, press: Press) -> bool:
        """Return whether a letter may go into the field: of letters that come together only the first may."""
        if press.before < TOGETHER or not press.on_screen(STANDS):
            return False
        if self._began is None:
            self._began = press.at
        self._last = press.at
        return True

    def by_hand(self, letters: int) -> bool:
        """Return whether a word of that many letters was typed at human speed."""
        return self._began is not None and self._last - self._began >= PER_LETTER * (letters - 1)

    def ends(self, enter: Press) -> bool:
        """Return whether `enter` was pressed apart from the letters, and from anything that came together."""
        alone = enter.before >= APART and enter.since_text >= AFTER_TEXT
        return alone and not enter.together and enter.on_screen(STANDS)
