"""Renders painted rows as a picture: ``python -m tests.ui.photo MODULE:FUNCTION out.svg [COLUMNS ROWS] [THEME]``.

FUNCTION takes a width and a height and returns rows; the picture is an SVG as Textual draws it. For work on the
appearance.
"""

import asyncio
import importlib
import sys
from pathlib import Path

from textual.app import App, ComposeResult

from hotfix_tui.ui.paint import tokens
from hotfix_tui.ui.widgets.lines import Lines, Paint


class Frame(App[None]):
    """Shows rows and nothing else."""

    CSS = "Screen { background: $bg; color: $fg; }"

    def __init__(self, paint: Paint, theme: str = tokens.DARK_NAME) -> None:
        super().__init__()
        for theme_of_ours in tokens.themes():
            self.register_theme(theme_of_ours)
        self.theme = theme
        self._rows = paint

    def compose(self) -> ComposeResult:
        yield Lines(self._rows)


def photo(paint: Paint, to: Path, size: tuple[int, int] = (80, 24), theme: str = tokens.DARK_NAME) -> None:
    """Write the rows that `paint` makes for `size` to the SVG file `to`."""

    async def run() -> None:
        app = Frame(paint, theme)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            to.write_text(app.export_screenshot(), encoding="utf-8")

    asyncio.run(run())


def main(argv: list[str]) -> None:
    """Load the function and write its picture."""
    module, _, name = argv[0].partition(":")
    size = (int(argv[2]), int(argv[3])) if len(argv) > 3 else (80, 24)
    photo(getattr(importlib.import_module(module), name), Path(argv[1]), size, *argv[4:5])


if __name__ == "__main__":
    main(sys.argv[1:])
