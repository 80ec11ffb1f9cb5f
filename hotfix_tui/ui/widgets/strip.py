"""The strip at the top of every screen."""

from textual.content import Content
from textual.widget import Widget

from hotfix_tui.ui.presenters.strip import Lines

_SEVERITY = {"P0": "bold $text on $error", "P1": "bold $text on $error", "P2": "bold $text on $warning"}


class Strip(Widget):
    """Two lines: severity, ticket, title and stage; clocks and what enter does."""

    DEFAULT_CSS = """
    Strip { dock: top; height: 2; background: $panel; color: $text; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines = Lines("", "", "", "", False)

    def show(self, lines: Lines) -> None:
        """Show `lines`."""
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    @property
    def text(self) -> str:
        """What is shown, for tests and screen readers."""
        head = f"{self._lines.severity} {self._lines.kept_back}".rstrip()
        return f"{head} {self._lines.first} {self._lines.place}\n{self._lines.second}"

    def render(self) -> Content:
        """Draw both lines."""
        lines, width = self._lines, self.size.width
        head = f" {lines.severity} "
        kept_back = f" {lines.kept_back} " if lines.kept_back else ""
        room = max(width - len(head) - len(kept_back) - 1 - len(lines.place), 0)
        first = Content(" " + lines.first).truncate(room, pad=True)
        top = Content.assemble(
            (head, _SEVERITY.get(lines.severity, "bold $text on $primary")),
            (kept_back, "bold $text on $accent"),
            first,
            (f"{lines.place} ", "bold"),
        )
        left, separator, action = lines.second.partition("enter: ")
        bottom = Content.assemble(
            (left, "bold $error" if lines.urgent else "dim"), (separator + action, "bold $accent")
        )
        return Content("\n").join([top, bottom])
