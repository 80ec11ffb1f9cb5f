"""Durations as people write them: ``20s``, ``15m``, ``2h``, ``1d``, ``1h30m``, ``500ms``."""

import itertools
import re

from hotfix_tui.base.text import one_line

_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"([0-9]{1,7})(ms|d|h|m|s)")
_WHOLE = re.compile(r"(?:[0-9]{1,7}(?:ms|d|h|m|s)){1,5}")

LONGEST = 366 * 86400.0
"""The longest accepted duration, in seconds: anything longer is a typo."""


def parse(text: str) -> float:
    """Parse a duration into seconds.

    Raises ``ValueError`` with a sentence when ``text`` is not a duration, is zero, repeats a unit, has a smaller
    unit before a larger one, or is longer than a year.
    """
    word = text.strip()
    if len(word) > 40 or not _WHOLE.fullmatch(word):
        raise ValueError(f"{one_line(word, 40)!r} is not a duration; write it like 20s, 15m, 2h or 1h30m")
    parts = _PART.findall(word)
    sizes = [_UNITS[unit] for _, unit in parts]
    if any(later >= earlier for earlier, later in itertools.pairwise(sizes)):
        raise ValueError(f"{word!r} does not go from the larger unit to the smaller; write it like 1h30m")
    seconds = sum(int(number) * size for (number, _), size in zip(parts, sizes))
    if seconds <= 0:
        raise ValueError(f"{word!r} is zero; write a longer duration")
    if seconds > LONGEST:
        raise ValueError(f"{word!r} is longer than a year")
    return seconds


def format(seconds: float) -> str:
    """Format seconds the way ``parse`` reads them: 5400 gives ``1h30m``; less than 1 ms gives ``0s``."""
    left = round(seconds * 1000)
    parts = []
    for unit, size in _UNITS.items():
        count, left = divmod(left, round(size * 1000))
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def for_people(seconds: float) -> str:
    """Format seconds for a sentence, every unit kept: 5400 gives ``1 h 30 m``."""
    return _PART.sub(r"\1 \2 ", format(seconds)).rstrip()
