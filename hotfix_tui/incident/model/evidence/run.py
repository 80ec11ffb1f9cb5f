"""What is stored with a run for whoever reads its end: how it was started, nothing about its outcome."""

from hotfix_tui.incident.model.evidence.base import Part, hidden


class RunNote(Part):
    """What was decided when a run was planned. Stored with the run, so that no later probe overwrites it."""

    before: int = hidden(default=0)
    """How many preparation commands run before the one that counts."""
    where: str = hidden(default="")
    """The folder in which that command runs."""
    checked_tree: str = hidden(default="")
    """The tree being checked."""
    head: str = hidden(default="")
    """The head of the branch when the commit was about to be made."""
    act: str = hidden(default="")
    """What is done to a backport: ``pick``, ``continue``, ``skip``, ``abort`` or ``land``. For a phased
    deployment: ``prepare``, ``try``, ``share-10``, ``activate``, ``abort`` or ``unpin``; empty for a whole one. For a
    rollback: ``deploy-revert`` for the deployment of a revert that was made before, ``go-on`` for going on where the
    platform has stopped it; empty for a whole one.
    """


class HeadBefore(Part):
    """What version 0.1 stored of a commit's plan, with the evidence of the step."""

    before: str = hidden(default="")
    """The head of the branch when the commit was about to be made."""
