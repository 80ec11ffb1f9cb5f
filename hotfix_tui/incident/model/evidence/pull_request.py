"""What the steps of the pull request saw."""

from typing import ClassVar

from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


class Approved(Evidence):
    """Who has looked at the change, and what the forge says of it."""

    STEP: ClassVar[str] = "pull-request.approval"

    approvals: tuple[str, ...] = shown("approved by", public=True, default=())
    """Who approved this very commit."""
    decision: str = hidden(default="")
    """The forge's own decision, in its word; empty where it was not asked."""
    url: str = shown("pull request", default="")
    said: str = shown("said", default="")
    """Who a person says has approved, where no forge was asked."""
