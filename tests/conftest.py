"""What all tests share: the long ones begin first, so that no processor waits for the other at the end."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the walks at the front, every second one at the place where the second process begins."""
    walks = [item for item in items if item.get_closest_marker("walk")]
    others = [item for item in items if not item.get_closest_marker("walk")]
    half = (len(items) + 1) // 2
    first, second = walks[::2], walks[1::2]
    cut = max(half - len(first), 0)
    items[:] = [*first, *others[:cut], *second, *others[cut:]]
