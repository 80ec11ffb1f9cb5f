"""Opening the engine for a command that changes something."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hotfix_tui.base.text import one_line
from hotfix_tui.cli import show
from hotfix_tui.cli.select import choose, open_store, start_directory
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.place import default_name, find_place
from hotfix_tui.incident.report import status_json as summary

if TYPE_CHECKING:
    from argparse import Namespace


def open_engine(options: "Namespace", named: str = "") -> "Engine":
    """Return the engine of the intended incident, with the caller's name."""
    place = find_place(start_directory(options))
    by = options.name or default_name(place.root)
    store = open_store(options, by)
    incident = choose(options, store, named)
    return Engine(store, incident, place.root, by=by, dry_run=options.dry_run)


def report(options: "Namespace", engine: "Engine", entries: Iterable[dict[str, object]]) -> int:
    """Print what a change recorded; with --json the whole current incident."""
    if options.json:
        record = engine.record
        show.print_json(
            summary.document(
                record,
                engine.clock(),
                timeline=engine.timeline(),
                live_runs=show.live_runs(engine.store, record),
            )
        )
        return 0
    prefix = "would write: " if engine.dry_run else ""
    said = False
    record = engine.record
    over = "" if record.state in ("open", "resolved") else f"{record.id} ({record.state}): "
    for entry in entries:
        # What is recorded in a finished incident may have been meant for another one.
        whose = "" if entry.get("kind") == "state" else over
        print(prefix + whose + one_line(str(entry["text"]), 400))
        said = True
    if not said:
        print("Nothing changed.")
    return 0
