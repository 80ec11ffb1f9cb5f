"""What the pull request steps saw."""

from datetime import datetime
from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


class Requested(Evidence):
    """The pull request: its address, and the commit it was seen at."""

    STEP: ClassVar[str] = catalog.PULL_REQUEST_CREATE

    url: str = shown("address", public=True, default="")
    number: int = shown("number", public=True, default=0)
    head: str = shown("at", public=True, default="")
    created_at: datetime | None = shown("opened", public=True)
    """When it was opened, according to the forge."""
    neutral: bool = hidden(default=False)
    """Whether it still has the neutral text of an embargo that is over."""
    said: str = shown("said", default="")
    closed: tuple[str, ...] = hidden(default=())
    """Addresses of earlier rounds' requests that are no longer open."""


class ChecksSeen(Evidence):
    """The outcome of the pull request's checks."""

    STEP: ClassVar[str] = catalog.PULL_REQUEST_CHECKS

    checks: tuple[str, ...] = shown("checks", default=())
    head: str = hidden(public=True, default="")
    url: str = shown("page", default="")


class Approved(Evidence):
    """Who has reviewed the change, and what the forge says of it."""

    STEP: ClassVar[str] = catalog.PULL_REQUEST_APPROVAL

    approvals: tuple[str, ...] = shown("approved by", public=True, default=())
    """Who approved this very commit."""
    decision: str = hidden(default="")
    """The forge's decision in its own word; empty if it was not asked."""
    approved_at: datetime | None = shown("approved", public=True)
    """When the last approval of this very commit was given, according to the forge."""
    url: str = shown("pull request", default="")
    said: str = shown("said", default="")
    """Who approved according to a person, when no forge was asked."""
