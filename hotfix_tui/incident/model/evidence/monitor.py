"""What was seen of production after the fix."""

from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown

UNJUDGED = "unjudged"
"""What a number says that has nothing to be compared with: a person looks at it, and ticks."""


class SmokeAnswer(Part):
    """The answer to one smoke request."""

    name: str = hidden(default="")
    ok: bool = hidden(default=False)
    status: int = hidden(default=0)
    why: str = hidden(default="")
    ms: float = hidden(default=0.0)


class Smoked(Evidence):
    """What production answered to the smoke requests, and which commit it was running."""

    STEP: ClassVar[str] = catalog.MONITOR_SMOKE

    commit: str = shown("commit", public=True, default="")
    results: tuple[SmokeAnswer, ...] = hidden(default=())


class MeasuredMetric(Part):
    """One value of production, before and after the deployment."""

    name: str = hidden(default="")
    before: float | None = hidden()
    after: float | None = hidden()


class Measured(Evidence):
    """The measurement for one checklist item: each measured item has one, see `model.measured`."""

    STEP: ClassVar[str] = catalog.MONITOR_ERROR_RATE

    by: str = shown("measured by", default="")
    before: float | None = shown("before")
    after: float | None = shown("now")
    direction: str = hidden(default="")
    kind: str = hidden(default="")
    """What the number says, in the terms of the proposed verdict; ``unjudged`` if there is nothing to compare it
    with.
    """
    says: str = shown("says", default="")


class Watched(Evidence):
    """The verdict that the watch over production proposes, and on what grounds."""

    STEP: ClassVar[str] = catalog.MONITOR_WATCH

    commit: str = shown("commit", public=True, default="")
    proposed: str = shown("proposed", default="")
    """The verdict that the values suggest; a person gives the verdict."""
    proposed_why: str = shown("because", default="")
    samples: int = shown("samples", default=0)
    seconds: float = shown("watched", unit="s", default=0.0)
    metrics: tuple[MeasuredMetric, ...] = hidden(default=())
