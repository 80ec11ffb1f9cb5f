"""Terminals of odd sizes: no screen falls over, and what matters most is shown last to go.

`test_default_action.py` takes one of each screen through the odd sizes.
"""

from datetime import timedelta

import pytest

from hotfix_tui.ui.frame import header
from tests.ui import incidents
from tests.ui.incidents import NOW
from tests.ui.scenes import BY_NAME
from tests.ui.support import drive, press, text
from tests.ui.test_default_action import ONE_OF_EACH, bare, go_through

HUGE = ((1000, 2000), (3, 200), (300, 2), (2, 2), (80, 24))


def test_a_huge_terminal(desks, reconciled):
    through(ONE_OF_EACH[0], HUGE, desks)


@pytest.mark.full
@pytest.mark.parametrize("scene", ONE_OF_EACH, ids=lambda scene: scene.name)
def test_no_screen_is_too_huge(scene, desks, reconciled):
    through(scene, HUGE, desks)


def through(scene, sizes, desks):
    async def script(pilot):
        await scene.reach(pilot)
        await go_through(pilot, sizes)

    drive(scene.app(desks(scene.stage, scene.severity)), script)


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (40, 12)])
def test_it_starts_and_can_be_left_at_any_size(size, desks, reconciled):
    async def script(pilot):
        await press(pilot, "down", "t", "escape", "n", "escape", "question_mark", "q", "q")
        assert not pilot.app.is_running or pilot.app._exit

    drive(desks("verify").app(), script, size)


@pytest.mark.parametrize("width", [40, 60])
def test_a_narrow_terminal_shows_what_to_do(width, desks, reconciled):
    """At 40x12 there are still: severity, ticket, what enter does, the selected step, and the way to all keys."""

    async def script(pilot):
        shown = text(pilot.app)
        first, second, *rest = shown.splitlines()
        assert "P1" in first and "ENG-1234" in first
        assert "Verify" in second
        assert any("enter" in line and "Run the checks" in line for line in rest)
        assert any(line.startswith("›") and "Tests" in line for line in rest)
        assert "? more" in rest[-1]

    drive(desks("verify").app(), script, (width, 12))


# The header


def late():
    record = bare(stage="verify")
    record.facts["title"] = incidents.TITLE
    record.clock["opened_at"] = NOW - timedelta(minutes=3)
    record.doc["round"] = 2
    record.rounds.append({"number": 2, "begun_at": NOW, "by": "Ann", "why": "again", "base": "same"})
    return record


PARTS = {
    "left": "left",
    "detected": "detected 13:36",
    "message": "message in",
    "round": "round 2",
}


def test_clocks_are_dropped_in_the_written_order():
    """As the row gets shorter its parts go in the order of `DROP_ORDER`; none comes back; the time left stays."""
    record, gone = late(), []
    for width in range(160, 44, -1):
        row = header.paint(record, NOW, width)[0]
        assert row.cell_length <= width
        for name, words in PARTS.items():
            if words not in row.plain and name not in gone:
                gone.append(name)
            assert (words in row.plain) == (name not in gone), "what is gone stays gone"
    assert gone[:2] == ["detected", "round"]
    assert "left" not in gone


def test_the_clock_that_runs_out_is_loud():
    record = late()
    for minutes, style in ((0, "$warn"), (10, "bold $bad"), (300, "$prod-bg")):
        row = header.paint(record, NOW + timedelta(minutes=minutes), 100)[0]
        assert any(style in str(span.style) for span in row.spans), (minutes, row.plain)
    assert "overdue" in header.paint(record, NOW + timedelta(hours=9), 80)[0].plain


DIALOGS = (
    "roll-back",
    "confirm-production",
    "confirm-push",
    "drill-end",
    "leaving",
    "reasons",
    "choose",
    "trust",
)


@pytest.mark.parametrize(
    ("name", "width"), [*((name, 40) for name in DIALOGS), ("roll-back", 80), ("drill-end", 80)]
)
def test_the_way_out_of_a_dialog_is_said_whole(name, width, desks, reconciled):
    """Its border has the keys: what one does is said shorter where there is no room, never cut in the middle."""
    scene = BY_NAME[name]

    async def script(pilot):
        await scene.reach(pilot)
        border = next(line for line in text(pilot.app).splitlines()[::-1] if line.endswith(("╯", "┛")))
        assert "…" not in border, border
        back = dict(pilot.app.screen.keys())["esc"]
        whole = f"esc {back}" in border
        assert whole or (width == 40 and f"esc {back.split(', ')[0]} " in border), border

    drive(scene.app(desks(scene.stage, scene.severity)), script, (width, 12))


@pytest.mark.parametrize(("width", "shown"), [(40, "…"), (48, "type ENG-1234"), (80, "type ENG-1234")])
def test_the_words_to_type_are_marked_where_they_are_cut(width, shown, desks, reconciled):
    scene = BY_NAME["confirm-production"]

    async def script(pilot):
        await scene.reach(pilot)
        typing = next(line for line in text(pilot.app).splitlines() if "to go on" in line)
        assert typing.rstrip("┃ ").endswith(shown), typing

    drive(scene.app(desks(scene.stage, scene.severity)), script, (width, 12))
