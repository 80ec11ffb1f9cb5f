"""The smallest app with log views in it, for the benchmarks and for tests on a real terminal.

log_app.py FILE...    one view for each file; f1 opens a help line, q leaves
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.filter import LineFilter
from textual.widgets import Static

from hotfix_tui.ui.paint import tokens
from hotfix_tui.ui.terminal.control_filter import GUARD
from hotfix_tui.ui.widgets.log_pace import AcknowledgedFrames
from hotfix_tui.ui.widgets.log_view import LogView


class LogApp(AcknowledgedFrames, App[None]):
    """Log views, one below the other, and a line that tells that keys work."""

    CSS = "#help { height: 1; }"
    BINDINGS = [("f1", "help", "Help"), ("q", "quit", "Quit")]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, paths: list[str]) -> None:
        super().__init__()
        self.paths = paths

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return tokens.DARK

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), GUARD]

    def compose(self) -> ComposeResult:
        yield Static("", id="help")
        with Vertical():
            for number, path in enumerate(self.paths):
                yield LogView(path, title=f"log {number}")

    def on_mount(self) -> None:
        self.theme = "textual-dark"
        self.query(LogView).first().focus()

    def action_help(self) -> None:
        help_line = self.query_one("#help", Static)
        help_line.update("" if help_line.content else "HELP-LINE", layout=False)


if __name__ == "__main__":
    LogApp(sys.argv[1:]).run()
