"""Leaving a screen once: whatever asks for it a second time must not close the screen below."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

Result = TypeVar("Result")


class ClosesOnce(Screen[Result]):
    """A screen that closes itself only while it is the one shown.

    Textual's own `dismiss` takes away whichever screen is on top: a second enter, or a change that is saved after
    Esc, would close the stage behind a dialog and leave nothing to press keys on.
    """

    @property
    def is_there(self) -> bool:
        """Whether it is on the screen stack with its parts: what comes late must not draw on what is gone."""
        return self.is_running and self.is_attached and bool(self.children)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close this screen with `result`; do nothing when it is closed already or another one lies over it."""
        if not self.is_active:
            return AwaitComplete()
        return super().dismiss(result)
