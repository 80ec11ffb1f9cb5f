"""The user's own file: keys and the theme. It belongs to a person, not to a repository, and runs nothing.

Any error in it is reported in a sentence with its position, and none of it is used: an incident never waits for it.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import one_line
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint import tokens

FILE = "config.toml"

THEMES = {
    "auto": "",
    "dark": tokens.DARK_NAME,
    "light": tokens.LIGHT_NAME,
    "terminal": tokens.ANSI_NAME,
}
"""The values of `theme`, with the theme's name; ``auto`` asks the terminal."""

_LARGEST = 100_000


class Own(NamedTuple):
    """The content of the file; `problem` is one sentence if it was rejected, and then the rest is empty."""

    path: str
    exists: bool = False
    theme: str = ""
    keys: Mapping[str, str] = {}
    problem: str = ""


def path() -> str:
    """Return where the file is looked for; empty without a home directory."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        base = os.path.join(home, ".config") if os.path.isabs(home) else ""
    return os.path.join(base, "hotfix-tui", FILE) if base else ""


def read() -> Own:
    """Read the file; never raises."""
    where = path()
    if not where or not os.path.lexists(where):
        return Own(where)
    try:
        table = _table(plain_file.read(where, _LARGEST, follow=True))
    except OSError as problem:
        return _refused(where, f"it cannot be read ({problem.strerror or problem})")
    except ValueError as problem:
        return _refused(where, one_line(str(problem), 200))
    for key in table:
        if key not in ("keys", "theme"):
            return _refused(where, f"{one_line(key, 60)}: no such setting; there are keys and theme")
    theme = table.get("theme", "auto")
    if not isinstance(theme, str) or theme not in THEMES:
        return _refused(where, f"theme: expected {', '.join(THEMES)}, found {one_line(repr(theme), 60)}")
    keys = table.get("keys", {})
    if not isinstance(keys, dict):
        return _refused(where, "keys: expected a table, such as [keys] with note = “N” below it")
    wrong = keymap.problem(keys)
    if wrong is not None:
        return _refused(where, f"keys.{one_line(wrong[0], 60)}: {one_line(wrong[1], 400)}")
    return Own(where, True, THEMES[theme], keys)


def _table(data: bytes) -> dict[str, object]:
    """Return the TOML table in `data`; raises ValueError for anything else."""
    import tomllib

    return tomllib.loads(data.decode("utf-8"))


def _refused(where: str, why: str) -> Own:
    home = os.path.expanduser("~")
    shown = f"~{where[len(home) :]}" if where.startswith(home + os.sep) else where
    return Own(where, True, problem=f"{shown}: {why}. The usual keys and theme are used.")


def take() -> Own:
    """Read the file and use its keys."""
    own = read()
    keymap.use(own.keys)
    return own
