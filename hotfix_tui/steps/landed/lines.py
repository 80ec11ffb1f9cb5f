"""Which other release branches contain what the fix changes: they are offered for a backport.

Separate from the backport stage, because the commit looks for them too: the pull request names them before the merge.
"""

import os

from hotfix_tui.detect.release_notes import is_release_note
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.detect.versions import is_version_file
from hotfix_tui.git.branch_lines import ENVIRONMENTS, lines_among, superseded
from hotfix_tui.git.diff import diff_numstat
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.fault_lines import Found, look
from hotfix_tui.git.forecast import ALREADY_THERE, forecast
from hotfix_tui.git.history import is_ancestor
from hotfix_tui.git.refs import Branch, branches, commit_of, resolve
from hotfix_tui.git.tags import tags
from hotfix_tui.incident.model.evidence.backport import SHOWN_BY_GIT, OfferedLine
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.landed import fix as landed_fix

MOST = 8
"""How many lines are offered: the newest releases. Projects that maintain more name them in git.backports."""


def offered(ctx: Context, commit: str) -> tuple[OfferedLine, ...]:
    """Return the additional lines that the fix belongs to, newest first; () if unknown.

    A line that gets a backport anyway is among them if git shows that it has the fixed text, or not the faulty one.
    """
    start = ctx.base or landed_fix.start_of_fix(ctx)
    if not start:
        return ()
    lines_found: list[tuple[tuple[int, ...], Branch]] = []
    every = branches(ctx.git, ctx.remote or None)
    prefix = f"{ctx.remote}/" if ctx.remote else ""
    known = {ctx.landing, ctx.production, *ctx.record.lines}
    names = [branch.name.removeprefix(prefix) for branch in every]
    known |= superseded(names)
    among = lines_among(names, tags(ctx.git))
    for branch in every:
        name = branch.name.removeprefix(prefix)
        numbers = among.get(name)
        if numbers is None or name in known or name.lower() in ENVIRONMENTS:
            continue
        lines_found.append((numbers, Branch(name, branch.commit)))
    lines_found.sort(key=lambda pair: (pair[0], "" if pair[0] else pair[1].name), reverse=True)
    out: list[OfferedLine] = []
    holding = _holding(ctx, {branch.commit for _, branch in lines_found}, _code_of(ctx, start, commit))
    for _, branch in lines_found:
        if len(out) == MOST:
            break
        if branch.commit in holding and (verdict := _verdict(ctx, start, commit, branch.commit)):
            out.append(OfferedLine(branch.name, verdict))
    for name in ctx.record.lines:
        tip = resolve(ctx.git, branch_ref(ctx, name))
        shown = shown_by_git(ctx, start, commit, tip) if tip and not is_ancestor(ctx.git, commit, tip) else ""
        if shown in SHOWN_BY_GIT:
            out.append(OfferedLine(name, shown))
    return tuple(out)


def shown_by_git(ctx: Context, start: str, commit: str, tip: str) -> Found:
    """Return what `tip` holds of the text that the fix changes; "unknown" if git cannot tell."""
    try:
        return look(ctx.git, tip, start, commit, _code_of(ctx, start, commit))
    except (GitError, OSError):
        return "unknown"


def _code_of(ctx: Context, start: str, commit: str) -> list[str]:
    """Return the files that the fix changes, by their names before it.

    Tests, changelogs and version files are on every line and say nothing about the fault; they only count if the fix
    is nothing else.
    """
    changed = [change.old_path or change.path for change in diff_numstat(ctx.git, start, commit)]
    tests = ctx.config.guard.test_paths
    return [path for path in changed if not (is_test_file(path, tests) or _of_a_release(path))] or changed


def _verdict(ctx: Context, start: str, commit: str, tip: str) -> str:
    """Return how the fix would apply to `tip`, or what git shows of its text there; empty if it already has the
    fix.
    """
    if is_ancestor(ctx.git, commit, tip):
        return ""
    try:
        picks = [
            (sha, commit_of(ctx.git, f"{sha}^1")) for sha in landed_fix.own_commits(ctx.git, start, commit)
        ]
        seen = forecast(ctx.git, tip, picks)
    except (GitError, OSError):
        return "unknown"
    if all(pick.verdict == ALREADY_THERE for pick in seen):
        return ""
    shown = shown_by_git(ctx, start, commit, tip)
    if shown in SHOWN_BY_GIT:
        return shown
    return "conflict" if any(pick.verdict == "conflict" for pick in seen) else "picks"


def _holding(ctx: Context, tips: set[str], files: list[str]) -> set[str]:
    """Return those of `tips` that have one of `files`: a single call of git, however many lines there are."""
    asked = [(tip, file) for tip in sorted(tips) for file in files[:200] if "\n" not in file]
    stdin = b"".join(os.fsencode(f"{tip}:{file}\n") for tip, file in asked)
    if not asked:
        return tips if files else set()
    said = ctx.git.run("cat-file", "--batch-check=%(objecttype)", stdin=stdin, timeout=60).stdout
    return {
        tip for (tip, _), line in zip(asked, said.splitlines(), strict=True) if not line.endswith(b" missing")
    }


def _of_a_release(path: str) -> bool:
    return is_release_note(path) or is_version_file(path)
