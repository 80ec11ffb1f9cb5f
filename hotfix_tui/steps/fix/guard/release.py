"""What the release of this change needs besides the code: a version, a changeset, a line in the changelog."""

from hotfix_tui.detect.release_notes import Missing
from hotfix_tui.steps.common.release_files import behind, notes_missing
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.fix.guard.finding import GuardFinding, digest

_HELD = ("changeset",)
"""Kinds without which the fix is never published; the others are remarks."""


def look(ctx: Context, tree: str, changed: list[str]) -> tuple[list[GuardFinding], list[str]]:
    """Return findings and remarks on what the release needs. Raises GitError."""
    missing = notes_missing(ctx, ctx.work, changed)
    findings = [_finding(item) for item in missing if item.kind in _HELD]
    for late in behind(ctx, ctx.work, tree):
        content = digest(f"{late.file.version}>{late.wanted}")
        findings.append(
            GuardFinding("version", late.file.name, late.sentence, late.file.path, late.file.line, content)
        )
    return findings, [item.text for item in missing if item.kind not in _HELD]


def _finding(item: Missing) -> GuardFinding:
    return GuardFinding(item.kind, item.path, item.text, item.path, content=digest(item.text))
