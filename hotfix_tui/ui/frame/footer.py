"""The last row: at most five keys, those that matter here first, and always ``? more``."""

from collections.abc import Sequence

from textual.content import Content

from hotfix_tui.ui.paint import rows

MOST = 5
"""Maximum number of keys besides ``? more``."""

Keys = Sequence[tuple[str, str]]
"""Keys as written for people, each with what it does."""


def fitting(keys: Keys, width: int, more: tuple[str, str] = ("?", "more")) -> list[tuple[str, str]]:
    """Return the keys that fit into `width` cells next to `more`; others are dropped from the right."""
    room = width - rows.width_of(f"{more[0]} {more[1]}") - 3
    out: list[tuple[str, str]] = []
    for key, title in list(keys)[:MOST]:
        need = rows.width_of(f"{key} {title}") + (2 if out else 1)
        if need > room:
            break
        out.append((key, title))
        room -= need
    return out


def paint(keys: Keys, width: int, more: tuple[str, str] = ("?", "more")) -> list[Content]:
    """Return the row."""
    shown = [
        rows.text((key, "bold $key"), (f" {title}", "$muted")) for key, title in fitting(keys, width, more)
    ]
    left = rows.text(" ", Content("  ").join(shown))
    right = rows.text((more[0], "bold $key"), (f" {more[1]} ", "$muted"))
    return [rows.ends(left, right, width, apart=False)]
