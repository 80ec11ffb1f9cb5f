"""The failures of one check: the outcome, then a line for each; one of them is selected."""

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from hotfix_tui.base.text import one_line
from hotfix_tui.testresults.model import Failure, SuiteResult
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint.rows import on_selection

ROWS = 6
"""Visible failures; the list scrolls."""


class FailureList(Widget, can_focus=True):
    """Enter opens the selected failure; moving in the list moves the log along."""

    DEFAULT_CSS = """
    FailureList { height: auto; max-height: 45%; width: 1fr; background: $bg; }
    """

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("failures")

    class Selected(Message, namespace="failure_list"):
        """Another failure was selected."""

        def __init__(self, failure: Failure) -> None:
            super().__init__()
            self.failure = failure

    class Opened(Message, namespace="failure_list"):
        """The selected failure is to be opened in the editor."""

        def __init__(self, failure: Failure) -> None:
            super().__init__()
            self.failure = failure

    def __init__(self) -> None:
        super().__init__()
        self._result = SuiteResult()
        self._index = self._top = 0

    @property
    def selected(self) -> Failure | None:
        """The selected failure, None if there is none."""
        failures = self._result.failures
        return failures[self._index] if failures else None

    @property
    def text(self) -> str:
        """What is shown, for tests and screen readers."""
        return "\n".join(line.plain for line in self._lines(max(self.size.width, 20)))

    @property
    def worth_showing(self) -> bool:
        """Whether there is anything to list."""
        return bool(self._result.failures or self._result.could_not_run or self._result.last_errors)

    def show(self, result: SuiteResult) -> None:
        """Show `result`; the selection stays with its failure."""
        if result == self._result:
            return
        before = self.selected
        self._result = result
        names = [(failure.name, failure.place) for failure in result.failures]
        same = before is not None and (before.name, before.place) in names
        self._index = names.index((before.name, before.place)) if before is not None and same else 0
        self.refresh(layout=True)

    def action_move(self, rows: int) -> None:
        """Select another failure."""
        last = len(self._result.failures) - 1
        if last < 0:
            return
        self._index = min(max(self._index + rows, 0), last)
        self.refresh()
        self.post_message(self.Selected(self._result.failures[self._index]))

    def action_open(self) -> None:
        """Open the selected failure."""
        if self.selected is not None:
            self.post_message(self.Opened(self.selected))

    def on_click(self, event: events.Click) -> None:
        """Select the failure that was clicked; a second click opens it."""
        row = event.y - len(self._head(self.size.width)) + self._top
        if 0 <= row < len(self._result.failures):
            self.action_move(row - self._index)
            if event.chain > 1:
                self.action_open()

    def on_focus(self) -> None:
        """Move the log to the selected failure."""
        self.refresh()
        if self.selected is not None:
            self.post_message(self.Selected(self.selected))

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of rows, up to a few."""
        return len(self._head(width)) + min(len(self._result.failures), ROWS)

    def render(self) -> Content:
        """Draw the outcome, and the visible failures."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        head = self._head(width)
        rows = max(self.size.height - len(head), 1)
        self._top = max(min(self._top, self._index), self._index - rows + 1, 0)
        shown = self._result.failures[self._top : self._top + rows]
        return [*head, *(self._row(failure, self._top + at, width) for at, failure in enumerate(shown))]

    def _head(self, width: int) -> list[Content]:
        """Return the outcome: why it could not run, or the count, or the last errors of an unknown tool."""
        result = self._result
        if result.could_not_run:
            said = Content.styled(f"Could not run: {result.could_not_run}", "$warn")
            return list(said.wrap(max(width, 10)))[:3]
        if result.summary and result.failures:
            return [Content.styled(f"{result.tool}: {result.summary}", "bold").truncate(width, ellipsis=True)]
        if result.failures:
            return []
        return [
            Content.styled(text, "$bad").truncate(width, ellipsis=True) for text in result.last_errors[-3:]
        ]

    def _row(self, failure: Failure, at: int, width: int) -> Content:
        chosen = at == self._index
        place = failure.place if len(failure.place) <= width // 2 else failure.place.rpartition("/")[2]
        place = one_line(place, max(width // 2, 8))
        room = max(width - len(place) - 5, 4)
        name = Content(one_line(failure.name, 200)).truncate(room, ellipsis=True, pad=True)
        row = Content.assemble("›" if chosen else " ", ("✗ ", "$bad"), name, " ", (place, "$muted"), " ")
        if chosen:
            row = on_selection(row, focus=self.has_focus)
        return row
