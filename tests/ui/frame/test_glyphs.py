"""Signs take one cell, are no emoji, and have an ASCII form for terminals without them."""

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

import hotfix_tui.ui
from hotfix_tui.ui.paint import glyphs
from tests.ui.scenes import BY_NAME
from tests.ui.support import drive, settle, text

ROOMS = ("frame", "pictures", "paint")

GAPS = set("⟦⟧")
"""The marks of gaps in a text: they are read there, and drawn as words."""

EMOJI = set("▶◀☑✔✖⚠⏱⬆▪")


def test_signs_take_one_cell_and_are_no_emoji():
    assert {sign for sign in glyphs.ALL if cell_len(sign) != 1} == set()
    assert set() == glyphs.ALL & EMOJI


def test_the_ascii_forms_are_one_ascii_character():
    forms = {chr(sign): form for sign, form in glyphs.TABLE.items()}
    assert {sign: form for sign, form in forms.items() if not (len(form) == 1 and form.isascii())} == {}


def test_every_state_has_a_sign_and_a_style():
    from hotfix_tui.incident.rules.step_state import STATES

    assert set(glyphs.BY_STATE) == set(glyphs.STYLE_BY_STATE) == set(STATES)


def test_what_the_rooms_of_the_face_draw_is_in_the_table():
    folder = Path(hotfix_tui.ui.__file__).parent
    found = {}
    for room in ROOMS:
        for path in sorted((folder / room).glob("*.py")):
            strings = re.findall(
                r'"([^"\n]*)"', re.sub(r'"""[\s\S]*?"""', "", path.read_text(encoding="utf-8"))
            )
            odd = {c for text in strings for c in text if not c.isascii()} - glyphs.ALL - GAPS
            if odd:
                found[path.name] = odd
    assert found == {}


def test_the_linux_console_gets_ascii():
    assert glyphs.plain_terminal({"TERM": "linux"})


@pytest.mark.parametrize(
    "name", ["stage-verify", "confirm-push", "choose", "facts", "stage-branch", "document-pr"]
)
def test_on_the_linux_console_all_is_ascii(name, desks, reconciled, monkeypatch):
    """Borders, scroll bars and notices, too: its font has little else."""
    monkeypatch.setenv("TERM", "linux")
    scene = BY_NAME[name]

    async def script(pilot):
        await scene.reach(pilot)
        pilot.app.notify("A notice.")
        await settle(pilot)
        assert {sign for sign in text(pilot.app) if not sign.isascii()} == set()

    drive(scene.app(desks(scene.stage, scene.severity)), script)
