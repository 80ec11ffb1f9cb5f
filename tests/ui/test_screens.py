"""How every screen looks, in a small terminal and in a large one."""

import asyncio

import pytest

from hotfix_tui.engine import reconcile
from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.rules.step_state import STATES
from hotfix_tui.incident.rules.views import views
from tests.ui.scenes import BY_NAME, SCENES
from tests.ui.support import SIZES

NAMES = [scene.name for scene in SCENES]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", NAMES)
def test_screen(name, size, desks, reconciled, snap):
    scene = BY_NAME[name]
    assert snap(scene, scene.app(desks(scene.stage, scene.severity)), size)


def test_every_state_and_every_stage_is_in_a_picture(desks):
    """The scenes show each state of a step and each stage at least once."""
    states, stages = set(), set()
    for scene in SCENES:
        if scene.screen != "StageScreen":
            continue
        desk = desks(scene.stage, scene.severity)
        scene.app(desk)
        record = desk.engine().record
        found = views(record)
        stage = found[scene.select].stage if scene.select else record.stage
        stages.add(stage)
        states |= {view.state for view in found.values() if view.stage == stage}
        desk.close()
    assert states == set(STATES)
    assert stages == set(STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_the_world_agrees_with_what_the_pictures_say(stage, desks):
    """Looking at the real repository again changes no incident of the pictures."""
    engine = desks(stage).engine()
    before = {name: view.state for name, view in views(engine.record).items()}
    reconcile.reconcile(engine)
    assert {name: view.state for name, view in views(engine.record).items()} == before
    assert engine.record.stage == stage


def test_the_first_picture_is_there_before_the_world_was_looked_at(desks, monkeypatch):
    """The last known state is shown at once; a look that takes long does not hold it up."""
    from threading import Event

    asked, go_on = Event(), Event()

    def slow(engine, saw=None):
        asked.set()
        go_on.wait(240)

    monkeypatch.setattr("hotfix_tui.engine.reconcile.reconcile", slow)
    app = desks("verify").app()

    async def main():
        async with app.run_test(size=(80, 24)) as pilot:
            while not asked.is_set():
                await pilot.pause()
            assert "checking what changed…" in app.screen.painted("bar")
            assert app.screen.selected.id == "verify.test"
            await pilot.press("down", "down")
            chosen = app.screen.selected.id
            go_on.set()
            while app.looks.busy:
                await asyncio.sleep(0.01)
            await pilot.pause()
            assert app.screen.selected.id == chosen

    asyncio.run(main())
