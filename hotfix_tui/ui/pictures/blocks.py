"""Parts of a picture that give way to each other: below the needed height the least important go, each as a whole."""

from collections.abc import Iterable
from typing import NamedTuple

from textual.content import Content


class Block(NamedTuple):
    """Rows that belong together. The higher `last`, the sooner they go; those with 0 stay longest."""

    last: int
    rows: list[Content]


def fit(blocks: Iterable[Block], height: int) -> list[Content]:
    """Return the rows of the blocks in their order, without those that have to go for `height` rows."""
    kept = [one for one in blocks if one.rows]
    while kept and sum(len(one.rows) for one in kept) > height:
        worst = max(one.last for one in kept)
        place = max(place for place, one in enumerate(kept) if one.last == worst)
        if len(kept) == 1:
            return kept[0].rows[: max(height, 0)]
        del kept[place]
    rows = [row for one in kept for row in one.rows]
    out = [
        row
        for place, row in enumerate(rows)
        if row.plain.strip() or (place and rows[place - 1].plain.strip())
    ]
    while out and not out[-1].plain.strip():
        out.pop()
    return out


def gap(last: int = 9) -> Block:
    """Return an empty row that goes first."""
    return Block(last, [Content("")])
