"""What the steps of the fix stage saw."""

from typing import Any, ClassVar

from hotfix_tui.incident.model.evidence.base import Evidence, hidden, shown


class Guard(Evidence):
    """fix.guard: what does not belong in the change, and what its release needs beside the code."""

    STEP: ClassVar[str] = "fix.guard"
    findings: tuple[dict[str, Any], ...] | None = hidden()
    """Each with id, text, path, line, content, kind; each is mended or accepted."""
    notes: tuple[str, ...] | None = shown("for the release")
    """Remarks that hold nothing up: no line in the changelog, no news fragment."""
    lines: int | None = hidden()
    """How many lines of code change, as ``guard.max-lines`` counts them: tests and lock files left out."""
    files: int | None = hidden()
    """The same of files."""
    tests: int | None = hidden()
    """How many test files change."""
