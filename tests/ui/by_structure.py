"""A walk over the keys of stages that reads no word: which screens, dialogs, steps, states and files came of each key.

    python -m tests.ui.by_structure KEYS STAGE...

prints it as JSON, so that copies of the product that word things differently can be compared. KEYS are "all", or their
Textual names with commas. What a key begins is waited for, so that when a run ends is no matter.
"""

import asyncio
import json
import sys
from typing import Any

import pytest
from textual.pilot import Pilot

import hotfix_tui
from hotfix_tui.incident.model.evidence.deploy import Followed
from hotfix_tui.incident.model.evidence.monitor import Watched
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import keymap
from tests.ui import place, support
from tests.ui.pins import pin_home, pin_look, pin_world

ALL = [
    key.keys.partition(",")[0]
    for key in keymap.KEYS
    if key.action not in ("leave", "palette", "move(-1)", "stage(-1)")
]
_MOST_DEEP = 6
_ENDLESS = (Watched.STEP, Followed.STEP)
"""What goes on for hours, or until somebody ends it."""


async def rested(pilot: Pilot[Any], desk: support.Desk) -> None:
    """Wait until nothing moves and what was started has ended and is recorded."""
    async with asyncio.timeout(180):
        while True:
            await support.settle(pilot)
            entries = desk.engine().record.steps
            if not any(e.get("state") == "running" for step, e in entries.items() if step not in _ENDLESS):
                return
            await asyncio.sleep(0.05)


def structure(desk: support.Desk, app: Any) -> list[object]:
    """Return what the wizard shows and has written, without its words."""
    record = desk.engine().record
    screens = [type(screen).__name__ for screen in app.screen_stack]
    focused = type(app.focused).__name__
    chosen = getattr(app.screen, "selected", None)
    action = ""
    if isinstance(app.screen, support.StageScreen):
        action = str(app.screen.primary().action)
    states = {step: view.state for step, view in views(record).items() if view.state != "open"}
    written = None if record.runs else record.revision  # how often a running one is probed is random
    return [
        screens, focused, getattr(chosen, "id", ""), action, written, record.state, record.stage,
        sorted(states.items()), len(record.runs), sorted(record.facts),
        [what for what, _ in desk.recorder.asked],
    ]  # fmt: skip


def walk(stage: str, keys: list[str]) -> list[list[object]]:
    """Press every key of the stage screen, continue with enter if that leads somewhere, and come back."""
    desk = support.desk(stage, "P1")
    app = desk.app()
    seen: list[list[object]] = []

    async def script(pilot: Pilot[Any]) -> None:
        for key in keys:
            for pressed in (key, "enter", *["escape"] * _MOST_DEEP):
                if pressed == "escape" and len(app.screen_stack) <= 1:
                    break
                await pilot.press(pressed)
                await rested(pilot, desk)
                seen.append([stage, key, pressed, *structure(desk, app)])

    try:
        support.drive(app, script)
    finally:
        desk.close()
    return seen


def main(keys: list[str], stages: list[str]) -> list[list[object]]:
    """Walk `stages` and return the result of each key."""
    with pytest.MonkeyPatch.context() as patch:
        pin_home(patch)
        pin_look(patch)
        pin_world(patch)
        return [row for stage in stages for row in walk(stage, keys)]


if __name__ == "__main__":
    try:
        found = main(ALL if sys.argv[1] == "all" else sys.argv[1].split(","), sys.argv[2:])
    finally:
        place.clear()
    json.dump({"product": hotfix_tui.__file__, "seen": found}, sys.stdout)
