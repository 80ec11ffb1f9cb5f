"""NO_COLOR in a terminal of few colours: everything is read in its own two, and bands are still seen."""

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import Monochrome

from hotfix_tui.ui.paint import tokens
from hotfix_tui.ui.terminal import no_colour
from tests.ui.checks import drive
from tests.ui.support import press, settle


def test_no_colour_is_left_where_the_terminals_own_are_used(desks, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = desks("verify").app()

    def segments():
        return [one for strip in app.screen._compositor.render_strips() for one in strip if one.style]

    async def script(pilot):
        app.theme = tokens.ANSI_NAME
        for keys in ((), ("s",)):
            await press(pilot, *keys)
            await settle(pilot)
            coloured = [
                one.text
                for one in segments()
                for c in (one.style.color, one.style.bgcolor)
                if c and not c.is_default
            ]
            assert [text for text in coloured if text.strip()] == []
            bands = "".join(one.text for one in segments() if one.style.reverse)
            assert " enter " in bands and "› " in bands

    drive(app, script)


@pytest.mark.parametrize("ansi", [False, True])
def test_greys_give_way_only_to_the_terminals_own_colours(ansi):
    others = Monochrome()
    (kept,) = no_colour.fitting([others], ansi)
    assert (kept is others) != ansi


@pytest.mark.parametrize("ground", ["blue", "red", "bright_white", "#102030"])
def test_a_band_is_reversed_and_keeps_its_weight(ground):
    (kept,) = no_colour.fitting([Monochrome()], True)
    said = [
        Segment("a", Style.parse(f"bold white on {ground}")),
        Segment("b", Style.parse("green")),
        Segment("c"),
    ]
    band, plain, bare = kept.apply(said, Color(0, 0, 0))
    assert band.style.reverse and band.style.bold and not plain.style.reverse and bare.style is None
