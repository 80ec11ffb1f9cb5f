"""A text longer than the forge accepts: its longest parts are cut, visibly, until it fits.

Apart from the templates: it knows the forges' limits, and nothing of an incident.
"""

LIMITS = {"github": 65_536, "gitlab": 1_048_576, "bitbucket": 32_768, "azure": 4_000, "gitea": 65_535}
"""Maximum length of a pull request's description, in characters."""

_MARK = "… (shortened: {} characters are left out here; the whole text is kept with the incident)"
_ROOM = 200


def length(text: str) -> int:
    """Return the length as forges count it: a character outside the BMP counts twice."""
    return len(text) + sum(char > "\uffff" for char in text)


def fit(text: str, limit: int) -> str:
    """Return `text` with at most `limit` characters: the longest part is cut first, with a note in its place."""
    if length(text) <= limit:
        return text
    parts = text.split("\n\n")
    while length("\n\n".join(parts)) > limit:
        longest = max(range(len(parts)), key=lambda at: len(parts[at]))
        over = length("\n\n".join(parts)) - limit + _ROOM
        old = parts[longest]
        keep = max(0, len(old) - over)
        if len(old) <= _ROOM * 2:
            return _blunt(text, limit)
        parts[longest] = _cut(old, keep)
    return "\n\n".join(parts)


def _cut(part: str, keep: int) -> str:
    """Return the beginning of a part; code blocks stay closed."""
    fence = part.split("\n", 1)[0] if part.startswith("```") else ""
    ticks = fence[: len(fence) - len(fence.lstrip("`"))]
    kept = part[:keep].rstrip()
    if ticks and kept.count("\n") < 1:
        kept = ""
    said = _MARK.format(f"{len(part) - len(kept):,}")
    if ticks and kept:
        return f"{kept}\n{ticks}\n{said}"
    return f"{kept}\n{said}" if kept else said


def _blunt(text: str, limit: int) -> str:
    """Return the beginning of a text of many small parts."""
    said = _MARK.format(f"{len(text) - limit + _ROOM:,}")
    kept = text[: max(0, limit - _ROOM)]
    while length(kept) > limit - _ROOM:
        kept = kept[: -max(1, length(kept) - (limit - _ROOM))]
    return f"{kept.rstrip()}\n\n{said}\n"
