"""`screens.md` says what the app does: pictures, keys and screens are the app's own."""

import re

import pytest

from tests.ui import make_screens
from tests.ui.make_screens import FILE, HEAD, PAGES, look, section, tables
from tests.ui.test_default_action import screens


def sections():
    """The file's sections by their title."""
    parts = re.split(r"^## (.+)$", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


NAMES = {
    "↑ ↓": "up down",
    "←": "left",
    "?": "question_mark",
    "esc": "escape",
    "/": "slash",
    "> <": "greater_than_sign less_than_sign",
    "!": "exclamation_mark",
    "pgdn": "pagedown",
    "F4": "f4",
    "F1": "f1",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "F5": "f5",
    "0-3": "0 1 2 3",
}
"""How Textual calls the keys of the last line."""

HEARD = {"enter", "tab", "up", "down"}
"""Keys that lists and fields hear themselves."""

ON_KEY = {"Trust": {"y"}}
"""Keys that a screen tells from type-ahead itself; `test_dialogs.py` presses them."""

IN_A_LOG = {"slash", "greater_than_sign", "less_than_sign", "W", "F", "z"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.screen)
def test_the_section_is_what_the_app_shows(page, desks, reconciled):
    shown = look(page)
    written = f"## {page.title}{sections()[page.title]}".rstrip()
    assert written == section(page, shown).rstrip(), "python -m tests.ui.make_screens"
    bound = (
        set(shown.bound)
        | HEARD
        | ON_KEY.get(page.screen, set())
        | (IN_A_LOG if page.screen in ("Output", "VerifyPanes") else set())
    )
    for key, title in shown.keys:
        assert set(NAMES.get(key, key).split()) <= bound, f"{key} {title}: nothing is bound to it"


def test_every_screen_has_a_section_and_every_section_a_screen():
    assert {page.screen for page in PAGES} == set(screens())
    assert set(sections()) == {page.title for page in PAGES} | {"Keys of the stage screen"}
    named = re.findall(r"^`([\w/]+)\.py`: `(\w+)`", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: module for module, name in named} == {
        name: kind.__module__.replace(".", "/") for name, kind in screens().items()
    }


def test_the_tables_of_keys_are_the_table_of_the_app():
    text = FILE.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert text.rstrip().endswith(tables().rstrip())


@pytest.mark.parametrize("name", make_screens.PICTURED)
def test_the_pictures_of_the_documents_are_what_the_app_draws(name, desks, reconciled):
    kept = (make_screens.PICTURES / f"{name}.svg").read_text(encoding="utf-8")
    made = make_screens.export(make_screens.PICTURED[name])
    plain = re.compile(r"terminal-\d+")
    assert plain.sub("", made) == plain.sub("", kept), "python -m tests.ui.make_screens"


def test_no_picture_is_left_over():
    kept = {path.stem for path in make_screens.PICTURES.glob("*.svg")}
    assert kept == set(make_screens.PICTURED)
