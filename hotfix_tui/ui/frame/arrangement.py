"""Where checklist, picture and card go: one rule by stage and size, never by state, so that nothing jumps."""

from typing import NamedTuple

LONG = ("verify", "pull-request", "monitor", "review")
"""Stages whose list is long."""

ALONE = ("communicate", "backport")
"""Stages whose picture is the list."""

CARD_ROWS = {"verify": 4, "pull-request": 4, "monitor": 4, "review": 3, "backport": 5, "fix": 0, "deploy": 0}
"""Rows of the card on a 24-row screen, including its rule; other stages have 4."""

TALL, TALL_CARD = 45, 12
"""Rows from which on a card below a picture that is the list has more rows, and how many."""

WIDE, BESIDE, ABOVE, ALONE_NAME, NARROW = "wide", "beside", "above", "alone", "narrow"

NAMES = (WIDE, BESIDE, ABOVE, ALONE_NAME, NARROW)


class Arrangement(NamedTuple):
    """`name`, the rows of the card, and the rows of the bar."""

    name: str
    card: int
    bar: int

    @property
    def has_list(self) -> bool:
        """Whether the checklist is shown."""
        return self.name != ALONE_NAME


def choose(stage: str, width: int, height: int) -> Arrangement:
    """Return the arrangement of `stage` on a screen of `width` by `height` cells."""
    bar = 1 if height < 18 else 2
    if width < 72 or height < 18:
        name = ALONE_NAME if stage in ALONE and height >= 10 else NARROW
        return Arrangement(name, 0, bar)
    if stage in ALONE:
        card = CARD_ROWS.get(stage, 0)
        return Arrangement(ALONE_NAME, TALL_CARD if card and height >= TALL else card, bar)
    if width >= 110 and height >= 30:
        return Arrangement(WIDE, 0, bar)
    return Arrangement(BESIDE if stage in LONG else ABOVE, CARD_ROWS.get(stage, 4), bar)
