"""Notices stand where they hide neither what enter does nor the keys."""

import pytest
from textual.widgets._toast import Toast

from tests.ui.scenes import BY_NAME, SCENES
from tests.ui.support import drive, settle, text

SIZES = ((80, 24), (120, 40), (40, 12), (60, 18), (30, 8))
NAMES = ("stage-verify", "form-facts", "confirm-production", "leaving")
LONG = (
    "The log of production ended (the connection was closed by the other side). Press L to follow it again."
)


@pytest.mark.parametrize("name", NAMES)
def test_a_notice_never_covers_what_enter_does(name, desks, reconciled):
    covered(BY_NAME[name], desks)


@pytest.mark.full
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_on_no_screen_at_all(scene, desks, reconciled):
    covered(scene, desks)


def covered(scene, desks):
    async def script(pilot):
        app = pilot.app
        await scene.reach(pilot)
        for size in SIZES:
            app.clear_notifications()
            await pilot.resize_terminal(*size)
            await settle(pilot)
            bar = app.screen.bar_widget()
            if not bar.region or bar.region.bottom > size[1]:
                continue  # so small that the bar itself has no room
            rows = text(app).splitlines()[bar.region.y : bar.region.bottom]
            for number in range(4):
                app.notify(f"{number}: {LONG}")
            await settle(pilot)
            toasts = list(app.screen.query(Toast))
            assert toasts
            assert text(app).splitlines()[bar.region.y : bar.region.bottom] == rows, size
            if bar.region.y >= 4:
                assert f"{number}: " in text(app), (size, text(app))

    drive(scene.app(desks(scene.stage, scene.severity)), script)
