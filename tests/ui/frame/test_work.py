"""The work area on the screen: what is shown takes all the room there is, in every arrangement."""

import pytest

from tests.ui.support import drive, settle


@pytest.mark.parametrize("stage", ["triage", "branch", "fix", "verify", "deploy", "communicate", "backport"])
def test_no_row_of_the_work_area_is_lost(stage, desks, reconciled):
    app = desks(stage).app()

    async def script(pilot):
        for size in ((80, 24), (120, 40), (72, 18)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            work = app.screen.work
            parts = [work.query_one(name) for name in ("#steps", "#area", "#card")]
            shown = [part.region for part in parts if part.display]
            assert max(one.bottom for one in shown) == work.region.bottom, (size, shown)
            assert sum(one.area for one in shown) == work.region.area, (size, shown)

    drive(app, script)
