"""Every text can be read on every ground that it stands on, in both themes, by the formula of WCAG 2.1."""

import pytest

from hotfix_tui.ui.paint import tokens

TEXT_ON = {
    "bg": ("fg", "muted", "ok", "warn", "bad", "key"),
    "zone": ("fg", "muted", "ok", "warn", "bad", "key"),
    "bar": ("fg", "muted", "ok", "warn", "bad", "key"),
    "sel": ("fg", "muted", "ok", "warn", "bad", "key"),
    "sel-off": ("fg", "muted", "ok", "warn", "bad", "key"),
    "add-bg": ("fg", "muted", "ok", "key", "warn"),
    "del-bg": ("fg", "muted", "ok", "bad", "key", "warn"),
    **{f"{kind}-bg": (f"{kind}-fg", f"{kind}-dim") for kind in tokens.KINDS},
    "key": ("bg",),
    **{f"p{n}-bg": (f"p{n}-fg",) for n in range(4)},
}
"""Grounds, and the texts on them. The key cap is the bar's pair the other way round, which contrasts alike; that of a
bar that only looks stands on the colour of keys."""

PLOTS = ("plot-bad", "plot-ok", "plot")


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    light, dark = sorted((_light(one), _light(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_known_ends():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("theme", [tokens.DARK, tokens.LIGHT], ids=["dark", "light"])
def test_texts_are_readable_on_their_grounds(theme):
    found = {
        f"{text} on {ground}": round(contrast(theme[text], theme[ground]), 1)
        for ground, texts in TEXT_ON.items()
        for text in texts
        if contrast(theme[text], theme[ground]) < 4.5
    }
    assert found == {}


@pytest.mark.parametrize("theme", [tokens.DARK, tokens.LIGHT], ids=["dark", "light"])
def test_plots_stand_out_from_the_ground(theme):
    assert {name for name in PLOTS if contrast(theme[name], theme["bg"]) < 3} == set()


def test_the_themes_know_the_same_tokens():
    assert set(tokens.DARK) == set(tokens.LIGHT) == set(tokens.ANSI)


def test_every_ground_and_text_is_in_the_table():
    named = set(TEXT_ON) | {text for texts in TEXT_ON.values() for text in texts} | set(PLOTS) | {"line"}
    assert set(tokens.DARK) <= named


@pytest.mark.parametrize(
    ("known", "theme"),
    [
        ({"TERM": "xterm-256color"}, tokens.DARK_NAME),
        ({"TERM": "linux"}, tokens.ANSI_NAME),
        ({"TERM": "xterm"}, tokens.ANSI_NAME),
        ({"TERM": "screen", "COLORTERM": "truecolor"}, tokens.DARK_NAME),
        ({"TERM": "xterm-kitty"}, tokens.DARK_NAME),
        ({"TERM": "linux", "HOTFIX_TUI_THEME": "dark"}, tokens.DARK_NAME),
        ({"TERM": "xterm-256color", "HOTFIX_TUI_THEME": "nonsense"}, tokens.DARK_NAME),
        ({"TERM": "linux", "HOTFIX_TUI_THEME": "hotfix-light"}, "hotfix-light"),
    ],
)
def test_the_theme_is_chosen_by_setting_then_terminal(known, theme):
    assert tokens.chosen(known) == theme


def test_a_light_ground_has_the_light_theme_unless_something_else_was_chosen():
    known = {"TERM": "xterm-256color"}
    assert tokens.chosen(known, ground="light") == tokens.LIGHT_NAME
    assert tokens.chosen(known, ground="dark") == tokens.chosen(known) == tokens.DARK_NAME
    assert tokens.chosen(known, ground="light", setting=tokens.DARK_NAME) == tokens.DARK_NAME
    assert tokens.chosen({"TERM": "linux"}, ground="light") == tokens.ANSI_NAME
