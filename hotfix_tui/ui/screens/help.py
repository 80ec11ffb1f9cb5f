"""All keys and what they do, made from the one table."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from hotfix_tui.ui.keymap import FIELD_KEYS, KEYS, LOG_KEYS
from hotfix_tui.ui.presenters.lines import Lines
from hotfix_tui.ui.screens.dialog import Dialog, text


class Help(Dialog[None]):
    """Shows the keys."""

    full = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,question_mark,f1,q", "back", show=False),
        Binding("down", "scroll(3)", show=False),
        Binding("up", "scroll(-3)", show=False),
        Binding("pagedown,space", "scroll(15)", show=False),
        Binding("pageup", "scroll(-15)", show=False),
    ]

    def heading(self) -> str:
        """The title."""
        return "Keys"

    def keys(self) -> list[tuple[str, str]]:
        """The way out."""
        return [("enter", "back"), ("↑ ↓", "scroll")]

    def body(self) -> ComposeResult:
        """All keys."""
        out = Lines()
        for key in KEYS:
            out.add(f"  {key.shown:8}{key.help}")
        out.gap()
        out.add("In a text field letters are letters; there", "bold")
        for shown, what in FIELD_KEYS:
            out.add(f"  {shown:8}{what}")
        out.gap()
        out.add("In the output of a command", "bold")
        for shown, what in LOG_KEYS:
            out.add(f"  {shown:10}{what}")
        out.gap()
        out.add("Nothing runs before you have seen it. What runs goes on when you leave or the line drops.")
        yield text(out.content())

    def action_scroll(self, rows: int) -> None:
        """Scroll the text."""
        self.query_one("#body").scroll_relative(y=rows, animate=False)
