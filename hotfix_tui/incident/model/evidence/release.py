"""What the steps of the release saw."""

from datetime import datetime
from typing import ClassVar

from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


class Merged(Evidence):
    """How the fix came to the production branch."""

    STEP: ClassVar[str] = "release.merge"

    commit: str = shown("commit", public=True, default="")
    how: str = shown("merged", default="")
    """forge, local or elsewhere."""
    worktree: str = hidden(default="")
    """Where a merge made here stands."""
    conflicts: tuple[str, ...] = shown("conflicts in", default=())
    queued: int = shown("place in the merge queue", default=0)
    auto_merge: bool = shown("merged by the forge once it may be", default=False)
    committed_at: datetime | None = hidden(default=None)
