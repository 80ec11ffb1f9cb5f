"""What the backport stage saw: one class for all lines."""

from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown

CONFLICT, ALREADY_THERE, PICKED, TEST_ONLY = "conflict", "already there", "picked", "only the test"
"""The outcome of a pick, as `Backported.verdict` holds it."""


class Backported(Evidence):
    """How far the fix has come on one line. Has no `STEP`: each line has its own, see `catalog.backport_step`."""

    line: str = shown("line", public=True, default="")
    branch: str = shown("branch", public=True, default="")
    commit: str = shown("commit", public=True, default="")
    worktree: str = shown("worktree", default="")
    picked: tuple[str, ...] = hidden(public=True, default=())
    """The commits being carried over, oldest first."""
    verdict: str = shown("came to", default="")
    pushed: bool | None = shown("pushed", public=True)
    merged: bool | None = shown("on the line", public=True)
    url: str | None = shown("pull request", public=True)
    conflicts: tuple[str, ...] = shown("conflicts in", default=())
    resolved: tuple[str, ...] = shown("resolved by hand", default=())
    """Files that had conflicts along the way."""
    patch: str = hidden(default="")
    land_worktree: str = hidden(default="")


class OfferedLine(Part):
    """A release branch with files that the fix changes, and how a pick onto it would end."""

    line: str = hidden(default="")
    verdict: str = hidden(default="")
    """``picks``, ``conflict`` or ``unknown``: the forecast."""
