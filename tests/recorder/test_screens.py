"""Git is called while the screens open, look and move, and never on their loop."""

import asyncio
from pathlib import Path

import pytest

from hotfix_tui.engine import execute, opening
from hotfix_tui.engine.place import find_place
from hotfix_tui.session.store import Store
from hotfix_tui.ui.app import HotfixApp
from hotfix_tui.ui.launch import first_screen
from hotfix_tui.ui.router import Router
from tests.gitworld import World
from tests.recorder.rules import verb
from tests.recorder.test_rules import recorded


def test_no_call_is_made_on_the_loop_while_the_wizard_opens_and_looks(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TERM", "xterm-256color")
    world.commit("First", a="1\n")
    place = find_place(str(world.path))
    store = Store(place.sessions, locking=True, who="ann")
    start = opening.Start("ENG-1", "P1", {"title": "Wrong", "impact.seen": "sums"})
    engine = opening.open_incident(place, store, start, by="ann")
    execute.carry_out(engine, "branch.preflight")
    recorded()

    async def use() -> None:
        app = HotfixApp(place, store, "ann", lambda app: first_screen(app, "ENG-1"), Router())
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.3)
            for keys in (
                ["right_square_bracket"],
                ["l"],
                ["down"],
                ["l"],
                ["d"],
                ["escape"],
                ["v"],
                ["escape"],
            ):
                await pilot.press(*keys)
                await pilot.pause(0.1)

    asyncio.run(use())
    calls = recorded()
    assert calls and not [call for call in calls if call.on_loop]
    assert not {verb(call.argv) for call in calls} & {"switch", "commit", "push", "add", "worktree"}
