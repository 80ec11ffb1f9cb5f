"""Starting the app: which screen comes first, and what is opened behind it."""

import os
import sys
from typing import TYPE_CHECKING, Any

from hotfix_tui.engine import opening
from hotfix_tui.engine.core import Engine, utc_now
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.session.store import Store
from hotfix_tui.ui.app import HotfixApp

if TYPE_CHECKING:
    from argparse import Namespace

    from textual.screen import Screen


def launch(options: "Namespace", start: str, incident: str) -> int:
    """Run the wizard; return its exit status."""
    if sys.stdout.isatty():
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)  # the terminal itself says how large it is, and when that changes
    place = opening.find_place(start)
    by = options.name or opening.default_name(place.root)
    store = Store(place.sessions, others=place.others, locking=not options.no_lock, who=by)
    app = HotfixApp(place, store, by, lambda app: first_screen(app, incident), dry_run=options.dry_run)
    incident = open_first(app, incident)
    app.run(mouse=not options.no_mouse)
    _let_go_of_a_lost_terminal()
    if app.could_not_open is not None:
        raise app.could_not_open
    if app.crash_line:
        raise EngineError(app.crash_line)
    return app.return_code or 0


def _let_go_of_a_lost_terminal() -> None:
    """Give what can no longer be written to nobody, or Python ends with a status of its own instead of ours."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
            if stream is sys.stderr or stream.isatty():
                continue
        except (OSError, ValueError):
            pass  # what it holds goes nowhere now
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_first(app: HotfixApp, incident: str) -> str:
    """Open the incident that is named, or the only open one, before the terminal is taken: what stops that is said.

    Return its id, empty where there is something to choose or to begin.
    """
    if not incident:
        still_open = _open_here(app)
        if len(still_open) != 1:
            return ""
        incident = still_open[0]
    app.engine = open_engine(app, incident)
    return incident


def _open_here(app: HotfixApp) -> list[str]:
    """Return the incidents that are open, or cannot be read."""
    return [found.id for found in app.store.listing() if found.state == "open" or found.problem]


def first_screen(app: HotfixApp, incident: str) -> "Screen[Any]":
    """Return the screen to start with: the incident named or the only open one, a list, or the first question."""
    from hotfix_tui.ui.screens.incidents import Incidents
    from hotfix_tui.ui.screens.stage.screen import StageScreen
    from hotfix_tui.ui.screens.triage import Triage

    if not incident:
        still_open = _open_here(app)
        if not still_open:
            return Triage(found=found_here(app))
        if len(still_open) > 1:
            return Incidents()
        incident = still_open[0]
    if app.engine is None:
        app.engine = open_engine(app, incident)
    if not app.engine.record.severity and not app.engine.record.title:
        return Triage(app.engine)
    return StageScreen(app.engine)


def open_engine(app: HotfixApp, incident: str) -> Engine:
    """Open the engine of one incident. Raises EngineError where the record holds what cannot be shown."""
    engine = Engine(
        app.store, incident, app.place.root, by=app.by, clock=app.clock or utc_now, dry_run=app.dry_run
    )
    try_to_show(engine)
    return engine


def try_to_show(engine: Engine) -> None:
    """Draw what is drawn first, once: a record with an odd value is told in a sentence, not by a screen that dies."""
    from hotfix_tui.incident.rules.step_state import views
    from hotfix_tui.ui.frame import clocks, stops

    try:
        known = views(engine.record)
        clocks.parts(engine.record, engine.clock())
        stops.stops(engine.record, known, engine.record.stage)
    except (LookupError, ArithmeticError, TypeError, ValueError, AttributeError) as odd:
        path = os.path.join(engine.store.directory(engine.id), "session.toml")
        raise EngineError(
            f"The record of {engine.id} holds a value that cannot be shown ({type(odd).__name__}: {odd}). Correct it "
            f"in {path}, or put the save before it, session.toml.bak, in its place."
        ) from odd


def open_new(app: HotfixApp) -> Engine:
    """Open a new incident, without a ticket yet."""
    return opening.open_incident(app.place, app.store, opening.Start(), by=app.by, clock=app.clock or utc_now)


def found_here(app: HotfixApp) -> str:
    """Say in one line what was detected, what is left of earlier incidents, and that nothing has run."""
    from hotfix_tui.config import load as room

    try:
        loaded = room.load(app.place.root)
        table, where = loaded.table, loaded.source.name if loaded.source else ""
    except room.ConfigError as problem:
        return f"The configuration has a fault: {problem} Nothing has run."
    commands = {**opening.detect_commands(app.place.root, table)}
    parts = [
        f"{name}: {' '.join(item['run'])}" for name, item in commands.items() if name in ("test", "build")
    ]
    if where:
        parts.insert(0, f"configuration: {where}")
    left = [f"{s.ticket or s.id} is {s.state}" for s in app.store.listing() if s.state == "resolved"]
    if left:
        parts.append("; ".join(left[:3]) + " (i lists them)")
    story = os.path.join(app.place.sessions, "offers", "story.txt")
    told = ""
    if os.path.isfile(story):
        with open(story, encoding="utf-8", errors="replace") as file:
            told = file.read(2000) + "\n\n"
    said = (
        told + "Found here: " + "; ".join(parts) + ". "
        if parts
        else f"{told}No commands were detected here. "
    )
    return said + "Nothing runs before you have seen it."
