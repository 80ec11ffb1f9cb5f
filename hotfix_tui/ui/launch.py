"""Starting the app: which screen comes first, and what is opened below it.

Apart from the commands that open an incident: it loads Textual, when the first frame is already there.
"""

import os
import sys
from typing import TYPE_CHECKING, Any

from hotfix_tui.engine.errors import EngineError, NoRepository
from hotfix_tui.engine.place import Checkout, default_name, find_place, why_refused
from hotfix_tui.session import places
from hotfix_tui.session.store import Store
from hotfix_tui.ui import drill, own_settings
from hotfix_tui.ui.app import HotfixApp
from hotfix_tui.ui.opening import found_here, open_engine, story_of
from hotfix_tui.ui.paint import tokens
from hotfix_tui.ui.router import Router
from hotfix_tui.ui.terminal import background

if TYPE_CHECKING:
    from argparse import Namespace

    from textual.screen import Screen


DRILL = 256
"""Returned by `launch` instead of an exit status if the engineer chose the drill."""


def launch(options: "Namespace", start: str, incident: str) -> int:
    """Run the wizard, again for each repository that is chosen in it; return its exit status, or `DRILL`."""
    if sys.stdout.isatty():
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)  # the terminal itself reports its size, and when that changes
    own = own_settings.take()
    while True:
        app = _run(options, start, incident, own)
        if app.could_not_open is not None:
            raise app.could_not_open
        if app.crash_line:
            raise EngineError(app.crash_line)
        if app.goes_on is None:
            return app.return_code or 0
        if app.goes_on.drill:
            return DRILL
        start, incident = app.goes_on.root, app.goes_on.incident


def _run(options: "Namespace", start: str, incident: str, own: own_settings.Own) -> HotfixApp:
    """Run the wizard in the repository around `start`; without one, only with what can be opened from there."""
    place, refused = _place_of(start)
    by = options.name or default_name(place.root)
    store = Store(place.sessions, others=place.others, locking=not options.no_lock, who=by)

    def first(app: HotfixApp) -> "Screen[Any]":
        return app.routes.elsewhere(start, refused) if refused else first_screen(app, incident)

    app = HotfixApp(place, store, by, first, Router(), dry_run=options.dry_run)
    app.said_first = own.problem
    ground = background.answer() or background.from_environment()
    app.take_early(background.typed())
    app.theme = tokens.chosen(os.environ, setting=own.theme, ground=ground)
    if not refused:
        incident = open_first(app, incident)
    drill.run(app, place, lambda: app.run(mouse=not options.no_mouse))
    _let_go_of_a_lost_terminal()
    return app


def _place_of(start: str) -> tuple[Checkout, NoRepository | None]:
    """Return where the wizard works, and why there is no repository that it could work in."""
    try:
        place = find_place(start)
    except NoRepository as problem:
        return Checkout(start, "", places.session_root(start)), problem
    return place, why_refused(place)


def _let_go_of_a_lost_terminal() -> None:
    """Discard what can no longer be written, or Python exits with its own status instead of ours."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
            if stream is sys.stderr or stream.isatty():
                continue
        except (OSError, ValueError):
            pass  # what it holds is discarded now
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_first(app: HotfixApp, incident: str) -> str:
    """Open the named incident, or the only open one, before the terminal is taken: errors are reported.

    Return its id, empty if there is something to choose or to start.
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
    return [summary.id for summary in app.store.listing() if summary.state == "open" or summary.problem]


def first_screen(app: HotfixApp, incident: str) -> "Screen[Any]":
    """Return the screen to start with: the named or only open incident, otherwise the overview of what is here.

    A new drill starts with its first question, since something is on fire there.
    """
    if not incident:
        still_open = _open_here(app)
        if not still_open and story_of(app):
            return app.routes.triage(detected=found_here(app))
        if len(still_open) != 1:
            return app.routes.incidents()
        incident = still_open[0]
    if app.engine is None:
        app.engine = open_engine(app, incident)
    if not app.engine.record.severity and not app.engine.record.title:
        return app.routes.triage(app.engine)
    return app.routes.stage(app.engine)
