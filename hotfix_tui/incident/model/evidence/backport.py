"""What the backport stage saw: one class for all lines."""

from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown

CONFLICT, ALREADY_THERE, PICKED, TEST_ONLY = "conflict", "already there", "picked", "only the test"
"""The outcome of a pick, as `Backported.verdict` holds it."""

HAS_FIXED_TEXT, LACKS_TEXT = "has the fixed text", "lacks the text"
"""What git shows of a line before a pick, as `OfferedLine.verdict` holds it."""

SHOWN_BY_GIT = {
    HAS_FIXED_TEXT: "has the fixed lines already, as far as git shows",
    LACKS_TEXT: "has none of the lines that the fix changes: see whether it has the fault at all",
}
"""The same as clauses: text alone does not decide whether a line has the fault."""


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
    """``picks``, ``conflict`` or ``unknown``: the forecast; or what git shows, see `SHOWN_BY_GIT`."""
