"""Drills of the walks: each test gets its own, and every one is stopped."""

import pytest

from tests.walks.drill import build_drill, stop


@pytest.fixture
def drill_for(tmp_path, monkeypatch):
    """Build drills that are stopped at the end of the test."""
    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "desk" / name))
    built = []

    def make(**options):
        built.append(build_drill(tmp_path, **options))
        return built[-1]

    yield make
    for drill in built:
        stop(drill)
