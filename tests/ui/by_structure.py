"""A walk over the keys of stages that reads no word: which screens, dialogs, steps, states and files came of each key.

    python -m tests.ui.by_structure KEYS STAGE...

prints it as JSON, so that copies of the product that word things differently can be compared. KEYS are their
Textual names with commas, none of which may begin a run: when that ends is chance.
"""

import json
import sys
from typing import Any

import pytest
from textual.pilot import Pilot

import hotfix_tui
from hotfix_tui.incident.rules.views import views
from tests.ui import place, support
from tests.ui.pins import pin_home, pin_look, pin_world

_MOST_DEEP = 6


def structure(desk: support.Desk, app: Any) -> list[object]:
    """What the wizard shows and has written, without its words."""
    record = desk.engine().record
    screens = [type(screen).__name__ for screen in app.screen_stack]
    focused = type(app.focused).__name__
    chosen = getattr(app.screen, "selected", None)
    action = ""
    if isinstance(app.screen, support.StageScreen):
        action = str(app.screen.primary().action)
    states = {step: view.state for step, view in views(record).items() if view.state != "open"}
    return [
        screens, focused, getattr(chosen, "id", ""), action, record.revision, record.state, record.stage,
        sorted(states.items()), len(record.runs), sorted(record.facts),
        [what for what, _ in desk.recorder.asked],
    ]  # fmt: skip


def walk(stage: str, keys: list[str]) -> list[list[object]]:
    """Press every key of the stage screen, go on with enter where that leads somewhere, and come back."""
    desk = support.desk(stage, "P1")
    app = desk.app()
    seen: list[list[object]] = []

    async def script(pilot: Pilot[Any]) -> None:
        for key in keys:
            for pressed in (key, "enter", *["escape"] * _MOST_DEEP):
                if pressed == "escape" and len(app.screen_stack) <= 2:
                    break
                await support.press(pilot, pressed)
                seen.append([stage, key, pressed, *structure(desk, app)])

    try:
        support.drive(app, script)
    finally:
        desk.close()
    return seen


def main(keys: list[str], stages: list[str]) -> list[list[object]]:
    """Walk `stages` and return what came of each key."""
    with pytest.MonkeyPatch.context() as patch:
        pin_home(patch)
        pin_look(patch)
        pin_world(patch)
        return [row for stage in stages for row in walk(stage, keys)]


if __name__ == "__main__":
    try:
        found = main(sys.argv[1].split(","), sys.argv[2:])
    finally:
        place.clear()
    json.dump({"product": hotfix_tui.__file__, "seen": found}, sys.stdout)
