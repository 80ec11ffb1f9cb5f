"""What waits in the queue of checks is kept: a wizard that comes back offers it, and starts nothing unseen."""

import json
import sys

from hotfix_tui.engine.commands import waive
from hotfix_tui.ui.check_queue import DRAFT, PROOF
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
from tests.ui.support import press, settle, strip, text


def kept(desk) -> list[str]:
    engine = desk.engine()
    return json.loads(engine.store.draft_read(engine.id, DRAFT) or "[]")


def test_what_waited_is_offered_when_the_wizard_comes_back(desks):
    desk = desks("verify")
    go = desk.folder / "go"
    commands(desk, test=saying(WAITS, go), typecheck=PASSES, build=PASSES)

    async def leave(pilot):
        await open_panes(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["test"] == "running")
        await until(pilot, lambda: kept(desk) == ["verify.typecheck", "verify.build"])
        await press(pilot, "q")
        assert "Not begun yet: Type check, Build" in " ".join(text(pilot.app).split())
        await press(pilot, "escape")

    drive(desk.app(), leave)
    go.touch()

    async def come_back(pilot):
        engine = pilot.app.engine
        await until(pilot, lambda: engine.record.entry("verify.test").get("state") == "done")
        await until(pilot, lambda: not pilot.app.stage_screen().reconciling)
        said = [notice.message for notice in pilot.app._notifications]
        assert any("Still to run when the wizard was left: Type check, Build" in one for one in said), said
        await settle(pilot)
        assert {run["step"] for run in engine.record.runs} == {"verify.test"}, "nothing starts unseen"
        await open_panes(pilot)
        assert "waited when the wizard was left" in text(pilot.app)
        assert strip(pilot.app).endswith("enter: Run what waited: typecheck, build")
        panes(pilot)["typecheck"].log_view.focus()
        await settle(pilot)
        await press(pilot, "x")  # it is not wanted any more
        await until(pilot, lambda: kept(desk) == ["verify.build"])
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["build"] == "done")
        assert states(pilot)["typecheck"] == "pending"
        await until(pilot, lambda: kept(desk) == [])

    drive(desk.app(), come_back)


def test_what_was_done_meanwhile_or_cannot_be_read_is_not_offered(desks):
    desk = desks("verify")
    commands(desk, test=PASSES, build=PASSES)
    engine = desk.engine()
    engine.store.draft_write(engine.id, DRAFT, json.dumps(["verify.test", "verify.nonsense", 7]))
    desk.put("verify.test", "done")

    async def script(pilot):
        await until(pilot, lambda: not pilot.app.stage_screen().reconciling)
        assert pilot.app.stage_screen().logs.checks.left == []

    drive(desk.app(), script)
    engine.store.draft_write(engine.id, DRAFT, "{not json")
    drive(desk.app(), script)


def test_the_setup_is_first_and_alone_then_all_run_at_once(desks):
    desk = desks("verify")
    first, rest = desk.folder / "first", desk.folder / "rest"
    commands(
        desk,
        setup=saying(WAITS, first),
        test=saying(WAITS, rest),
        typecheck=saying(WAITS, rest),
        build=saying(WAITS, rest),
        parallel=True,
    )

    async def script(pilot):
        await open_panes(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["setup"] == "running")
        await settle(pilot)
        assert {states(pilot)[name] for name in ("test", "typecheck", "build")} == {"pending"}
        first.touch()
        at_once = {"setup": "done", "test": "running", "typecheck": "running", "build": "running"}
        await until(pilot, lambda: states(pilot) == at_once)
        rest.touch()
        await until(pilot, lambda: set(states(pilot).values()) == {"done"})
        assert kept(desk) == []

    drive(desk.app(), script, (120, 40))


FAILS = [sys.executable, "-c", "raise SystemExit(3)"]


def test_what_failed_and_was_waived_holds_up_no_other_check(desks):
    """The setup of before, and any other check before the proof: a signed waiver settles them."""
    desk = desks("verify")
    commands(desk, setup=FAILS, test=PASSES, build=FAILS)

    async def script(pilot):
        await open_panes(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["setup"] == "failed" and not pilot.app.screen._queue.waiting)
        await settle(pilot)
        waive(pilot.app.engine, "verify.setup", "Fay", "no network")
        await press(pilot, "enter")
        await until(pilot, lambda: states(pilot)["build"] == "failed")
        assert states(pilot)["test"] == "done"
        waive(pilot.app.engine, "verify.build", "Fay", "it is built elsewhere")
        queue = pilot.app.screen._queue
        queue.add([PROOF])
        await until(pilot, lambda: not queue.waiting and not pilot.app.work.busy)
        assert any(run["step"] == PROOF for run in pilot.app.engine.record.runs)

    drive(desk.app(), script)
