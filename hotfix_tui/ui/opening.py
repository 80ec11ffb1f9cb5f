"""Opening an incident for the screens: its engine, checked once by drawing it, and what is said before there is one."""

import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from hotfix_tui.config import load as config_load
from hotfix_tui.engine import opening
from hotfix_tui.engine.core import Engine, utc_now
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.engine.place import Checkout
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.store import Store
from hotfix_tui.ui.frame import clocks, stops

LARGEST_OFFER = 20_000
"""Size limit in characters for prepared facts."""


class Opener(Protocol):
    """What is needed to open an incident: where, how it is stored, by whom, by which clock."""

    place: Checkout
    store: Store
    by: str
    clock: Callable[[], datetime] | None
    dry_run: bool


class GoesOn(NamedTuple):
    """What is opened after the wizard: the repository `root`, with an incident if one was chosen, or the drill."""

    root: str = ""
    incident: str = ""
    drill: bool = False


def open_engine(app: Opener, incident: str) -> Engine:
    """Open the engine of one incident. Raises EngineError if the record holds something that cannot be shown."""
    engine = Engine(
        app.store, incident, app.place.root, by=app.by, clock=app.clock or utc_now, dry_run=app.dry_run
    )
    try_to_show(engine)
    return engine


def try_to_show(engine: Engine) -> None:
    """Draw the first screen's content once: an odd value in a record gives a sentence, not a crashing screen."""
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


def open_new(app: Opener) -> Engine:
    """Open a new incident, without a ticket yet; in a drill with what its ticket says."""
    start = opening.Start(typed=offered(app, "known.json"))
    return opening.open_incident(app.place, app.store, start, by=app.by, clock=app.clock or utc_now)


def offered(app: Opener, name: str = "facts.json") -> dict[str, str]:
    """Return the facts that were prepared for this repository; a drill prepares some."""
    try:
        with open(
            os.path.join(app.place.sessions, "offers", name), encoding="utf-8", errors="replace"
        ) as file:
            found = json.loads(file.read(LARGEST_OFFER))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if key in FACTS and isinstance(value, str)}


def story_of(app: Opener) -> str:
    """Return the drill's story of its fault; empty unless there is a drill waiting to be started."""
    story = os.path.join(app.place.sessions, "offers", "story.txt")
    if not os.path.isfile(story):
        return ""
    with open(story, encoding="utf-8", errors="replace") as file:
        return file.read(2000)


def found_here(app: Opener) -> str:
    """Return in one line what was detected, what is left of earlier incidents, and that nothing was run."""
    try:
        loaded = config_load.load(app.place.root)
        table, where = loaded.table, loaded.source.name if loaded.source else ""
    except config_load.ConfigError as problem:
        return f"The configuration has a fault: {problem} Nothing has run."
    commands = {**opening.detect_commands(app.place.root, table)}
    parts = [
        f"{name}: {' '.join(item['run'])}" for name, item in commands.items() if name in ("test", "build")
    ]
    if where:
        parts.insert(0, f"the configuration {where}")
    left = [f"{s.ticket or s.id} is {s.state}" for s in app.store.listing() if s.state == "resolved"]
    if left:
        parts.append("; ".join(left[:3]) + " (i lists them)")
    story = story_of(app)
    told = f"{story}\n\n" if story else ""
    said = (
        told + "Found here: " + "; ".join(parts) + ". "
        if parts
        else f"{told}No commands were detected here. "
    )
    return said + "Nothing runs before you have seen it."
