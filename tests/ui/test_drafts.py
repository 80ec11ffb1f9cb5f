"""What is typed into a form of an incident outlives the wizard, until it is saved; no secret lies there meanwhile."""

import asyncio
import json

import pytest

from tests.base.test_redact import PLANTED
from tests.ui.scenes import BY_NAME
from tests.ui.support import drive, press, settle

FORMS = {
    "a note": ("verify", ["n"], "note"),
    "a waiver": ("verify", ["w"], "waive-"),
    "a tick of what can be checked": ("verify", ["space"], "by-hand-"),
}


async def drafted(pilot, desk, wanted: str) -> dict[str, str]:
    """Wait until what was typed is kept; return it with its draft's name."""
    async with asyncio.timeout(60):
        while True:
            for name in desk.store.drafts("ENG-1234"):
                kept = json.loads(desk.store.draft_read("ENG-1234", name) or "{}")
                if any(wanted in value for value in kept.values() if isinstance(value, str)):
                    return {"": name, **kept}
            await pilot.pause(0.05)


async def opened(pilot, keys: list[str]) -> None:
    await settle(pilot)
    pilot.app.stage_screen().go_to("verify.build")
    await settle(pilot)
    await press(pilot, *keys)
    assert type(pilot.app.screen).__name__ == "Form", type(pilot.app.screen).__name__


@pytest.mark.parametrize("form", FORMS)
def test_what_was_typed_is_there_again_in_another_wizard(desks, form):
    stage, keys, named = FORMS[form]
    desk = desks(stage)
    BY_NAME[f"stage-{stage}"].prepare(desk)

    async def first(pilot):
        await opened(pilot, keys)
        await pilot.press(*"because")
        assert (await drafted(pilot, desk, "because"))[""].startswith(named)

    drive(desk.app(), first)  # it ends without having saved anything, as one that is killed does

    async def second(pilot):
        await opened(pilot, keys)
        values = pilot.app.screen.values()
        assert "because" in values.values()

    drive(desk.app(), second)


def test_what_is_saved_leaves_no_draft(desks):
    desk = desks("verify")
    BY_NAME["stage-verify"].prepare(desk)

    async def script(pilot):
        await opened(pilot, ["n"])
        await pilot.press(*"because")
        await drafted(pilot, desk, "because")
        await press(pilot, "f5")
        await settle(pilot)
        async with asyncio.timeout(60):
            while desk.store.drafts("ENG-1234"):
                await pilot.pause(0.05)
        await press(pilot, "n")
        assert "because" not in pilot.app.screen.values().values()

    drive(desk.app(), script)
    assert "because" in str(desk.engine().store.timeline("ENG-1234"))


def test_no_secret_lies_in_a_draft(desks):
    desk = desks("verify")
    BY_NAME["stage-verify"].prepare(desk)

    async def script(pilot):
        await opened(pilot, ["n"])
        pilot.app.screen.query_one("#field-0").value = f"it was {PLANTED['github']} all along"
        await drafted(pilot, desk, "all along")
        for name in desk.store.drafts("ENG-1234"):
            assert PLANTED["github"] not in (desk.store.draft_read("ENG-1234", name) or "")

    drive(desk.app(), script)
