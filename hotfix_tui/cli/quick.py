"""The short way for ``status`` and ``list``: prompts and scripts call them often, and building a parser costs time.

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
    )


def options_of(args: list[str]) -> Any:
    """Return the options of a plain ``status`` or ``list``, or None when the parser has to look."""
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
        else:
            return None
    if command not in ("status", "list"):
        return None
    found.command = command
    return found
