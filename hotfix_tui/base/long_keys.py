"""A check of TOML text before it is parsed: parsing time grows with the square of the parts of a dotted key."""

import re

MOST_PARTS = 50
"""Parts of a dotted key; nobody writes this many."""

_PART = r"""[\s\[{,]*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*"""


def has_long_key(text: str) -> bool:
    """Return whether a line has a dotted key, bare or quoted, with more parts than that."""
    if text.count(".") < MOST_PARTS:
        return False
    for line in text.splitlines():
        if line.count(".") < MOST_PARTS:
            continue
        run = 0
        for part in line.split("."):
            # A part of a key is a bare word or a quoted text; sentences and lists have other things between
            # their dots.
            run = run + 1 if re.fullmatch(_PART, part) else 0
            if run >= MOST_PARTS:
                return True
    return False
