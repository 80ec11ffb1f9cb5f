"""Keys at random, typed ahead and pasted: nothing is decided, sent or done that was not on the screen for 600 ms.

Each case goes from a form, a dialog or a stage through keys, one or many that come in one read. The times are
those of the case's own clock, on which the next screen stands at once; so what a key may decide about is known exactly.
After each piece it is looked whether something was written, started, sent or opened, and what for.
"""

import os
import random
import secrets
from typing import Any

import pytest

from hotfix_tui.session.errors import Damaged
from hotfix_tui.ui.check_queue import ORDER
from hotfix_tui.ui.terminal.input_pace import LOOK_AHEAD, LOOK_LONGER, STANDS
from tests.ui.scenes import SCENES
from tests.ui.support import come, drive, settle

FEW, SOME, MANY, PARTS = 8, 20, 200, 20

SKIPPED = ("drill-end",)
"""Its keys remove files of this test's own place."""

KEYS = "abcdefghijklmnoprstuvwxyzABDEFLPRSTUW0123[]!:/?.,<> \r\r\r\r\t  "
"""What is bound somewhere, without the key that leaves; those that do things more often."""

NAMED = ("escape", "up", "down", "left", "right", "f1", "f2", "f3", "f5", "f8", "backspace", "pagedown")

MOVES = ("up", "down")

PASTES = (
    "y\ry\ry\r",
    "ENG-1234\r",
    "Ann\rwhy not\r",
    "\r" * 9,
    "no text\nof ours\n",
    " x y z\r",
    "wKim\rlater\r\r",
)


def cases(count: int, first: int) -> list[int]:
    return [first * 1000 + number for number in range(count)]


@pytest.mark.parametrize(
    "seed", [seed if seed < FEW else pytest.param(seed, marks=pytest.mark.full) for seed in cases(SOME, 0)]
)
def test_nothing_happens_that_was_not_seen(seed, desks, reconciled):
    go_through(seed, desks)


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_happens_that_was_not_seen_at_length(part, desks, reconciled):
    first = int(os.environ.get("RANDOM_KEYS") or secrets.randbelow(1_000_000))
    print(f"RANDOM_KEYS={first}")
    for seed in cases(MANY, first)[part::PARTS]:
        go_through(seed, desks)


def go_through(seed: int, desks: Any) -> None:
    source = random.Random(seed)
    scene = source.choice([one for one in SCENES if one.name not in SKIPPED])
    desk = desks(scene.stage, scene.severity)
    app = scene.app(desk)
    told: list[str] = [f"seed {seed}: {scene.name}"]

    async def script(pilot: Any) -> None:
        await scene.reach(pilot)
        app.look_ahead, app.look_longer = LOOK_AHEAD, LOOK_LONGER
        seen, since = signature(app), app.hands.at
        gap = 2.0
        for _ in range(source.randint(6, 14)):
            types = bool(getattr(app.screen, "types", False))
            stood = app.hands.at + gap - since
            before = state(desk, app)
            many = source.random() < 0.4
            piece = paste(source) if many else ""
            if many:
                await come(pilot, piece, after=gap)
            else:
                piece = source.choice(NAMED) if source.random() < 0.3 else source.choice(KEYS)
                await one(pilot, piece, gap)
            told.append(f"{gap:.2f} s later {piece!r} at {seen}, which stood {stood:.2f} s")
            if not app.is_running or app._exit:
                return
            if state(desk, app) != before:
                assert stood >= STANDS, (told, before, state(desk, app))
                assert not many or types, (told, before, state(desk, app))
            now = signature(app)
            if now != seen:
                moves = (
                    (*MOVES, "n") if now[0] == "Triage" else MOVES
                )  # a no goes on to what stands in the tree
                chosen = piece in moves and now[:2] == seen[:2]  # a row that stood there, by its own key
                seen, since = now, since if chosen else app.hands.at
            gap = source.choice((0.04, 0.1, 0.2, 0.35, 0.7, 1.5))

    try:
        drive(app, script)
    finally:
        desk.close()  # the next one has the same place


def paste(source: random.Random) -> str:
    if source.random() < 0.5:
        return source.choice(PASTES)
    return "".join(source.choices(KEYS, k=source.randint(4, 25)))


async def one(pilot: Any, key: str, gap: float) -> None:
    if len(key) == 1:
        await come(pilot, key, after=gap)
        return
    pilot.app.hands.gaps = [gap]
    await pilot.press(key)
    await settle(pilot)


def signature(app: Any) -> tuple[Any, ...]:
    """What stands on the screen to be decided about: the screen, and what enter does on it."""
    screen = app.screen
    if getattr(screen, "types", False) or not hasattr(screen, "offer"):
        return (type(screen).__name__, id(screen))
    chosen = getattr(screen, "selected", None)
    return (type(screen).__name__, id(screen), screen.offer().label, getattr(chosen, "id", ""))


def state(desk: Any, app: Any) -> tuple[Any, ...]:
    """What was written, started and opened so far; drafts and what was copied do not count."""
    written = []
    for one in sorted(desk.store.ids()):
        try:
            record = desk.engine(one).record
        except Damaged:
            continue  # as it was made for the list
        # The end of a run is written when it comes, whatever is pressed then; the next check that was asked for begins.
        ended = sum("ended" in run for run in record.runs)
        begun = sum(run["step"] in ORDER for run in record.runs)
        written.append((one, record.revision - ended - begun, len(record.runs) - begun))
    return written, [one for one in desk.recorder.asked if one[0] != "copy"]
