"""What the verify stage saw."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


@dataclass(frozen=True, slots=True)
class Pushed(Evidence):
    """The branch on the remote: at which commit, and at which of several push addresses it is missing."""

    STEP: ClassVar[str] = "verify.push"
    ref: str = hidden(default="")
    commit: str = shown("commit", public=True, default="")
    remote: str = shown("remote", default="")
    reached: tuple[str, ...] = shown("is on", default=())
    missing: tuple[str, ...] = shown("is missing on", default=())
    without: tuple[str, ...] = shown("goes on without", default=())
