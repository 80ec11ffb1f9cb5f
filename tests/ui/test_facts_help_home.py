"""Facts with their gaps, help as a map, and all incidents: the screens next to the stage, in the frame."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.listing import Summary
from hotfix_tui.ui.keymap import FIELD_KEYS, KEYS, PLACES, told
from hotfix_tui.ui.presenters import facts_rows, help_map, home
from hotfix_tui.ui.screens import facts
from tests.ui import prepared
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.incidents import NOW
from tests.ui.pictures import scenes as pictures
from tests.ui.support import Desk, drive, press, text

pytestmark = pytest.mark.usefixtures("reconciled")


# Facts


def test_every_fact_has_its_place_under_one_heading() -> None:
    keys = [key for _, found in facts_rows.grouped() for key in found]
    assert sorted(keys) == sorted(FACTS) and "Others" not in [name for name, _ in facts_rows.grouped()]


def test_gaps_are_those_of_the_texts(desks: Callable[..., Desk]) -> None:
    engine = desks("fix").engine()
    needs = facts.gaps(engine)
    assert needs["cause.steps"] == ["pr", "review"]
    assert "title" not in needs and "embargo.name" not in needs
    listed = facts_rows.rows(engine.record, needs, "", True)
    assert all(one.fact is None or one.fact.key in needs for one in listed)
    for width, height in pictures.SIZES:
        rows = facts_rows.paint(engine.record, listed, 1, needs, "", False, NOW, width, height)
        pictures.check(rows, width, height, "“”")


def test_keys_of_the_facts(desks: Callable[..., Desk]) -> None:
    desk = desks("fix")

    async def script(pilot: Any) -> None:
        await press(pilot, "f")
        said = text(pilot.app)
        assert f"8 of {len(FACTS)} known  every text is made from them" in said
        assert "The fault" in said and "8/13" in said
        assert "› ✓ Ticket               ENG-1234" in said
        assert "! How it happened      needed by: request, review" in said
        assert "enter  Edit: ticket" in said
        await press(pilot, "exclamation_mark")
        said = text(pilot.app)
        assert "gaps ─" in said and "› ! Components" in said and "enter  Fill in: components affected" in said
        await press(pilot, "escape", "slash", *"root")
        assert "1 with “root”" in text(pilot.app)
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Facts"
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Form" and "Root cause" in text(pilot.app)

    drive(desk.app(), script)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_facts(desks: Callable[..., Desk], payload: str) -> None:
    name = PAYLOADS[payload]
    desk = desks("fix")
    desk.change(lambda record: spoil(record, name))
    record = desk.engine().record
    listed = facts_rows.rows(record, {}, "", False)
    for width, height in pictures.SIZES:
        rows = facts_rows.paint(record, listed, 3, None, "", False, NOW, width, height)
        pictures.check(rows, width, height, "".join(set(name)) + "␀␇␛␍␈�␡␊“”")
    known = home.rows([Summary("x", name, name, name, "open", name, 1, NOW, name)])
    for width, height in pictures.SIZES:
        rows = home.paint(known, 2, {"x": record}, None, NOW, width, height)
        pictures.check(rows, width, height, "".join(set(name)) + "␀␇␛␍␈�␡␊“”")


# Help


def test_the_map_has_every_key_of_the_table(desks: Callable[..., Desk]) -> None:
    record = desks("verify").engine().record
    for width in (38, 49, 80, 120, 200):
        rows = help_map.paint(record, views(record), width)
        pictures.check(rows, width, len(rows))
        said = "\n".join(row.plain for row in rows)
        words = said.split()
        for key in KEYS:
            assert all(one in words for one in key.shown.split()), key
        for shown, _ in (*FIELD_KEYS, *(one for screen in PLACES for one in told(screen))):
            assert all(one in words for one in shown.split()), shown
        for shown, does in (*FIELD_KEYS, *(one for screen in PLACES for one in told(screen))):
            # A comma is a key of the log: none is parted from what it does, nor taken for punctuation.
            at = re.search(rf"(?:^ +|: |· ){re.escape(shown)} {re.escape(does.split()[0])}", said, re.M)
            assert at, (width, shown, does)
        assert "you are here: 4" in said


def test_help_says_where_you_are_and_scrolls(desks: Callable[..., Desk]) -> None:
    desk = desks("verify")

    async def script(pilot: Any) -> None:
        await press(pilot, "question_mark")
        said = text(pilot.app)
        assert " 4  ▸  Verify        works, breaks none" in said and "enter  do what the bar says" in said
        assert "This stage: prove that it works and breaks nothing." in said
        assert "In a log" not in said
        await press(pilot, "pagedown", "pagedown")
        assert "In a log" in text(pilot.app)
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "StageScreen"

    drive(desk.app(), script)


# All incidents


def test_incidents_stand_under_what_they_are(desks: Callable[..., Desk]) -> None:
    desk = desks("fix")
    prepared.several(desk)

    async def script(pilot: Any) -> None:
        said = text(pilot.app)
        rows = said.split("\n")
        assert rows[0].startswith(" hotfix-tui  shop  ") and rows[0].endswith("4 incidents")
        assert "+ a new incident" in rows[2]
        assert rows[3].startswith("›  P1  ENG-1234 Totals leave out") and rows[3].endswith("3 h 13 m left")
        assert "✓✓▸○○○○○○○○ ▸ Fix" in rows[3]
        assert "─ Resolved, not closed" in said and "owed" in said
        assert "─ Damaged" in said and "hotfix-tui doctor ENG-500 says what can be saved" in said
        assert (
            "─ ENG-1234 ─" in said
            and "opened 13:42 by Ann" in said
            and " next       find the root cause" in said
        )
        assert "enter  Resume ENG-1234" in said and "Goes on at Fix: find the root cause" in said
        await press(pilot, "down", "down", "down")
        assert "enter  Open ENG-500" in text(pilot.app)
        await press(pilot, "home", "enter")
        assert type(pilot.app.screen).__name__ == "Choose", "a new one in addition to others is asked about"
        await press(pilot, "escape", "down", "enter")
        assert type(pilot.app.screen).__name__ == "StageScreen" and pilot.app.engine.id == "ENG-1234"

    drive(desk.app(prepared.first_screen), script)


def test_where_nothing_is_open_it_says_what_there_is(desks: Callable[..., Desk]) -> None:
    desk = desks("none")

    async def script(pilot: Any) -> None:
        said = text(pilot.app)
        assert "Nothing is on fire here." in said and "no incident" in said.split("\n")[0]
        assert "on main, clean" in said
        assert "✓ tests: python3 -m unittest discover -s tests" in said and "○ no type check found" in said
        assert "✓ deploy: ./deploy production {commit}" in said
        assert "enter  Start triage" in said and "Nothing is written before the first yes." in said
        await press(pilot, "D")
        said = text(pilot.app)
        assert "1. triggers: no pipeline" in said
        await press(pilot, "escape")
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Triage"

    drive(desk.app(prepared.first_screen), script)
    assert not desk.store.ids()


def test_the_first_question_stands_on_the_first_screen_and_y_answers_it(desks: Callable[..., Desk]) -> None:
    desk = desks("none")

    async def script(pilot: Any) -> None:
        said = text(pilot.app)
        assert "? Is production broken, or about to be?" in said and "y  yes: open an incident" in said
        assert not desk.store.ids()
        await press(pilot, "y")
        assert type(pilot.app.screen).__name__ == "Triage"
        said = text(pilot.app)
        assert "question 2 of" in said and "✓ Is production broken, or about to be?" in said

    drive(desk.app(prepared.first_screen), script)
    assert len(desk.store.ids()) == 1


def test_beside_incidents_y_answers_nothing(desks: Callable[..., Desk]) -> None:
    desk = desks("fix")
    prepared.several(desk)
    before = desk.store.ids()

    async def script(pilot: Any) -> None:
        await press(pilot, "y")
        assert type(pilot.app.screen).__name__ == "Incidents"

    drive(desk.app(prepared.first_screen), script)
    assert desk.store.ids() == before


def test_d_leaves_for_the_drill(desks: Callable[..., Desk]) -> None:
    app = desks("none").app(prepared.first_screen)

    async def script(pilot: Any) -> None:
        assert "d  try the drill" in text(pilot.app)
        await press(pilot, "d")

    drive(app, script)
    assert app.goes_on is not None and app.goes_on.drill


def test_the_list_keeps_to_every_size(desks: Callable[..., Desk]) -> None:
    desk = desks("fix")
    prepared.several(desk)
    listed = desk.store.listing()
    known = home.read(desk.store, listed)
    assert sorted(known) == ["ENG-1234", "ENG-7", "ENG-99"]
    rows = home.rows(listed)
    for width, height in pictures.SIZES:
        for selected in range(len(rows)):
            pictures.check(home.paint(rows, selected, known, None, NOW, width, height), width, height)
    engine = Engine(desk.store, "ENG-1234", desk.place.root, by="Ann")
    assert home.next_words(engine.record)
