"""The search in a log view: the query, its input field, and the hits in a row."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from hotfix_tui.ui.widgets.log_file import LogFile
from hotfix_tui.ui.widgets.log_prompt import Prompt
from hotfix_tui.ui.widgets.log_rows import Row
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

    def spans(self, row: Row, marked: bool) -> list[tuple[int, int]]:
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
