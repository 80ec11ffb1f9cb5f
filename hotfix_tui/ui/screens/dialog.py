"""The frame of every dialog: a title, a body that scrolls, a line of keys, Esc to go back."""

from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.widgets.key_bar import KeyBar

Result = TypeVar("Result")


class Dialog(ClosesOnce[Result], ModalScreen[Result], Generic[Result]):
    """A modal screen. Subclasses give `heading`, `body` and `keys`."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > #frame {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    Dialog #heading { dock: top; text-style: bold; height: auto; }
    Dialog #body { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    Dialog KeyBar { dock: bottom; background: $surface; }
    Dialog.-full { align: left top; }
    Dialog.-full > #frame { width: 100%; height: 100%; border: none; background: $background; }
    Dialog.-full #body { height: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", show=False),
        Binding("f9", "app.leave", "leave", show=False),
    ]

    full = False
    """Whether it takes the whole screen."""

    def __init__(self) -> None:
        super().__init__()
        self.set_class(self.full, "-full")

    def heading(self) -> str:
        """The title of the dialog."""
        return ""

    def body(self) -> ComposeResult:
        """The widgets of the dialog."""
        yield from ()

    def keys(self) -> list[tuple[str, str]]:
        """The keys named in the last line."""
        return [("esc", "back")]

    def compose(self) -> ComposeResult:
        """Put the frame together."""
        with Vertical(id="frame"):
            yield Static(Content(self.heading()), id="heading")
            with VerticalScroll(id="body", can_focus=False):
                yield from self.body()
            yield KeyBar(self.keys())

    def action_back(self) -> None:
        """Leave without a result."""
        self.dismiss(None)


def text(content: str | Content, style: str = "", **options: str) -> Widget:
    """Return a widget that shows text literally."""
    shown = content if isinstance(content, Content) else Content(content)
    return Static(shown.stylize(style) if style else shown, markup=False, **options)  # type: ignore[arg-type]
