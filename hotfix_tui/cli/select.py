"""Which incident a command is about: the named one, the only open one, or the one whose branch is checked out here."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hotfix_tui.cli.failures import NO_INCIDENT, USAGE, Stop
from hotfix_tui.incident.model import ids, record
from hotfix_tui.incident.model.evidence import branch
from hotfix_tui.session import places
from hotfix_tui.session.listing import Summary, line, newest_first
from hotfix_tui.session.store import Store

if TYPE_CHECKING:
    from argparse import Namespace


def start_directory(options: "Namespace") -> str:
    """Return the directory that the command is about. Raises Stop if it is not one, or is gone."""
    try:
        start = options.directory or os.getcwd()
    except FileNotFoundError:
        raise Stop("The current directory does not exist any more; go to one, or use -C DIR.") from None
    if not os.path.isdir(start):
        raise Stop(f"{start} is not a directory; name one with -C DIR.", USAGE)
    return os.path.abspath(start)


def open_store(options: "Namespace", who: str = "") -> Store:
    """Return the store of the incidents of the repository here."""
    start = start_directory(options)
    if places.find_git_common_dir(start)[1] is None and (why := places.why_not_taken(start)):
        raise Stop(why)
    root, *others = places.session_roots(start)
    return Store(
        root,
        others=others,
        locking=not options.no_lock,
        who=who or options.name or os.environ.get("USER", "someone"),
    )


def listing(options: "Namespace", store: Store) -> list[Summary]:
    """Return the incidents here, latest change first."""
    return newest_first(store.listing())


def choose(options: "Namespace", store: Store, named: str = "") -> str:
    """Return the id of the intended incident. Raises Stop rather than guess."""
    wanted = named or options.incident or ""
    if not wanted and len(there := store.ids()) == 1:
        return there[0]
    known = listing(options, store)
    if wanted:
        for summary in known:
            if summary.id == wanted or ids.same_ticket(summary.id, wanted):
                return summary.id
        for summary in known:
            if summary.ticket and ids.same_ticket(summary.ticket, wanted):
                return summary.id
        names = ", ".join(s.id for s in known[:8]) or "none"
        raise Stop(f"There is no incident {wanted!r} here; there are: {names}.", NO_INCIDENT)
    if not known:
        raise Stop("There is no incident here yet; open one: `hotfix-tui new`.", NO_INCIDENT)
    candidates = [s for s in known if s.state == "open"]
    if len(candidates) == 1:
        return candidates[0].id
    here = _checked_out(options, store, known)
    if here:
        return here
    lines = "\n".join(f"  {line(s)}" for s in (candidates or known)[:12])
    raise Stop(f"Several incidents could be meant; name one with --incident:\n{lines}", USAGE)


def load(options: "Namespace", named: str = "") -> "tuple[Store, record.Record, str]":
    """Return the store, the intended record and any problem with its file."""
    store = open_store(options)
    loaded = store.load(choose(options, store, named))
    return store, record.Record(loaded.doc, final=True), loaded.problem or loaded.read_only or ""


def _checked_out(options: "Namespace", store: Store, known: list[Summary]) -> str:
    checked_out = checked_out_branch(start_directory(options))
    if not checked_out:
        return ""
    for summary in known:
        if summary.problem:
            continue
        if record.Record(store.load(summary.id).doc).seen(branch.Branched).branch == checked_out:
            return summary.id
    return ""


def checked_out_branch(start: str) -> str:
    """Return the branch checked out around `start`, read from git's files; empty when detached."""
    top, _ = places.find_git_common_dir(start)
    if top is None:
        return ""
    git = os.path.join(top, ".git")
    try:
        if os.path.isfile(git):
            with open(git, encoding="utf-8") as file:
                git = os.path.join(top, file.read().removeprefix("gitdir: ").strip())
        with open(os.path.join(git, "HEAD"), encoding="utf-8") as file:
            head = file.read().strip()
    except (OSError, UnicodeError):
        return ""
    return head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else ""


def now() -> datetime:
    """Return the current time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
