"""The incident's folder goes, or its record turns odd, under an open wizard or before it opens: a sentence, no end."""

import os
import re
import shutil

import pytest

from tests.ui.support import drive, press, settle, text
from tests.ui.terminal import INTERPRETER, Terminal


def folder_of(desk):
    return desk.store.directory("ENG-1234")


def said(app):
    """What the screen shows, as one line without frames."""
    return " ".join(re.sub("[│╭╮╰╯─]", " ", text(app)).split())


async def close(pilot):
    while type(pilot.app.screen).__name__ != "StageScreen":
        await press(pilot, "escape")


@pytest.mark.parametrize(
    "keys",
    [("t",), ("f",), ("d", "enter"), ("space",), ("n", "x", "f5"), ("w", "x", "enter", "y", "enter"), ("U",)],
)
def test_a_folder_that_is_gone_is_told_and_ends_nothing(keys, desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        shutil.rmtree(folder_of(desk))
        await press(pilot, *keys)
        assert pilot.app.is_running and not pilot.app.crash_line
        await close(pilot)
        await press(pilot, "U")
        assert "is gone" in said(pilot.app) and "start hotfix-tui where it is" in said(pilot.app)
        assert pilot.app.is_running and not pilot.app.crash_line

    drive(desk.app(), script)


def test_a_folder_that_moved_and_came_back_is_gone_on_with(desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        folder = folder_of(desk)
        os.rename(folder, f"{folder}-away")
        await press(pilot, "t")
        await close(pilot)
        os.rename(f"{folder}-away", folder)
        await press(pilot, "U")
        assert not pilot.app.crash_line and "is gone" not in said(pilot.app)

    drive(desk.app(), script)


ODD = {
    "no rounds": (r"(?s)\nrounds = \[.*?\n\]", "\nrounds = []"),
    "no severity": (r'severity = "P1"', 'severity = "P9"'),
    "no time": (r"(opened_at|detected-at) = .*", r"\1 = 0001-01-01T00:00:00+23:59"),
    "no table": (r'stage = "verify"', "stage = 7"),
    "no TOML": (r'stage = "verify"', "stage = ="),
}


def damage(desk, how):
    path = os.path.join(folder_of(desk), "session.toml")
    with open(path, encoding="utf-8") as file:
        kept = file.read()
    wrong, right = ODD[how]
    bent = re.sub(wrong, right, kept)
    assert bent != kept
    for name in (path, f"{path}.bak"):
        with open(name, "w", encoding="utf-8") as file:
            file.write(bent)


@pytest.mark.parametrize("how", ODD)
def test_a_record_that_turns_odd_under_the_wizard_is_told_and_ends_nothing(how, desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        damage(desk, how)
        for _ in range(3):
            await pilot.pause(0.3)
        await settle(pilot)
        await press(pilot, "down", "t", "escape", "right_square_bracket")
        assert pilot.app.is_running and not pilot.app.crash_line

    drive(desk.app(), script)


@pytest.mark.parametrize("how", ["no rounds", "no TOML"])
def test_a_record_that_is_odd_at_the_start_is_told_in_a_line(how, desks):
    desk = desks("verify")
    damage(desk, how)
    terminal = Terminal(INTERPRETER, "-m", "hotfix_tui", cwd=desk.shop, env=desk.environment())
    try:
        status = terminal.wait()
        told = terminal.received.decode("utf-8", "replace")
    finally:
        terminal.close()
    assert status in (1, 3, 8) and "hotfix-tui: " in told
    assert "Traceback" not in told and "defect" not in told and "session.toml" in told
