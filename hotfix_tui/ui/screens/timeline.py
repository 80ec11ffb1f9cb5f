"""What happened, when, and by whom."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from hotfix_tui.base.text import one_line
from hotfix_tui.ui.presenters.lines import Lines
from hotfix_tui.ui.screens.dialog import Dialog, text

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


class Timeline(Dialog[None]):
    """Shows the timeline, the newest entry last; n writes a note."""

    full = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,t,f2,q", "back", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(15)", show=False),
        Binding("pageup", "scroll(-15)", show=False),
        Binding("home", "scroll(-100000)", show=False),
        Binding("end", "scroll(100000)", show=False),
        Binding("c", "copy", show=False),
    ]

    app: "HotfixApp"

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self._rows = []
        self._problem = ""
        for item in engine.timeline():
            at = item["at"].strftime("%m-%d %H:%M:%S")
            self._rows.append((at, one_line(str(item["text"]), 400), one_line(str(item.get("by", "")), 24)))
        self._problem = one_line(engine.file_problem, 400)

    def heading(self) -> str:
        """The title."""
        return f"Timeline (UTC), {len(self._rows)} entries"

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the list."""
        return [("enter", "back"), ("↑ ↓", "scroll"), ("c", "copy")]

    def body(self) -> ComposeResult:
        """One line an entry, with its author."""
        out = Lines()
        for at, said, by in self._rows:
            out.add(f"{at}  {said}" + (f"  ({by})" if by else ""))
        if self._problem:
            out.add(f"! {self._problem}")
        if not self._rows and not self._problem:
            out.add("Nothing happened yet.")
        yield text(out.content())

    def on_mount(self) -> None:
        """Start at the newest entry."""
        self.call_after_refresh(self.action_scroll, 100000)

    def action_scroll(self, rows: int) -> None:
        """Scroll the list."""
        self.query_one("#body").scroll_relative(y=rows, animate=False)

    def action_copy(self) -> None:
        """Copy the timeline as text."""
        self.app.copy("\n".join(f"{at}Z  {said}  ({by})" for at, said, by in self._rows), "timeline")
