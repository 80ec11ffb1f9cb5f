"""The frame of every dialog: a title in its border, rows that scroll, and a bar that says what enter does."""

import re
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.screens.framed import LOW
from hotfix_tui.ui.widgets.lines import Lines

Result = TypeVar("Result")

_CLAUSE = re.compile(r", | and | more$")
"""Where what a key does can end, in a row that is too short for all of it."""

WIDEST = 92
"""Columns of a dialog, at most."""

_BORDER = 6
"""Cells of a border's row that its words do not get."""

SLIT = 8
"""Columns below which nothing can be read."""


class Dialog(ClosesOnce[Result], ModalScreen[Result], Generic[Result]):
    """A modal screen. Subclasses give `heading`, `body` and `keys`; `title`, `kind` and `offer` where they differ."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $bg 45%; }
    Dialog:ansi { background: transparent; }
    Dialog > #frame {
        width: 100%; max-width: 92; height: auto; max-height: 100%;
        border: round $line; background: $zone; color: $fg; padding: 0 1;
        border-title-color: $fg; border-title-style: bold; border-subtitle-color: $muted;
    }
    Dialog.-act > #frame { border: round $key; border-title-color: $key; }
    Dialog.-out > #frame { border: round $warn; border-title-color: $warn; }
    Dialog.-prod > #frame { border: heavy $bad; border-title-color: $bad; }
    Dialog #heading { dock: top; text-style: bold; height: auto; padding-bottom: 1; }
    Dialog #body { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    Dialog #bar { dock: bottom; height: 3; padding-top: 1; }
    Dialog.-low #bar { height: 1; padding-top: 0; }
    Dialog.-low #heading { padding-bottom: 0; }
    Dialog > ToastRack { dock: top; align: right top; }
    Dialog.-full { align: left top; }
    Dialog.-full > #frame { max-width: 100%; height: 100%; background: $bg; }
    Dialog.-full #body { height: 1fr; }
    Dialog.-slit #body { overflow-y: hidden; }
    """

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("dialog")

    notices_above_bar = False

    full = False
    """Whether it takes the whole screen."""

    def __init__(self) -> None:
        super().__init__()
        self.set_class(self.full, "-full")

    def title_words(self) -> str:
        """Return the words in the top border."""
        return ""

    def heading(self) -> str:
        """Return the first row."""
        return ""

    def body(self) -> ComposeResult:
        """Yield the widgets of the dialog."""
        yield from ()

    def keys(self) -> list[tuple[str, str]]:
        """Return what the keys do: the first one is named in the bar, the others in the bottom border."""
        return list(keymap.keys("dialog", ("back", "back")))

    def offer(self) -> bar.Bar:
        """Return what the bar says: what the first key does."""
        key, does = self.keys()[0]
        return bar.Bar(self.kind, f"{does[:1].upper()}{does[1:]}", cap=f" {key} ")

    def compose(self) -> ComposeResult:
        """Put the frame together."""
        with Vertical(id="frame"):
            if self.heading():
                yield Static(Content(self.heading()), id="heading", markup=False)
            with VerticalScroll(id="body", can_focus=False):
                yield from self.body()
            yield Lines(self._bar, id="bar")

    def _bar(self, width: int, height: int) -> list[Content]:
        return bar.paint(self.offer(), width, height)

    def on_mount(self) -> None:
        """Write the borders. Textual calls this in addition to the dialog's own: no subclass calls it."""
        self.show_keys()

    def show_keys(self) -> None:
        """Show what the keys do now."""
        frame = self.query_one("#frame")
        for kind in ("act", "out", "prod"):
            self.set_class(self.kind == kind, f"-{kind}")
        frame.border_title = Content(self.title_words())
        room = min(self.app.size.width, WIDEST) - _BORDER
        frame.border_subtitle = Content.assemble(_named(self.keys()[1:], room))
        self.query_one("#bar", Lines).draw(self._bar)

    def on_resize(self, event: Resize) -> None:
        """Use a one-row bar on a low screen, and no scrollbar where it would leave the text no column.

        Without a column the text has no rows, so that the scrollbar would go, come back with the text, and so on.
        """
        self.set_class(event.size.height < LOW, "-low")
        self.set_class(event.size.width < SLIT, "-slit")

    def bar_widget(self) -> Widget | None:
        """Return the bar in the frame."""
        return next(iter(self.query("#bar").results(Lines)), None)

    def action_back(self) -> None:
        """Leave without a result."""
        self.dismiss(None)


def _named(keys: list[tuple[str, str]], room: int) -> Content:
    """Return what `keys` do in `room` cells: whole, then each by its first clause, then without the first ones.

    The last one leads back, so that it stays; which key moves is seen in every list.
    """
    forms = [keys, [(key, _CLAUSE.split(does)[0]) for key, does in keys]]
    forms += [forms[1][first:] for first in range(1, len(keys))]
    shown = Content("")
    for form in forms:
        shown = Content("  ").join(rows.text((key, "$key"), f" {does}") for key, does in form)
        if shown.cell_length <= room:
            break
    return shown


def rows_below(body: Widget) -> int:
    """Return how many rows of a scrolled `body` are below what is visible."""
    return max(round(body.max_scroll_y - body.scroll_y), 0)


def text(content: str | Content, style: str = "", **options: str) -> Widget:
    """Return a widget that shows text literally."""
    shown = content if isinstance(content, Content) else Content(content)
    return Static(shown.stylize(style) if style else shown, markup=False, **options)  # type: ignore[arg-type]
