"""What the release steps saw."""

from datetime import datetime
from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


class Merged(Evidence):
    """How the fix got onto the production branch."""

    STEP: ClassVar[str] = catalog.RELEASE_MERGE

    commit: str = shown("commit", public=True, default="")
    how: str = shown(
        "merged",
        public=True,
        default="",
        words={"forge": "by the forge", "local": "here, with git", "elsewhere": "outside the wizard"},
    )
    """forge, local or elsewhere."""
    worktree: str = hidden(default="")
    """The worktree of a merge made here."""
    conflicts: tuple[str, ...] = shown("conflicts in", default=())
    queued: int = shown("place in the merge queue", default=0)
    auto_merge: bool = shown("merged by the forge once it may be", default=False)
    merged_at: datetime | None = shown("merged", public=True)
    """When it got there, according to the forge or git."""
    committed_at: datetime | None = hidden(default=None)
    """The same, as versions before 0.2 stored it for a merge they detected."""


class Landed(Evidence):
    """The commit on the production branch that carries the fix, how it was recognised, and what landed with it."""

    STEP: ClassVar[str] = catalog.RELEASE_CONFIRM

    commit: str = shown("commit", public=True, default="")
    commits: tuple[str, ...] = hidden(public=True, default=())
    """All commits that carry the fix there, oldest first."""
    tree: str = hidden(public=True, default="")
    same_tree: bool = shown("exactly the files of the fix", public=True, default=False)
    also_landed: tuple[str, ...] = shown("landed with it", public=True, default=())
    """The first of the others, one line each."""
    also_count: int | None = hidden(public=True)
    by: str = shown("recognised by", public=True, default="")


class Tagged(Evidence):
    """The tag of the release."""

    STEP: ClassVar[str] = catalog.RELEASE_TAG

    tag: str = shown("tag", public=True, default="")
    commit: str = shown("commit", public=True, default="")
    holds: str = shown("holds", public=True, default="")
    """What landed, where somebody else tagged a later commit that holds it."""
    behind: tuple[str, ...] = shown("users pin, and not moved", public=True, default=())
    """Tags such as ``v4`` that still point at an earlier release."""
    left: tuple[str, ...] = shown("left where it is", public=True, default=())
    """Those that somebody decided not to move to this release."""
