"""What the app has to know of the screen on top, and of the field that has the focus, before it lets a key through.

The defaults are those of a screen to read.
"""

from typing import TYPE_CHECKING

from hotfix_tui.ui.frame.bar import PERSON

if TYPE_CHECKING:
    from hotfix_tui.ui.terminal.input_pace import Press

REPEATED = frozenset(("right_square_bracket", "left_square_bracket", "full_stop", "comma", "tab"))
"""Keys that are held down to repeat."""


class Heard:
    """How a screen wants its keys. `lets` alone decides; what it looks at by default can be set."""

    acts: tuple[str, ...] = ()
    """Keys that do something at once, which has to have been read."""

    patient: tuple[str, ...] = ()
    """Keys that confirm something, and wait longer for what may come with them."""

    hears_after = 0.0
    """Seconds that the screen has to be visible before a key counts."""

    takes_notes = False
    """Whether the key of a note works here."""

    asks_to_leave = False
    """Whether this screen is the one that asks whether to leave."""

    kind = "idle"
    """How far enter reaches on a dialog: ``act``, ``out``, ``prod`` or ``idle``; its frame has the matching colour."""

    sentences = ""
    """What a notice says."""

    @property
    def turn(self) -> str:
        """Whose turn it is here: the person's, as soon as the screen can be used."""
        return PERSON

    @property
    def types(self) -> bool:
        """Whether letters go into a text."""
        return False

    def takes_letter(self, press: "Press") -> bool:
        """Return whether a letter goes into the field that has the focus."""
        return True

    def lets(self, press: "Press") -> bool:
        """Return whether a key that came by itself counts now."""
        if press.key in self.acts:
            return press.decides()
        if press.is_held and press.key not in REPEATED:
            return False
        return press.on_screen(self.hears_after)


class LineEnds:
    """A field that has its own way with an enter or tab among letters that came together: part of a pasted text."""

    def take_line_end(self, key: str) -> None:
        """Take in what ended a line."""
        raise NotImplementedError


ANY = Heard()
"""For screens that are not ours, such as Textual's own palette."""
