"""The wizard itself opens on an incident, whatever the state of the repository, and offers a key."""

import asyncio
from collections.abc import Callable

import pytest

from hotfix_tui.engine import opening
from hotfix_tui.engine.place import find_place
from hotfix_tui.session.store import Store
from hotfix_tui.ui.app import HotfixApp
from hotfix_tui.ui.launch import first_screen
from hotfix_tui.ui.router import Router
from hotfix_tui.ui.screens.stage.screen import StageScreen
from tests.faults.bench import Bench, Fault
from tests.faults.every import FAULTS

QUICK = ("corrupt_head", "git_missing", "dubious")
WORST = (
    *QUICK,
    *("corrupt_index", "git_too_old", "reftable", "bare", "no_commits", "read_only", "detached", "merging"),
    *("missing_object", "no_identity", "sha256", "shallow", "http_401", "path_gone", "index_lock"),
)
MET = {fault.make.__name__: fault for fault in FAULTS}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.full]) for name in WORST]
)
def test_wizard_opens(
    name: str, bench_for: Callable[[Fault], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    bench = bench_for(MET[name])
    story = MET[name].make(bench)
    next(story)
    before = bench.kept()
    place = find_place(bench.root)
    store = Store(place.sessions, locking=True, who="ann")
    begun = opening.open_incident(place, store, opening.Start("ENG-9", "P1", {"title": "Opened"}), by="ann")

    async def look() -> str:
        app = HotfixApp(place, store, "ann", lambda app: first_screen(app, begun.id), Router())
        async with app.run_test(size=(80, 24)) as pilot:
            await asyncio.wait_for(pilot.pause(), 30)
            assert isinstance(app.screen, StageScreen)
            await pilot.press("down", "question_mark")
            await pilot.pause()
            await pilot.press("escape")
            await app.workers.wait_for_complete()
            shown = app.screen.painted("header")
        assert not app.crash_line and app.return_code in (None, 0)
        return shown

    assert "ENG-9" in asyncio.run(look())
    assert bench.kept() == before
    next(story, None)
