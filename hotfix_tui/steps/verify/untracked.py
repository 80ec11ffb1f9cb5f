"""Which untracked files count as present during a check: it could depend on them, and no commit will contain them.

Git lists every file that it neither tracks nor ignores. Of these, the following do not count:

* what is chosen for the fix: the tree of the check contains it;
* what the wizard copied there (`git.carry`), which every clean checkout gets too;
* what a check itself wrote: reports, coverage, the output of a build that nobody ignored. A file is taken for that
  if it did not count before a check ran and was written while it did; but never if its name is one of source code,
  since the engineer keeps editing while the checks run, and a module written then is what must not be missed;
* what editors and desktops leave lying around.

Everything else counts, including what was there before the incident: the tests may import it, and only a run without it
shows that they do not. Once the fix is committed, the check therefore runs in a clean checkout of the commit.
"""

import os
import re
from collections.abc import Sequence
from datetime import datetime
from fnmatch import translate

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.verify import Checked
from hotfix_tui.steps.changeset.state import State, record_text
from hotfix_tui.steps.contract import Context

NAMED = 20
"""How many untracked files are kept by name."""

_CHECKS = (catalog.VERIFY_SETUP, catalog.VERIFY_TEST, catalog.VERIFY_TYPECHECK, catalog.VERIFY_BUILD)

_LITTER = (
    "*~",
    "*.swp",
    "*.swo",
    "*.orig",
    "*.rej",
    "*.bak",
    ".DS_Store",
    "Thumbs.db",
    "nohup.out",
    "core.[0-9]*",
)
_LITTER_FOLDERS = (".idea", ".vscode", ".vs", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache")

_SOURCE = re.compile(
    r"[^/]\.(?:pyi?|pyx|[cm]?[jt]sx?|go|rs|rb|java|kts?|groovy|scala|cljs?|cs|fs|vb|php|swift|mm?|cc?|cpp|cxx|hh?|hpp"
    r"|exs?|[eh]rl|hs|mli?|dart|lua|pl|pm|r|jl|sh|bash|sql|proto|graphql|vue|svelte|toml|ini|cfg)$",
    re.IGNORECASE,
)

_litter = re.compile("|".join(translate(name) for name in _LITTER))


def untracked_inputs(ctx: Context, state: State | None) -> list[str]:
    """Return the untracked files that a check could depend on now, at most `NAMED`, as the record can hold them."""
    if state is None or not state.untracked:
        return []
    written = {path for step in _CHECKS for path in ctx.record.seen(Checked, step).written}
    names = (record_text(path) for path in state.untracked if not _is_litter(path))
    return [path for path in names if path not in written][:NAMED]


def written(
    ctx: Context, state: State | None, known: Sequence[str], before: Sequence[str], started: str | None
) -> list[str]:
    """Return the new files that a check wrote since `started`, and those `known` from an earlier run still there.

    `before` are the untracked files that existed when it began: it may depend on them, whoever writes them now.
    """
    if state is None:
        return list(known)
    since = datetime.fromisoformat(started).timestamp() if started else None
    names = []
    for path in state.untracked:
        name = record_text(path)
        fresh = name not in before and not _SOURCE.search(path) and _later(ctx, path, since)
        if fresh or name in known:
            names.append(name)
    return names[: 2 * NAMED]


def _later(ctx: Context, path: str, since: float | None) -> bool:
    """Return whether a file was written after the second `since`; a coarse clock gives it one more."""
    try:
        return since is not None and os.lstat(os.path.join(ctx.worktree, path)).st_mtime >= since - 1
    except OSError:
        return False


def _is_litter(path: str) -> bool:
    *folders, name = path.split("/")
    return bool(_litter.fullmatch(name)) or any(folder in _LITTER_FOLDERS for folder in folders)
