"""Form fields: a text line that accepts a whole paste, a choice of one value, and checkboxes for reasons.

Apart from `form`: a field knows how it is typed into, and neither its neighbours nor what the form is for.
"""

import re
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from hotfix_tui.base.text import as_pasted, clean
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.terminal.heard import LineEnds

LINE_END = " ¶ "
"""How a newline is shown in a one-row field."""

TAB = "⇥"
"""How a tab is shown in a one-row field."""

ENTRY_END = " | "
"""How the end of an entry is shown in a list."""


def pasted_lines(text: str) -> list[str]:
    """Return the non-empty lines of a paste; terminals send CR for a newline, or CR and LF."""
    return [line for line in (clean(line).strip() for line in text.splitlines()) if line]


def one_row(text: str) -> str:
    """Return a multi-line text in the form of a one-row field."""
    return LINE_END.join(text.replace("\t", TAB).split("\n"))


def several_lines(shown: str) -> str:
    """Return the text that `one_row` shows, or that was typed with its signs: indentation is kept."""
    return "\n".join(re.split(" ?¶ ?", shown)).replace(TAB, "\t")


def _mark(strip: Strip) -> Strip:
    """Return the mark of what is cut off, in the style of the first cell of `strip`."""
    style = next((segment.style for segment in strip if segment.text), None)
    return Strip([Segment(glyphs.MORE, style)], 1)


class LineField(LineEnds, Input):
    """One row of text. `joint` replaces newlines: a paste of several lines goes in whole."""

    class Joined(Message):
        """Several lines were inserted into the field."""

        def __init__(self, lines: int, joint: str) -> None:
            super().__init__()
            self.lines, self.joint = lines, joint

    def __init__(self, value: str, hint: str, id: str, joint: str) -> None:
        super().__init__(value=value, placeholder=hint, id=id, select_on_focus=False, compact=True)
        self._joint = joint
        self._ends = 0

    def render_line(self, y: int) -> Strip:
        """Render the row; what is cut off of the text or of the hint is marked, except where the cursor stands."""
        strip = super().render_line(y)
        shown, width = self.value or self.placeholder, self.scrollable_content_region.width
        if y or width < 2:
            return strip
        before = self.scroll_offset.x if self.value else 0
        cursor = cell_len(shown[: self.cursor_position]) - before if self.has_focus and self.value else -1
        if before > 0 and cursor != 0:
            strip = Strip.join([_mark(strip), strip.crop(1)])
        if cell_len(shown) - before > width and cursor != width - 1:
            strip = Strip.join([strip.crop(0, width - 1), _mark(strip.crop(width - 1)), strip.crop(width)])
        return strip

    def _on_paste(self, event: events.Paste) -> None:
        kept = pasted_lines(event.text)
        if self._joint == LINE_END:
            kept = as_pasted("\n".join(event.text.splitlines())).split("\n")
            self.insert_text_at_cursor(one_row("\n".join(kept)))
        else:
            self.insert_text_at_cursor(self._joint.join(kept))
        if len(kept) > 1:
            self.post_message(self.Joined(len(kept), self._joint))
        event.stop()
        event.prevent_default()

    def take_line_end(self, key: str) -> None:
        """Insert a newline or tab that arrived along with letters, from a terminal that sends a paste as keys."""
        self.call_later(self._end_line, key)  # after the letters that are still queued

    def _end_line(self, key: str) -> None:
        if key == "tab":
            self.insert_text_at_cursor(TAB if self._joint == LINE_END else " ")
            return
        if self.value and not self.value.endswith(self._joint):
            self.insert_text_at_cursor(self._joint)
            self._ends += 1
            mark = self._joint.strip()
            lines = sum(1 for part in self.value.split(mark) if part.strip()) if mark else self._ends
            if lines > 1:
                self.post_message(self.Joined(lines, self._joint))


class ChoiceField(Widget, can_focus=True):
    """One of several known values, chosen with the arrows or by its first letters. Empty means unknown."""

    class Changed(Message):
        """Another value was chosen."""

    DEFAULT_CSS = """
    ChoiceField { height: auto; min-height: 1; background: $zone; padding: 0 1; }
    ChoiceField:focus { background: $sel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("field-of-choices")
    keys = ("← →", "choose")

    def __init__(self, choices: tuple[str, ...], value: str, id: str) -> None:
        super().__init__(id=id)
        self._choices, self._typed = choices, ""
        self.value = value if value in choices else ""

    def render(self) -> Content:
        """Return the value; all choices below it while it has the focus."""
        shown = Content(self.value) if self.value else Content.styled("← → choose", "$muted")
        if not self.has_focus:
            return shown
        parts: list[Content] = []
        for choice in self._choices:
            parts.append(Content.styled(choice, "bold" if choice == self.value else "$muted"))
        return Content.assemble(shown, "\n", Content(" · ").join(parts))

    def _choose(self, value: str) -> None:
        if value != self.value:
            self.value = value
            self.refresh(layout=True)
            self.post_message(self.Changed())

    def action_step(self, places: int) -> None:
        """Choose the next or the previous value; unknown is between last and first."""
        self._typed = ""
        ring = ("", *self._choices)
        self._choose(ring[(ring.index(self.value) + places) % len(ring)])

    def action_clear(self) -> None:
        """Reset it to unknown."""
        self._typed = ""
        self._choose("")

    def on_key(self, event: events.Key) -> None:
        """Choose by the first letters; letters that match no value do nothing."""
        if not event.is_printable or event.character in (None, " "):
            return
        event.stop()
        for typed in (self._typed + str(event.character).lower(), str(event.character).lower()):
            matching = [choice for choice in self._choices if choice.startswith(typed)]
            if matching:
                self._typed = typed
                self._choose(matching[0])
                return

    def on_paste(self, event: events.Paste) -> None:
        """Accept a pasted value that is one of the choices."""
        event.stop()
        pasted = " ".join(pasted_lines(event.text)).lower().replace(" ", "-")
        if pasted in self._choices:
            self._choose(pasted)

    def on_focus(self) -> None:
        """Show the choices."""
        self.refresh(layout=True)

    def on_blur(self) -> None:
        """Show only the value."""
        self._typed = ""
        self.refresh(layout=True)


class ChecksField(LineEnds, Widget, can_focus=True):
    """Several of the usual answers, each toggled with space, and a row for one's own words."""

    DEFAULT_CSS = """
    ChecksField { height: auto; min-height: 1; background: $zone; padding: 0 1; }
    ChecksField:focus { background: $sel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("field-of-checks")
    keys = ("space", "mark")

    def __init__(self, choices: tuple[str, ...], value: str, id: str) -> None:
        super().__init__(id=id)
        self._choices = choices
        given = [part.strip() for part in value.split(ENTRY_END) if part.strip()]
        self._marked = {entry for entry in given if entry in choices}
        self._own = ENTRY_END.join(entry for entry in given if entry not in choices)
        self._row = 0

    @property
    def value(self) -> str:
        """What is checked, and the own words, as one line."""
        own = self._own.strip()
        return ENTRY_END.join(
            [*(choice for choice in self._choices if choice in self._marked), *([own] if own else [])]
        )

    def render(self) -> Content:
        """Return one row per answer while it has the focus, otherwise what is checked."""
        if not self.has_focus:
            return Content(self.value) if self.value else Content.styled("none marked", "$muted")
        rows: list[Content] = []
        for place, choice in enumerate(self._choices):
            mark = "✓" if choice in self._marked else "○"
            rows.append(self._drawn(place, f"{mark} {choice}"))
        rows.append(self._drawn(len(self._choices), f"  own words: {self._own}"))
        return Content("\n").join(rows)

    def _drawn(self, place: int, text: str) -> Content:
        here = place == self._row
        return Content.styled(("› " if here else "  ") + clean(text), "bold" if here else "")

    def _changed(self) -> None:
        self.refresh(layout=True)
        self.post_message(ChoiceField.Changed())

    def on_key(self, event: events.Key) -> None:
        """Toggle with space; letters go into the own words."""
        own = self._row == len(self._choices)
        if event.key == "space" and not own:
            event.stop()
            self._marked ^= {self._choices[self._row]}
            self._changed()
        elif event.is_printable and event.character is not None:
            event.stop()
            self._row = len(self._choices)
            self._own += event.character
            self._changed()

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste as own words, one entry per line."""
        event.stop()
        self._row = len(self._choices)
        self._own += ENTRY_END.join(pasted_lines(event.text))
        self._changed()

    def take_line_end(self, key: str) -> None:
        """End an entry at a newline that arrived along with letters."""
        self.call_later(self._end_entry, key)

    def _end_entry(self, key: str) -> None:
        if self._own and not self._own.endswith(ENTRY_END):
            self._own += " " if key == "tab" else ENTRY_END
            self._changed()

    def action_move(self, rows: int) -> None:
        """Move to another answer; beyond the ends to another field."""
        if not 0 <= self._row + rows <= len(self._choices):
            self.screen.run_worker(self.screen.run_action("following" if rows > 0 else "previous"))
            return
        self._row += rows
        self.refresh()

    def action_rub_out(self) -> None:
        """Delete the last letter of the own words."""
        if self._row == len(self._choices) and self._own:
            self._own = self._own[:-1]
            self._changed()

    def on_focus(self) -> None:
        """Show the answers."""
        self._row = 0
        self.refresh(layout=True)

    def on_blur(self) -> None:
        """Show what is checked."""
        self.refresh(layout=True)
