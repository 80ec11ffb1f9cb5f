"""The selection is the engineer's: what ends elsewhere does not move it, or enter would do something else."""

from threading import Event

from hotfix_tui.engine import reconcile
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.errors import SaveFailed
from tests.ui.checks import WAITS, commands, drive, saying, until
from tests.ui.support import press, text


def selected(pilot) -> str:
    return pilot.app.stage_screen().selected.id


async def go_to(pilot, step: str) -> None:
    pilot.app.stage_screen().go_to(step)
    await pilot.pause()
    assert selected(pilot) == step


def test_the_arrows_choose_the_step_above_and_below(desks):
    async def script(pilot):
        here = [view.id for view in views(pilot.app.stage_screen().record).values() if view.stage == "fix"]
        await go_to(pilot, here[1])
        await press(pilot, "down")
        assert selected(pilot) == here[2]
        await press(pilot, "up", "up")
        assert selected(pilot) == here[0]

    drive(desks("fix").app(), script)


def test_a_look_at_a_step_that_is_done_stays_there(desks):
    async def script(pilot):
        await go_to(pilot, "fix.change")
        await press(pilot, "l")
        assert selected(pilot) == "fix.change"

    drive(desks("fix").app(), script)


def test_looks_that_say_the_same_are_one_notice(desks):
    async def script(pilot):
        await go_to(pilot, "fix.change")
        await press(pilot, *"llll")
        await go_to(pilot, "fix.root-cause")
        await press(pilot, "l")
        said = [notice.message for notice in pilot.app._notifications]
        assert said == ["done", "cannot look: a person says whether it is done"]

    drive(desks("fix").app(), script)


def test_a_look_that_ends_after_the_engineer_moved_on_moves_nothing(desks, monkeypatch):
    looked = Event()
    probe = reconcile.probe_step

    def slow(engine, step):
        looked.wait(240)
        return probe(engine, step)

    async def script(pilot):
        await go_to(pilot, "fix.change")
        screen = pilot.app.stage_screen()
        monkeypatch.setattr(reconcile, "probe_step", slow)
        await pilot.press("l")
        assert screen.runner.acting
        screen.go_to("fix.guard")
        looked.set()
        await until(pilot, lambda: not screen.runner.acting)
        await pilot.pause()
        assert selected(pilot) == "fix.guard"

    drive(desks("fix").app(), script)


def test_a_first_look_that_fails_holds_up_nothing(desks, monkeypatch):
    def fails(engine, saw=None):
        raise SaveFailed("The disk is full: session.toml was not saved.")

    monkeypatch.setattr(reconcile, "reconcile", fails)

    async def script(pilot):
        screen = pilot.app.stage_screen()
        assert "The disk is full" in text(pilot.app)
        await press(pilot, "escape")
        assert not screen.reconciling and not screen.checking
        assert screen.runner.held_back("deploy.production") == ""

    drive(desks("deploy").app(), script)


async def while_tests_run(pilot, go, elsewhere: str) -> None:
    """Begin the tests, which wait for `go`; select `elsewhere` before they end."""
    engine = pilot.app.engine

    def state() -> object:
        return engine.record.entry("verify.test").get("state")

    await go_to(pilot, "verify.test")
    await press(pilot, "enter")
    await until(pilot, lambda: state() == "running")
    await go_to(pilot, elsewhere)
    go.touch()
    await until(pilot, lambda: state() == "done")


def test_a_run_that_ends_elsewhere_moves_nothing(desks):
    desk = desks("verify")
    go = desk.folder / "go"
    commands(desk, test=saying(WAITS, go))

    async def script(pilot):
        await while_tests_run(pilot, go, "verify.setup")
        await until(pilot, lambda: not pilot.app.stage_screen().watcher.settling)
        await pilot.pause()
        assert selected(pilot) == "verify.setup"

    drive(desk.app(), script)


def test_a_run_that_ends_before_the_eyes_leads_to_the_next_step(desks):
    desk = desks("verify")
    go = desk.folder / "go"
    commands(desk, test=saying(WAITS, go))

    async def script(pilot):
        await while_tests_run(pilot, go, "verify.test")
        await until(pilot, lambda: selected(pilot) != "verify.test")

    drive(desk.app(), script)
