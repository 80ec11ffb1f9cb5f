"""A text area of several lines for outside text: what is pasted into it can do nothing to the terminal."""

from textual import events
from textual.widgets import TextArea

from hotfix_tui.base.text import clean


class Area(TextArea):
    """A text area into which no escape sequence can be pasted."""

    async def _on_paste(self, event: events.Paste) -> None:
        # A terminal sends CR for a line end, which `clean` would make visible.
        event.text = clean("\n".join(event.text.splitlines()) + ("\n" if event.text[-1:] in "\r\n" else ""))
        await super()._on_paste(event)
