"""What the history keeps of the evidence of a finished round, or would keep of the current one."""

from hotfix_tui.incident.model.evidence.base import Part, hidden


class RoundKept(Part):
    """What a round made, and how far it came."""

    branch: str = hidden(default="")
    base: str = hidden(default="")
    target: str = hidden(default="")
    """The branch where the fix was to land."""
    commit: str = hidden(default="")
    tree: str = hidden(default="")
    pr: str = hidden(default="")
    landed: str = hidden(default="")
    tag: str = hidden(default="")
    deployed: str = hidden(default="")
    worktree: str = hidden(default="")
