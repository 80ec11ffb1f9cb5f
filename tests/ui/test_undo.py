"""What U says when there is nothing that it could take back."""

import pytest

from hotfix_tui.engine import commands
from tests.ui.support import drive, press, text


@pytest.mark.parametrize("stage", ["triage", "verify"])
def test_nothing_to_undo_names_the_keys_that_change_it_otherwise(desks, stage):
    desk = desks(stage)
    engine = desk.engine()
    desk.change(lambda record: record.doc.pop("undo", None))
    engine.reload()
    commands.severity(engine, "P2" if engine.record.severity != "P2" else "P1", "a slip")

    async def script(pilot):
        await press(pilot, "U")
        said = " ".join(text(pilot.app).replace("│", " ").split())
        assert "nothing to undo" in said
        assert "space takes a tick back, f changes a fact, s the severity or the verdict." in said
        assert "untick STEP" not in said

    drive(desk.app(), script, (120, 36))
