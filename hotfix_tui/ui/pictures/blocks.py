"""Parts of a picture that give way to each other: if height is short, the least important are dropped whole."""

from collections.abc import Iterable
from typing import NamedTuple

from textual.content import Content


class Block(NamedTuple):
    """Rows that belong together. The higher `last`, the sooner they are dropped; those with 0 stay longest."""

    last: int
    rows: list[Content]


def fit(blocks: Iterable[Block], height: int) -> list[Content]:
    """Return the rows of the blocks in order, without those dropped to fit `height` rows."""
    kept = [block for block in blocks if block.rows]
    while kept and sum(len(block.rows) for block in kept) > height:
        worst = max(block.last for block in kept)
        place = max(place for place, block in enumerate(kept) if block.last == worst)
        if len(kept) == 1:
            return kept[0].rows[: max(height, 0)]
        del kept[place]
    rows = [row for block in kept for row in block.rows]
    out = [
        row
        for place, row in enumerate(rows)
        if row.plain.strip() or (place and rows[place - 1].plain.strip())
    ]
    while out and not out[-1].plain.strip():
        out.pop()
    return out


def gap(last: int = 9) -> Block:
    """Return an empty row that is dropped first."""
    return Block(last, [Content("")])
