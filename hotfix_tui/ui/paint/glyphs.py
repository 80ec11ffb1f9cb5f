"""The signs of the wizard: one cell each, none with an emoji form, plus a set for ASCII-only terminals."""

import locale
import os

DONE, OPEN, RUNNING, FAILED, UNKNOWN = "✓", "○", "◐", "✗", "?"
STALE, WAIVED, OWED, NOT_NEEDED, CHECKING = "~", "w", "●", "–", "◌"
SELECTED, HERE, LIVE, HOTFIX = "›", "▸", "●", "◆"
ALERT, MORE, DOT, BECOMES = "!", "…", "·", "→"
UP, DOWN, LEFT = "↑", "↓", "←"
WAITING = "◌"

BY_STATE = {
    "pending": OPEN,
    "running": RUNNING,
    "done": DONE,
    "failed": FAILED,
    "unknown": UNKNOWN,
    "waiting": WAITING,
    "stale": STALE,
    "waived": WAIVED,
    "debt": OWED,
    "not-needed": NOT_NEEDED,
}
"""The sign of each state of a step; the word is in the same row."""

STYLE_BY_STATE = {
    "pending": "$muted",
    "running": "$key",
    "done": "$ok",
    "failed": "bold $bad",
    "unknown": "bold $warn",
    "waiting": "$key",
    "stale": "$warn",
    "waived": "$warn",
    "debt": "$warn",
    "not-needed": "$muted",
}

RULE, BAR, TREE_END, TREE_MID = "─", "│", "└", "├"
BRANCH_UP, BRANCH_BACK, LOOSE = "╭", "╯", "┆"
METER, METER_REST = "━", "╌"
COLUMNS = "▁▂▃▄▅▆▇█"
"""Columns of a plot in eighths of a row."""

_LINUX = {
    "✓": "+",
    "○": "o",
    "◐": "*",
    "✗": "x",
    "●": "@",
    "–": "-",
    "◌": ".",
    "›": ">",
    "▸": ">",
    "◆": "#",
    "├": "|",
    "└": "`",
    "│": "|",
    "─": "-",
    "╭": ",",
    "╯": "'",
    "╮": ".",
    "╰": "`",
    "┆": ":",
    "╴": "-",
    "━": "=",
    "╌": "-",
    "·": ".",
    "…": ".",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "▎": "|",
    "▕": "|",
    "╳": "x",
    "┴": "+",
    "┤": "+",
    "┼": "+",
    "−": "-",
    "×": "x",
    "┏": "+",
    "┓": "+",
    "┗": "+",
    "┛": "+",
    "┃": "|",
    **dict.fromkeys("▁▂▃▄", "_"),
    **dict.fromkeys("▅▆▇█", "#"),
}

ALL = frozenset(_LINUX) | frozenset("?~w!•“”")
"""Every non-ASCII sign that the wizard itself draws."""


def plain_terminal(environment: dict[str, str] | None = None) -> bool:
    """Return whether the terminal only draws ASCII: the Linux console, or an encoding other than UTF-8."""
    known = dict(os.environ) if environment is None else environment
    if known.get("TERM") == "linux":
        return True
    return "utf" not in (locale.getpreferredencoding(False) or "utf-8").lower()


TABLE = str.maketrans(_LINUX)
"""For `str.translate`: each sign as one ASCII character."""
