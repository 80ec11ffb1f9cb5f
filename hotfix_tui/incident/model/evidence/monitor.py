"""What was seen of production after the fix."""

from typing import ClassVar

from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown


class Answer(Part):
    """What one smoke request got."""

    name: str = hidden(default="")
    ok: bool = hidden(default=False)
    status: int = hidden(default=0)
    why: str = hidden(default="")
    ms: float = hidden(default=0.0)


class Smoked(Evidence):
    """What production answered to the smoke requests, and which commit it ran then."""

    STEP: ClassVar[str] = "monitor.smoke"

    commit: str = shown("commit", public=True, default="")
    results: tuple[Answer, ...] = hidden(default=())


class Metric(Part):
    """One value of production, before the deployment and after it."""

    name: str = hidden(default="")
    before: float | None = hidden()
    after: float | None = hidden()


class Measured(Evidence):
    """What a number says of one item of the list: each item that is measured has one, see `model.measured`."""

    STEP: ClassVar[str] = "monitor.error-rate"

    by: str = shown("measured by", default="")
    before: float | None = shown("before")
    after: float | None = shown("now")
    direction: str = hidden(default="")
    kind: str = hidden(default="")
    """What that says, as the proposal of the verdict has it; ``unjudged`` where there is nothing to judge by."""
    says: str = shown("says", default="")


class Watched(Evidence):
    """What the watch over production proposed, and on what grounds."""

    STEP: ClassVar[str] = "monitor.watch"

    commit: str = shown("commit", public=True, default="")
    proposed: str = shown("proposed", default="")
    """The verdict that the values speak for; a person gives the verdict."""
    proposed_why: str = shown("because", default="")
    samples: int = shown("samples", default=0)
    seconds: float = shown("watched", unit="s", default=0.0)
    metrics: tuple[Metric, ...] = hidden(default=())
