"""Driving the checks: commands that wait, fail or pass, and what the panes show of them."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.screens.verify_panes import VerifyPanes
from hotfix_tui.ui.widgets.verify_pane import CheckPane
from tests.ui import support
from tests.ui.support import Desk, press, settle

PASSES = [sys.executable, "-c", "print('all is well')"]
WAITS = """
import pathlib, sys, time
print('waiting', flush=True)
while not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.05)
"""
TESTS = """
import pathlib, sys, time
print('test_nothing (test_shop.Totals.test_nothing) ... ok', flush=True)
print('test_sum (test_shop.Totals.test_sum) ... FAIL', flush=True)
while not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.05)
print('='*70); print('FAIL: test_sum (test_shop.Totals.test_sum)'); print('-'*70)
print('Traceback (most recent call last):')
print('  File "tests/test_shop.py", line 11, in test_sum'); print('AssertionError: 3 != 6')
print('-'*70); print('Ran 2 tests in 0.1s'); print(); print('FAILED (failures=1)')
sys.exit(1)
"""


def commands(desk: Desk, **table: Any) -> None:
    """Give the incident these commands, and trust them."""

    def change(record: Record) -> None:
        record.config["commands"] = table
        for name in ("setup", "test", "typecheck", "build"):
            record.steps.pop(f"verify.{name}", None)
        record.detected.clear()

    desk.change(change)
    desk.trust()


def panes(pilot: Pilot[Any]) -> dict[str, CheckPane]:
    return {pane.name_of_check: pane for pane in pilot.app.screen.query(CheckPane)}


def states(pilot: Pilot[Any]) -> dict[str, str]:
    seen = views(pilot.app.engine.record)  # type: ignore[attr-defined]
    return {name: seen[f"verify.{name}"].state for name in panes(pilot)}


async def until(pilot: Pilot[Any], true: Callable[[], object]) -> None:
    async with asyncio.timeout(240):
        while not true():
            await pilot.pause(0.02)
    await pilot.pause()  # what became true may be said a message later


async def open_panes(pilot: Pilot[Any]) -> VerifyPanes:
    await press(pilot, "p")
    screen = pilot.app.screen
    assert isinstance(screen, VerifyPanes)
    return screen


def drive(
    app: Any, script: Callable[[Pilot[Any]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    """Leave only once nothing reads the repository any more: the next test removes it."""

    async def calm(pilot: Pilot[Any]) -> None:
        await script(pilot)
        await settle(pilot)

    support.drive(app, calm, size)


def saying(script: str, path: Path) -> list[str]:
    return [sys.executable, "-c", script, str(path)]
