"""The embargo by keys: asked after a security question, shown in the strip, switched off in the menu of states."""

from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.embargo import switch as embargo
from tests.ui import prepared
from tests.ui.support import drive, press, settle, text


def test_it_is_asked_shown_and_lifted(desks, reconciled):
    desk = desks("none", "P1")
    app = desk.app(prepared.asking)

    async def script(pilot):
        await settle(pilot)
        await press(pilot, "y", "n", "y")  # broken; no bypass; data is exposed
        assert "Keep it under embargo" in text(app)
        assert app.engine.record.severity == "P0" and not app.engine.record.fact("embargo")
        await press(pilot, "enter")
        assert app.stage_screen() is not None
        assert embargo.on(app.engine.record)
        assert " P0  EMBARGO " in app.screen.painted("header")
        await press(pilot, "s", "enter")
        assert embargo.state(app.engine.record) == "lifted"
        assert "EMBARGO" not in app.screen.painted("header")

    drive(app, script)
    (incident,) = desk.store.ids()
    kinds = [one["kind"] for one in Engine(desk.store, incident, desk.place.root, by="Ann").timeline()]
    assert kinds.count("embargo") == 2


def test_esc_leaves_it_undecided(desks, reconciled):
    desk = desks("triage", "P1")
    desk.change(lambda record: record.doc.update(severity=""))
    app = desk.app()

    async def script(pilot):
        await settle(pilot)
        app.stage_screen().go_to("triage.severity")
        await press(pilot, "enter", "y")
        assert "Keep it under embargo" in text(app)
        await press(pilot, "escape")
        assert app.screen is app.stage_screen()
        assert app.engine.record.severity == "P0" and app.engine.record.fact("embargo") is None

    drive(app, script)


def test_a_public_message_is_refused_with_its_cure(desks, reconciled):
    desk = desks("verify", "P1")
    prepared.kept_back(desk)
    app = desk.app()

    async def script(pilot):
        await settle(pilot)
        await press(pilot, "u", *["down"] * 5, "enter", "enter")
        assert type(app.screen).__name__ == "Reasons"
        said = " ".join(str(widget.content) for widget in app.screen.query("Static"))
        assert "no status-page message before production runs the fix" in said and "set embargo no" in said

    drive(app, script)
    assert all(one["document"] != "status-page" for one in desk.engine().record.messages)
