"""The new test, as the pull request shows it: what the change adds to the test files, not what was there before.

Apart from the documents, which only insert it: it reads the change.
"""

import os

from hotfix_tui.base import durable
from hotfix_tui.engine.core import Engine
from hotfix_tui.git.diff import diff_text
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.model.evidence.fix import TestsChanged
from hotfix_tui.steps.contract import Context

_LARGEST = 2_000_000
_MOST_LINES = 160
_MOST = 20_000


def test_code(engine: Engine) -> str:
    """Return the changed parts of the test files, each under its name, at most 160 lines; truncation is noted."""
    ctx = engine.context()
    parts: list[str] = []
    room = _MOST_LINES
    for name in engine.record.seen(TestsChanged).tests:
        lines = _shown(ctx, str(name))
        if not lines:
            continue
        if room <= 0:
            parts.append(f"# {name}: not shown here")
            continue
        kept, more = lines[:room], len(lines) - room
        room -= len(kept)
        cut = [f"# … {more} more line{'s' if more > 1 else ''} in {name}"] if more > 0 else []
        parts.append("\n".join([f"# {name}", *kept, *cut]))
    text = "\n\n".join(parts)
    return text if len(text) <= _MOST else f"{text[:_MOST]}\n# … cut here"


def _shown(ctx: Context, name: str) -> list[str]:
    """Return the hunks that the change makes in a file; a new file whole; nothing for one outside the worktree."""
    full = os.path.join(ctx.worktree, name)
    if not os.path.realpath(full).startswith(os.path.realpath(ctx.worktree) + os.sep):
        return []
    if ctx.base:
        try:
            diff = diff_text(ctx.work, ctx.base, paths=[name]).decode("utf-8", "replace").splitlines()
        except GitError:
            diff = []
        first = next((at for at, diff_line in enumerate(diff) if diff_line.startswith("@@")), None)
        if first is not None and not any(diff_line.startswith("new file mode") for diff_line in diff[:first]):
            return diff[first:]
    try:
        data = durable.read_regular(full, _LARGEST, follow=True)
    except (OSError, ValueError):
        return []
    return data.decode("utf-8", "replace").splitlines()
