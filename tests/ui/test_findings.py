"""Enter where the guard has findings: the place of one in the editor; what has no place is accepted with a reason."""

import os

import pytest

from tests import typed
from tests.ui import prepared
from tests.ui.support import drive, press, settle, text


@pytest.fixture
def edited(monkeypatch):
    """What the editor was opened at, as file and line."""
    places = []

    def at(desk):
        monkeypatch.setattr(
            desk.recorder, "edit", lambda path, line=0: places.append((os.path.basename(path), line)) or ""
        )
        return places

    return at


def leave(desk, *names):
    """Leave only the findings of these ids."""

    def change(record):
        found = record.stored("fix.guard")["findings"]
        typed.add(record, "fix.guard", findings=[one for one in found if one["id"] in names])

    desk.change(change)


async def at_the_guard(pilot, monkeypatch):
    monkeypatch.setattr(pilot.app, "with_terminal", lambda call: call())
    pilot.app.screen.go_to("fix.guard")
    await settle(pilot)
    return pilot.app.screen


def test_one_finding_opens_at_its_line(desks, reconciled, monkeypatch, edited):
    desk = desks("fix")
    prepared.findings(desk)
    leave(desk, "debug-1")
    places = edited(desk)

    async def script(pilot):
        screen = await at_the_guard(pilot, monkeypatch)
        bar = screen.painted("bar")
        assert "Go through the finding " in bar
        assert "Opens shop.py:6 in your editor. Or a: accept it with a reason." in bar
        await press(pilot, "enter")
        assert places == [("shop.py", 6)]
        assert pilot.app.screen is screen

    drive(desk.app(), script)


def test_of_several_the_chosen_one_opens(desks, reconciled, monkeypatch, edited):
    desk = desks("fix")
    prepared.findings(desk)
    places = edited(desk)
    (desk.shop / "poetry.lock").write_text("# made by poetry\n")

    async def script(pilot):
        screen = await at_the_guard(pilot, monkeypatch)
        assert "Opens the one you choose in your editor." in screen.painted("bar")
        await press(pilot, "enter", "down", "enter")
        assert places == [("poetry.lock", 0)]

    drive(desk.app(), script)


@pytest.mark.parametrize("finding", [{"path": ""}, {"path": "gone.py"}])
def test_what_cannot_be_opened_is_accepted_with_a_reason_or_left(
    finding, desks, reconciled, monkeypatch, edited
):
    desk = desks("fix")
    prepared.findings(desk)
    leave(desk, "lockfile")

    def change(record):
        (found,) = record.stored("fix.guard")["findings"]
        typed.add(record, "fix.guard", findings=[{**found, **finding}])
        files = record.stored("fix.change")["files"]
        typed.add(record, "fix.change", files=[*files, {"path": "gone.py", "status": "D"}])

    desk.change(change)
    places = edited(desk)

    async def script(pilot):
        screen = await at_the_guard(pilot, monkeypatch)
        assert "Change the fix, or accept it with a reason." in screen.painted("bar")
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Form"
        assert "A lockfile changes with the fix" in text(pilot.app)
        await press(pilot, "escape")
        assert pilot.app.screen is screen and not places
        assert not screen.record.doc.get("accepted")

    drive(desk.app(), script)
