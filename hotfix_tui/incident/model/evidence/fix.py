"""What the steps of the fix stage saw."""

from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, Finding, Part, hidden, shown


class FileChanged(Part):
    """One file of the change."""

    path: str = hidden(public=True, default="")
    added: int = hidden(default=0)
    removed: int = hidden(default=0)
    status: str = hidden(default="")


class Changed(Evidence):
    """The change as it would be committed: its tree, its files, and untracked files that nobody has included."""

    STEP: ClassVar[str] = catalog.FIX_CHANGE

    tree: str = hidden(public=True, default="")
    """Public, as `locks`: without them nothing says for which files a check or a waiver holds."""
    head: str = hidden(default="")
    files: tuple[FileChanged, ...] = hidden(public=True, default=())
    added: int = shown("lines added", public=True, default=0)
    removed: int = shown("lines removed", public=True, default=0)
    untracked: tuple[str, ...] = shown("new, not chosen", default=())
    chosen: tuple[str, ...] = shown("new, chosen", default=())
    locks: str = hidden(public=True, default="")
    """A fingerprint of the lockfiles: the set-up is valid for it."""
    other_tree: str = hidden(default="")
    """Which files were edited in the other checkout in the meantime, as a sentence."""


class TestsChanged(Evidence):
    """Which test files are part of the change."""

    STEP: ClassVar[str] = catalog.FIX_REGRESSION_TEST

    tests: tuple[str, ...] = shown("tests", default=())


class Guard(Evidence):
    """fix.guard: what does not belong in the change, and what its release needs besides the code."""

    STEP: ClassVar[str] = catalog.FIX_GUARD
    findings: tuple[Finding, ...] | None = hidden()
    """Each is fixed or accepted."""
    notes: tuple[str, ...] | None = shown("for the release")
    """Remarks that block nothing: no line in the changelog, no news fragment."""
    undeclared: tuple[str, ...] | None = shown("declared nowhere")
    """Packages that the change imports and that no manifest declares, as sentences: warnings that block nothing."""
    code_lines: int | None = hidden()
    """Changed lines of code as ``guard.max-lines`` counts them, without tests and lockfiles."""
    code_files: int | None = hidden()
    """The same for files."""
    test_files: int | None = hidden()
    """Changed test files."""
