"""A text area for one section: enter is a new line, Esc keeps the text and goes back."""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from hotfix_tui.base.text import clean
from hotfix_tui.ui.screens.dialog import Dialog
from hotfix_tui.ui.screens.form import DRAFT_AFTER


class Area(TextArea):
    """A text area into which no escape sequence can be pasted."""

    async def _on_paste(self, event: events.Paste) -> None:
        # A terminal sends CR for a line end, which `clean` would make visible.
        event.text = clean("\n".join(event.text.splitlines()) + ("\n" if event.text[-1:] in "\r\n" else ""))
        await super()._on_paste(event)


class TextEdit(Dialog[str]):
    """Returns the edited text; F4 leaves without it."""

    full = True
    types = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "discard", show=False)]
    DEFAULT_CSS = """
    TextEdit TextArea, TextEdit TextArea:focus { height: 1fr; border: none; padding: 0; }
    """

    def __init__(self, title: str, start: str, keep: Callable[[str], None]) -> None:
        super().__init__()
        self._title, self._start, self._keep_draft = title, start, keep
        self._timer: object | None = None

    def heading(self) -> str:
        """What is edited."""
        return clean(self._title)

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the editor."""
        return [("esc", "keep it and go back"), ("F4", "back without changes"), ("enter", "new line")]

    def body(self) -> ComposeResult:
        """The text area."""
        yield Area(clean(self._start), tab_behavior="focus", soft_wrap=True, compact=True)

    def on_mount(self) -> None:
        """Start typing."""
        self.query_one(TextArea).focus()

    def on_text_area_changed(self) -> None:
        """Keep a draft soon."""
        if self._timer is not None:
            self._timer.stop()  # type: ignore[attr-defined]
        self._timer = self.set_timer(DRAFT_AFTER, lambda: self._keep_draft(self.query_one(TextArea).text))

    def action_back(self) -> None:
        """Keep the text."""
        if self._timer is not None:
            self._timer.stop()  # type: ignore[attr-defined]
        text = self.query_one(TextArea).text
        self.dismiss(text if text != clean(self._start) else None)

    def action_discard(self) -> None:
        """Leave the section as it was."""
        self.dismiss(None)
