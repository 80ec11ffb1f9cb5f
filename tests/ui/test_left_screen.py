"""What arrives for a stage screen that was left meanwhile, as for the next incident, changes and breaks nothing."""

import pytest
from textual.screen import Screen

from tests.ui import prepared
from tests.ui.support import drive, press, settle


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("stage", ["verify", "deploy", "monitor"])
def test_what_arrives_after_it_was_left_is_dropped(stage, size, desks, reconciled):
    desk = desks(stage)
    {"verify": prepared.test_runs, "deploy": prepared.followed, "monitor": prepared.measured}[stage](desk)
    app = desk.app()

    async def script(pilot):
        left = app.stage_screen()
        await settle(pilot)
        await press(pilot, "down")
        before = left.selected.id
        await app.switch_screen(Screen())
        await settle(pilot)
        for arrives in (
            left.show_logs,
            left.refresh_view,
            left.action_finished,
            left.show_bar,
            left._show_looked,
            left._show_preview,
        ):
            arrives()
        assert left.selected.id == before

    drive(app, script, size)
