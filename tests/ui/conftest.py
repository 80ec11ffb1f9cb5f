"""Fixtures of the screens' tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.ui import place, still, styles
from tests.ui.pins import pin_home, pin_look, pin_world
from tests.ui.scenes import Scene
from tests.ui.support import Desk, desk


@pytest.fixture(scope="session", autouse=True)
def _clear_up() -> Iterator[None]:
    styles.once()
    still.pause_until_still()
    yield
    place.clear()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Isolate from this machine's user."""
    pin_home(monkeypatch)


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pin what a picture shows."""
    pin_look(monkeypatch)


@pytest.fixture
def reconciled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip probing at the start."""
    pin_world(monkeypatch)


@pytest.fixture
def desks(alone: None, look: None) -> Iterator[Callable[..., Desk]]:
    """Make the desk for a stage and a severity; one per test."""
    made: list[Desk] = []

    def make(stage: str = "triage", severity: str = "P1") -> Desk:
        made.append(desk(stage, severity))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def snap(snap_compare: Any) -> Callable[..., bool]:
    """Compare the picture of a scene with the approved one."""

    def compare(scene: Scene, app: Any, size: tuple[int, int] = (80, 24)) -> bool:
        async def reach(pilot: Any) -> None:
            await scene.reach(pilot)
            assert pilot.app._exception is None, "a picture of what has ended is none"

        matches: bool = snap_compare(app, terminal_size=size, run_before=reach)
        return matches

    return compare
