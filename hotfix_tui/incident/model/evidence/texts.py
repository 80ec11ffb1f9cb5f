"""What is kept of texts: documents that were written, messages that were sent."""

from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


class Written(Evidence):
    """A document as last written."""

    file: str = shown("file", default="")
    sha256: str = hidden(default="")
    gaps: int | None = shown("gaps")
    """How many facts it lacks; None until it is written."""
    title: str = shown("title", default="")


class RequestWritten(Written):
    """The text of the pull request."""

    STEP: ClassVar[str] = catalog.PULL_REQUEST_BODY


class ReviewWritten(Written):
    """The review of the incident."""

    STEP: ClassVar[str] = catalog.REVIEW_DOCUMENT


class Sent(Evidence):
    """A message that is out."""

    phase: str = shown("says", default="")
    """``investigating``, ``identified``, … or ``resolved``."""
    how: str = shown("sent by", default="")


class InternalSent(Sent):
    """The message to the team."""

    STEP: ClassVar[str] = catalog.COMMUNICATE_INTERNAL


class StatusPageSent(Sent):
    """The message on the status page."""

    STEP: ClassVar[str] = catalog.COMMUNICATE_STATUS_PAGE


class EmailSent(Sent):
    """The message by mail."""

    STEP: ClassVar[str] = catalog.COMMUNICATE_EMAIL
