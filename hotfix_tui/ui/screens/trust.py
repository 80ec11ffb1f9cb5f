"""The dialog that shows everything that a configuration can do before the first of its commands runs."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from hotfix_tui.config import trust, trust_page
from hotfix_tui.engine import commands, opening, platform_choice
from hotfix_tui.session import places
from hotfix_tui.ui import keymap
from hotfix_tui.ui.presenters.lines import ContentLines
from hotfix_tui.ui.screens.dialog import Dialog, text

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.terminal.input_pace import Press


class Trust(Dialog[bool]):
    """Trusts the incident's configuration, on y; without a key the answer is no."""

    full = True
    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("trust")

    patient = ("y",)
    app: "HotfixApp"

    def heading(self) -> str:
        """Return what is asked."""
        if self._foreign():
            return "This incident was not written here by you: take it over, with what it would run?"
        return "Trust the commands of this repository's configuration?"

    def _foreign(self) -> bool:
        return self.app.engine is not None and not commands.is_own(self.app.engine)

    def keys(self) -> list[tuple[str, str]]:
        """Return the keys of the dialog."""
        return [
            *keymap.keys("trust", ("trust", "read on" if self._goes_on() else "trust them")),
            (keymap.arrows("trust", "scroll(-3)", "scroll(3)"), "scroll"),
            *keymap.keys("dialog", ("back", "no")),
        ]

    def _goes_on(self) -> bool:
        """Return whether the end of the list has yet to be shown."""
        body = next(iter(self.query("#body")), None)
        return body is not None and body.scroll_offset.y < body.max_scroll_y

    def on_mount(self) -> None:
        """Say what the key does as the list is scrolled. Textual calls this in addition to the dialog's own."""
        body = self.query_one("#body")
        for changes in ("scroll_y", "show_vertical_scrollbar", "virtual_size"):
            self.watch(body, changes, self.show_keys, init=False)

    def body(self) -> ComposeResult:
        """Yield everything that is trusted: every command and every setting, and its changes since it was last
        trusted.
        """
        engine = self.app.engine
        assert engine is not None
        loaded = opening.kept_config(engine.record)
        foreign = self._foreign()
        root = engine.root if foreign else str(engine.record.doc.get("root", engine.root))
        config = engine.config() if foreign else loaded.config
        out = ContentLines()
        rows = [*trust_page.commands(config, root), *platform_choice.rows(config, root)]
        settings = trust_page.settings(config)
        width = min(30, max((len(row.name) for row in (*rows, *settings)), default=0))
        for row in rows:
            out.add(f"{row.name:{width}} {row.text}")
            for note in row.notes:
                out.add(f"{'':{width}} {note}", "$muted")
        if settings:
            out.gap()
            out.add("With these settings:", "bold")
        for row in settings:
            notes = f"  ({'; '.join(row.notes)})" if row.notes else ""
            out.add(f"{row.name:{width}} {row.text}{notes}")
        changes = trust.changes(Path(places.state_root()), loaded, root)
        if changes:
            out.gap()
            out.add("Since it was last trusted:", "bold")
            for line in changes:
                out.add(line)
        out.gap()
        out.add("A script can call other scripts; those are not shown.", "$muted")
        yield text(out.content())

    def lets(self, press: "Press") -> bool:
        """Return whether a key counts: only a deliberate y trusts."""
        return press.confirms() if press.key == "y" else press.on_screen()

    def action_trust(self) -> None:
        """Trust them once the end of the list was visible; before that, scroll on."""
        if self._goes_on():
            self.query_one("#body").scroll_page_down(animate=False)
            return
        self.app.change(self._allow, lambda _: self.dismiss(True))

    def _allow(self) -> None:
        assert self.app.engine is not None
        commands.trust_kept(self.app.engine)

    def action_scroll(self, rows: int) -> None:
        """Scroll the list."""
        self.query_one("#body").scroll_relative(y=rows, animate=False)
