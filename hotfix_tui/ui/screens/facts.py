"""What is known about the incident and what is not; enter edits a fact."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option as Row

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.facts import FACTS, show_value
from hotfix_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine


class Facts(Dialog[str]):
    """Returns the key of the fact to edit, or None."""

    full = True
    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    Facts OptionList, Facts OptionList:focus { height: 1fr; border: none; padding: 0; background: $background; }
    """

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self._record = engine.record

    def heading(self) -> str:
        """How much is known."""
        known = sum(1 for key in FACTS if self._record.fact(key) is not None)
        return f"Facts: {known} of {len(FACTS)} known. Every text is made from them."

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the list."""
        return [("enter", "edit"), ("↑ ↓", "move"), ("esc", "back")]

    def body(self) -> ComposeResult:
        """One row a fact."""
        rows = []
        for key, known in FACTS.items():
            value = self._record.fact(key)
            shown = one_line(show_value(value).replace("\n", " | "), 160) if value is not None else "—"
            label = Content(known.title).truncate(34, ellipsis=True, pad=True)
            rows.append(Row(Content.assemble(label, " ", (shown, "" if value is not None else "$warning"))))
        yield OptionList(*rows, markup=False, compact=True)

    def on_mount(self) -> None:
        """Start in the list."""
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Edit the fact."""
        self.dismiss(list(FACTS)[event.option_index])
