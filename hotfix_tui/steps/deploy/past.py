"""What a platform tells of what was deployed before: the command that lists it, and why it names no release."""

import re
import shlex
from collections.abc import Mapping, Sequence

from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Platform

_PLAIN = re.compile(r"[\w@%+=:,./{}-]+")


def line(argv: Sequence[str]) -> str:
    """Return a command as written in a shell, with unknown values in braces."""
    return " ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in argv)


def listing(on: Platform, values: Mapping[str, str]) -> list[str]:
    """Return the command lines that list what was deployed; empty if the platform has none, or its values are odd."""
    try:
        planned = loader.plan(on, "list", values)
    except loader.PlatformError:
        return []
    return [line(argv) for argv in planned.commands] if planned else []


def unread(on: Platform, values: Mapping[str, str]) -> str:
    """Return the sentence that says why a rollback has no release to go back to; empty if one is read."""
    if not on.no_release:
        return ""
    shown = ", then ".join(f"`{command}`" for command in listing(on, values))
    lists = f"; {shown} lists what was deployed" if shown else ""
    return (
        f"{on.name} names no release that is live, so that a rollback goes by hand: {on.no_release}{lists}."
    )
