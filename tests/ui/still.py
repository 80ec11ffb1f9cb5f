"""When an app is still: nothing that was begun is on its way any more, however slow the machine is.

Textual's `Pilot.pause` takes a process for idle that used next to no processor time for a moment. On a machine that is
busy with others that is true of one that was only not let on. So a pause lasts, besides, until nothing waits in the
loop, in a queue of messages or for the next frame.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen

FRAME = 1 / 120
"""Seconds between checks for what comes with the next frame."""

AT_MOST = 240.0
"""Seconds after which an app will never be still: a slow machine is no bug."""

ROUNDS = 3
"""How often in a row nothing may be pending."""

_pause, _press = Pilot.pause, Pilot.press


def pause_until_still() -> None:
    """Make every pause without a time, and every key, last until the app is still; once per process."""

    async def pause(pilot: Pilot[Any], delay: float | None = None) -> None:
        await _pause(pilot, delay)
        if delay is None:
            await still(pilot.app)
            pilot.app.screen._on_timer_update()

    async def press(pilot: Pilot[Any], *keys: str) -> None:
        await _press(pilot, *keys)
        await pilot.pause()

    Pilot.pause = pause  # type: ignore[method-assign]
    Pilot.press = press  # type: ignore[method-assign]


async def still(app: Any) -> None:
    """Wait until nothing is pending for the app or its screens."""
    until = time.monotonic() + AT_MOST
    rounds = 0
    while rounds < ROUNDS and app._exception is None:
        assert time.monotonic() < until, "the app is never still"
        await asyncio.sleep(0)
        if _ready():
            rounds = 0
        elif any(_moves(pump) for pump in _pumps(app)):
            rounds = 0
            await asyncio.sleep(FRAME)
        else:
            rounds += 1


def _ready() -> int:
    """Return how many calls of the loop are due now."""
    return len(getattr(asyncio.get_running_loop(), "_ready", ()))


def _pumps(app: Any) -> Iterator[MessagePump]:
    yield app
    for screen in app.screen_stack:
        if screen.is_running:
            yield from screen.walk_children(with_self=True)


def _moves(pump: MessagePump) -> bool:
    """Return whether a message waits for `pump`, or for what it draws in the next frame."""
    if not pump.is_running or pump._closing:
        return False
    if not pump._message_queue.empty() or pump._pending_message is not None or pump._next_callbacks:
        return True
    if isinstance(pump, Screen) and pump.app.screen is pump and not pump.app._batch_count:
        drawn = pump._layout_required or pump._scroll_required or pump._repaint_required
        return bool(drawn or pump._dirty_widgets or pump._callbacks or pump._recompose_required)
    return False
