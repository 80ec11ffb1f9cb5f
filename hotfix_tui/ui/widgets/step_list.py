"""The list of a stage's steps: glyph, title and state in a word; one of them is selected."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.presenters.step_detail import GLYPHS, STYLES, WORDS


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
        self._keep_in_view()
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
            before, self._index = self._index, place
            if self._keep_in_view():
                self.refresh()
            else:
                self.refresh(*(Region(0, row - self._top, self.size.width, 1) for row in (before, place)))
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

    def on_resize(self) -> None:
        """Keep the selection in view."""
        if self._keep_in_view():
            self.refresh()  # the rows may have been drawn for this size already

    def _keep_in_view(self) -> bool:
        """Scroll so far that the selected row is in view; return whether that moved the rows."""
        height, before = max(self.size.height, 1), self._top
        self._top = min(max(self._top, self._index - height + 1), self._index)
        self._top = max(min(self._top, len(self._steps) - height), 0)
        return self._top != before

    def render_line(self, y: int) -> Strip:
        """Draw one row; a key that moves the selection draws two of them, which is what it waits for."""
        place, width = self._top + y, self.size.width
        if place >= len(self._steps):
            return Strip.blank(width, self.visual_style.rich_style)
        row = self._row(self._steps[place], place == self._index, width)
        return Visual.to_strips(self, row, width, 1, self.visual_style)[0]

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
