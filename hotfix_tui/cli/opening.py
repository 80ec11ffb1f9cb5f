"""Commands that open incidents: new, resume, and the wizard without a command."""

import os
import sys
from typing import TYPE_CHECKING

from hotfix_tui.cli import dispatch, first_frame, session
from hotfix_tui.cli.failures import USAGE, Stop
from hotfix_tui.cli.select import choose, open_store, start_directory
from hotfix_tui.engine import opening
from hotfix_tui.engine.place import default_name, find_place
from hotfix_tui.ui import launch
from hotfix_tui.ui.terminal import gc_pause

if TYPE_CHECKING:
    from argparse import Namespace

    from hotfix_tui.cli.frame import Frame


def new(options: "Namespace") -> int:
    """Open a new incident; in a terminal the wizard opens on it."""
    if options.with_dir:
        options.directory = options.with_dir
    place = find_place(start_directory(options))
    by = options.name or default_name(place.root)
    store = open_store(options, by)
    if options.ticket:
        taken = opening.same_incident(store, options.ticket)
        if taken:
            raise Stop(
                f"{options.ticket} has an incident here already; open it (`hotfix-tui resume {taken}`), "
                f"or open it again (`hotfix-tui reopen --incident {taken} --why …`).",
                USAGE,
            )
    typed = {
        key: value for key, value in (("title", options.title), ("detected-at", options.detected_at)) if value
    }
    if options.embargo:
        typed["embargo"] = "yes"
    start = opening.Start(options.ticket, options.severity.upper(), typed)
    try:
        engine = opening.open_incident(place, store, start, by=by, dry_run=options.dry_run)
    except opening.DryRun as would:
        import json

        print(json.dumps({"schema": 1, "dry_run": str(would)}) if options.json else would)
        return 0
    if engine.file_problem:
        print(f"hotfix-tui: {engine.file_problem}", file=sys.stderr)
    if options.json:
        return session.report(options, engine, [])
    print(f"Opened {engine.id} in {store.directory(engine.id)}")
    return 0


def resume(options: "Namespace") -> int:
    """Open the wizard on one incident."""
    _need_terminal()
    store = open_store(options)
    return _open_wizard(options, choose(options, store, options.which))


def start(options: "Namespace", frame: "Frame | None" = None) -> int:
    """Open the wizard: on the open incident, on the list of several, or on a new one. `frame` is already drawn."""
    _need_terminal()
    if options.incident:
        return _open_wizard(options, choose(options, open_store(options)))
    return _open_wizard(options, "", frame)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop(
            "The wizard needs a terminal. Without one use the commands: `hotfix-tui status`, `hotfix-tui --help`."
        )
    if os.environ.get("TERM", "") in ("dumb", ""):
        raise Stop(
            f"This terminal (TERM{'=dumb' if os.environ.get('TERM') else ' is not set'}) cannot show the wizard. "
            "Use the commands: `hotfix-tui status`, "
            "`hotfix-tui --help`."
        )
    if not sys.stderr.isatty():
        raise Stop(
            "The wizard is drawn on standard error, which leads elsewhere here (2>…). Start it without that.",
        )


def _open_wizard(options: "Namespace", incident: str, frame: "Frame | None" = None) -> int:
    if frame is None:
        frame = first_frame.show(options, incident)
    try:
        gc_pause.pause()

        status = launch.launch(options, start_directory(options), incident)
    finally:
        frame.restore()
    return _drill(options) if status == launch.DRILL else status


def _drill(options: "Namespace") -> int:
    """Resume the drill, like its own command."""
    mouse = ["--no-mouse"] if options.no_mouse else []
    return dispatch.run(["demo", *mouse, *(["--as", options.name] if options.name else [])])
