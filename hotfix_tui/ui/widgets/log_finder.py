"""The search in a log view: the query, its input field, and the hits in a row.

Apart from the view: it looks for a text in the file, whatever part of it is visible.
"""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip

from hotfix_tui.ui.widgets.log_cleaner import clean_text
from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_rows import LogRow
from hotfix_tui.ui.widgets.log_search import ERRORS, Query, TextQuery, find


class LogFinder:
    """Holds the search of one view; `find_in` does the searching in a thread."""

    def __init__(self) -> None:
        self.query: Query | None = None
        """The last query: its hits are highlighted."""
        self.term: TextQuery | None = None
        """The last typed query."""
        self.prompt: Prompt | None = None
        """The input field, while it is open."""

    def __bool__(self) -> bool:
        return self.query is not None

    def clear(self) -> None:
        """Clear the query; an open field stays."""
        self.query = self.term = None

    def start_over(self) -> None:
        """The log was replaced."""
        self.clear()
        self.prompt = None

    def open(self) -> None:
        """Open the field, with the last typed query."""
        self.prompt = Prompt("/", self.term.name if self.term else "")

    def press(self, event: events.Key) -> tuple[bool, TextQuery | None]:
        """Handle a key in the open field; return whether it was used, and what to search for after enter."""
        if self.prompt is None:
            return False, None
        if event.key == "enter":
            typed, self.prompt = self.prompt.text, None
            if typed:
                self.term = TextQuery(typed)
                return True, self.term
        elif event.key == "escape":
            self.prompt = None
        elif not self.prompt.press(event):
            return False, None
        return True, None

    def spans(self, row: LogRow, marked: bool) -> list[tuple[int, int]]:
        """Return the characters of a row that are hits; errors only in the marked line."""
        if self.query is None or (self.query is ERRORS and not marked):
            return []
        return list(self.query.spans(row.line.text))


def find_in(
    path: str, query: Query, begin: int, forward: bool, cancelled: Callable[[], bool]
) -> tuple[int | None, str]:
    """Return the line of a hit, and why the search stopped early; it reads the file itself, as it may be large."""
    reader = LogFile(path)
    reader.poll()
    try:
        return find(reader, query, begin, forward, cancelled), ""
    except OSError as error:
        return None, f"the search stopped: {error.strerror}"
    finally:
        reader.close()


class Prompt:
    """A line of text and a cursor.

    Not an `Input`: that gets the focus only a moment after it was opened, and over a slow line letters typed in that
    moment would act as keys of the log.
    """

    def __init__(self, label: str, text: str = "") -> None:
        self.label = label
        self.text = text
        self._fresh = bool(text)
        self._cursor = len(text)

    def insert(self, text: str) -> None:
        """Insert text at the cursor. The first text typed replaces the previous one."""
        if self._fresh:
            self.text, self._cursor = "", 0
        self._fresh = False
        self.text = self.text[: self._cursor] + text + self.text[self._cursor :]
        self._cursor += len(text)

    def press(self, event: events.Key) -> bool:
        """Handle a key; False if it was not used."""
        key, at = event.key, self._cursor
        if key == "backspace":
            self.text, self._cursor = self.text[: max(0, at - 1)] + self.text[at:], max(0, at - 1)
        elif key == "delete":
            self.text = self.text[:at] + self.text[at + 1 :]
        elif key in ("left", "right", "home", "end"):
            places = {
                "left": max(0, at - 1),
                "right": min(len(self.text), at + 1),
                "home": 0,
                "end": len(self.text),
            }
            self._cursor = places[key]
        elif event.is_printable and event.character:
            self.insert(event.character)
        else:
            return key in ("up", "down", "pageup", "pagedown")
        self._fresh = False
        return True

    def strip(self, width: int, style: Style) -> Strip:
        """Return the field as drawn, `width` columns wide, with the cursor visible."""
        before = self.label + clean_text(self.text[: self._cursor])
        under = clean_text(self.text[self._cursor : self._cursor + 1]) or " "
        after = clean_text(self.text[self._cursor + 1 :])
        cursor = style + Style(reverse=True)
        whole = Strip([Segment(before, style), Segment(under, cursor), Segment(after, style)])
        left = max(0, cell_len(before) + cell_len(under) - width)
        return whole.crop_extend(left, left + width, style)
