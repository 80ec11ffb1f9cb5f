"""The one-line search field, in the last row of a log."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip

from hotfix_tui.ui.widgets.log_cleaner import clean_text


class Prompt:
    """A line of text and a cursor.

    Not an `Input`: that gets the focus only a moment after it was opened, and over a slow line letters typed in that
    moment would act as keys of the log.
    """

    def __init__(self, label: str, text: str = "") -> None:
        self.label = label
        self.text = text
        self._fresh = bool(text)
        self._cursor = len(text)

    def insert(self, text: str) -> None:
        """Insert text at the cursor. The first text typed replaces the previous one."""
        if self._fresh:
            self.text, self._cursor = "", 0
        self._fresh = False
        self.text = self.text[: self._cursor] + text + self.text[self._cursor :]
        self._cursor += len(text)

    def press(self, event: events.Key) -> bool:
        """Handle a key; False if it was not used."""
        key, at = event.key, self._cursor
        if key == "backspace":
            self.text, self._cursor = self.text[: max(0, at - 1)] + self.text[at:], max(0, at - 1)
        elif key == "delete":
            self.text = self.text[:at] + self.text[at + 1 :]
        elif key in ("left", "right", "home", "end"):
            places = {
                "left": max(0, at - 1),
                "right": min(len(self.text), at + 1),
                "home": 0,
                "end": len(self.text),
            }
            self._cursor = places[key]
        elif event.is_printable and event.character:
            self.insert(event.character)
        else:
            return key in ("up", "down", "pageup", "pagedown")
        self._fresh = False
        return True

    def strip(self, width: int, style: Style) -> Strip:
        """Return the field as drawn, `width` columns wide, with the cursor visible."""
        before = self.label + clean_text(self.text[: self._cursor])
        under = clean_text(self.text[self._cursor : self._cursor + 1]) or " "
        after = clean_text(self.text[self._cursor + 1 :])
        cursor = style + Style(reverse=True)
        whole = Strip([Segment(before, style), Segment(under, cursor), Segment(after, style)])
        left = max(0, cell_len(before) + cell_len(under) - width)
        return whole.crop_extend(left, left + width, style)
