"""Lines of text for a pane or a dialog: each is literal, whatever it holds."""

from textual.content import Content

from hotfix_tui.base.text import clean


class ContentLines:
    """Collects lines of content; every text is literal."""

    def __init__(self) -> None:
        self.parts: list[Content] = []

    def add(self, text: str = "", style: str = "") -> None:
        """Add a line."""
        self.parts.append(Content.styled(clean(text), style) if style else Content(clean(text)))

    def gap(self) -> None:
        """Add an empty line, never two."""
        if self.parts and self.parts[-1].plain:
            self.parts.append(Content(""))

    def content(self) -> Content:
        """Return all lines as one content."""
        return Content("\n").join(self.parts)
