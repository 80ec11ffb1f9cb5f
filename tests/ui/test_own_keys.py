"""Keys of the user's own: they act, are shown wherever a key is named, and what clashes is refused with its place."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from textual.screen import Screen

import hotfix_tui.ui
from hotfix_tui.ui import by_name, keymap, own_settings, screens
from hotfix_tui.ui.paint import tokens
from hotfix_tui.ui.presenters import help_map
from hotfix_tui.ui.screens.stage.screen import StageScreen
from tests.ui.support import drive, press, text


@pytest.fixture
def own(alone, tmp_path, monkeypatch):
    """Writes the user's file; afterwards the usual keys count again."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "hotfix-tui").mkdir()

    def write(words):
        (tmp_path / "hotfix-tui" / "config.toml").write_text(words)
        return own_settings.take()

    yield write
    keymap.use({})


def test_without_a_file_nothing_changes(alone):
    assert own_settings.take() == own_settings.Own(own_settings.path())
    assert keymap.table() == keymap.KEYS


def test_a_key_of_ones_own_acts_and_the_usual_one_does_not(own, desks, reconciled):
    assert not own('[keys]\nwaive = "X"\nhelp = "H"\nundo = "$"\nup = "k"\n').problem

    async def script(pilot):
        app = pilot.app
        app.screen.go_to("verify.build")
        await press(pilot, "w", "question_mark")
        assert isinstance(app.screen, StageScreen)
        await press(pilot, "k")
        assert app.screen.selected.id != "verify.build"
        await press(pilot, "up", "down", "down", "X")
        assert "Waive:" in text(app)
        await press(pilot, "escape", "H")
        shown = "\n".join(row.plain for row in help_map.keys(40))
        assert re.search(r"^.*\bX +waive", shown, re.M) and re.search(r"\$ +undo", shown)
        await press(pilot, "H")
        assert isinstance(app.screen, StageScreen)

    drive(desks("verify").app(), script)


def test_bar_footer_and_palette_say_it(own, desks, reconciled):
    own('[keys]\nnote = "N"\nundo = "$"\nhelp = "H"\ntick = "*"\n')

    async def script(pilot):
        app = pilot.app
        app.screen.go_to("verify.reproduced")
        await press(pilot, "up", "down")
        foot = app.screen.painted("footer")
        assert "* tick" in foot and "N note" in foot and foot.rstrip().endswith("H more")
        assert "$ takes it back" in app.screen.painted("bar")
        said = [one.help for one in by_name.everything(app, app.screen)]
        assert any(one.endswith("(N)") for one in said) and not any(one.endswith("(n)") for one in said)
        await press(pilot, "*")
        assert app.engine.record.entry("verify.reproduced").get("state") == "done"
        await press(pilot, "U")
        assert app.engine.record.entry("verify.reproduced").get("state") == "done"
        await press(pilot, "$")
        assert app.engine.record.entry("verify.reproduced").get("state") != "done"

    drive(desks("verify").app(), script)


def test_two_actions_may_change_places(own):
    assert not own('[keys]\nwaive = "l"\nagain = "w"\n').problem
    assert (keymap.shown("waive"), keymap.shown("again")) == ("l", "w")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('[keys]\nwaive = "o"\n', "keys.waive: 'o' is the key of output"),
        ('[keys]\noutput = "w"\n', "keys.output: 'w' is the key of waive"),
        ('[keys]\nwaive = "W"\n', "keys.waive: 'W' means something else on other screens or in logs"),
        ('[keys]\nstop = "j"\n', "keys.stop: 'j' means something else"),
        ('[keys]\nprimary = "p"\n', "keys.primary: no such action; the actions are tick, tick-group, note"),
        ('[keys]\nnote = "ctrl+n"\n', "keys.note: 'ctrl+n' is not one letter or sign"),
        ("[keys]\nnote = 7\n", "keys.note: 7 is not one letter or sign"),
        ('keys = "n"\n', "keys: expected a table"),
        ('theme = "blue"\n', "theme: expected auto, dark, light, terminal, found 'blue'"),
        ("colour = 1\n", "colour: no such setting; there are keys and theme"),
        ("[keys\n", "line 1"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_with_its_place(own, words, said):
    found = own(words)
    assert said in found.problem and "config.toml: " in found.problem and "\n" not in found.problem
    assert found.keys == {} and keymap.table() == keymap.KEYS and not found.theme


def test_a_refused_file_is_said_on_the_screen(own, desks, reconciled):
    problem = own('[keys]\nwaive = "o"\n').problem
    app = desks("verify").app()
    app.said_first = problem

    async def script(pilot):
        assert "keys.waive" in " ".join(text(pilot.app).split())

    drive(app, script)


def test_the_theme_of_ones_own(own, monkeypatch):
    assert tokens.chosen({}, setting=own('theme = "light"\n').theme) == tokens.LIGHT_NAME
    assert (
        tokens.chosen({"COLORTERM": "truecolor"}, setting=own('theme = "auto"\n').theme) == tokens.DARK_NAME
    )
    assert tokens.chosen({"HOTFIX_TUI_THEME": "dark"}, setting=tokens.LIGHT_NAME) == tokens.DARK_NAME


def every_screen():
    for found in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        module = importlib.import_module(found.name)
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, Screen) and one.__module__ == found.name:
                yield one


def test_no_action_can_come_to_lie_on_a_key_of_another_screen():
    """A key that is no action of the table is one that no action may be moved onto."""
    names = {key.name for key in keymap.KEYS}
    letter = {"slash": "/", "exclamation_mark": "!", "space": " "}
    seen, free = 0, []
    for screen in every_screen():
        for key, found in screen._merge_bindings().key_to_bindings.items():
            sign = letter.get(key, key)
            if len(sign) != 1:
                continue
            seen += 1
            for one in found:
                is_own = one.id in names and (sign == keymap.shown(one.id) or (sign, one.id) == (" ", "tick"))
                if not is_own and sign not in keymap.ELSEWHERE:
                    free.append((screen.__name__, key))
    assert free == []
    assert seen > 60


HEARD = {"enter", "tab"}
"""Keys that Textual's own lists and fields hear."""


def test_no_footer_writes_a_key_of_its_own():
    """What a screen names in its last row comes from the table, so that it moves with the user's own keys."""
    letters = {one.shown for table in keymap.SCREENS.values() for one in table}
    written = {"esc", "enter", "pgdn", "pgup", *letters, *(f"F{number}" for number in range(1, 10))} - {""}
    found, seen = [], 0
    folder = Path(hotfix_tui.ui.__file__).parent
    for path in (*folder.glob("screens/**/*.py"), folder / "presenters" / "document_offer.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name in ("keys", "more"):
                seen += 1
                said = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
                found += [(path.name, one) for one in said if one in written - HEARD]
    assert found == []
    assert seen > 15


def test_what_a_footer_names_is_in_the_table():
    """Each screen and each action that is asked for by name is there."""
    asked = set()
    for path in Path(hotfix_tui.ui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS):
                continue
            screen, *rest = node.args
            if not isinstance(screen, ast.Constant):
                continue
            given = [one.elts[0] if isinstance(one, ast.Tuple) else one for one in rest]
            asked |= {(screen.value, one.value) for one in given if isinstance(one, ast.Constant)}
            asked |= {(screen.value, None)}
    known = {(screen, key.action) for screen, table in keymap.SCREENS.items() for key in table}
    assert asked - known - {(screen, None) for screen in keymap.SCREENS} == set()
    assert len(asked) > 60


CALLS = {"keymap.key", "keymap.keys", "keymap.arrows", "keymap.bindings"}


def test_a_footer_moves_with_the_keys_of_its_actions(own):
    own('[keys]\nhelp = "H"\nstop = "X"\nnote = "N"\nedit = "Q"\n')
    assert keymap.keys("output", ("stop", "stop"), ("back", "back")) == (("X", "stop"), ("esc", "back"))
    assert keymap.key("document", "help") == "H"
    assert keymap.key("form", "help") == "F1"
    assert keymap.keys("timeline", ("note", "a note"), ("search", "find")) == (("N", "a note"), ("/", "find"))
    assert (keymap.arrows("facts"), keymap.key("document", "edit")) == ("↑ ↓", "Q")


def test_every_action_is_in_the_document():
    told = Path(__file__).parents[2].joinpath("docs/configuration.md").read_text(encoding="utf-8")
    for key in keymap.KEYS:
        row = f"| `{key.name}` | {key.help} | `{key.shown}` |"
        assert (row in told) == (key.action not in keymap.FIXED)
