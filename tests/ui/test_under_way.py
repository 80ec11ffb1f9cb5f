"""From enter, or the answer of a dialog, until what it starts has ended, the bar says that something is under way.

What the bar offers meanwhile is what was begun: enter must not begin it once more. Here every lane of the wizard waits
for the test at each key, so that nobody has to be quick to see what is between two screens.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.presenters.default_action import Action
from hotfix_tui.ui.screens.choose import Choose
from hotfix_tui.ui.screens.form import Form
from hotfix_tui.ui.screens.stage.screen import StageScreen
from tests.ui import prepared
from tests.ui.still import still
from tests.ui.support import Desk, drive, settle
from tests.ui.test_default_action import EFFECTS, ready_to_close

MOST_KEYS = 12
"""Answers after which a conversation is taken for one without an end."""

LONGEST_WAIT = 200.0
"""Seconds that a lane waits for the test: far more than any machine needs."""


@asynccontextmanager
async def held(app: Any) -> AsyncIterator[None]:
    """Let no lane go on to what is asked of it from now on."""
    go = Event()
    for lane in (app.changes, app.looks, app.work):
        lane.submit(lambda: go.wait(LONGEST_WAIT), lambda result, error: None)
    try:
        yield
    finally:
        go.set()


async def fill_in(pilot: Pilot[Any]) -> str:
    """Answer the dialog that is shown as somebody in a hurry would; return the key that ends it."""
    screen = pilot.app.screen
    if isinstance(screen, Form):
        for field in screen.query(Input):
            if not field.value:
                field.value = "now"
        await settle(pilot)
        return "f5"
    return "enter" if isinstance(screen, Choose) else "escape"


async def is_said(pilot: Pilot[Any], stage: StageScreen, *, holds: bool = True) -> bool:
    """Whether something is under way on the stage; then the bar says so, and enter begins nothing where it `holds`."""
    app: Any = pilot.app
    if app.screen is not stage or not app.flows_moving or not app.under_way:
        return False
    shown = stage._said()
    assert shown.doing and shown.note.endswith("…"), shown
    assert shown.note in stage.painted("bar")
    if not holds:
        return True
    many = app.flows_moving
    stage.action_primary()
    await still(app)
    assert app.flows_moving == many and app.screen is stage
    return True


async def talk(pilot: Pilot[Any], stage: StageScreen, key: str, *, holds: bool = True) -> int:
    """Press `key` and answer all that is asked; return how often something was under way on the stage."""
    said = 0
    for _ in range(MOST_KEYS):
        async with held(pilot.app):
            await pilot.press(key)
            await still(pilot.app)
            said += await is_said(pilot, stage, holds=holds)
        await settle(pilot)
        assert stage._said().doing is bool(stage.notice) or pilot.app.screen is not stage
        if pilot.app.screen is stage:
            return said
        key = await fill_in(pilot)
    raise AssertionError(f"no end: {pilot.app.screen}")


SAVES = {
    Action.FACTS,
    Action.CHOOSE,
    Action.RUN,
    Action.FINDINGS,
    Action.TICK,
    Action.TICK_NAMED,
    Action.VERDICT,
    Action.NOT_FIXED,
    Action.SAY_WHAT_HAPPENED,
    Action.NEXT,
    Action.RESOLVE,
    Action.CLOSE,
    Action.LOOK_AGAIN,
    Action.ROLL_BACK,
}
"""What enter does that takes a moment before its dialog, after it, or without one."""


@pytest.mark.parametrize("door", sorted(SAVES))
def test_what_enter_has_begun_is_said_and_not_begun_again(
    door: Action, desks: Callable[..., Desk], reconciled: None
) -> None:
    stage, prepare, step, _ = EFFECTS[door]
    desk = desks(stage)
    if prepare is not None:
        prepare(desk)

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, StageScreen)
        screen.go_to(step)
        await settle(pilot)
        assert screen.primary().action == door
        assert await talk(pilot, screen, "enter")

    drive(desk.app(), script)


KEYS = {
    "waive": ("pull-request", "pull-request.approval", "w"),
    "tick by hand": ("branch", "branch.preflight", "space"),
    "note": ("branch", "branch.preflight", "n"),
    "state": ("branch", "branch.preflight", "s"),
    "undo": ("branch", "branch.preflight", "U"),
    "look": ("fix", "fix.change", "l"),
}


@pytest.mark.parametrize("name", KEYS)
def test_what_another_key_has_begun_is_said(name: str, desks: Callable[..., Desk], reconciled: None) -> None:
    stage, step, key = KEYS[name]

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, StageScreen)
        screen.go_to(step)
        await settle(pilot)
        assert await talk(pilot, screen, key, holds=name != "look")  # a look may take long

    drive(desks(stage).app(), script)


def test_an_incident_is_closing_until_the_last_page_of_the_drill_is_there(
    desks: Callable[..., Desk], reconciled: None
) -> None:
    desk = desks("review")
    ready_to_close(desk)

    async def script(pilot: Pilot[Any]) -> None:
        stage = pilot.app.screen
        assert isinstance(stage, StageScreen)
        async with held(pilot.app):
            await pilot.press("enter")
            await still(pilot.app)
            assert await is_said(pilot, stage), "what is missing is looked for"
        await settle(pilot)
        key = await fill_in(pilot)
        async with held(pilot.app):
            await pilot.press(key)
            await still(pilot.app)
            assert await is_said(pilot, stage), "it is being saved"
        await settle(pilot)
        assert type(pilot.app.screen).__name__ == "DrillEnd"

    drive(desk.app(prepared.drill), script)


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 120])
def test_what_is_under_way_is_in_sight_at_every_width(width: int) -> None:
    long = "Deploy the fix to production with a long name"
    rows = bar.paint(bar.Bar("act", long, "closing…", doing=True), width)
    assert "closing…" in rows[0].plain
    assert rows[0].cell_length == width
    assert width < 30 or long[:3] in rows[0].plain
