"""The checklist of a stage: one step is selected, and stays selected when the rows around it change."""

from collections.abc import Callable, Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.frame import checklist
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.widgets.lines import Lines


class Checklist(Lines, can_focus=True):
    """Shows steps and keeps the selection; the selection follows the step, not the row."""

    class Selected(Message):
        """Another step was selected."""

        def __init__(self, step: str) -> None:
            super().__init__()
            self.step = step

    class Activated(Message):
        """A step was clicked twice."""

    def __init__(self, scene: Callable[[], Scene], *, id: str | None = None) -> None:
        super().__init__(self._rows_of, id=id)
        self._scene = scene
        self._steps: list[StepView] = []
        self._index = 0
        self._places: list[str] = []
        self.sentences = False
        """Whether each row has a clause of evidence."""
        self.line = False
        """Whether a line separates the list from what is on its right."""

    @property
    def selected(self) -> StepView | None:
        """The selected step, None while the list is empty."""
        return self._steps[self._index] if self._steps else None

    @property
    def steps(self) -> Sequence[StepView]:
        """The steps shown."""
        return self._steps

    def show(self, steps: list[StepView]) -> None:
        """Set `steps` as the list; `redraw` shows them."""
        before = self.selected.id if self.selected else ""
        self._steps = steps
        places = [place for place, view in enumerate(steps) if view.id == before]
        self._index = places[0] if places else min(self._index, max(len(steps) - 1, 0))

    def select(self, step: str, *, shown_by_caller: bool = False) -> bool:
        """Select the step with the id `step`; False if it is not listed.

        No message is sent if the caller shows the selection itself.
        """
        for place, view in enumerate(self._steps):
            if view.id == step:
                if shown_by_caller:
                    self._index = place
                else:
                    self._go(place)
                return True
        return False

    def move(self, rows: int) -> None:
        """Move the selection by `rows`, stopping at the ends."""
        self._go(min(max(self._index + rows, 0), max(len(self._steps) - 1, 0)))

    def _go(self, place: int) -> None:
        if place != self._index:
            self._index = place
            if self.selected:
                self.post_message(self.Selected(self.selected.id))

    def redraw(self) -> None:
        """Show the current steps."""
        self.draw(self._rows_of)

    def _rows_of(self, width: int, height: int) -> list[Content]:
        shown = checklist.paint(
            self._scene(), width, height, focus=self.has_focus, sentences=self.sentences, line=self.line
        )
        self._places = [row.step for row in shown]
        return [row.content for row in shown]

    def on_click(self, event: events.Click) -> None:
        """Select the step that was clicked; a second click activates it."""
        step = self._places[event.y] if event.y < len(self._places) else ""
        if step and self.select(step) and event.chain > 1:
            self.post_message(self.Activated())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down."""
        self.move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up."""
        self.move(-1)

    def on_focus(self) -> None:
        """Show that keys go here."""
        self.redraw()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.redraw()
