"""What the wizard does in addition in a drill: it keeps the drill's own log, and ends with a page."""

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotfix_tui.demo import here, history, ledger, lessons, processes, summary
from hotfix_tui.session import places
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import rows

if TYPE_CHECKING:
    from textual.content import Content
    from textual.events import Key

    from hotfix_tui.demo.build import World
    from hotfix_tui.demo.summary import SummaryRow
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.place import Checkout
    from hotfix_tui.incident.rules.step_state import StepView


_MEASURE = 96
"""Columns at most in a row of what the drill says."""


class Drill:
    """The drill that the wizard was opened in."""

    def __init__(self, world: "World", counted: "ledger.Ledger") -> None:
        self.world, self._ledger = world, counted
        self.started = False
        """Whether its servers had ended, and were restarted for this start of the wizard."""
        self.tidies_up = False
        """Whether its folder and its servers are to be removed once the screen is closed."""

    def take_key(self, event: "Key", typed: bool) -> None:
        """Count a key, or the letter of a text."""
        letter = event.character if typed and event.is_printable else None
        self._ledger.press(event.key, letter=letter or "")

    def take_paste(self, text: str) -> None:
        """Count what was pasted."""
        self._ledger.paste(text)

    def take_turn(self, whose: str) -> None:
        """Count the time by whose turn it is, in the words of the bar."""
        self._ledger.turn(whose)

    def told(self, view: "StepView", width: int, height: int) -> "list[Content]":
        """Return what the drill says at a step, in at most `height` rows."""
        from textual.content import Content

        said = lessons.lesson(self.world.scenario, view.id, view.state)
        if not said:
            return []
        shown = rows.wrap(
            rows.text((" Drill ", "bold $key"), said), max(min(width, _MEASURE) - 1, 20), indent="       "
        )
        return [Content(""), *shown][-height:] if len(shown) < height else shown[:height]

    def rows(self, engine: "Engine") -> "list[SummaryRow]":
        """Return the rows of its last page."""
        counted = ledger.count(self.world.root, datetime.now(UTC))
        folder = Path(engine.store.directory(engine.id))
        return summary.rows(self.world, engine.record, engine.timeline(), folder, counted)

    def left(self) -> str:
        """Record that the wizard was left; tidy up if that was chosen, and return what to say about it."""
        if not self.tidies_up:
            self._ledger.end()
            return self._stop() if self.started else ""

        why = here.remove(self.world, places.state_root())
        return why or f"The drill is tidied up: its servers are stopped, {self.world.root} is removed."

    def start(self) -> None:
        """Start its servers unless they run: a drill is resumed by opening the wizard in its repository."""
        if not processes.running(self.world):
            with contextlib.suppress(
                history.DemoError
            ):  # the steps that query it report what does not answer
                processes.start(self.world)
                self.started = True

    def _stop(self) -> str:
        processes.stop(self.world)
        return "The drill's servers are stopped; hotfix-tui takes it up again here."


def of(place: "Checkout") -> Drill | None:
    """Return the drill that `place` belongs to; None in any other repository."""
    if not os.path.isfile(os.path.join(place.sessions, "offers", "drill.json")):
        return None
    world = here.find(place.sessions, place.root)
    if world is None or not here.is_ours(world):
        return None
    counted = ledger.Ledger(world.root)
    counted.begin()
    counted.turn(bar.WIZARD)  # until its first screen can be used
    drill = Drill(world, counted)
    drill.start()
    return drill


def run(app: Any, place: "Checkout", run: Any) -> None:
    """Run `app` by `run`, with the log of the drill that `place` belongs to, if any."""
    app.drill = of(place)
    try:
        run()
    finally:
        said = app.drill.left() if app.drill is not None else ""
    if said:
        print(said)
