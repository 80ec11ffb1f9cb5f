"""The files of the change, untracked files, and the guard's findings about them: one list, one cursor.

Apart from the screen of the change, which shows what is selected: three kinds of rows have one cursor here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.git.diff import FileChange
from hotfix_tui.incident.model.evidence.base import Finding
from hotfix_tui.ui.paint.rows import on_selection

MOST_FILES = 300
"""Files that are listed; a change with more of them is not a hotfix."""


class ChangeRow(NamedTuple):
    """One row. `kind` is ``file``, ``new``, ``finding`` or ``text``; only the first three can be selected."""

    kind: str
    text: str
    path: str = ""
    line: int = 0
    counts: str = ""
    finding: str = ""
    style: str = ""


def rows_of(
    files: Sequence[FileChange], untracked: Sequence[str], findings: Sequence[Finding]
) -> list[ChangeRow]:
    """Return the rows for a change; `findings` are those that are neither fixed nor accepted."""
    out = [
        ChangeRow(
            "file",
            clean(file.path),
            file.path,
            counts="binary" if file.binary else f"+{file.added} −{file.removed}",
        )
        for file in files[:MOST_FILES]
    ]
    if len(files) > MOST_FILES:
        out.append(ChangeRow("text", f"… and {len(files) - MOST_FILES} more files", style="$muted"))
    for path in untracked[:50]:
        out.append(ChangeRow("new", clean(path), path, counts="left out", style="$muted"))
    if len(untracked) > 50:
        out.append(ChangeRow("text", f"… and {len(untracked) - 50} more new files", style="$muted"))
    if findings:
        out.append(
            ChangeRow(
                "text", f"Guard: {len(findings)} finding{'' if len(findings) == 1 else 's'}", style="bold"
            )
        )
    for finding in findings:
        place = f"{finding.place.rpartition('/')[2]} ".lstrip()
        out.append(
            ChangeRow(
                "finding", place + finding.says, finding.path, finding.line, finding=finding.id, style="$bad"
            )
        )
    return out


class ChangeList(Widget):
    """Shows rows; the cursor stays with its row when the rows change."""

    DEFAULT_CSS = "ChangeList { height: 1fr; }"

    class Selected(Message):
        """Another row was selected."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: list[ChangeRow] = []
        self._index = 0
        self._top = 0

    @property
    def selected(self) -> ChangeRow | None:
        """The selected row, None if there is none to select."""
        if not self.rows or self.rows[self._index].kind == "text":
            return None
        return self.rows[self._index]

    def show(self, rows: list[ChangeRow]) -> None:
        """Show other rows."""
        before = self.selected
        if rows == self.rows:
            return
        self.rows = rows
        same = [n for n, row in enumerate(rows) if before and _key(row) == _key(before)]
        same = same or [n for n, row in enumerate(rows) if before and row.path and row.path == before.path]
        near = [n for n, row in enumerate(rows) if row.kind != "text"]
        self._index = same[0] if same else min(near, key=lambda n: abs(n - self._index), default=0)
        self.refresh()
        now = self.selected
        if (now and _key(now)) != (before and _key(before)):
            self.post_message(self.Selected())

    def move(self, rows: int) -> None:
        """Move the cursor by `rows`, skipping what cannot be selected."""
        places = [n for n, row in enumerate(self.rows) if row.kind != "text"]
        if self._index not in places:
            return
        place = places[min(max(places.index(self._index) + rows, 0), len(places) - 1)]
        if place != self._index:
            self._index = place
            self.refresh()
            self.post_message(self.Selected())

    def render(self) -> Content:
        """Draw the visible rows."""
        height, width = max(self.size.height, 1), self.size.width
        self._top = min(self._top, self._index, max(len(self.rows) - height, 0))
        self._top = max(self._top, self._index - height + 1)
        rows = self.rows[self._top : self._top + height]
        return Content("\n").join(
            [self._row(row, self._top + place == self._index, width) for place, row in enumerate(rows)]
        )

    def _row(self, row: ChangeRow, chosen: bool, width: int) -> Content:
        mark = {"file": " ", "new": "?", "finding": "✗", "text": ""}[row.kind]
        head = ("›" if chosen else " ") + mark + (" " if mark else "")
        room = max(width - len(head) - len(row.counts) - 2, 4)
        text = one_line(row.text, 300)
        if row.kind in ("file", "new") and len(text) > room:
            text = "…" + text[-room + 1 :]  # the end of a path is more informative than its beginning
        shown = Content(text).truncate(room, ellipsis=True, pad=True)
        out = Content.assemble(
            head, shown.stylize(row.style) if row.style else shown, " ", (row.counts, "$muted"), " "
        )
        return on_selection(out) if chosen and row.kind != "text" else out


def _key(row: ChangeRow) -> tuple[str, str, str]:
    return row.kind, row.path, row.finding
