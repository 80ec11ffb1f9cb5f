"""Dialogs keep their keys in sight at every size, and close once."""

import asyncio

import pytest
from textual.widgets import OptionList

from hotfix_tui.ui.screens.choose import Choose, Option
from hotfix_tui.ui.screens.reasons import Notice
from tests.ui.photo import Frame

WAYS = [Option("one", "One", "the first"), Option("two", "Two", "the second"), Option("three", "Three")]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
@pytest.mark.parametrize("lines", [0, 14, 60])
def test_the_keys_of_a_dialog_are_on_the_screen_below_its_body(size, lines):
    async def look() -> None:
        app = Frame(lambda width, height: [])
        async with app.run_test(size=size) as pilot:
            app.push_screen(Choose("Which?", WAYS, "\n".join(f"line {n}" for n in range(lines))))
            await pilot.pause()
            body, keys = app.screen.query_one("#body").region, app.screen.query_one("#bar").region
            assert keys.bottom <= size[1]
            assert body.bottom <= keys.y
            assert app.screen.query_one("#heading").region.bottom <= body.y
            options = app.screen.query_one(OptionList).region
            assert body.y <= options.y
            assert options.bottom <= body.bottom
            shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
            assert "One" in shown
            assert "Three" in shown

    asyncio.run(look())


def test_a_second_dismissal_leaves_the_screen_below_alone():
    async def close_twice() -> None:
        app = Frame(lambda width, height: [])
        answers: list[object] = []
        async with app.run_test() as pilot:
            below, above = Notice("Below", "stays"), Notice("Above", "goes")
            app.push_screen(below)
            app.push_screen(above, answers.append)
            await pilot.pause()
            above.dismiss(None)
            above.dismiss(None)
            await pilot.pause()
            assert app.screen is below
            assert answers == [None]

    asyncio.run(close_twice())


def test_a_screen_with_another_one_over_it_does_not_take_that_away():
    async def close_below() -> None:
        app = Frame(lambda width, height: [])
        async with app.run_test() as pilot:
            below, above = Notice("Below", "saved late"), Notice("Above", "opened meanwhile")
            app.push_screen(below)
            app.push_screen(above)
            await pilot.pause()
            below.dismiss(None)
            await pilot.pause()
            assert app.screen is above

    asyncio.run(close_below())
