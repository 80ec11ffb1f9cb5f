"""A backport in conflict: editor and shell open in its worktree, where the conflict is, and what they did counts."""

import contextlib
import subprocess
from pathlib import Path

import pytest

from hotfix_tui.ui.app import HotfixApp
from hotfix_tui.ui.screens.confirm import Confirm
from tests.ui.checks import until
from tests.ui.support import drive, press, settle, text

STEP = "backport.release-2-2"


@pytest.fixture(autouse=True)
def _terminal(monkeypatch):
    monkeypatch.setattr(HotfixApp, "suspend", lambda _: contextlib.nullcontext())


async def confirm(pilot):
    """Start the selected step: enter, and once the question stands, enter again."""
    await press(pilot, "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Confirm) and pilot.app.screen.stands)
    await press(pilot, "enter")


async def in_conflict(pilot):
    """Carry the fix to release/2.2, where the same line is another one; return where the pick stopped."""
    while pilot.app.screen.selected.id != STEP:
        await press(pilot, "j")
    app = pilot.app
    await confirm(pilot)
    await until(pilot, lambda: app.engine.record.stored(STEP).get("verdict") == "conflict")
    await settle(pilot)
    return Path(app.engine.record.stored(STEP)["worktree"])


def state(app):
    return app.screen.selected.state, app.engine.record.stored(STEP).get("conflicts")


def test_shell_and_editor_open_where_the_conflict_is(desks):
    desk = desks("backport")

    async def script(pilot):
        place = await in_conflict(pilot)
        assert place.is_dir() and not place.is_relative_to(desk.shop)
        assert "<<<<<<<" in (place / "shop.py").read_text()
        await press(pilot, "exclamation_mark")
        assert desk.recorder.asked == [("shell", str(place))]
        assert state(pilot.app) == ("failed", ["shop.py"]), "nothing was resolved there"
        assert "will conflict" not in text(pilot.app)
        await press(pilot, "e", "enter")
        assert desk.recorder.asked[1:] == [("edit", f"{place}/shop.py")]
        await press(pilot, "e", "end", "enter")
        assert desk.recorder.asked[2:] == [("edit", str(place))], "the whole worktree"
        assert state(pilot.app) == ("failed", ["shop.py"])

    drive(desk.app(), script)


def test_what_was_resolved_in_the_shell_is_seen_and_goes_on(desks, monkeypatch):
    desk = desks("backport")

    def resolve(directory):
        Path(directory, "shop.py").write_text("def total(prices):\n    return sum(list(prices))\n")
        subprocess.run(["git", "-C", directory, "add", "shop.py"], check=True)
        return ""

    monkeypatch.setattr(desk.recorder, "shell", resolve)

    async def script(pilot):
        await in_conflict(pilot)
        await press(pilot, "exclamation_mark")
        assert state(pilot.app) == ("failed", [])
        assert "stopped" in text(pilot.app) and "Continue the backport to release/2.2" in text(pilot.app)
        await press(pilot, "enter")  # the ways on: the first is to continue
        await confirm(pilot)
        await until(pilot, lambda: pilot.app.engine.record.entry(STEP).get("state") == "waiting")
        assert pilot.app.engine.record.stored(STEP)["pushed"] is True

    drive(desk.app(), script)
