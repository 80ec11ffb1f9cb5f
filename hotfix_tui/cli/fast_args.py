"""The fast path for ``status``, ``list`` and ``note``: they are called often, and building a parser is slow.

Only their plainest forms are read here; everything else goes through the parser, which explains errors.
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
    """Return the options of a plain ``status``, ``list`` or ``note TEXT``, or None if the parser is needed."""
    options = no_options()
    command = ""
    rest = iter(args)
    for item in rest:
        if item in _VALUED:
            value = next(rest, None)
            if value is None:
                return None
            setattr(options, _VALUED[item], value)
        elif item == "--json":
            options.json = True
        elif item.startswith("-"):
            return None
        elif not command:
            command = item
        elif command == "status" and not options.which:
            options.which = item
        elif command == "note" and not options.text:
            options.text = item
        else:
            return None
    if command not in ("status", "list", "note") or (command == "note" and not options.text):
        return None
    options.command = command
    return options
