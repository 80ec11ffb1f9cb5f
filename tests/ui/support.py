"""The wizard in a test: an incident at a stage, a clock that stands still, and ways to wait until nothing moves."""

import asyncio
import os
import time
import unicodedata
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from hotfix_tui.engine import opening
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.place import find_place
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.model.record import Record
from hotfix_tui.runner import locks, runs
from hotfix_tui.session.store import Store
from hotfix_tui.ui.app import HotfixApp
from hotfix_tui.ui.router import Router
from hotfix_tui.ui.screens.stage.screen import StageScreen
from tests.ui import incidents, place, world

PATIENCE = 240.0
"""Seconds after which something will never come: a slow machine is no bug."""

SIZES = ((80, 24), (120, 40))

LOG = b"""\
$ python3 -m unittest discover -s tests
test_nothing (test_shop.Totals.test_nothing) ... \x1b[32mok\x1b[0m
test_the_last_price_counts (test_shop.Totals) ... \x1b[1;31mFAIL\x1b[0m

======================================================================
\x1b[1;31mFAIL\x1b[0m: test_the_last_price_counts (test_shop.Totals)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "tests/test_shop.py", line 11, in test_the_last_price_counts
    self.assertEqual(total([1, 2, 3]), 6)
AssertionError: \x1b[33m3 != 6\x1b[0m

----------------------------------------------------------------------
Ran 2 tests in 0.001s

\x1b[1;31mFAILED\x1b[0m (failures=1)
"""


class Recorder:
    """Stands in for editor, clipboard and browser; records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def copy(self, text: str) -> str:
        self.asked.append(("copy", text))
        return "by the test"

    def open(self, url: str) -> str:
        self.asked.append(("open", url))
        return ""

    def edit(self, path: str, line: int = 0) -> str:
        self.asked.append(("edit", path))
        return ""

    def shell(self, directory: str) -> str:
        self.asked.append(("shell", directory))
        return ""


class Hands:
    """Presses the keys: each a number of seconds after the previous one, on a clock that only keys advance."""

    def __init__(self, every: float = 2.0) -> None:
        self.every, self.at = every, 1000.0
        self.gaps: list[float] = []
        """The times before the next keys, if they differ."""

    def press(self) -> float:
        """Press the next key; return when that was."""
        self.at += self.gaps.pop(0) if self.gaps else self.every
        return self.at


class Wizard(HotfixApp):
    """The app itself; only its pictures are told apart from the slot of this process, and keys have times of ours."""

    look_ahead = look_longer = 0.0
    """What keys wait for; a test of keys that come together says how long."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.hands = Hands()

    def notify(self, message: str, **options: Any) -> None:
        """Notices stay: those of a few seconds would be gone on a slow machine before they are checked."""
        super().notify(message, **options | {"timeout": 3600.0})

    def stamp(self, event: Any) -> float:
        """Return the time of the next key press of these hands."""
        return self.hands.press()

    def now(self) -> float:
        """Return the time of these hands."""
        return self.hands.at

    def export_screenshot(self, **options: Any) -> str:
        return place.mask(super().export_screenshot(**options))


class Desk:
    """A repository with the incident ENG-1234 in one stage, and the wizard in front of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.shop = folder, folder / "shop"
        self.place = find_place(str(self.shop))
        self.store = Store(self.place.sessions, who="Ann")
        self.recorder = Recorder()
        self._held: list[int] = []

    def environment(self) -> dict[str, str]:
        """Return what another process needs to run in this desk's environment and no other."""
        names = ("GIT_", "XDG_", "HOME", "TZ", "PATH", "LANG", "LC_")
        return {name: value for name, value in os.environ.items() if name.startswith(names)}

    def engine(self, incident: str = "ENG-1234") -> Engine:
        return Engine(self.store, incident, self.place.root, by="Ann", clock=incidents.clock)

    def change(self, how: Callable[[Record], object]) -> None:
        """Write to the record as it needs to be for a test."""
        incidents.change(self.engine(), how)

    def put(self, step: str, state: str, minutes: float = 0, **more: Any) -> None:
        self.change(lambda record: incidents.put(record, step, state, minutes, **more))

    def run(
        self,
        step: str,
        state: str,
        log: bytes = LOG,
        minutes: float = 0,
        *,
        note: RunNote | None = None,
        **more: Any,
    ) -> Path:
        """Give `step` a run with a log, and its `note`; a ``running`` one looks alive."""
        number = len(self.engine().record.runs) + 1

        def begin(record: Record) -> None:
            incidents.put(record, step, state, minutes, run=number, **more)
            at = record.steps[step]["at"]
            record.runs.append({"n": number, "step": step, "round": record.round, "at": at, "by": "Ann"})
            if note is not None:
                record.runs[-1]["note"] = note.to_dict()
            if state != "running":
                record.runs[-1].update(state=state, ended=incidents.NOW)

        self.change(begin)
        folder = Path(self.engine().run_directory(number))
        folder.mkdir(parents=True)
        (folder / "log").write_bytes(log)
        if state == "running":
            (folder / "status.json").write_text('{"state": "running"}')
            lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            assert locks.try_lock(lock)
            self._held.append(lock)
        return folder

    def trust(self) -> None:
        from hotfix_tui.config import trust
        from hotfix_tui.session import places

        loaded = opening.kept_config(self.engine().record)
        trust.allow(Path(places.state_root()), loaded, str(self.shop))

    def app(self, first: Callable[[HotfixApp], Any] | None = None) -> Wizard:
        """Return the wizard, on the stage screen or on the screen that `first` makes."""

        def stage(app: HotfixApp) -> StageScreen:
            app.engine = self.engine()
            return StageScreen(app.engine)

        return Wizard(
            self.place,
            self.store,
            "Ann",
            first or stage,
            Router(),
            clock=incidents.clock,
            editor=self.recorder,
            clipboard=self.recorder,
            browser=self.recorder,
        )

    def close(self) -> None:
        """Let go of the locks, and end the runs that the test began: the next test takes their folder away."""
        while self._held:
            os.close(self._held.pop())
        for lock in Path(self.place.sessions).glob("*/runs/*/lock"):
            self._end(lock)

    def _end(self, lock: Path) -> None:
        if not locks.held(str(lock)):
            return
        with suppress(runs.NotRunning):
            runs.cancel(lock.parent, "The test is over.")
        until = time.monotonic() + PATIENCE
        while locks.held(str(lock)):
            assert time.monotonic() < until, f"{lock.parent} does not end"
            time.sleep(0.01)


def desk(stage: str, severity: str) -> Desk:
    """Return the desk for a stage; with the stage ``none`` there is no incident."""

    def build(folder: Path) -> None:
        if stage == "none":
            world.build(folder, "found")
        else:
            incidents.build(folder, stage, severity)

    return Desk(place.lay_out(f"{stage}-{severity}", build))


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing moves: no probe, change or action in progress, plan shown, cursors still."""
    app = pilot.app
    busy = True
    while busy:
        await pilot.pause()
        busy = _busy(app)
        await _lanes(app)
        await _plan(app)
    for screen in app.screen_stack:
        for widget in screen.query("Input, TextArea").results(Input | TextArea):  # type: ignore[arg-type]
            widget.cursor_blink = False
    await pilot.pause()


def _busy(app: Any) -> bool:
    if any(getattr(screen, "reconciling", False) for screen in app.screen_stack):
        return True  # it begins a moment after the first paint, which no lane knows of yet
    if app.keys_wait or app.flows_moving or not getattr(app.screen, "stands", True):
        return True
    return any(lane.busy for lane in (app.changes, app.looks, app.work))


async def _lanes(app: Any) -> None:
    if not _busy(app):
        return
    async with asyncio.timeout(PATIENCE):
        while _busy(app):
            await asyncio.sleep(0.005)


async def _plan(app: Any) -> None:
    """Wait until the plan of the selected step was asked for."""
    screen = app.screen
    if not isinstance(screen, StageScreen):
        return
    async with asyncio.timeout(PATIENCE):
        while True:
            view = screen.selected
            if view is None or not screen.previews.has(view):
                return
            if screen.previews.knows(view.id) and not app.looks.busy:
                return
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running(app: HotfixApp, size: tuple[int, int] = (80, 24)) -> Any:
    """The app, started and settled, without a terminal."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, and wait until nothing moves after each."""
    for key in keys:
        _send(pilot.app, key)
        await settle(pilot)


def _send(app: Any, name: str) -> None:
    """Deliver a key, or the character that types it; what it leads to is waited for by who called."""
    name = _character_to_key(name) if len(name) == 1 and not name.isalnum() else name
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        character = name if len(name) == 1 else None
    key = events.Key(name, character)
    key.set_sender(app)
    app._driver.send_message(key)


NAMED = {"\r": "enter", "\n": "ctrl+j", "\t": "tab", " ": "space", "\x85": "f5"}
"""The keys that some characters stand for; no terminal sends the last one, which is a key without a character."""


async def come(pilot: Pilot[Any], keys: str, *, gap: float = 0.001, after: float = 2.0) -> None:
    """Deliver all of `keys` in one piece, like one read of the terminal, and wait until nothing moves.

    The first comes `after` seconds, the others `gap` seconds after the one before.
    """
    app = pilot.app
    app.hands.gaps = [after, *[gap] * (len(keys) - 1)]  # type: ignore[attr-defined]
    for character in keys:
        name = NAMED.get(character, character if character.isalnum() else _character_to_key(character))
        key = events.Key(name, character)
        key.set_sender(app)
        app._driver.send_message(key)  # type: ignore[union-attr]
    await pilot.pause()
    await settle(pilot)


def drive(
    app: HotfixApp, script: Callable[[Pilot[Any]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    """Start `app`, call `script` with its pilot, and leave."""

    async def main() -> None:
        async with running(app, size) as pilot:
            await script(pilot)
        for lane in (app.changes, app.looks, app.work):
            lane.drain(60)  # the next test takes the repository away

    asyncio.run(main())


def text(app: Any) -> str:
    """Return what the screen shows, as text: one line per row, without spaces at the end."""
    width, height = app.size
    rows = app.screen._compositor.render_strips()
    lines = ["".join(segment.text for segment in row).rstrip() for row in rows[:height]]
    assert all(len(line) <= width for line in lines)
    return place.mask("\n".join(lines))


def strip(app: Any) -> str:
    """Return the clocks at the top, and what enter does."""
    screen = app.screen
    offered = screen.offer()
    assert offered.label in screen.painted("bar"), (offered, screen.painted("bar"))
    return f"{screen.painted('header')}\n{offered.note} enter: {offered.label}"


def footer(app: Any) -> str:
    """Return the keys that are named."""
    return str(app.screen.painted("footer").strip())
