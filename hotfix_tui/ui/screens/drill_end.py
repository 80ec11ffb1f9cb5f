"""The last page of a drill: the effort, where the results are, and the offer to tidy up."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from hotfix_tui.base.text import clean
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.screens.dialog import Dialog, text
from hotfix_tui.ui.terminal.input_pace import STANDS

if TYPE_CHECKING:
    from hotfix_tui.demo.summary import SummaryRow
    from hotfix_tui.ui.app import HotfixApp

LABEL = 18
"""Width of a label, in cells."""

BESIDE = 24
"""Minimum width of the text; with less it goes below its label."""


class DrillEnd(Dialog[None]):
    """Leaves on enter, tidies up and leaves on x."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("end-of-the-drill")

    hears_after = STANDS
    app: "HotfixApp"

    def __init__(self, page_rows: "list[SummaryRow]", folder: str) -> None:
        super().__init__()
        self._rows, self._folder = page_rows, folder

    def title_words(self) -> str:
        """Return what has ended."""
        return "The drill is over"

    def keys(self) -> list[tuple[str, str]]:
        """Return the keys of the page."""
        own = keymap.keys("end-of-the-drill", ("go", "leave, keep the files"), ("tidy", "tidy up and leave"))
        return [*own, *keymap.keys("dialog", ("back", "look around"))]

    def offer(self) -> bar.Bar:
        """Return what enter does; tidying up has its own key."""
        return bar.Bar("idle", "Leave, and keep the files to read")

    def body(self) -> ComposeResult:
        """Yield a row for everything known, and what tidying up removes."""
        width = max(min(self.app.size.width or 80, 92) - 6, 20)
        side_by_side = width >= LABEL + BESIDE
        out: list[Content] = []
        for shown_row in self._rows:
            said = rows.wrap(Content(clean(shown_row.said)), width - (LABEL if side_by_side else 2)) or [
                Content("")
            ]
            if not side_by_side:
                out.append(rows.text((shown_row.label, "$muted")))
            for place, row in enumerate(said):
                label = shown_row.label if side_by_side and place == 0 else ""
                out.append(rows.text((f"{label:{LABEL if side_by_side else 2}}", "$muted"), row))
        out.append(Content(""))
        tidy = f"x tidies up: it stops the drill's servers and removes {self._folder}, with everything above."
        out += rows.wrap(Content(clean(tidy)), width)
        yield text(Content("\n").join(out))

    def action_go(self) -> None:
        """Leave; everything stays."""
        self.app.leave()

    def action_tidy(self) -> None:
        """Leave, and remove the drill's folder and servers."""
        if self.app.drill is not None:
            self.app.drill.tidies_up = True
        self.app.leave()
