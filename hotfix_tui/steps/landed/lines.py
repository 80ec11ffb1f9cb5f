"""Which other branches of releases hold what the fix changes: they are offered for a backport.

Apart from the backport stage, for the commit looks for them, too: the pull request names them before the merge.
"""

import os

from hotfix_tui.detect.release_notes import is_release_note
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.detect.versions import is_version_file
from hotfix_tui.git.branch_lines import ENVIRONMENTS, line_of
from hotfix_tui.git.diff import diff_numstat
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.forecast import ALREADY_THERE, forecast
from hotfix_tui.git.history import is_ancestor
from hotfix_tui.git.refs import Branch, branches, commit_of
from hotfix_tui.incident.model.evidence.backport import OfferedLine
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.landed import fix as landing

MOST = 8
"""How many lines are offered: the newest releases. Who keeps more alive names them in git.backports."""


def offered(ctx: Context, commit: str) -> tuple[OfferedLine, ...]:
    """Return the lines beyond the known ones to which the fix belongs, the newest first; () where it cannot be told."""
    start = ctx.base or landing.start_of_fix(ctx)
    if not start:
        return ()
    known = {ctx.landing, ctx.production, *ctx.record.lines}
    found: list[tuple[tuple[int, ...], Branch]] = []
    for branch in branches(ctx.git, ctx.remote or None):
        name = branch.name.removeprefix(f"{ctx.remote}/") if ctx.remote else branch.name
        numbers = line_of(name)
        if numbers is None or name in known or name.lower() in ENVIRONMENTS:
            continue
        found.append((numbers, Branch(name, branch.commit)))
    found.sort(key=lambda one: one[0], reverse=True)
    out: list[OfferedLine] = []
    for _, branch in found:
        if len(out) == MOST:
            break
        if verdict := _verdict(ctx, start, commit, branch.commit):
            out.append(OfferedLine(branch.name, verdict))
    return tuple(out)


def _verdict(ctx: Context, start: str, commit: str, tip: str) -> str:
    """Return how the fix would go onto `tip`; empty where that holds none of its code, or the fix already.

    Tests, changelogs and files that name the version are on every line and say nothing of the fault; they count where
    the fix is nothing else.
    """
    changed = [change.old_path or change.path for change in diff_numstat(ctx.git, start, commit)]
    tests = ctx.config.guard.test_paths
    files = [one for one in changed if not (is_test_file(one, tests) or _of_a_release(one))] or changed
    result = ctx.git.run("ls-tree", "-z", "--name-only", "--full-tree", tip, "--", *files[:200], ok=(0, 128))
    there = {os.fsdecode(name) for name in result.stdout.split(b"\0") if name}
    if not there or is_ancestor(ctx.git, commit, tip):
        return ""
    try:
        picks = [(one, commit_of(ctx.git, f"{one}^1")) for one in landing.own_commits(ctx.git, start, commit)]
        seen = forecast(ctx.git, tip, picks)
    except (GitError, OSError):
        return "unknown"
    if all(one.verdict == ALREADY_THERE for one in seen):
        return ""
    return "conflict" if any(one.verdict == "conflict" for one in seen) else "picks"


def _of_a_release(path: str) -> bool:
    return is_release_note(path) or is_version_file(path)
