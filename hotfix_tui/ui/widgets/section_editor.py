"""A section of a text, read or edited in place: its rule says what it is and whether a draft is saved.

Apart from the screen of the text, which has all its sections: this one holds a single draft.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea

from hotfix_tui.base.text import clean
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.timer import Timer

DRAFT_AFTER = 0.5
"""Seconds after the last key until a draft is saved: typed text is durable within a second."""

FOLLOWED_AFTER = 0.3
"""Seconds after the last key until what is typed is shown elsewhere."""

Keep = Callable[[str, Callable[[str], object]], None]
"""Saves a text as a draft and calls back with the time when it is durable."""


class Area(TextArea):
    """A text area into which no escape sequence can be pasted."""

    async def _on_paste(self, event: events.Paste) -> None:
        # Terminals send CR for a newline, which `clean` would make visible.
        event.text = clean("\n".join(event.text.splitlines()) + ("\n" if event.text[-1:] in "\r\n" else ""))
        await super()._on_paste(event)


class SectionEditor(Vertical):
    """Shows a text; `begin` starts editing, `end` returns the content."""

    DEFAULT_CSS = """
    SectionEditor { width: 1fr; height: 1fr; }
    SectionEditor > .head { height: 1; }
    SectionEditor Area, SectionEditor Area:focus {
        height: 1fr; border: none; padding: 0 0 0 1; background: $bg; color: $fg;
    }
    SectionEditor Area > .text-area--placeholder { color: $muted; }
    """

    class Followed(Message, namespace="section_editor"):
        """A moment has passed since the last key: show what is typed."""

    class Kept(Message, namespace="section_editor"):
        """Whether a draft is saved has changed."""

    def __init__(self, keep: Keep, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keep = keep
        self._title = ""
        self._known = ""
        self._waits: list[Timer] = []
        self.is_open = False
        """Whether a section is being edited."""
        self.start = ""
        """The content of the section when editing began."""
        self.saved = ""
        """When the draft was saved, empty while the last letters are not."""

    def compose(self) -> ComposeResult:
        """Yield the rule, and the text."""
        yield Lines(self._head, classes="head")
        area = Area("", tab_behavior="focus", soft_wrap=True, compact=True, read_only=True)
        area.match_cursor_bracket = False  # a text to read has no cursor
        area.can_focus = False
        yield area

    @property
    def area(self) -> Area:
        """The text area."""
        return self.query_one(Area)

    @property
    def text(self) -> str:
        """The current content."""
        return self.area.text

    def _head(self, width: int, height: int) -> list[Content]:
        if not self.is_open:
            return [rows.rule(self._title, (f"{keymap.shown('edit')} edits it", "$muted"), width)]
        said = ("draft saved", "$ok") if self.saved else ("being written", "$muted")
        return [rows.rule(self._title, said if self._known != self.start else "", width)]

    def _show_head(self) -> None:
        self.query_one(Lines).draw(self._head)

    def show(self, title: str, text: str) -> None:
        """Show the text of a section that is not being edited."""
        if self.is_open:
            return
        self._title = title
        self.area.placeholder = Content(f"Nothing is known yet. {keymap.shown('edit')} writes it here.")
        if self.text != clean(text):
            self.area.load_text(clean(text))
        self._show_head()

    def begin(self, title: str, start: str, draft: str | None) -> None:
        """Start editing a section: it held `start`; a saved `draft` is continued."""
        self._title, self.start, self.saved = title, clean(start), ""
        self._known = clean(draft) if draft is not None else self.start
        self.is_open = True
        area = self.area
        area.placeholder = ""
        area.load_text(self._known)
        area.can_focus, area.read_only = True, False
        area.move_cursor(area.document.end)
        self.screen.set_focus(area)
        self._show_head()

    def end(self) -> str:
        """Stop editing; return the text."""
        self._stop()
        self.is_open = False
        area = self.area
        area.can_focus, area.read_only = False, True
        self._show_head()
        return area.text

    def _stop(self) -> None:
        for timer in self._waits:
            timer.stop()
        self._waits = []

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Save a draft soon, and announce that the text can be shown elsewhere."""
        event.stop()
        if not self.is_open or self.text == self._known:
            return
        self._known = self.text
        self._stop()
        if self.saved:
            self.saved = ""
            self.post_message(self.Kept())
        self._show_head()
        self._waits = [
            self.set_timer(DRAFT_AFTER, self._keep_draft),
            self.set_timer(FOLLOWED_AFTER, lambda: self.post_message(self.Followed())),
        ]

    def _keep_draft(self) -> None:
        text = self.text

        def kept(at: str) -> None:
            if self.is_open and self.text == text:
                self.saved = at
                self._show_head()
                self.post_message(self.Kept())

        self._keep(text, kept)
