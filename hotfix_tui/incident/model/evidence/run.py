"""What is kept of a run for whoever reads its end: how it was begun, and nothing about the world."""

from hotfix_tui.incident.model.evidence.base import Part, hidden


class RunNote(Part):
    """What was decided when a run was planned. It lies with the run, so that no later look writes over it."""

    before: int = hidden(default=0)
    """How many commands make the checkout ready before the one that counts."""
    where: str = hidden(default="")
    """The folder in which that one runs."""
    checked_tree: str = hidden(default="")
    """The tree that is checked."""
    head: str = hidden(default="")
    """The head of the branch when the commit was to be made."""
    act: str = hidden(default="")
    """What is done to a backport: ``pick``, ``continue``, ``skip``, ``abort`` or ``land``. Of a deployment in phases:
    ``prepare``, ``try``, ``share-10``, ``activate``, ``abort`` or ``unpin``; empty for a whole one."""
