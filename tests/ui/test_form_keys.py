"""Keys that come in one piece, as over a slow line: each letter goes into the field that was meant."""

import pytest
from textual import events
from textual.widgets import Input

from hotfix_tui.ui.screens.form import Field, Form
from tests.ui.scenes import BY_NAME
from tests.ui.support import drive, settle, text

KEYS = {"\r": "enter", "\t": "tab", " ": "space"}


def in_one_piece(app, typed: str) -> None:
    """Hand the app all keys before it has looked at the first one, as a driver does with one read."""
    for letter in typed:
        key = events.Key(KEYS.get(letter, letter), letter)
        key.set_sender(app)
        app._driver.process_message(key)


def typed_into(desks, fields, typed: str, *, save: bool = True) -> dict[str, str]:
    """What a form of `fields` holds, or returns, after `typed` came in one piece."""
    found: dict[str, str] = {}
    answers: list[dict[str, str] | None] = []

    async def script(pilot):
        pilot.app.push_screen(Form("A form", fields), answers.append)
        await settle(pilot)
        in_one_piece(pilot.app, typed)
        await settle(pilot)
        if answers:
            found.update(answers[0] or {})
            return
        for place, field in enumerate(fields):
            found[field.key] = pilot.app.screen.query_one(f"#field-{place}", Input).value

    drive(desks("verify").app(), script)
    assert bool(answers) == save
    return found


def test_enter_and_what_follows_at_once_goes_into_the_next_field(desks):
    fields = [Field("granted", "Granted by", required=True), Field("why", "Why", required=True)]
    assert typed_into(desks, fields, "Kim\rtoo late\r") == {"granted": "Kim", "why": "too late"}


def test_enter_on_an_empty_field_stays_there_and_loses_nothing(desks):
    fields = [Field("granted", "Granted by", required=True), Field("why", "Why", required=True)]
    assert typed_into(desks, fields, "\rKim\ra", save=False) == {"granted": "Kim", "why": "a"}


def test_tab_enter_and_letters_in_one_piece(desks):
    fields = [Field("a", "A", required=True), Field("b", "B"), Field("c", "C", required=True)]
    assert typed_into(desks, fields, "1\t2\r3\r") == {"a": "1", "b": "2", "c": "3"}


def test_nothing_goes_into_a_form_that_is_saved(desks):
    fields = [Field("a", "A", required=True)]
    assert typed_into(desks, fields, "1\r2") == {"a": "1"}


@pytest.mark.parametrize("size", [(40, 12), (60, 14), (80, 12)])
def test_after_a_resize_the_field_and_what_is_said_of_it_are_in_view(size, desks, reconciled):
    scene = BY_NAME["form-facts"]

    async def script(pilot):
        await scene.reach(pilot)
        label = "Detected at"
        assert "is not a time" in text(pilot.app)
        for now in (size, (80, 24), size):
            await pilot.resize_terminal(*now)
            await settle(pilot)
            await settle(pilot)
            shown = text(pilot.app)
            assert label in shown and "is not a time" in shown, (now, shown)

    desk = desks(scene.stage, scene.severity)
    drive(scene.app(desk), script)
