"""The checks side by side: real commands, the first failure at once, one after the other or together."""

import contextlib
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from hotfix_tui.incident.edits.person import waive
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.model.record import Record
from hotfix_tui.ui.app import HotfixApp
from hotfix_tui.ui.check_queue import checks_here
from hotfix_tui.ui.screens.verify_panes import VerifyPanes
from hotfix_tui.ui.widgets.verify_failures import FailureList
from tests.ui.checks import PASSES, TESTS, WAITS, commands, drive, open_panes, panes, saying, states, until
from tests.ui.incidents import NOW
from tests.ui.support import Desk, press, settle, strip, text


def test_the_first_failure_is_shown_while_the_rest_runs(desks, monkeypatch):
    monkeypatch.setattr(HotfixApp, "suspend", lambda _: contextlib.nullcontext())
    desk = desks("verify")
    go = desk.folder / "go"
    commands(desk, test=saying(TESTS, go), build=saying(WAITS, go), typecheck=PASSES, parallel=True)

    async def script(pilot):
        screen = await open_panes(pilot)
        assert strip(pilot.app).rstrip().endswith("enter: Run what is missing")
        panes(pilot)["build"].log_view.focus()
        await settle(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: panes(pilot)["test"].result.failures)
        assert states(pilot)["test"] == "running", "the first failure is known before the end"
        await until(pilot, lambda: screen.current is panes(pilot)["test"])
        said = [notice.message for notice in pilot.app._notifications]
        assert said == ["test: test_shop.Totals.test_sum failed"]
        await until(pilot, lambda: states(pilot)["build"] == "running")
        assert strip(pilot.app).rstrip().endswith("enter: Back")
        go.touch()
        await until(pilot, lambda: set(states(pilot).values()) == {"failed", "done"})
        await until(pilot, lambda: all(pane.idle for pane in panes(pilot).values()))
        assert states(pilot) == {"test": "failed", "typecheck": "done", "build": "done"}
        found = panes(pilot)["test"].result
        assert (found.summary, found.failures[0].place) == ("1 of 2 tests failed", "tests/test_shop.py:11")
        await settle(pilot)
        assert "unittest: 1 of 2 tests failed" in text(pilot.app)
        await press(pilot, "tab")
        assert isinstance(screen.focused, FailureList)
        assert strip(pilot.app).rstrip().endswith("enter: Open tests/test_shop.py:11")
        assert "FAIL: test_sum (test_shop.Totals.test_sum)" in panes(pilot)["test"].log_view.visible_text
        await press(pilot, "enter")
        assert desk.recorder.asked == [("edit", f"{desk.shop}/tests/test_shop.py")]
        await press(pilot, "escape")
        assert pilot.app.screen is pilot.app.stage_screen()

    drive(desk.app(), script, (120, 40))


def test_one_after_the_other_where_nothing_is_said_and_also_behind_another_screen(desks):
    desk = desks("verify")
    go = desk.folder / "go"
    commands(desk, setup=PASSES, test=saying(WAITS, go), build=PASSES)

    async def script(pilot):
        await open_panes(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["test"] == "running")
        assert states(pilot) == {"setup": "done", "test": "running", "build": "pending"}
        await until(pilot, lambda: "waiting" in panes(pilot)["build"].log_view._state)
        await press(pilot, "escape")
        go.touch()
        record = pilot.app.engine
        await until(pilot, lambda: record.record.entry("verify.build").get("state") == "done")

    drive(desk.app(), script)


def test_a_setup_that_fails_holds_up_the_rest(desks):
    desk = desks("verify")
    commands(desk, setup=[sys.executable, "-c", "raise SystemExit(3)"], test=PASSES, parallel=True)

    async def script(pilot):
        await open_panes(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["setup"] == "failed")
        await until(pilot, lambda: not pilot.app.stage_screen().logs.checks.waiting)
        assert states(pilot)["test"] == "pending"
        assert "The setup failed, so nothing else was started." in [
            n.message for n in pilot.app._notifications
        ]

    drive(desk.app(), script)


def test_a_setup_that_failed_and_was_waived_holds_up_nothing(desks):
    desk = desks("verify")
    commands(desk, setup=[sys.executable, "-c", "raise SystemExit(3)"], test=PASSES, parallel=True)

    async def script(pilot):
        await open_panes(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["setup"] == "failed")
        await until(pilot, lambda: not pilot.app.stage_screen().logs.checks.waiting)
        engine = pilot.app.engine
        engine.change(lambda r, a: waive(r, a, "verify.setup", "Kim", "it is installed by hand"))
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["test"] == "done")

    drive(desk.app(), script)


def test_a_pane_is_stopped_and_run_again_alone_and_zoomed(desks):
    desk = desks("verify")
    go = desk.folder / "go"
    commands(desk, test=saying(WAITS, go), build=PASSES)

    async def script(pilot):
        screen = await open_panes(pilot)
        assert screen.current is panes(pilot)["test"]
        await press(pilot, "r")
        await until(pilot, lambda: states(pilot)["test"] == "running")
        await press(pilot, "z")
        assert [pane.size.height > 0 and pane.region.height > 0 for pane in panes(pilot).values()] == [
            True,
            False,
        ]
        await press(pilot, "escape")
        assert screen.is_current and panes(pilot)["build"].region.height > 0
        await press(pilot, "x")
        await until(pilot, lambda: states(pilot)["test"] == "failed")
        assert states(pilot)["build"] == "pending", "only one pane was asked for"
        go.touch()
        await press(pilot, "r")
        await until(pilot, lambda: states(pilot)["test"] == "done")

    drive(desk.app(), script)


def test_what_cannot_start_leads_to_the_reasons(desks):
    desk = desks("verify")
    commands(desk, test=PASSES, build=["./build", "{commit}"])

    async def script(pilot):
        await open_panes(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: type(pilot.app.screen).__name__ == "Reasons")
        assert not any(isinstance(screen, VerifyPanes) for screen in pilot.app.screen_stack)
        assert pilot.app.stage_screen().logs.checks.waiting == []

    drive(desk.app(), script)


def test_panes_lie_side_by_side_where_there_is_room_and_follow_the_size(desks):
    desk = desks("verify")
    commands(desk, setup=PASSES, test=PASSES, typecheck=PASSES, build=PASSES)

    async def script(pilot):
        await open_panes(pilot)
        for size, columns in (((120, 40), 2), ((80, 24), 1), ((40, 12), 1), ((200, 50), 2), ((20, 5), 1)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert len({pane.region.x for pane in panes(pilot).values()}) == columns, size
            assert all(len(line) <= size[0] for line in text(pilot.app).splitlines())
        commands(desk, test=PASSES, build=PASSES)
        await press(pilot, "escape")
        await until(pilot, lambda: checks_here(pilot.app.engine) == ["verify.test", "verify.build"])
        await press(pilot, "p")
        await pilot.resize_terminal(110, 30)
        await settle(pilot)
        assert len({pane.region.y for pane in panes(pilot).values()}) == 1

    drive(desk.app(), script)


def test_elsewhere_and_without_commands_there_are_no_panes(desks):
    desk = desks("fix")

    async def script(pilot):
        await press(pilot, "p")
        assert pilot.app.screen is pilot.app.stage_screen()
        assert [n.message for n in pilot.app._notifications] == ["The panes are those of the verify stage."]

    drive(desk.app(), script)
    desk = desks("verify")
    commands(desk)

    async def nothing(pilot):
        await press(pilot, "p")
        assert pilot.app.screen is pilot.app.stage_screen()
        assert re.match("There is no command here", next(iter(pilot.app._notifications)).message)

    drive(desk.app(), nothing)


def failed_and_running(desk: Desk) -> None:
    """The tests have failed, the build runs, the type check never ran here; earlier runs took a while."""

    def earlier(record: Record) -> None:
        for number, (step, seconds) in enumerate((("test", 84), ("build", 130), ("typecheck", 12)), 1):
            begun = NOW - timedelta(hours=5)
            ended = begun + timedelta(seconds=seconds)
            run = {"n": number, "step": f"verify.{step}", "round": 1, "at": begun, "by": "Ann"}
            record.runs.append({**run, "state": "done", "ended": ended})

    commands(desk, test=["python3", "-m", "unittest"], typecheck=["mypy", "."], build=["make", "build"])
    desk.change(earlier)
    desk.run(
        "verify.test", "failed", minutes=2, command="python3 -m unittest", note=RunNote(where=str(desk.shop))
    )
    (Path(desk.engine().run_directory(4)) / "exit.json").write_text('{"state": "exited", "exit_code": 1}')
    desk.run("verify.build", "running", b"cc -c cart.c\ncc -c till.c\n", minutes=1.5)


class Panes:
    """The panes, once everything was read."""

    async def reach(self, pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await open_panes(pilot)
        await until(pilot, lambda: panes(pilot)["test"].result.failures and panes(pilot)["test"].idle)
        await until(pilot, lambda: "usually 12 s" in panes(pilot)["typecheck"].log_view._state)
        await settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_picture_of_failed_running_and_to_do(desks, snap, size):
    desk = desks("verify")
    failed_and_running(desk)

    assert snap(Panes(), desk.app(), size)
