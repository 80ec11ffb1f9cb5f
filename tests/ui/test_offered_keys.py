"""The footer offers what works, and a wide screen shows the checks side by side."""

import pytest

from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.presenters import stage_keys
from tests.ui import prepared
from tests.ui.support import LOG, drive, press, settle, text

NOTHING = ("Nothing ", "There is ", "This step ", "cannot look: a person")
"""How the answer begins of a key that has nothing to do."""


def offered(screen):
    named = screen.keys()
    return [key for key, _ in named]


@pytest.mark.parametrize(
    ("stage", "prepare"),
    [
        pytest.param("verify", prepared.push_unknown, id="verify"),
        pytest.param("deploy", prepared.followed, id="deploy"),
        *(
            pytest.param(stage, lambda desk: None, id=stage, marks=pytest.mark.full)
            for stage in stage_keys.BY_STAGE
            if stage not in ("verify", "deploy")
        ),
    ],
)
def test_each_key_that_the_footer_names_does_something_at_each_step(stage, prepare, desks, reconciled):
    desk = desks(stage)
    prepare(desk)

    async def script(pilot):
        app, tried = pilot.app, set()
        screen = app.stage_screen()
        for step in [view.id for view in views(screen.record).values() if view.stage == stage]:
            screen.view_stage(stage)
            screen.go_to(step)
            await settle(pilot)
            for key in offered(screen):
                at = (key, screen.selected.step.kind, screen.selected.state)
                if key in ("r", "n", "u", "d", "t", "f", "s") or at in tried:
                    continue  # open at every step, as the tours show
                tried.add(at)
                app.clear_notifications()
                await pilot.press({"space": "space", "!": "exclamation_mark"}.get(key, key))
                await settle(pilot)
                said = [one.message for one in app._notifications]
                assert not [one for one in said if one.startswith(NOTHING)], (step, key, said)
                assert type(app.screen).__name__ != "Notice", (step, key, text(app))
                while app.screen is not screen:
                    await press(pilot, "escape")
                screen.view_stage(stage)
                screen.go_to(step)
                await settle(pilot)
        assert tried

    drive(desk.app(), script)


def test_the_log_in_the_picture_is_the_one_that_the_key_shows(desks, reconciled):
    """Production is asked what runs while the log of the deployment stands there: that is what is shown larger."""
    desk = desks("deploy")
    desk.run("deploy.production", "done", LOG, minutes=2)

    async def script(pilot):
        screen = pilot.app.stage_screen()
        screen.go_to("deploy.live")
        await settle(pilot)
        assert ("o" in offered(screen)) == (screen.logs.main is not None)
        screen.go_to("deploy.production")
        await settle(pilot)
        assert "o" in offered(screen) and "x" not in offered(screen), "nothing runs that could be stopped"

    drive(desk.app(), script)


def test_wide_verify_shows_the_logs_of_its_checks_beside_one_another(desks, reconciled):
    desk = desks("verify")
    desk.run("verify.test", "done", b"$ make test\n212 passed\n", minutes=3)
    desk.run("verify.build", "running", b"$ make build\n* Building wheel\n", minutes=0.2)
    desk.run("verify.proof", "running", b"$ prove\non the base\n", minutes=0.1)

    async def script(pilot):
        app, screen = pilot.app, pilot.app.stage_screen()
        screen.go_to("verify.test")
        await settle(pilot)
        shown = text(app)
        assert "212 passed" in shown
        sides = [line for line in shown.splitlines() if "Building wheel" in line and "on the base" in line]
        assert sides, f"build and proof stand side by side:\n{shown}"
        assert shown.index("Regression proof ─") < shown.index("make test"), "the proof stands above the logs"
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        shown = text(app)
        assert "212 passed" in shown and "Building wheel" not in shown
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert "Building wheel" in text(app)
        screen.go_to("verify.resolved")
        await settle(pilot)
        assert screen.logs.main is not None and screen.logs.main.id == "verify.build", (
            "what runs matters most"
        )
        await press(pilot, "o")
        assert type(app.screen).__name__ == "Output" and "Building wheel" in text(app)

    drive(desk.app(), script, (120, 40))


def test_a_form_at_a_gap_that_is_left_empty_says_so(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        app.stage_screen().ask_facts("What the text lacks", ["cause.steps", "fix.why"])
        await settle(pilot)
        await press(pilot, "f5")
        assert app.screen is app.stage_screen()
        said = [one.message for one in app._notifications]
        assert said == ["Nothing was entered; still not known: how it happened, step by step, and 1 more."]

    drive(desks("verify").app(), script)
