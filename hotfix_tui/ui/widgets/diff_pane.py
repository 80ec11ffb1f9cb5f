"""One file's patch, coloured, read-only. Rows are drawn on demand; nothing in them is markup or escapes.

Apart from the screen of the change: it shows any patch, and does not know where it came from.
"""

import re
from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget

from hotfix_tui.ui import keymap
from hotfix_tui.ui.widgets.log_cleaner import clean_text

MOST_ROWS = 4000
"""At most this many lines of a patch are shown."""

_WIDEST = 1000
_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)")
_STYLES = {"+": "$ok", "-": "$bad", "@": "$key", "\\": "$muted"}


class DiffRow(NamedTuple):
    """One row: its text, its style, and the line of the new file that it shows or precedes (0: none)."""

    text: str
    style: str = ""
    number: int = 0


def lines_of(patch: bytes, *, cut: bool = False) -> list[DiffRow]:
    """Return the rows for the patch of one file: its hunks, without git's header; `cut` says that there is more."""
    raw = patch.split(b"\n")
    if raw and not raw[-1]:
        raw.pop()
    out: list[DiffRow] = []
    number = 0
    for line in raw:
        text = _shown(line)
        hunk = _HUNK.match(text)
        if hunk:
            number = int(hunk[1])
        elif not number:
            if line.startswith(
                (b"old mode", b"new mode", b"rename", b"new file", b"deleted file", b"similarity")
            ):
                out.append(DiffRow(text, "$muted"))
            continue
        if len(out) >= MOST_ROWS:
            cut = True
            break
        out.append(DiffRow(text, _STYLES.get(text[:1], ""), number))
        if not hunk and text[:1] in ("+", " ", ""):
            number += 1
    if cut:
        out.append(
            DiffRow(
                f"… the diff of this file is longer; {keymap.shown('edit')} opens the file itself", "$warn"
            )
        )
    return out


def _shown(raw: bytes) -> str:
    r"""Return a line with everything unprintable made visible, carriage returns included: they could hide text."""
    text = raw[: _WIDEST * 4].decode("utf-8", "replace").removesuffix("\r")
    shown = clean_text(text.expandtabs(4))
    return shown if len(shown) <= _WIDEST else shown[:_WIDEST] + "…"


class DiffPane(Widget):
    """Shows lines from `top` on, moved to the left by `left` characters."""

    DEFAULT_CSS = "DiffPane { height: 1fr; padding: 0 1; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: list[DiffRow] = []
        self.top = self.left = 0

    def show(self, lines: list[DiffRow], *, keep: bool = False) -> None:
        """Show other lines, from the beginning or (`keep`) from the current position."""
        self.lines = lines
        if not keep:
            self.top = self.left = 0
        self.scroll_rows(0)

    def scroll_rows(self, rows: int) -> None:
        """Move down by `rows` (up if negative), stopping at the ends."""
        last = max(len(self.lines) - max(self.content_size.height, 1), 0)
        self.top = min(max(self.top + rows, 0), last)
        self.refresh()

    def sideways(self, columns: int) -> None:
        """Move right by `columns` (left if negative)."""
        widest = max((len(line.text) for line in self.lines), default=0)
        self.left = min(max(self.left + columns, 0), max(widest - self.content_size.width, 0))
        self.refresh()

    def go_to(self, number: int) -> None:
        """Scroll the line `number` of the new file to the middle."""
        for row, line in enumerate(self.lines):
            if line.number >= number and not line.text.startswith(("@", "-")):
                self.top = max(row - self.content_size.height // 2, 0)
                break
        self.scroll_rows(0)

    @property
    def at(self) -> int:
        """The line of the new file at which an editor should open: the first visible changed one."""
        for line in self.lines[self.top :]:
            if line.number and line.text[:1] in ("+", "-"):
                return line.number
        return 0

    def render(self) -> Content:
        """Draw the visible rows."""
        height, width = max(self.content_size.height, 1), max(self.content_size.width, 1)
        rows = []
        for line in self.lines[self.top : self.top + height]:
            shown = Content(line.text[self.left :]).truncate(width)
            rows.append(shown.stylize(line.style) if line.style else shown)
        return Content("\n").join(rows)
