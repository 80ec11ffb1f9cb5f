"""The log that stands in the picture is the one that the key for a larger one shows, whatever step is selected."""

from tests.ui.support import LOG, drive, press, settle


def test_a_step_without_output_shows_the_log_in_the_picture(desks, reconciled):
    desk = desks("verify")
    desk.run("verify.test", "failed", LOG, minutes=1)

    async def script(pilot):
        app = pilot.app
        app.stage_screen().go_to("verify.resolved")
        await settle(pilot)
        assert app.stage_screen().logs.main.id == "verify.test"
        await press(pilot, "o")
        assert type(app.screen).__name__ == "Output", [one.message for one in app._notifications]

    drive(desk.app(), script)
