"""What the backport stage saw: one class for every line."""

from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown

CONFLICT, ALREADY_THERE, PICKED, TEST_ONLY = "conflict", "already there", "picked", "only the test"
"""What a pick came to, as `Backported.verdict` says it."""


class Backported(Evidence):
    """How far the fix is on one line. It has no step of its own: each line has one, see `catalog.backport_step`."""

    line: str = shown("line", public=True, default="")
    branch: str = shown("branch", public=True, default="")
    commit: str = shown("commit", public=True, default="")
    worktree: str = shown("worktree", default="")
    picked: tuple[str, ...] = hidden(public=True, default=())
    """The commits that are carried over, oldest first."""
    verdict: str = shown("came to", default="")
    pushed: bool | None = shown("pushed", public=True)
    merged: bool | None = shown("on the line", public=True)
    url: str | None = shown("pull request", public=True)
    conflicts: tuple[str, ...] = shown("conflicts in", default=())
    resolved: tuple[str, ...] = shown("resolved by hand", default=())
    """Files that were in conflict on the way."""
    patch: str = hidden(default="")
    land_worktree: str = hidden(default="")


class OfferedLine(Part):
    """A branch of releases that holds files that the fix changes, and how a pick onto it would end."""

    line: str = hidden(default="")
    verdict: str = hidden(default="")
    """``picks``, ``conflict`` or ``unknown``, as the forecast says it."""
