"""What the triage saw."""

from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


class Weighed(Evidence):
    """Whether to roll back first, and what the last release suggests."""

    STEP: ClassVar[str] = catalog.TRIAGE_ROLLBACK_FIRST

    choice: str = shown("decided", default="", words={"fix": "fix forward", "rollback": "roll back first"})
    """``fix`` or ``rollback``."""
    advice: str = hidden(default="")
