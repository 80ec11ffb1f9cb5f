"""Results are read concurrently with the screen: reading may start at any time, and an error in it stops nothing."""

import os

from hotfix_tui.runner import locks
from hotfix_tui.ui.widgets.verify_reader import ResultReader
from tests.ui.checks import (
    PASSES,
    WAITS,
    commands,
    drive,
    open_panes,
    panes,
    saying,
    states,
    until,
)
from tests.ui.support import LOG, settle


def test_a_reader_that_fails_says_so_and_the_pane_goes_on(desks, monkeypatch):
    desk = desks("verify")
    go = desk.folder / "go"
    commands(desk, test=saying(WAITS, go), build=PASSES)
    tried: list[str] = []

    def fails(reader: ResultReader) -> None:
        tried.append(reader.directory)
        raise ValueError("a line nobody expected")

    async def script(pilot):
        await open_panes(pilot)
        pane = panes(pilot)["test"]
        with monkeypatch.context() as broken:
            broken.setattr(ResultReader, "read", fails)
            pane.log_view.focus()
            await settle(pilot)
            await pilot.press("r")
            await until(pilot, lambda: [n for n in pilot.app._notifications if "not understood" in n.message])
            assert pane.idle
            assert states(pilot)["test"] == "running"
        await pilot.press("x")
        await until(pilot, lambda: states(pilot)["test"] == "failed")
        assert len(tried) == 1, "it is not tried twice a second"
        go.touch()
        await pilot.press("r")
        await until(pilot, lambda: states(pilot)["test"] == "done")
        await until(pilot, lambda: pane.idle)
        assert len(tried) == 1, "the next run is read as ever"

    drive(desk.app(), script)


def test_a_run_that_was_looked_at_before_its_supervisor_came_up_is_read_on(desks):
    """For a moment such a run looks as if it had never been; the record says that it runs."""
    desk = desks("verify")
    commands(desk, test=["python3", "-m", "unittest"])
    folder = desk.run("verify.test", "running", b"", command="python3 -m unittest")
    (folder / "status.json").unlink()
    desk.close()  # the lock is not held yet

    async def script(pilot):
        await open_panes(pilot)
        pane = panes(pilot)["test"]
        await until(pilot, lambda: pane._reader is not None and pane._reader.done)
        assert states(pilot)["test"] == "running"
        lock = os.open(folder / "lock", os.O_RDWR)
        try:
            assert locks.try_lock(lock)
            (folder / "status.json").write_text('{"state": "running"}')
            (folder / "log").write_bytes(LOG)
            await until(pilot, lambda: pane.result.failures)
        finally:
            os.close(lock)

    drive(desk.app(), script)
