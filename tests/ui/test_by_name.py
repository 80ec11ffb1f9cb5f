"""The palette finds every key, step, fact, text and incident by name, and choosing it leads there."""

import asyncio

import pytest
from textual.widgets import Input, OptionList

from hotfix_tui.documents.render import DOCUMENTS
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import keymap
from hotfix_tui.ui.by_name import everything
from tests.ui import prepared
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.support import drive, press, settle


def test_everything_is_found_and_leads_there(desks, reconciled):
    desk = desks("verify")
    prepared.several(desk)

    async def script(pilot):
        app, stage = pilot.app, pilot.app.screen
        found = list(everything(app, stage))
        said = "\n".join(f"{one.name} {one.help}" for one in found)
        for name in (*views(stage.record), *DOCUMENTS, "ENG-99"):
            assert f"({name})" in said or name in said
        assert all(f"({key})" in said for key, fact in FACTS.items() if fact.kind != "actions")
        left_out = ("palette", "primary", "move(-1)", "move(1)")
        for key in keymap.KEYS:
            if key.action not in left_out:
                name = next(one for one in found if one.help.endswith(f"({key.shown})"))
                assert key.help in name.help or name.help.startswith("not now: "), key
        assert "not now: There is no open finding." in said

        by_help = {one.help.rsplit("(", 1)[-1].rstrip(")"): one for one in found}
        by_help["release.merge"].run()
        await settle(pilot)
        assert stage.selected.id == "release.merge"
        by_help["fix.why"].run()
        await settle(pilot)
        assert type(app.screen).__name__ == "Form"
        await press(pilot, "escape")
        by_help["pr"].run()
        await settle(pilot)
        assert type(app.screen).__name__ == "DocumentScreen"
        await press(pilot, "escape")
        next(one for one in found if one.name.startswith("ENG-99")).run()
        await settle(pilot)
        assert app.engine.record.ticket == "ENG-99"
        assert type(app.screen).__name__ == "StageScreen"

    drive(desk.app(), script)


def test_the_palette_itself_offers_it(desks, reconciled):
    """While it is open it is the screen on top: what it offers is that of the screen that it was called from."""
    desk = desks("verify")

    async def script(pilot):
        stage = pilot.app.screen
        await press(pilot, "colon")
        assert type(pilot.app.screen).__name__ == "CommandPalette"
        offered = {one.title for one in pilot.app.get_system_commands(pilot.app.screen._calling_screen)}
        assert {"Note", "Accept", "Waive"} <= offered and len(offered) > 50
        assert pilot.app.screen._calling_screen is stage
        await press(pilot, "escape")

    drive(desk.app(), script)


@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_that_is_found_is_markup(name, desks, reconciled):
    """What is known of an incident may hold brackets: it is shown as it is, and found by its name."""
    desk = desks("verify")
    desk.change(lambda record: spoil(record, PAYLOADS[name]))

    async def script(pilot):
        app = pilot.app
        await press(pilot, "colon")
        palette = app.screen
        assert type(palette).__name__ == "CommandPalette"
        found = await listed(pilot, palette)
        assert len(found) > 50
        assert any(one.startswith("Components affected\nfact: x") for one in found)
        palette.query_one(Input).value = "compo"
        found = await listed(pilot, palette, lambda rows: len(rows) < 20)
        assert any(one.startswith("Components affected\nfact: x") for one in found)
        await press(pilot, "escape")
        assert type(app.screen).__name__ == "StageScreen"

    drive(desk.app(), script)


async def listed(pilot, palette, enough=lambda rows: len(rows) > 50):
    """The rows of the palette once there are enough of them; they come a few at a time."""
    async with asyncio.timeout(240):
        while True:
            rows = [str(option.prompt) for option in palette.query_one(OptionList).options]
            if enough(rows) and rows:
                return rows
            await pilot.pause(0.01)
