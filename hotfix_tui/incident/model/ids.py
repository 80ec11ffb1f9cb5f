"""Tickets and incident ids: what a valid ticket is, and the path-safe name that an incident keeps for ever."""

import re
from collections.abc import Collection
from datetime import datetime

from hotfix_tui.base import pattern

DEFAULT_PATTERN = r"[A-Z][A-Z0-9]{1,9}-[0-9]{1,7}"
_NUMBER = r"(?i:gh-|#)([0-9]{1,9})"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def ticket_problem(ticket: str, form: str = "") -> str | None:
    """Return why `ticket` is not valid (a sentence), or None if it is.

    Accepted are ``ABC-12``, ``#12``, ``gh-12`` and anything the configured pattern `form` matches in full.
    """
    if len(ticket) > 64:
        return "The ticket is longer than 64 characters; give its key, for example ENG-1234."
    if re.fullmatch(_NUMBER, ticket) or _fits(ticket, form):
        return None
    wanted = f"something that matches {form}" if form else "ABC-12, #12 or gh-12"
    return f"{ticket!r} is not a ticket; expected {wanted} (git.ticket-pattern sets another form)."


def _fits(ticket: str, form: str) -> bool:
    """Return whether `ticket` has the configured format, or the default one if that has no bounded matching time."""
    if not form:
        return re.fullmatch(DEFAULT_PATTERN, ticket) is not None
    try:
        return pattern.compile(form).fullmatch(ticket)
    except pattern.BadPattern:
        return re.fullmatch(DEFAULT_PATTERN, ticket) is not None


def id_of_ticket(ticket: str) -> str:
    """Return the path-safe form of `ticket`: ``#12`` gives ``gh-12``, others keep their letters.

    It names a directory and part of a branch, so characters that git refuses in a branch are removed too.
    """
    name, before = ticket, ""
    while name != before:
        before = name
        number = re.fullmatch(_NUMBER, name)
        if number:
            return f"gh-{number.group(1)}"
        name = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9._-]+", "-", name))
        name = name.lstrip("-._")[:64].rstrip("-.").removesuffix(".lock")
    return name or "ticket"


def id_of_date(now: datetime, taken: Collection[str]) -> str:
    """Return the date and a letter (``2026-11-23-a``), the first that is not `taken`."""
    day = now.strftime("%Y-%m-%d")
    for first in ["", *_LETTERS]:
        for letter in _LETTERS:
            name = f"{day}-{first}{letter}"
            if name not in taken:
                return name
    raise ValueError(f"more than 700 incidents on {day}")


def same_ticket(ticket: str, other: str) -> bool:
    """Return whether two spellings name the same ticket or id (``#12``, ``gh-12``; case does not matter)."""
    return id_of_ticket(ticket).lower() == id_of_ticket(other).lower()
