"""What pictures showed at sizes and in states that nobody had looked at: keys without effect, rows without use."""

import re
from pathlib import Path

import pytest

from hotfix_tui.ui.frame import arrangement
from hotfix_tui.ui.pictures import fix
from tests.ui.scenes import BY_NAME
from tests.ui.support import drive, press, text

pytestmark = pytest.mark.usefixtures("reconciled")
GUARD = Path(__file__).parents[2] / "hotfix_tui" / "steps" / "fix" / "guard"


def shown(name, desks, check, size=(80, 24), then=()):
    scene = BY_NAME[name]

    async def script(pilot):
        await scene.reach(pilot)
        await press(pilot, *then)
        check(pilot.app)

    drive(scene.app(desks(scene.stage, scene.severity)), script, size)


@pytest.mark.parametrize(
    ("name", "then", "runs"),
    [
        ("output", (), False),
        ("panes", (), False),
        ("stage-running", ("o",), True),
        ("stage-running", ("p",), True),
    ],
)
def test_a_run_is_offered_to_be_stopped_only_while_it_runs(name, then, runs, desks):
    def check(app):
        assert ("x stop" in text(app).splitlines()[-1]) == runs

    shown(name, desks, check, then=then)


def test_the_question_before_is_offered_where_there_is_one(desks):
    def first(app):
        assert "question before" not in text(app)

    def later(app):
        assert "← question before" in text(app)

    shown("triage-first", desks, first)
    shown("triage-first", desks, first, then=("y",))
    shown("triage-later", desks, later)
    shown("triage-end", desks, later)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (40, 12), (60, 20)])
def test_the_fields_stand_right_below_what_the_form_is_about(desks, size):
    def check(app):
        rows = text(app).splitlines()
        end = next(place for place, row in enumerate(rows) if "make up for it." in row)
        assert "Granted by" in rows[end + 1] or "Granted by" in rows[end + 2], rows

    shown("form-waive", desks, check, size)


def test_an_empty_section_that_is_being_edited_is_still_a_gap(desks):
    def check(app):
        said = text(app)
        assert "! not known: how it happened" in said and "left out" not in said

    shown("text-edit", desks, check, (200, 60), then=("a", "backspace"))


def test_every_kind_of_finding_belongs_to_something_that_the_guard_looks_for():
    said = "\n".join(path.read_text(encoding="utf-8") for path in GUARD.glob("*.py"))
    kinds = set(re.findall(r'(?:Finding\(|yield |return )\s*"([a-z-]+)"', said))
    assert {"forbidden", "version", "lockfile", "debugging", "secret"} <= kinds
    known = {kind for _, of in fix._LOOKS for kind in of}
    assert kinds - known == set()


def test_a_tall_screen_has_room_for_the_card_of_a_backport():
    rows = {height: arrangement.choose("backport", 200, height).card for height in (24, 40, 60, 100)}
    assert rows[24] == rows[40] < rows[60] == rows[100]
    assert all(arrangement.choose("communicate", 200, height).card == 0 for height in rows)
