"""What the steps of the pull request saw."""

from datetime import datetime
from typing import ClassVar

from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


class Requested(Evidence):
    """The pull request: at which address it is, and at which commit it was seen."""

    STEP: ClassVar[str] = "pull-request.create"

    url: str = shown("address", public=True, default="")
    number: int = shown("number", public=True, default=0)
    head: str = shown("at", public=True, default="")
    created_at: datetime | None = shown("opened", public=True)
    """When the forge says that it was opened."""
    neutral: bool = hidden(default=False)
    """Whether it has the neutral text of an embargo that is over."""
    said: str = shown("said", default="")
    closed: tuple[str, ...] = hidden(default=())
    """Requests of earlier rounds that are open no more, by their addresses."""


class ChecksSeen(Evidence):
    """What the checks of the pull request came to."""

    STEP: ClassVar[str] = "pull-request.checks"

    checks: tuple[str, ...] = shown("checks", default=())
    head: str = hidden(public=True, default="")
    url: str = shown("page", default="")


class Approved(Evidence):
    """Who has looked at the change, and what the forge says of it."""

    STEP: ClassVar[str] = "pull-request.approval"

    approvals: tuple[str, ...] = shown("approved by", public=True, default=())
    """Who approved this very commit."""
    decision: str = hidden(default="")
    """The forge's own decision, in its word; empty where it was not asked."""
    approved_at: datetime | None = shown("approved", public=True)
    """When the forge says that the last approval of this very commit was given."""
    url: str = shown("pull request", default="")
    said: str = shown("said", default="")
    """Who a person says has approved, where no forge was asked."""
