"""The list of a stage's steps: glyph, title and state in a word; one of them is selected."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from hotfix_tui.incident.states import StepView
from hotfix_tui.incident.text import one_line
from hotfix_tui.ui.detail import GLYPHS, STYLES, WORDS


class StepList(Widget, can_focus=True):
    """Shows steps and keeps the selection; the selection follows the step, not the row."""

    DEFAULT_CSS = """
    StepList { width: 1fr; height: 1fr; padding: 0; }
    """

    class Selected(Message):
        """Another step was selected."""

        def __init__(self, step: str) -> None:
            super().__init__()
            self.step = step

    class Activated(Message):
        """A step was clicked twice."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._steps: list[StepView] = []
        self._checking: frozenset[str] = frozenset()
        self._index = 0
        self._top = 0

    @property
    def selected(self) -> StepView | None:
        """The selected step, None while the list is empty."""
        return self._steps[self._index] if self._steps else None

    @property
    def steps(self) -> Sequence[StepView]:
        """The steps shown."""
        return self._steps

    def show(self, steps: list[StepView], checking: frozenset[str] = frozenset()) -> None:
        """Show `steps`; those in `checking` are marked as being looked at."""
        selected = self.selected
        before = selected.id if selected else ""
        self._steps, self._checking = steps, checking
        places = [place for place, view in enumerate(steps) if view.id == before]
        self._index = places[0] if places else min(self._index, max(len(steps) - 1, 0))
        self.refresh()

    def select(self, step: str) -> bool:
        """Select the step with the id `step`; False if it is not listed."""
        for place, view in enumerate(self._steps):
            if view.id == step:
                self._go(place)
                return True
        return False

    def move(self, rows: int) -> None:
        """Move the selection by `rows`, stopping at the ends."""
        self._go(min(max(self._index + rows, 0), max(len(self._steps) - 1, 0)))

    def _go(self, place: int) -> None:
        if place != self._index:
            self._index = place
            self.refresh()
            if self.selected:
                self.post_message(self.Selected(self.selected.id))

    def on_click(self, event: events.Click) -> None:
        """Select the step that was clicked; a second click activates it."""
        row = event.y + self._top
        if row < len(self._steps):
            self._go(row)
            if event.chain > 1:
                self.post_message(self.Activated())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down."""
        self.move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up."""
        self.move(-1)

    def render(self) -> Content:
        """Draw the visible rows."""
        height, width = max(self.size.height, 1), self.size.width
        if self._index < self._top:
            self._top = self._index
        elif self._index >= self._top + height:
            self._top = self._index - height + 1
        self._top = max(min(self._top, len(self._steps) - height), 0)
        rows = self._steps[self._top : self._top + height]
        return Content("\n").join(
            [self._row(view, place + self._top == self._index, width) for place, view in enumerate(rows)]
        )

    def _row(self, view: StepView, selected: bool, width: int) -> Content:
        word = "checking" if view.id in self._checking else WORDS[view.state]
        if view.state == "pending" and view.required.level == "O":
            word = "optional"
        room = max(width - len(word) - 5, 4)
        title = Content(one_line(view.step.title, 200)).truncate(room, ellipsis=True, pad=True)
        row = Content.assemble(
            "›" if selected else " ",
            (GLYPHS[view.state] + " ", STYLES[view.state]),
            title,
            " ",
            (word, STYLES[view.state]),
            " ",
        )
        if selected:
            row = row.stylize("bold on $primary-muted" if self.has_focus else "bold on $panel")
        return row

    def on_focus(self) -> None:
        """Show that keys go here."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.refresh()
