"""The dialog that shows every command of the configuration before the first of them runs."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from hotfix_tui.base.text import clean
from hotfix_tui.ui.detail import Lines
from hotfix_tui.ui.screens.confirm import Guarded
from hotfix_tui.ui.screens.dialog import Dialog, text

if TYPE_CHECKING:
    from textual import events

    from hotfix_tui.ui.app import HotfixApp


class Trust(Dialog[bool]):
    """Trusts the configuration that the incident keeps, on y; the answer without a key is no."""

    full = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(3)", show=False),
        Binding("up", "scroll(-3)", show=False),
    ]

    app: "HotfixApp"

    def __init__(self) -> None:
        super().__init__()
        self._guard = Guarded()

    def heading(self) -> str:
        """What is asked."""
        return "Trust the commands of this repository's configuration?"

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the dialog."""
        return [("y", "trust them"), ("↑ ↓", "scroll"), ("esc", "no")]

    def body(self) -> ComposeResult:
        """Every command, and what changed since it was trusted last."""
        from hotfix_tui.config import trust
        from hotfix_tui.engine import opening
        from hotfix_tui.session import places

        engine = self.app.engine
        assert engine is not None
        loaded = opening.kept_config(engine.record)
        root = str(engine.record.doc.get("root", engine.root))
        out = Lines()
        for command in trust.commands_of(loaded.config, root):
            shell = "  (read by a shell)" if command.shell else ""
            out.add(f"{command.name:20} {command.shown()}{shell}")
            if command.script:
                out.add(f"{'':20} starts {clean(command.script)} of this repository", "dim")
        changes = trust.changes(Path(places.state_root()), loaded, root)
        if changes:
            out.gap()
            out.add("Since it was last trusted:", "bold")
            for line in changes:
                out.add(line)
        out.gap()
        out.add("A script can call other scripts; those are not shown.", "dim")
        yield text(out.content())

    def on_key(self, event: "events.Key") -> None:
        """Trust on a deliberate y."""
        alone = self._guard.deliberate()
        if event.key == "y" and alone:
            event.stop()
            self.app.change(self._allow, lambda _: self.dismiss(True))

    def _allow(self) -> None:
        from hotfix_tui.config import trust
        from hotfix_tui.engine import opening
        from hotfix_tui.session import places

        engine = self.app.engine
        assert engine is not None
        loaded = opening.kept_config(engine.record)
        trust.allow(Path(places.state_root()), loaded, str(engine.record.doc.get("root", engine.root)))

    def action_scroll(self, rows: int) -> None:
        """Scroll the list."""
        self.query_one("#body").scroll_relative(y=rows, animate=False)
