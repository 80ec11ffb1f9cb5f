"""What is trusted was there to be read: before the end of the list the key reads on."""

import asyncio

from hotfix_tui.ui.screens.trust import Trust
from tests.ui.scenes import BY_NAME
from tests.ui.support import drive, press
from tests.ui.test_dialogs import trusted


def test_a_list_longer_than_the_screen_is_read_to_its_end_first(desks, reconciled):
    scene = BY_NAME["trust"]
    desk = desks(scene.stage)

    async def script(pilot):
        await scene.reach(pilot)
        body = pilot.app.screen.query_one("#body")
        assert body.max_scroll_y > 0
        seen, said = [], []
        for _ in range(20):
            await asyncio.sleep(1.0)
            if not isinstance(pilot.app.screen, Trust):
                break
            seen.append((body.scroll_offset.y, body.max_scroll_y))
            said.append(pilot.app.screen.query_one("#bar").text)
            assert trusted() == []
            await press(pilot, "y")
        assert len(seen) > 1 and seen[0][0] == 0 and seen[-1][0] == seen[-1][1]
        assert len(trusted()) == 1
        assert all("Read on" in words for words in said[:-1]) and "Trust them" in said[-1]

    drive(scene.app(desk), script, (80, 14))


def test_the_bar_says_what_the_key_does_wherever_the_list_is_scrolled_to(desks, reconciled):
    scene = BY_NAME["trust"]
    desk = desks(scene.stage)

    async def script(pilot):
        await scene.reach(pilot)
        bar = pilot.app.screen.query_one("#bar")
        assert "Read on" in bar.text
        await press(pilot, *["down"] * 40)
        assert "Trust them" in bar.text
        await press(pilot, "up")
        assert "Read on" in bar.text
        await pilot.resize_terminal(100, 60)
        await press(pilot, "down")
        assert "Trust them" in bar.text

    drive(scene.app(desk), script, (80, 14))
