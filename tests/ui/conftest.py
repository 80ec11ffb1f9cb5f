"""Fixtures of the screens' tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.ui import place, still, styles
from tests.ui.scenes import Scene
from tests.ui.support import alone, desks, look, reconciled

__all__ = ["alone", "desks", "look", "reconciled"]


@pytest.fixture(scope="session", autouse=True)
def _clear_up() -> Iterator[None]:
    styles.once()
    still.pause_until_still()
    yield
    place.clear()


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
