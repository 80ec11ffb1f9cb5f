"""A multi-line text area for outside text: nothing pasted into it can affect the terminal."""

from textual import events
from textual.widgets import TextArea

from hotfix_tui.base.text import clean


class Area(TextArea):
    """A text area into which no escape sequence can be pasted."""

    async def _on_paste(self, event: events.Paste) -> None:
        # Terminals send CR for a newline, which `clean` would make visible.
        event.text = clean("\n".join(event.text.splitlines()) + ("\n" if event.text[-1:] in "\r\n" else ""))
        await super()._on_paste(event)
