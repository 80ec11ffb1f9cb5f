"""The change against its base, live while it is made elsewhere: files, coloured diff, guard findings."""

import os
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from hotfix_tui.base.text import clean
from hotfix_tui.engine import change_look, commands, execute
from hotfix_tui.engine.change_look import ChangeLook, ChangeSnapshot, Patch
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.rules.step_state import open_findings
from hotfix_tui.ui import keymap
from hotfix_tui.ui.dialogs.kept import kept
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.screens.form import Field, Form
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.widgets.change_list import ChangeList, ChangeRow, rows_of
from hotfix_tui.ui.widgets.diff_pane import DiffPane, DiffRow, lines_of

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp

LOOK_EVERY = 1.0
"""Seconds between checks."""

_OTHER_EVERY = 4
"""Every n-th check goes to the start checkout instead of the worktree, so that each check is one git call."""


class ChangeView(Framed[None]):
    """Shows the change of this round; edits elsewhere appear within a second or two."""

    DEFAULT_CSS = """
    ChangeView #middle { height: 1fr; }
    ChangeView #left { width: 34; height: 1fr; border-right: solid $line; }
    ChangeView.-wide #left { width: 46; }
    ChangeView #right { width: 1fr; height: 1fr; }
    ChangeView #note { height: auto; max-height: 3; color: $warn; padding: 0 1; display: none; }
    ChangeView #note.-said { display: block; }
    ChangeView #sum { height: 1; padding: 0 1; text-style: dim; }
    ChangeView.-narrow #middle { layout: vertical; }
    ChangeView.-narrow #left { width: 100%; height: 40%; border-right: none; border-bottom: solid $line; }
    """

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("change")

    acts = ("space",)
    app: "HotfixApp"

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self.engine = engine
        self.seen: ChangeSnapshot | None = None
        self._stamp = ""
        self._other = engine.record.seen(Changed).other_tree
        self._problem = ""
        self._looks = 0
        self._looking = False
        self._shown: tuple[str, str] = ("", "")

    def offer(self) -> bar.Bar:
        """Return what enter does."""
        done = self.enter_does() == "back"
        return bar.Bar("idle" if done else "act", "Back" if done else "Look at the change", "live")

    def keys(self) -> footer.Keys:
        """Return the keys of the change."""
        own = keymap.keys(
            "change", ("page(1)", "diff"), ("edit", "edit"), ("accept", "accept"), ("shell", "shell")
        )
        return ((keymap.arrows("change"), "file"), *own)

    def more(self) -> tuple[str, str]:
        """Return the key that leads back."""
        return (keymap.key("change", "back"), "back")

    def body(self) -> ComposeResult:
        """Yield files and findings, and the diff."""
        with Horizontal(id="middle"):
            with Vertical(id="left"):
                yield Static(id="sum", markup=False)
                yield ChangeList()
            with Vertical(id="right"):
                yield Static(id="note", markup=False)
                yield DiffPane()

    def on_mount(self) -> None:
        """Check at once, then every second."""
        self.refresh_view()
        self._tick()
        self.set_interval(LOOK_EVERY, self._tick)

    # Checking

    def look_again(self) -> None:
        """Read everything at once, whether or not something seems to have moved."""
        self._stamp = ""
        self._tick()

    def _tick(self) -> None:
        """Check in the background, unless the last check is still in progress or another screen is on top."""
        if self._looking or not self.is_current:
            return
        self._looking = True
        self._looks += 1
        if self._looks % _OTHER_EVERY == 0:
            self.app.look(lambda: change_look.edited_elsewhere(self.engine), self._saw_other)
        else:
            known = self._stamp
            self.app.look(lambda: change_look.look(self.engine, known), self._saw)

    def _saw(self, look: ChangeLook) -> None:
        self._looking = False
        self._problem = look.problem
        moved = look.stamp != self._stamp
        self._stamp = look.stamp
        if look.seen is not None:
            self.seen = look.seen
            self._other = self.engine.record.seen(Changed).other_tree
        if moved and self.is_mounted:
            self.refresh_view()

    def _saw_other(self, said: str) -> None:
        self._looking = False
        if said != self._other:
            self._other = said
            self._stamp = ""  # the next check records it

    # Showing

    def refresh_view(self) -> None:
        """Redraw from the last data and from the record."""
        self.show_frame()
        change = self.seen
        if change is not None:
            self.query_one(ChangeList).show(
                rows_of(change.files, change.untracked, open_findings(self.engine.record))
            )
            added, removed = (sum(getattr(f, name) for f in change.files) for name in ("added", "removed"))
            count = len(change.files)
            words = f"{count} file{'' if count == 1 else 's'}  +{added} −{removed}  base {change.base[:7]}"
            self.query_one("#sum", Static).update(Content(words))
        self._show_note()
        self._show_diff()

    def enter_does(self) -> str:
        """Return the label of enter: to go back once the change is there."""
        return (
            "back"
            if self.engine.record.entry(catalog.FIX_CHANGE).get("state") == "done"
            else "look at the change"
        )

    def _show_note(self) -> None:
        said = [self._problem, self._other]
        if self.seen is not None and self.seen.conflicts:
            said.append(
                f"Conflicts to resolve: {', '.join(clean(path) for path in self.seen.conflicts[:3])}."
            )
        row = self.query_one(ChangeList).selected
        if row is not None and row.kind == "finding":
            said.append(row.text)  # the list has no room for all of it
        note = self.query_one("#note", Static)
        words = "\n".join(filter(None, said))
        note.update(Content(clean(words)))
        note.set_class(bool(words), "-said")

    def _show_diff(self) -> None:
        """Show the patch of the selected file; read again only if file or tree differ from before."""
        row, change = self.query_one(ChangeList).selected, self.seen
        pane = self.query_one(DiffPane)
        if change is None or row is None:
            words = "Nothing is changed yet." if change else "Looking…"
            pane.show([DiffRow(words, "$muted")])
            self._shown = ("", "")
            return
        before, self._shown = self._shown, (row.path, change.tree)
        if before == self._shown:
            return
        words = _instead_of_diff(row, change)
        if words:
            pane.show([DiffRow(words, "$muted")])
            return

        def got(patch: Patch) -> None:
            if self._shown == (row.path, change.tree) and self.is_mounted:
                pane.show(lines_of(patch.data, cut=patch.cut), keep=before[0] == row.path)
                self._go_to_finding()

        self.app.look(lambda: change_look.patch(self.engine, change, row.path), got)

    def _go_to_finding(self) -> None:
        row = self.query_one(ChangeList).selected
        if row is not None and row.kind == "finding" and row.line:
            self.query_one(DiffPane).go_to(row.line)

    def on_change_list_selected(self) -> None:
        """Show the diff of the newly selected row, at its place."""
        self._show_note()
        self._show_diff()
        self._go_to_finding()

    # Keys

    def action_back(self) -> None:
        """Go back to the steps."""
        self.dismiss(None)

    def action_primary(self) -> None:
        """Show the change; once it exists, go back."""
        if self.enter_does() == "back":
            self.dismiss(None)
            return
        self.look_again()

    def action_move(self, rows: int) -> None:
        """Move the cursor in the list."""
        self.query_one(ChangeList).move(rows)

    def action_page(self, pages: int) -> None:
        """Scroll the diff by pages."""
        pane = self.query_one(DiffPane)
        pane.scroll_rows(pages * max(pane.size.height - 2, 1))

    def action_rows(self, rows: int) -> None:
        """Scroll the diff by rows."""
        self.query_one(DiffPane).scroll_rows(rows)

    def action_sideways(self, columns: int) -> None:
        """Scroll the diff sideways."""
        self.query_one(DiffPane).sideways(columns)

    def action_choose(self) -> None:
        """Include the selected untracked file in the fix, or leave it out again."""
        row, change = self.query_one(ChangeList).selected, self.seen
        if row is None or change is None or self.engine.record.state != "open":
            return
        kind = "include" if row.path in change.untracked else "exclude" if row.path in change.chosen else ""
        if not kind:
            self.app.notify("Only new files are taken in or left out.", markup=False)
            return

        choice = f"{kind}:{row.path}"
        self.app.perform(
            lambda: execute.carry_out(self.engine, catalog.FIX_CHANGE, choice=choice),
            lambda _: self.look_again(),
        )

    def action_edit(self) -> None:
        """Open the selected file in the editor, at the finding or at the visible change."""
        row = self.query_one(ChangeList).selected
        worktree = self.engine.context().worktree
        path = os.path.join(worktree, row.path) if row is not None and row.path else worktree
        line = 0
        if row is not None and row.path:
            line = row.line or self.query_one(DiffPane).at
        self.app.with_terminal(lambda: self.app.editor.edit(path, line))
        self.look_again()

    def action_shell(self) -> None:
        """Open a shell in the worktree."""
        worktree = self.engine.context().worktree
        self.app.with_terminal(lambda: self.app.editor.shell(worktree))
        self.look_again()

    def action_accept(self) -> None:
        """Accept the selected finding, with a reason."""
        if not self.app.begins("accept"):
            return  # the previous one is being saved
        row = self.query_one(ChangeList).selected
        if row is None or row.kind != "finding":
            said = (
                "Select a finding first (↓)."
                if open_findings(self.engine.record)
                else "The guard has no open finding."
            )
            self.app.notify(said, markup=False)
            return
        self.app.start_flow(self._accept(row.finding, row.text))

    async def _accept(self, finding: str, text: str) -> None:
        fields = [Field("why", "Why is it right?", required=True)]
        form = Form("Accept", fields, intro=text)
        async with kept(self.app, self.engine, f"accept-{finding}", form) as values:
            if values:
                await self.app.result_of(
                    self.app.changes, lambda: commands.accept(self.engine, finding, values["why"])
                )


def _instead_of_diff(row: ChangeRow, change: ChangeSnapshot) -> str:
    """Return what to say if there is no diff to show, or an empty text."""
    file = next((changed for changed in change.files if changed.path == row.path), None)
    if row.kind == "new":
        return "A new file that is not part of the fix yet. space takes it in."
    if row.kind == "finding" and not row.path:
        return row.text
    if file is None:
        return "This file is not part of the change any more."
    return "A binary file: its content is not shown." if file.binary else ""
