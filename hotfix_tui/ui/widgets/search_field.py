"""The field with search words: it opens with a key, searches while typing, and closes again."""

from textual.message import Message
from textual.widgets import Input

from hotfix_tui.base.text import one_line

LONGEST = 80
"""Characters of the words that count."""


class SearchField(Input):
    """One row of words, visible only while `open`; `words` stay in force after enter, and are cleared by Esc."""

    class Sought(Message):
        """The words changed, or the field was opened or closed: the list has to be filtered again."""

    DEFAULT_CSS = """
    SearchField, SearchField:focus { height: 1; border: none; padding: 0 1; background: $zone; display: none; }
    SearchField.-open { display: block; }
    """

    def __init__(self, hint: str) -> None:
        super().__init__(id="search", compact=True, placeholder=hint, disabled=True)
        self.words = ""
        """The words to search for."""

    @property
    def is_open(self) -> bool:
        """Whether letters go into the field."""
        return self.has_class("-open")

    def open(self) -> None:
        """Open the field and take the letters."""
        self.add_class("-open")
        self.disabled = False
        self.focus()
        self.post_message(self.Sought())

    def close(self, *, keep: bool) -> None:
        """Close the field; its words stay in force if they are to be kept."""
        self.remove_class("-open")
        if not keep:
            self.words = self.value = ""
        self.disabled = True
        self.screen.set_focus(None)
        self.post_message(self.Sought())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        event.stop()
        if self.is_open:
            self.words = one_line(event.value, LONGEST)
            self.post_message(self.Sought())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the matches."""
        event.stop()
        self.close(keep=True)
