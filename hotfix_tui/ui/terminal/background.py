"""Queries the terminal's background colour, so that a light one gets the light theme without a setting.

The query goes out with the first frame and is answered while the rest is imported; a second query that every terminal
answers shows when no answer will come. The wait is bounded, and no byte of the answers is left for whoever reads the
terminal next. Of the keys typed meanwhile, before anything was visible, only harmless ones are kept: arrows and help.
"""

import contextlib
import os
import re
import select
import termios
import time

QUESTION = "\x1b]11;?\x1b\\\x1b[c"
"""Queries the background colour, then the terminal's identity."""

LONGEST = 1.0
"""Maximum seconds to wait for the answer: longer than a slow line needs."""

_NO_ANSWER = ("linux", "vt100", "vt220", "ansi", "dumb", "")
"""Terminals that would print the query, or do not answer it."""

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
    """Return what to write to the terminal to query its background; empty if nobody needs to know."""
    global _asked_at
    if os.environ.get("HOTFIX_TUI_THEME") or os.environ.get("TERM", "") in _NO_ANSWER:
        return ""
    _asked_at = time.monotonic()
    return QUESTION


def answer(terminal: int = 0) -> str:
    """Return ``light`` or ``dark`` as the terminal says; empty if it does not, or was not asked. Waits once."""
    global _asked_at, _answer
    if _asked_at is None:
        return _answer
    end, _asked_at = _asked_at + LONGEST, None
    came = b""
    while not _END.search(came):
        left = end - time.monotonic()
        try:
            if not select.select([terminal], [], [], max(left, 0))[0]:
                break  # what has arrived is read, however long the imports took
            more = os.read(terminal, 1 << 12)
        except (OSError, ValueError):
            break
        if not more:
            break
        came = (came + more)[-4096:]
    _typed.extend(_harmless(came))
    match = _GROUND.search(came)
    _answer = _shade(*match.groups()) if match else ""
    return _answer


def typed() -> list[str]:
    """Return the keys typed while waiting for the answer, as far as they only move or show help; once."""
    keys, _typed[:] = list(_typed), []
    return keys


def forget_typed(terminal: int = 0) -> None:
    """Drop what was typed and not yet read: it was meant for whoever had the terminal."""
    with contextlib.suppress(OSError, termios.error):  # none, or none any more
        termios.tcflush(terminal, termios.TCIFLUSH)


def _harmless(came: bytes) -> list[str]:
    """Return the names of the harmless keys in the input that came with the answers."""
    return [_KEYS[match[1] or match[2]] for match in _TYPED.finditer(_ANSWERS.sub(b"", came))]


def is_late_answer(keys: str) -> bool:
    """Return whether characters that came as keys are a late answer (a slow line), ESC read as ``^``.

    A prefix of one counts: the rest may come separately.
    """
    return bool(keys) and _LATE.fullmatch(keys) is not None


def _shade(*channels: bytes) -> str:
    """Return whether a background is light or dark, by perceived brightness."""
    red, green, blue = (int(channel, 16) / (16 ** len(channel) - 1) for channel in channels)
    return "light" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "dark"


def from_environment() -> str:
    """Return ``light`` or ``dark`` by COLORFGBG, which some terminals set; empty without it."""
    ground = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    if not ground.isdecimal() or int(ground) > 15:
        return ""
    return "light" if int(ground) in (7, *range(9, 16)) else "dark"
