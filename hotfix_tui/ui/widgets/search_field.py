"""The field with words that rows have to have: it comes with a key, looks while it is typed, and goes again."""

from textual.message import Message
from textual.widgets import Input

from hotfix_tui.base.text import one_line

LONGEST = 80
"""Characters of the words that count."""


class SearchField(Input):
    """One row of words, there only while it is `open`; `words` stay in force after enter, and go with Esc."""

    class Sought(Message):
        """Other words, or the field has come or gone: what is listed has to be found anew."""

    DEFAULT_CSS = """
    SearchField, SearchField:focus { height: 1; border: none; padding: 0 1; background: $zone; display: none; }
    SearchField.-open { display: block; }
    """

    def __init__(self, hint: str) -> None:
        super().__init__(id="search", compact=True, placeholder=hint, disabled=True)
        self.words = ""
        """What is looked for."""

    @property
    def is_open(self) -> bool:
        """Whether letters go into the field."""
        return self.has_class("-open")

    def open(self) -> None:
        """Show the field and take the letters."""
        self.add_class("-open")
        self.disabled = False
        self.focus()
        self.post_message(self.Sought())

    def close(self, *, keep: bool) -> None:
        """Take the field away; its words stay in force where they are to be kept."""
        self.remove_class("-open")
        if not keep:
            self.words = self.value = ""
        self.disabled = True
        self.screen.set_focus(None)
        self.post_message(self.Sought())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look while it is typed."""
        event.stop()
        if self.is_open:
            self.words = one_line(event.value, LONGEST)
            self.post_message(self.Sought())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep what was found."""
        event.stop()
        self.close(keep=True)
