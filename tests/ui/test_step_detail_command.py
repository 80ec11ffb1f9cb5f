"""The origin of a command, shown next to it: found, configured or edited."""

from datetime import UTC, datetime
from pathlib import Path

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.model.record import new_record
from hotfix_tui.ui.presenters.step_detail import origin, origin_of_command
from tests.ui.checks import drive
from tests.ui.support import press, settle, text

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WHY = "the job 'test' of .github/workflows/ci.yml runs it"


def test_found_configured_and_edited():
    found = {"test": {"run": ["pytest"], "evidence": f"pytest, because {WHY}"}}
    record = new_record("ENG-1", now=NOW, by="ann", detected=found)
    assert origin_of_command(record, "verify.test") == f"because {WHY}"
    assert origin_of_command(record, "verify.commit") == origin_of_command(record, "verify.build") == ""
    record.config["commands"] = {"test": ["pytest"]}
    assert origin(record, "test") == "commands.test of the configuration says so"
    actions.edit_command(record, actions.Actor("ann", NOW), "test", ["pytest", "-x"])
    assert origin(record, "test") == "edited for this incident by ann"


def test_it_is_said_where_the_command_is_shown_and_edited(desks):
    desk = desks("verify")

    def change(record) -> None:
        record.config.pop("commands", None)
        record.detected["test"] = {"run": ["./check"], "evidence": f"./check, because {WHY}"}
        record.steps.pop("verify.test", None)

    desk.change(change)

    async def script(pilot):
        pilot.app.stage_screen().go_to("verify.test")
        await settle(pilot)
        card = pilot.app.stage_screen().work.card.text.replace("▕", " ")
        assert f"because {WHY}; e edits it" in " ".join(card.split())
        await press(pilot, "e")
        assert f"Now: ./check: {WHY}." in " ".join(text(pilot.app).replace("│", " ").split())

    drive(desk.app(), script, (160, 40))


def test_e_lists_what_else_would_do_and_takes_it_with_its_folder(desks):
    desk = desks("verify")
    root = desk.engine().context().worktree
    Path(root, "package.json").write_text(
        '{"scripts": {"test": "mocha", "lint": "eslint ."}}', encoding="utf-8"
    )
    desk.change(lambda record: record.config.pop("commands", None))

    async def script(pilot):
        pilot.app.stage_screen().go_to("verify.test")
        await settle(pilot)
        await press(pilot, "e")
        await settle(pilot)
        shown = " ".join(text(pilot.app).replace("│", " ").split())
        assert "Type a command" in shown and "npm test" in shown and "test script" in shown
        await press(pilot, "down", "enter")
        await settle(pilot)
        assert desk.engine().record.edited["test"]["run"] == ["npm", "test"]

    drive(desk.app(), script, (160, 40))
