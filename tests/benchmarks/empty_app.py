"""The smallest Textual app: what others are measured against. q leaves."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """One word."""

    BINDINGS = [("q", "quit", "Quit")]
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static("EMPTY-READY")


if __name__ == "__main__":
    EmptyApp().run()
