"""Drills of the walks: each test gets its own, and every one is stopped."""

import pytest

from tests.walks.drill import build_drill, stop


@pytest.fixture
def drill_for(tmp_path, monkeypatch, request):
    """Build drills that are stopped at the end of the test; the product's words may be reversed."""
    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "desk" / name))
    built = []

    def make(*, words="", **options):
        if words == "reversed":
            options["product"] = str(request.getfixturevalue("reversed_product")[0])
        for earlier in built:
            stop(earlier)
        built.append(build_drill(tmp_path / f"drill{len(built)}", **options))
        return built[-1]

    yield make
    for drill in built:
        stop(drill)
