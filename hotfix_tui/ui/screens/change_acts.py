"""What the keys do to the change that is shown: scroll it, edit it, choose new files, accept a finding."""

import os
from typing import TYPE_CHECKING

from textual.screen import Screen

from hotfix_tui.engine import perform, verbs
from hotfix_tui.incident.rules.step_state import open_findings
from hotfix_tui.ui.screens.form import Field, Form
from hotfix_tui.ui.widgets.change_list import ChangeList
from hotfix_tui.ui.widgets.diff_pane import DiffPane

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.steps.changeset.live_diff import Seen
    from hotfix_tui.ui.app import HotfixApp


class ChangeActs(Screen[None]):
    """Actions on the selected file or finding; the screen of the change inherits them."""

    engine: "Engine"
    app: "HotfixApp"
    seen: "Seen | None"

    if TYPE_CHECKING:

        def look_again(self) -> None: ...

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
        """Take the selected new file into the fix, or leave it out again."""
        row, change = self.query_one(ChangeList).selected, self.seen
        if row is None or change is None or self.engine.record.state != "open":
            return
        kind = "include" if row.path in change.untracked else "exclude" if row.path in change.chosen else ""
        if not kind:
            self.app.notify("Only new files are taken in or left out.", markup=False)
            return

        def chosen(_: object) -> None:
            self.look_again()

        choice = f"{kind}:{row.path}"
        self.app.perform(lambda: perform.perform(self.engine, "fix.change", choice=choice), chosen)

    def action_edit(self) -> None:
        """Open the selected file in the editor, at the finding or at the change in sight."""
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
        row = self.query_one(ChangeList).selected
        if row is None or row.kind != "finding":
            said = (
                "Select a finding first (↓)."
                if open_findings(self.engine.record)
                else "The guard has no open finding."
            )
            self.app.notify(said, markup=False)
            return
        finding = row.finding

        def answered(values: dict[str, str] | None) -> None:
            if values:
                self.app.change(lambda: verbs.accept(self.engine, finding, values["why"]))

        fields = [Field("why", "Why is it right?", required=True)]
        self.app.push_screen(Form("Accept", fields, intro=row.text), answered)
