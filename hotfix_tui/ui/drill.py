"""What the wizard does more in a drill: it keeps the drill's own log, and ends with a page."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.content import Content
    from textual.events import Key

    from hotfix_tui.demo.build import World
    from hotfix_tui.demo.ledger import Ledger
    from hotfix_tui.demo.summary import Row
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.place import Place
    from hotfix_tui.incident.rules.step_state import StepView


class Drill:
    """The drill that the wizard was opened in."""

    def __init__(self, world: "World", ledger: "Ledger") -> None:
        self.world, self._ledger = world, ledger
        self.tidies_up = False
        """Whether its folder and its servers are to go once the screen is closed."""

    def take_key(self, event: "Key", typed: bool) -> None:
        """Count a key, or the letter of a text."""
        letter = event.character if typed and event.is_printable else None
        self._ledger.press(event.key, letter=letter or "")

    def take_paste(self, text: str) -> None:
        """Count what was pasted."""
        self._ledger.paste(text)

    def told(self, view: "StepView", width: int, height: int) -> "list[Content]":
        """What the drill says at a step, in at most so many rows."""
        from textual.content import Content

        from hotfix_tui.demo import lessons
        from hotfix_tui.ui.paint import rows

        said = lessons.lesson(self.world.scenario, view.id, view.state)
        if not said:
            return []
        shown = rows.wrap(rows.text((" Drill ", "bold $key"), said), max(width - 1, 20), indent="       ")
        return [Content(""), *shown][-height:] if len(shown) < height else shown[:height]

    def rows(self, engine: "Engine") -> "list[Row]":
        """The rows of its last page."""
        from hotfix_tui.demo import ledger, summary

        counted = ledger.count(self.world.root, datetime.now(UTC))
        folder = Path(engine.store.directory(engine.id))
        return summary.rows(self.world, engine.record, engine.timeline(), folder, counted)

    def left(self) -> str:
        """Write down that the wizard was left; tidy up where that was chosen, and return what is to be said of it."""
        if not self.tidies_up:
            self._ledger.end()
            return ""
        from hotfix_tui.demo import here
        from hotfix_tui.session import places

        why = here.remove(self.world, places.state_root())
        return why or f"The drill is tidied up: its servers are stopped, {self.world.root} is removed."


def of(place: "Place") -> Drill | None:
    """The drill that `place` belongs to; None in every other repository."""
    if not os.path.isfile(os.path.join(place.sessions, "offers", "drill.json")):
        return None
    from hotfix_tui.demo import here
    from hotfix_tui.demo.ledger import Ledger

    world = here.find(place.sessions, place.root)
    if world is None:
        return None
    ledger = Ledger(world.root)
    ledger.begin()
    return Drill(world, ledger)


def run(app: Any, place: "Place", run: Any) -> None:
    """Run `app` by `run`, with the log of the drill that `place` belongs to where it belongs to one."""
    app.drill = of(place)
    try:
        run()
    finally:
        said = app.drill.left() if app.drill is not None else ""
    if said:
        print(said)
