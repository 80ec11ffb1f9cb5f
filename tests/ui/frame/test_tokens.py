"""Every text can be read on every ground that it stands on, in both themes, by the formula of WCAG 2.1."""

import re

import pytest
from textual.color import Color

from hotfix_tui.ui.paint import tokens
from tests.ui.scenes import BY_NAME
from tests.ui.support import drive, press

TEXT_ON = {
    "bg": ("fg", "muted", "ok", "warn", "bad", "key"),
    "zone": ("fg", "muted", "ok", "warn", "bad", "key"),
    "bar": ("fg", "muted", "ok", "warn", "bad", "key"),
    "sel": ("fg", "muted", "ok", "warn", "bad", "key"),
    "sel-off": ("fg", "muted", "ok", "warn", "bad", "key"),
    "add-bg": ("fg", "muted", "ok", "key", "warn"),
    "del-bg": ("fg", "muted", "ok", "bad", "key", "warn"),
    **{f"{kind}-bg": (f"{kind}-fg", f"{kind}-dim") for kind in ("act", "out", "prod", "idle")},
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


@pytest.mark.parametrize(("ground", "theme"), [("dark", tokens.DARK), ("light", tokens.LIGHT)])
def test_what_a_program_colours_is_readable_as_text_and_as_a_badge(ground, theme):
    colours = tokens.PALETTE[ground]
    assert len(colours) == 16
    as_text = [n for n in range(16) if n not in (0, 7, 15) and contrast(colours[n], theme["bg"]) < 4.5]
    assert as_text == []
    # Bold words on a colour, as tools write FAIL and WARN: large text is readable from 3 on.
    white_on = [n for n in (1, 4, 5) if contrast(colours[15], colours[n]) < 3]
    black_on = [n for n in (2, 3, 6) if contrast(colours[0], colours[n]) < 3]
    assert white_on == black_on == []


@pytest.mark.parametrize("ground", ["dark", "light"])
def test_everything_is_readable_as_greys(ground):
    """NO_COLOR leaves the brightness of a colour, as Textual computes it."""
    theme, sixteen = (tokens.DARK if ground == "dark" else tokens.LIGHT), tokens.PALETTE[ground]
    pairs = {
        f"{text} on {below}": (theme[text], theme[below]) for below in TEXT_ON for text in TEXT_ON[below]
    }
    pairs |= {f"output {n}": (sixteen[n], theme["bg"]) for n in range(16) if n not in (0, 7, 15)}
    grey = {name: [Color.parse(one).monochrome.hex6.lower() for one in pair] for name, pair in pairs.items()}
    assert {name: pair for name, pair in grey.items() if contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize(
    ("scene", "then"),
    [
        ("triage-later", ()),
        ("triage-level", ()),
        ("stage-fix", ()),
        ("stage-stale", ()),
        ("stage-not-needed", ()),
        ("stage-communicate", ()),
        ("stage-backport", ()),
        ("choose", ()),
        ("choose", ("down",)),
        ("reasons", ()),
        ("roll-back", ()),
        ("timeline", ()),
        ("facts", ()),
        ("facts", ("exclamation_mark",)),
        ("incidents", ()),
        ("help", ()),
        ("document-pr", ()),
        ("change", ()),
        ("panes", ("tab",)),
    ],
)
def test_on_the_blue_of_the_terminal_all_text_is_white(desks, scene, then):
    """On a palette of sixteen colours, red and cyan cannot be read there, and the default may be black."""
    at = BY_NAME[scene]
    desk = desks(at.stage, at.severity)
    app = at.app(desk)
    app.theme = tokens.ANSI_NAME
    blue, odd = [], []

    async def script(pilot):
        await at.reach(pilot)
        await press(pilot, *then)
        for strip in pilot.app.screen._compositor.render_strips():
            for said, style, _ in strip:
                if said.strip() and style and style.bgcolor and style.bgcolor.number == 4:
                    blue.append(said)
                    if style.dim or not style.color or style.color.number != 15:
                        odd.append((said, str(style)))

    drive(app, script)
    assert blue
    assert odd == []


@pytest.mark.parametrize("name", ["hotfix-dark", "hotfix-light"])
def test_output_is_drawn_in_colours_of_our_own(desks, name):
    desk = desks("verify")
    app = BY_NAME["output"].app(desk)
    app.theme = name
    log = "".join(f"\x1b[{30 + n}mcolour {n}\x1b[0m\n" for n in range(8))
    log += "".join(f"\x1b[{90 + n}mbright {n}\x1b[0m\n" for n in range(8))
    log += "\x1b[97;41mbadge\x1b[0m\n"
    desk.run("verify.test", "failed", log.encode(), why="1 failed")
    drawn = []

    async def script(pilot):
        await BY_NAME["output"].reach(pilot)
        drawn.append(pilot.app.export_screenshot())

    drive(app, script, (80, 30))
    styles = dict(re.findall(r"\.(\S+) \{ fill: (#[0-9a-f]{6})", drawn[0]))
    said = re.findall(r'<text class="(\S+)"[^>]*>(colour|bright|badge)(?:&#160;(\d))?', drawn[0])
    theme, sixteen = tokens.DARK if name == "hotfix-dark" else tokens.LIGHT, tokens.PALETTE[name[7:]]
    seen = {(word, number): styles[style] for style, word, number in said}
    wanted = {("colour", str(n)): sixteen[n] for n in range(1, 7)}
    wanted |= {("bright", str(n)): sixteen[8 + n] for n in range(7)}
    wanted |= dict.fromkeys((("colour", "0"), ("colour", "7"), ("bright", "7")), theme["fg"])
    assert seen == {**wanted, ("badge", ""): sixteen[15]}


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
