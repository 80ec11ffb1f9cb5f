"""Common to all screens and dialogs: each closes once, and notices never cover the row that says what enter does.

A second request to leave must not close the screen below.
"""

from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.css.query import NoMatches
from textual.css.scalar import Scalar
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets._toast import ToastRack

from hotfix_tui.ui.terminal.heard import Heard
from hotfix_tui.ui.terminal.own_keys import rebind

Result = TypeVar("Result")

NOTICE_ROWS = 4
"""The usual maximum height of notices: if more do not fit, the newest are shown."""

TOP_ROWS = 2
"""Header and rail: notices leave them free if there is room."""


class ClosesOnce(Heard, Screen[Result]):
    """A screen that closes itself only while it is the active one.

    Textual's own `dismiss` removes whichever screen is on top: a second enter, or a change saved after Esc, would
    close the stage behind a dialog and leave nothing to handle keys.
    """

    DEFAULT_CSS = """
    ClosesOnce Toast { background: $bar; color: $fg; padding: 0 1; max-width: 60%; }
    ClosesOnce.-slim Toast { max-width: 100%; margin-top: 0; }
    """

    notices_above_bar = True
    """Whether notices are placed on the bar; otherwise at the top of the screen, where they hide no field above the
    bar.
    """

    SLIM = 60
    """Columns below which a notice takes the whole width."""

    def __init__(self) -> None:
        super().__init__()
        rebind(self._bindings)

    @property
    def is_there(self) -> bool:
        """Whether it is on the screen stack with its parts: late results must not draw on a closed screen."""
        return self.is_running and self.is_attached and bool(self.children)

    _seen_before = False

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """When it comes up for the first time each widget has just been styled; called in addition to Textual's own."""
        event.refresh_styles = self._seen_before
        self._seen_before = True

    def _compositor_refresh(self) -> None:
        """Paint; but while changes are batched, as at the start, Textual paints for nobody: it is asked again after."""
        if self.app._batch_count:
            self.refresh()
        else:
            super()._compositor_refresh()

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close this screen with `result`; does nothing if it is already closed or covered by another one."""
        if not self.is_active:
            return AwaitComplete()
        return super().dismiss(result)

    def bar_widget(self) -> Widget | None:
        """Return the widget that says what enter does, which no notice may cover."""
        return None

    def on_mount(self) -> None:
        """Keep notices where they belong, whatever the size."""
        self.screen_layout_refresh_signal.subscribe(self, self._place_notices, immediate=True)

    def _place_notices(self, _: object) -> None:
        bar = self.bar_widget()
        try:
            rack = self.get_child_by_type(ToastRack)
        except NoMatches:
            return
        if bar is None or not bar.region:
            return
        top = bar.region.y
        room = top - TOP_ROWS if self.notices_above_bar and top > TOP_ROWS else top
        below = self.size.height - top if self.notices_above_bar else 0
        self.set_class(self.size.width < self.SLIM, "-slim")
        if rack.styles.margin.bottom != below:
            rack.styles.margin = (0, 0, below, 0)
        if rack.styles.max_height != Scalar.from_number(max(room, 0)):
            rack.styles.max_height = max(room, 0)
        holders = list(rack.children)
        oldest = len(holders) - max(room // NOTICE_ROWS, 1)
        for place, holder in enumerate(holders):
            holder.display = place >= oldest
