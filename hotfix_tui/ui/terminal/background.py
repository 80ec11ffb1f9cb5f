"""Asks the terminal for its ground, so that a light one gets the light theme without a setting.

The question goes out with the first frame and is answered while the rest is imported; a second question that every
terminal answers says when no answer will come. The wait is bounded, and no byte of the answers is left for whoever
reads the terminal next. Of what was typed meanwhile, at nothing, only keys that do no harm are kept: arrows and help.
"""

import os
import re
import select
import time

QUESTION = "\x1b]11;?\x1b\\\x1b[c"
"""The colour of the ground, then what the terminal is."""

LONGEST = 1.0
"""Seconds from the question until nothing is waited for any more: longer than a slow line needs."""

_NO_ANSWER = ("linux", "vt100", "vt220", "ansi", "dumb", "")
"""Terminals that would print the question, or have no answer to it."""

_GROUND = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_END = re.compile(rb"\x1b\[\?[0-9;]*c")

_COLOUR = r"\^\]11;rgba?:[0-9a-fA-F/]*(?:\^(?:\\)?)?"
_LATE = re.compile(
    rf"(?:{_COLOUR}|\^\[\?[0-9;]*c)*"
    rf"(?:{_COLOUR}|\^(?:\[(?:\?[0-9;]*c?)?|\](?:1(?:1(?:;(?:r(?:g(?:b(?:a)?)?)?)?)?)?)?)?)?"
)

_ANSWERS = re.compile(rb"\x1b\]11;[^\x07\x1b]*(?:\x1b\\|\x07)?|\x1b\[\?[0-9;]*c")
_TYPED = re.compile(rb"\x1b[\[O]([ABCDP])|(?<!\[)(\?)")
_KEYS = {b"A": "up", b"B": "down", b"C": "right", b"D": "left", b"P": "f1", b"?": "question_mark"}

_asked_at: float | None = None
_answer = ""
_typed: list[str] = []


def question() -> str:
    """Return what to write to the terminal so that it tells its ground; empty where nobody needs to know."""
    global _asked_at
    if os.environ.get("HOTFIX_TUI_THEME") or os.environ.get("TERM", "") in _NO_ANSWER:
        return ""
    _asked_at = time.monotonic()
    return QUESTION


def answer(terminal: int = 0) -> str:
    """Return ``light`` or ``dark`` as the terminal says; empty where it does not, or was not asked. Waits once."""
    global _asked_at, _answer
    if _asked_at is None:
        return _answer
    end, _asked_at = _asked_at + LONGEST, None
    came = b""
    while not _END.search(came):
        left = end - time.monotonic()
        try:
            if not select.select([terminal], [], [], max(left, 0))[0]:
                break  # what has come is read, however long the imports took
            more = os.read(terminal, 1 << 12)
        except (OSError, ValueError):
            break
        if not more:
            break
        came = (came + more)[-4096:]
    _typed.extend(_harmless(came))
    found = _GROUND.search(came)
    _answer = _shade(*found.groups()) if found else ""
    return _answer


def typed() -> list[str]:
    """Return the keys that were typed while the answer was waited for, as far as they only move or show help; once."""
    found, _typed[:] = list(_typed), []
    return found


def _harmless(came: bytes) -> list[str]:
    """Return the names of the keys in what came beside the answers, those that act left out."""
    return [_KEYS[one[1] or one[2]] for one in _TYPED.finditer(_ANSWERS.sub(b"", came))]


def is_late_answer(keys: str) -> bool:
    """Say whether characters that came as keys are an answer after the wait (a slow line), ESC read as ``^``.

    The beginning of one is one: the rest may come by itself.
    """
    return bool(keys) and _LATE.fullmatch(keys) is not None


def _shade(*channels: bytes) -> str:
    """Return whether a ground is light or dark, by how bright it looks."""
    red, green, blue = (int(one, 16) / (16 ** len(one) - 1) for one in channels)
    return "light" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "dark"


def from_environment() -> str:
    """Return ``light`` or ``dark`` as COLORFGBG says, which some terminals set; empty where it does not."""
    ground = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    if not ground.isdecimal() or int(ground) > 15:
        return ""
    return "light" if int(ground) in (7, *range(9, 16)) else "dark"
