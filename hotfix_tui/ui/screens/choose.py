"""A dialog that offers several options."""

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Row

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.screens.dialog import WIDEST, Dialog, rows_below, text
from hotfix_tui.ui.screens.framed import LOW
from hotfix_tui.ui.terminal.input_pace import STANDS

_AROUND, _READ = 3, 3
"""Rows of a low dialog's border and bar, and rows of the question that can be read there at once."""

_BORDERS, _BAR, _GAP, _SIDES = 2, 3, 1, 4
"""Rows of a dialog's borders, of its bar, and below its title; cells of its sides."""

_MARKED = 2
"""Cells of the mark in front of the selected option."""


class Option(NamedTuple):
    """One option; `name` is what the dialog returns, `kind` how far choosing it reaches."""

    name: str
    title: str
    help: str = ""
    kind: str = "act"


def prompt(option: Option, width: int, *, here: bool = False) -> Content:
    """Return the rows of an option for `width` cells: its title, and its help, indented; `here` is the selected one.

    That one is marked: without colours nothing else would tell it from what was asked.
    """
    style, room = "$sel-muted" if here else "$muted", width - _MARKED
    said = [row for line in clean(option.help).splitlines() for row in rows.wrap((line, style), room - 2)]
    title = rows.wrap(clean(option.title), room, indent="  ")
    mark = f"{glyphs.SELECTED if here else ' ':<{_MARKED}}"
    lead = [mark, *[" " * _MARKED] * (len(title) - 1)]
    below = " " * (_MARKED + 2)
    return Content("\n").join(
        [
            *(rows.text(*pair) for pair in zip(lead, title, strict=True)),
            *(rows.text(below, row) for row in said),
        ]
    )


class Choose(Dialog[str]):
    """Returns the name of the chosen option, or None. Letters do nothing; arrows and enter choose."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("choose")

    DEFAULT_CSS = """
    Choose OptionList, Choose OptionList:focus {
        height: auto; border: none; background: $zone; background-tint: $zone 0%; padding: 0;
    }
    Choose.-question OptionList, Choose.-question OptionList:focus { max-height: 60vh; }
    Choose OptionList:focus > .option-list--option-highlighted,
    Choose OptionList > .option-list--option-highlighted { background: $sel; color: $sel-fg; text-style: bold; }
    Choose.-question OptionList { dock: bottom; padding-top: 1; }
    Choose.-question.-low OptionList { padding-top: 0; }
    Choose.-question.-low #heading { display: none; }
    """

    hears_after = STANDS

    def __init__(self, title: str, options: list[Option], question: str = "") -> None:
        super().__init__()
        self._title = title
        self._options = options
        self._question = question
        self._at = 0
        self.set_class(bool(question), "-question")

    def heading(self) -> str:
        """Return the question's title."""
        return clean(self._title)

    def keys(self) -> list[tuple[str, str]]:
        """Return the keys of the list."""
        below = rows_below(self.query_one("#body")) if self.is_mounted and self._question else 0
        more = keymap.keys("choose", ("scroll(8)", f"{rows.plural(below, 'row')} more")) if below else ()
        return [
            ("enter", "choose"),
            (keymap.arrows("stage"), "move"),
            *more,
            (keymap.key("dialog", "back"), "back"),
        ]

    def offer(self) -> bar.Bar:
        """Return what enter chooses."""
        at = self.query_one(OptionList).highlighted or 0
        if not self._options:
            return bar.Bar("idle", "Back", cap=" esc ")
        chosen = self._options[at]
        reach = f"{bar.REACH[chosen.kind]} · " if chosen.kind != "act" else ""
        place = f"{at + 1} of {len(self._options)}"
        return bar.Bar(chosen.kind, one_line(clean(chosen.title), bar.LONGEST), f"{reach}{place}")

    def on_resize(self, event: Resize) -> None:
        """Wrap for the new size: on a low screen the question is read row by row, above the ways that are there."""
        listed = self.query_one(OptionList)
        for place in range(len(self._options)):
            listed.replace_option_prompt_at_index(place, self._prompt(place))
        if self._question:
            low = event.size.height < LOW
            said = Content(clean(self._question))
            if low:
                said = Content("\n").join([Content(self.heading()).stylize("bold"), said])
            self.query_one("#question", Static).update(said)
            listed.styles.max_height = max(event.size.height - _AROUND - _READ, _READ) if low else None
        else:
            listed.styles.max_height = max(
                event.size.height - self._rest(event.size.width, event.size.height), _READ
            )

    def _rest(self, width: int, height: int) -> int:
        """Return how many rows the dialog needs besides its options."""
        title = len(rows.wrap(self.heading(), max(min(width, WIDEST) - _SIDES, 8)))
        return _BORDERS + title + (1 if height < LOW else _GAP + _BAR)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what enter chooses in the bar."""
        before, self._at = self._at, event.option_index
        if before != self._at:
            for place in (before, self._at):
                event.option_list.replace_option_prompt_at_index(place, self._prompt(place))
        self.show_keys()

    def body(self) -> ComposeResult:
        """Yield the question and its options."""
        if self._question:
            yield text(clean(self._question), id="question")
        shown = [Row(self._prompt(place)) for place in range(len(self._options))]
        yield OptionList(*shown, markup=False, compact=True)

    def _prompt(self, place: int) -> Content:
        width = max(min(self.app.size.width or 80, 92) - 7, 22)
        return prompt(self._options[place], width, here=place == self._at)

    def on_mount(self) -> None:
        """Start at the first, the recommended one."""
        self.query_one(OptionList).focus()
        for moved in ("virtual_size", "scroll_y"):  # rows below are counted once they are laid out
            self.watch(self.query_one("#body"), moved, self.show_keys, init=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return what was chosen."""
        self.dismiss(self._options[event.option_index].name)

    def action_scroll(self, count: int) -> None:
        """Scroll the question; its options stay visible."""
        body = self.query_one("#body")
        seen = max(
            body.size.height - self.query_one(OptionList).size.height, 1
        )  # no row is passed over unread
        body.scroll_relative(y=max(min(count, seen), -seen), animate=False)

    def action_down(self) -> None:
        """Move down."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Move up."""
        self.query_one(OptionList).action_cursor_up()
