"""What can be opened from a folder without a repository: incidents elsewhere on this machine, and repositories nearby.

Everything is bounded: folders are read one level deep, and never is a program started.
"""

import os
from pathlib import Path
from typing import NamedTuple

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.engine.listed import readable
from hotfix_tui.engine.opening import REPOSITORIES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.session import places
from hotfix_tui.session.listing import Summary
from hotfix_tui.session.store import Store

MOST_SEEN = 50
"""How many repositories are asked for their incidents: those seen last."""

MOST_ENTRIES = 400
"""How many entries of a folder are looked at."""

BELOW, BESIDE, SEEN = "in this folder", "next to this folder", "used before"
"""Where a repository was found."""


class Incident(NamedTuple):
    """An open incident of another repository; `record` is None if it cannot be read."""

    root: str
    summary: Summary
    record: Record | None


class Repository(NamedTuple):
    """A repository that can be opened, and where it was found."""

    root: str
    where: str


class Elsewhere(NamedTuple):
    """What was found."""

    incidents: tuple[Incident, ...] = ()
    repositories: tuple[Repository, ...] = ()


def look(start: str) -> Elsewhere:
    """Return what can be opened from the folder `start`: a repository either by its open incidents, or as such."""
    seen = _seen()
    near = _inside(start)
    found = [Repository(root, BELOW) for root in near]
    above = os.path.dirname(os.path.realpath(start))
    if not near and above != os.path.realpath(start):
        found += [Repository(root, BESIDE) for root in _inside(above)]
    known = {repository.root for repository in found}
    found += [Repository(root, SEEN) for root in seen if root not in known]
    here = os.path.realpath(start)  # a repository too, where git refuses it: nothing of it can be opened
    roots = [root for root in dict.fromkeys([*seen, *known]) if root != here]
    incidents = [incident for root in roots for incident in _open_in(root)]
    named = {incident.root for incident in incidents} | {here}
    others = [repository for repository in found if repository.root not in named]
    return Elsewhere(tuple(sorted(incidents, key=_urgency)), tuple(others))


def _seen() -> list[str]:
    """Return the repositories in which incidents were opened, the latest first, as far as they still exist."""
    try:
        listed = os.path.join(places.state_root(), REPOSITORIES)
        lines = Path(listed).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except (HotfixError, OSError):
        return []
    return [root for root in dict.fromkeys(reversed(lines[-MOST_SEEN:])) if _is_repository(root)]


def _inside(folder: str) -> list[str]:
    """Return the repositories directly in `folder`, by name; hidden folders are left out."""
    names: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_ENTRIES:
                    break
                if not entry.name.startswith(".") and entry.is_dir():
                    names.append(entry.name)
    except OSError:
        pass
    roots = [os.path.realpath(os.path.join(folder, name)) for name in sorted(names)]
    return [root for root in dict.fromkeys(roots) if _is_repository(root)]


def _is_repository(root: str) -> bool:
    """Return whether `root` itself is a repository, with a work tree or bare."""
    if not (os.path.isabs(root) and os.path.isdir(root)):
        return False
    top, common = places.find_git_common_dir(root)
    return common is not None and (top or common) == os.path.realpath(root)


def _open_in(root: str) -> list[Incident]:
    """Return the open incidents of the repository `root`."""
    try:
        first, *others = places.session_roots(root)
        store = Store(first, others=others, who="")
        listed = [summary for summary in store.listing() if summary.state == "open"]
    except (HotfixError, OSError):
        return []
    return [Incident(root, summary, readable(store, summary.id)) for summary in listed]


def _urgency(incident: Incident) -> tuple[str, float]:
    changed = incident.summary.changed_at
    return incident.summary.severity or "P9", -changed.timestamp() if changed else 0.0
