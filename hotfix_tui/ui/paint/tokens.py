"""The colours of the wizard: semantic tokens, for dark and light backgrounds and for the terminal's own palette.

Content and style sheets name tokens (``$muted``, ``$prod-bg``); nothing else names a colour.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.terminal_theme import TerminalTheme
    from textual.theme import Theme

DARK = {
    "bg": "#10141b",
    "zone": "#161c26",
    "bar": "#1c2431",
    "line": "#39465a",
    "sel": "#1e3853",
    "sel-off": "#263040",
    "fg": "#dbe2ec",
    "muted": "#93a1b5",
    "ok": "#76cf9b",
    "warn": "#e3b565",
    "bad": "#ff8a8f",
    "key": "#7cc0ff",
    "act-bg": "#1d4f86",
    "act-fg": "#ffffff",
    "act-dim": "#c4ddf7",
    "out-bg": "#5f4410",
    "out-fg": "#fff4dc",
    "out-dim": "#f0d9a8",
    "prod-bg": "#7d1f2b",
    "prod-fg": "#ffffff",
    "prod-dim": "#ffd3d6",
    "idle-bg": "#222c3b",
    "idle-fg": "#dbe2ec",
    "idle-dim": "#a4b1c4",
    "p0-bg": "#c4303f",
    "p0-fg": "#ffffff",
    "p1-bg": "#b4472a",
    "p1-fg": "#ffffff",
    "p2-bg": "#d9a441",
    "p2-fg": "#1b1405",
    "p3-bg": "#4a6a8f",
    "p3-fg": "#ffffff",
    "add-bg": "#12301f",
    "del-bg": "#3a1a1f",
    "plot-bad": "#b3565e",
    "plot-ok": "#58a87b",
    "plot": "#4f86bd",
}
"""Background and text colour of each token on a dark terminal."""

LIGHT = {
    "bg": "#fcfcfa",
    "zone": "#f2f4f5",
    "bar": "#e6eaee",
    "line": "#b3bdc9",
    "sel": "#cfe3f8",
    "sel-off": "#e3e8ee",
    "fg": "#1b2530",
    "muted": "#566474",
    "ok": "#17693a",
    "warn": "#855600",
    "bad": "#b01f2e",
    "key": "#0a56a8",
    "act-bg": "#0b57a4",
    "act-fg": "#ffffff",
    "act-dim": "#d5e7fa",
    "out-bg": "#ffe2a3",
    "out-fg": "#332100",
    "out-dim": "#5a4000",
    "prod-bg": "#b01f2e",
    "prod-fg": "#ffffff",
    "prod-dim": "#ffe3e5",
    "idle-bg": "#dde3e9",
    "idle-fg": "#1b2530",
    "idle-dim": "#4a5868",
    "p0-bg": "#b01f2e",
    "p0-fg": "#ffffff",
    "p1-bg": "#a83f1f",
    "p1-fg": "#ffffff",
    "p2-bg": "#ffd166",
    "p2-fg": "#332100",
    "p3-bg": "#3c5f88",
    "p3-fg": "#ffffff",
    "add-bg": "#dcf3e3",
    "del-bg": "#fbe1e3",
    "plot-bad": "#d0606a",
    "plot-ok": "#3f9463",
    "plot": "#5b8fc7",
}
"""The same on a light terminal."""

ANSI = {
    "bg": "ansi_default",
    "zone": "ansi_default",
    "bar": "ansi_default",
    "line": "ansi_default",
    "sel": "ansi_blue",
    "sel-off": "ansi_default",
    "fg": "ansi_default",
    "muted": "ansi_default",
    "ok": "ansi_green",
    "warn": "ansi_yellow",
    "bad": "ansi_red",
    "key": "ansi_cyan",
    "act-bg": "ansi_blue",
    "act-fg": "ansi_bright_white",
    "act-dim": "ansi_bright_white",
    "out-bg": "ansi_yellow",
    "out-fg": "ansi_black",
    "out-dim": "ansi_black",
    "prod-bg": "ansi_red",
    "prod-fg": "ansi_bright_white",
    "prod-dim": "ansi_bright_white",
    "idle-bg": "ansi_default",
    "idle-fg": "ansi_default",
    "idle-dim": "ansi_default",
    "p0-bg": "ansi_red",
    "p0-fg": "ansi_bright_white",
    "p1-bg": "ansi_red",
    "p1-fg": "ansi_bright_white",
    "p2-bg": "ansi_yellow",
    "p2-fg": "ansi_black",
    "p3-bg": "ansi_blue",
    "p3-fg": "ansi_bright_white",
    "add-bg": "ansi_default",
    "del-bg": "ansi_default",
    "plot-bad": "ansi_red",
    "plot-ok": "ansi_green",
    "plot": "ansi_blue",
}
"""The same with the terminal's own sixteen colours."""

PALETTE = {
    "dark": (
        *("#0b0e13", "#ef5f68", DARK["ok"], DARK["warn"], "#4a8ad8", "#ad66e0", "#4fc3d9", DARK["fg"]),
        *(DARK["muted"], DARK["bad"], "#98e3b6", "#f2d08f", DARK["key"], "#ddb3ff", "#8fe0ef", "#ffffff"),
    ),
    "light": (
        *("#000000", LIGHT["bad"], "#267a47", "#8f6a00", LIGHT["key"], "#7a3e9d", "#047a91", "#dde3e9"),
        *(LIGHT["muted"], "#c8283a", "#1f7a43", "#8a6400", "#1467c4", "#9340ad", "#03758c", "#ffffff"),
    ),
}
"""The sixteen colours that a program's output names by number, where the theme is ours: each can be read as text on the
background, except black and white, which are meant to stand on another of them."""

ON_SELECTION = {name: f"sel-{name}" for name in ("fg", "muted", "ok", "warn", "bad", "key", "line")}
"""The tokens for what is on a selected row, by what they are elsewhere. In our themes they are the same colours; on the
terminal's own blue only white can be read, so that sign and word carry the state alone.
"""

CAP_TEXT = "cap-fg"
"""The token for the key cap of a bar that changes nothing: it is on the colour of keys."""

DARK_NAME, LIGHT_NAME, ANSI_NAME = "hotfix-dark", "hotfix-light", "hotfix-ansi"

_SHORT = {"dark": DARK_NAME, "light": LIGHT_NAME, "terminal": ANSI_NAME}
"""The names without their prefix, as used in the user's own file."""


def themes() -> "list[Theme]":
    """Return the three themes for Textual."""
    return [_theme(DARK_NAME, DARK, dark=True), _theme(LIGHT_NAME, LIGHT, dark=False), _ansi()]


def _own(tokens: dict[str, str]) -> dict[str, str]:
    """Return the variables of a theme: the tokens, and our values for the library's own greys."""
    return {
        **tokens,
        **{there: tokens[here] for here, there in ON_SELECTION.items()},
        CAP_TEXT: tokens["bg"],
        "text-muted": tokens["muted"],
        "border": tokens["line"],
        "border-blurred": tokens["line"],
        "scrollbar": tokens["line"],
        "scrollbar-hover": tokens["muted"],
        "scrollbar-active": tokens["key"],
        "scrollbar-background": tokens["bg"],
        "scrollbar-background-hover": tokens["bg"],
        "scrollbar-background-active": tokens["bg"],
        "scrollbar-corner-color": tokens["bg"],
        "block-cursor-background": tokens["sel"],
        "block-cursor-foreground": tokens["fg"],
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": tokens["sel-off"],
        "block-cursor-blurred-foreground": tokens["fg"],
        "input-cursor-background": tokens["fg"],
        "input-cursor-foreground": tokens["bg"],
        "input-selection-background": tokens["sel"],
    }


def _theme(name: str, tokens: dict[str, str], *, dark: bool) -> "Theme":
    from textual.theme import Theme

    return Theme(
        name=name,
        primary=tokens["key"],
        secondary=tokens["sel"],
        accent=tokens["key"],
        warning=tokens["warn"],
        error=tokens["bad"],
        success=tokens["ok"],
        foreground=tokens["fg"],
        background=tokens["bg"],
        surface=tokens["zone"],
        panel=tokens["bar"],
        boost=tokens["bar"],
        dark=dark,
        variables=_own(tokens),
    )


def _ansi() -> "Theme":
    from dataclasses import replace

    from textual.theme import BUILTIN_THEMES

    base = BUILTIN_THEMES["ansi-dark"]
    on_blue = dict.fromkeys(ON_SELECTION.values(), "ansi_bright_white")
    own = {**_own(ANSI), **on_blue, CAP_TEXT: "ansi_black"}
    library = {
        name: own[name]
        for name in own
        if name in ANSI or name in on_blue or name in (CAP_TEXT, "text-muted", "scrollbar", "border")
    }
    return replace(base, name=ANSI_NAME, accent="ansi_cyan", variables={**base.variables, **library})


def palette(ground: str) -> "TerminalTheme":
    """Return the sixteen colours of output on ``dark`` or ``light``, for Textual."""
    from rich.terminal_theme import TerminalTheme

    own = DARK if ground == "dark" else LIGHT
    sixteen = [_rgb(colour) for colour in PALETTE[ground]]
    return TerminalTheme(_rgb(own["bg"]), _rgb(own["fg"]), sixteen[:8], sixteen[8:])


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def named(known: "Mapping[str, str]") -> str:
    """Return the theme that HOTFIX_TUI_THEME names; empty if it is none of ours."""
    asked = known.get("HOTFIX_TUI_THEME", "")
    asked = _SHORT.get(asked, asked)
    return asked if asked in (DARK_NAME, LIGHT_NAME, ANSI_NAME) else ""


def chosen(known: "Mapping[str, str]", *, setting: str = "", ground: str = "") -> str:
    """Return the theme to start with: by HOTFIX_TUI_THEME, the user's `setting`, the terminal's colours, its
    `ground`.

    If the terminal has fewer than 256 colours, its own are used: ours would be distorted.
    """
    if asked := named(known) or setting:
        return asked
    return ANSI_NAME if _few_colours(known) else _SHORT.get(ground, DARK_NAME)


def _few_colours(known: "Mapping[str, str]") -> bool:
    """Return whether the terminal seems to have only sixteen colours, by the same signs that Rich uses."""
    if known.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    return known.get("TERM", "").rpartition("-")[2] not in ("256color", "kitty", "direct")
