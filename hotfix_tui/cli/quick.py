"""The short way for ``status``, ``list`` and ``note``: they are called often, and building a parser costs time.

Only their plainest forms are read here; everything else goes through the parser, which explains what is wrong.
"""

from types import SimpleNamespace
from typing import Any

_VALUED = {"-C": "directory", "--incident": "incident"}


def no_options() -> Any:
    """Return the options of a call without any."""
    return SimpleNamespace(
        directory=None,
        incident=None,
        json=False,
        dry_run=False,
        name=None,
        no_mouse=False,
        no_lock=False,
        which="",
        text="",
        at="",
    )


def options_of(args: list[str]) -> Any:
    """Return the options of a plain ``status``, ``list`` or ``note TEXT``, or None when the parser has to look."""
    found = no_options()
    command = ""
    rest = iter(args)
    for item in rest:
        if item in _VALUED:
            value = next(rest, None)
            if value is None:
                return None
            setattr(found, _VALUED[item], value)
        elif item == "--json":
            found.json = True
        elif item.startswith("-"):
            return None
        elif not command:
            command = item
        elif command == "status" and not found.which:
            found.which = item
        elif command == "note" and not found.text:
            found.text = item
        else:
            return None
    if command not in ("status", "list", "note") or (command == "note" and not found.text):
        return None
    found.command = command
    return found
