"""fix.guard: checks the change for what does not belong in a hotfix; each finding is fixed or accepted."""

from hotfix_tui.detect.release_notes import Missing
from hotfix_tui.git.refs import tree
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.fix import Guard as Seen
from hotfix_tui.steps.changeset.state import look
from hotfix_tui.steps.common.release_files import behind, notes_missing
from hotfix_tui.steps.contract import (
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    not_done,
    unknown_if_git_fails,
)
from hotfix_tui.steps.fix.guard import embargo as guard_embargo
from hotfix_tui.steps.fix.guard.finding import GuardFinding, digest
from hotfix_tui.steps.fix.guard.imports import undeclared
from hotfix_tui.steps.fix.guard.rules import measured

_KEPT = 60
"""Findings that are kept; a change with more of them is not a hotfix."""


_HELD = ("changeset",)
"""Kinds without which the fix is never published; the others are remarks."""


class Guard(Step):
    """Done if there is no finding, or each one was accepted in its current form."""

    id = catalog.FIX_GUARD
    looks_early = True

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        return Plan("Look for what does not belong in a hotfix")

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        state = look(ctx)
        if state is None:
            return not_done("there is no change to look at yet")
        if state.conflicts or state.tree == tree(ctx.git, ctx.base):
            return not_done("there is no change to look at yet", Seen(findings=()), adds=True)
        findings, size = measured(ctx.work, ctx.base, state.tree, state.files, ctx.config.guard)
        if embargo.on(ctx.record):
            extra = list(ctx.config.guard.test_paths)
            args = (ctx.work, ctx.base, state.tree, state.files, ctx.record, extra)
            findings += guard_embargo.findings(*args)
        needed, notes = _for_the_release(ctx, state.tree, [file.path for file in state.files])
        findings = [finding_ for finding_ in findings if not _decided(ctx, finding_)] + needed
        unknown = undeclared(ctx.work, ctx.base, state.tree, state.files)
        seen = Seen(
            findings=(),
            notes=tuple(notes),
            undeclared=tuple(unknown),
            code_lines=size.lines,
            code_files=size.files,
            test_files=size.tests,
        )
        if not findings:
            return done("; ".join(["nothing suspicious", *unknown, *notes]), seen)
        kept = [finding.kept() for finding in findings[:_KEPT]]
        others = len(findings) - 1
        more = f"; and {others} more finding{'s' if others > 1 else ''}" if others else ""
        why = "; ".join([f"{kept[0].text}{more}", *unknown, *notes])
        return failed(why, seen.but(findings=tuple(kept)))


def _decided(ctx: Context, finding: GuardFinding) -> bool:
    """Return whether the finding was already decided: a missing test after the regression test was waived."""
    return finding.kind == "no-test" and any(
        waiver["step"] == catalog.FIX_REGRESSION_TEST
        and waiver["round"] == ctx.record.round
        and not waiver.get("lapsed")
        for waiver in ctx.record.waivers
    )


def _for_the_release(ctx: Context, tree: str, changed: list[str]) -> tuple[list[GuardFinding], list[str]]:
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


STEPS = (Guard(),)
