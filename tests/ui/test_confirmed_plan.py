"""What was confirmed is what runs: where it would be something else by then, that is shown and has to be confirmed."""

from tests.ui.scenes import BY_NAME
from tests.ui.support import drive, press, text
from tests.ui.test_accidents import waiting
from tests.ui.test_dialogs import begun


def test_a_command_that_changed_behind_the_dialog_is_shown_and_confirmed_anew(desks, reconciled):
    scene = BY_NAME["confirm-production"]
    desk = desks(scene.stage)
    desk.trust()

    def edited(record):
        record.doc["edited"] = {
            "deploy.production": {"run": ["make", "ship"], "by": "Bob", "at": record.detected_at}
        }

    async def script(pilot):
        await scene.reach(pilot)
        first = pilot.app.screen
        desk.change(edited)
        waiting(pilot.app)
        pilot.app.hands.every = 0.2
        pilot.app.hands.gaps = [2.0]
        for letter in "ENG-1234":
            await press(pilot, "minus" if letter == "-" else letter)
        pilot.app.hands.gaps = [0.5]
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Confirm" and pilot.app.screen is not first
        assert begun(desk) == []
        shown = text(pilot.app)
        assert "It would do something else now" in shown
        assert "make ship" in shown

    drive(scene.app(desk), script)
