"""Whether what was tested is what was committed: two breaks that the tree of the change alone does not show.

A check runs on the files in the working directory. These include untracked files that nobody has added: the tests
may depend on them, and no commit will contain them. And between the test and the commit there are hooks, which may
rewrite files.
"""

from collections.abc import Sequence
from typing import Any

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.pull_request import ChecksSeen
from hotfix_tui.incident.model.evidence.verify import Checked, Committed, Pushed
from hotfix_tui.incident.model.record import Record


def left_out(record: Record, entry: dict[str, Any]) -> list[str]:
    """Return the files that were present during the check of `entry`, but are not in the commit that has its tree.

    Empty while nothing is committed: they may still be included. Which untracked files count is decided when a
    check starts: none that git ignores, none that the checks made, none that were copied to the worktree.
    """
    tree = entry.get("tree", "")
    if not record.seen(Committed).commit or not tree or record.seen(Committed).tree != tree:
        return []
    files = record.seen(Changed).files
    inside = {row.path for row in files}
    return [path for path in Checked.from_dict(entry.get("evidence", {})).untracked if path not in inside]


def changed_by_hook(record: Record, tree: str) -> list[str]:
    """Return the files that a hook changed when `tree` was to be committed; empty if that is no longer so."""
    seen = record.seen(Committed)
    wanted, made = seen.wanted, seen.hook_tree
    if not made or tree != wanted or tree == made:
        return []
    now = record.seen(Changed).tree
    fresh = now == wanted and record.entry(Committed.STEP).get("state") == "failed"
    return list(seen.hook_files) if fresh or now == made else []


def why_stale(record: Record, entry: dict[str, object], *, ticked: bool) -> str:
    """Return why a result that was kept for a tree does not count for the commit, with the cure; empty if it does."""
    hooked = changed_by_hook(record, str(entry.get("tree", "")))
    if hooked:
        cure = "still true?" if ticked else "run it again on the commit as it is"
        return f"a hook changed {named(hooked)} after this was seen; {cure}"
    uncommitted = left_out(record, entry) if entry.get("state") == "done" else []
    if not uncommitted:
        return ""
    was, it = ("was", "it") if len(uncommitted) == 1 else ("were", "them")
    return (
        f"{named(uncommitted)} {was} there in this check, but {was} not committed; add {it} (`do fix.change`), "
        "or run it again on the commit as it is"
    )


def of_another_commit(record: Record, step: str, entry: dict[str, Any]) -> str:
    """Return that what was pushed, or checked on the forge, is not the current commit; empty if it is.

    A probe between an edit and its commit sees the old commit pushed while the files are already new.
    """
    now, evidence = record.seen(Committed).commit, entry.get("evidence", {})
    if step == Pushed.STEP:
        then, what = Pushed.from_dict(evidence).commit, "pushed"
    elif step == ChecksSeen.STEP:
        then, what = ChecksSeen.from_dict(evidence).head, "checked"
    else:
        return ""
    return f"{then[:7]} was {what}; the hotfix is at {now[:7]} now" if now and then and then != now else ""


def named(paths: Sequence[str]) -> str:
    """Return the first three of `paths`, safe to show, and how many more there are."""
    shown = ", ".join(one_line(path, 60) for path in paths[:3])
    return shown + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
