"""The dialog that says why something does not go now, each reason with its cure."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from hotfix_tui.incident.rules.gates import Reason
from hotfix_tui.ui.presenters.lines import Lines
from hotfix_tui.ui.screens.dialog import Dialog, text
from hotfix_tui.ui.terminal.input_pace import STANDS


class Reasons(Dialog[tuple[str, str]]):
    """Returns ``("go", step)`` to look at the first reason's step, ``("waive", step)``, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", show=False),
        Binding("w", "waive", show=False),
    ]

    hears_after = STANDS

    def __init__(self, title: str, reasons: list[Reason]) -> None:
        super().__init__()
        self._title, self._reasons = title, reasons
        self._step = next((reason.step for reason in reasons if reason.step), "")

    def heading(self) -> str:
        """What did not go."""
        return self._title

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the dialog."""
        if not self._step:
            return [("enter", "back"), ("esc", "back")]
        return [("enter", "go there"), ("w", "waive it"), ("esc", "back")]

    def body(self) -> ComposeResult:
        """One paragraph a reason."""
        out = Lines()
        for reason in self._reasons[:12]:
            out.add(f"• {reason.sentence}")
            out.add(f"  {reason.cure}", "dim")
        if len(self._reasons) > 12:
            out.add(f"… and {len(self._reasons) - 12} more")
        yield text(out.content())

    def action_go(self) -> None:
        """Go to the step of the first reason."""
        self.dismiss(("go", self._step) if self._step else None)

    def action_waive(self) -> None:
        """Waive the step of the first reason."""
        if self._step:
            self.dismiss(("waive", self._step))


class Notice(Dialog[None]):
    """Shows a few sentences."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "back", show=False)]

    def __init__(self, title: str, sentences: str) -> None:
        super().__init__()
        self._title, self.sentences = title, sentences

    def heading(self) -> str:
        """The title."""
        return self._title

    def keys(self) -> list[tuple[str, str]]:
        """The way out."""
        return [("enter", "back")]

    def body(self) -> ComposeResult:
        """The sentences."""
        out = Lines()
        for line in self.sentences.splitlines():
            out.add(line)
        yield text(out.content())
