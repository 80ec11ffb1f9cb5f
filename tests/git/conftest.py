"""Every test of this room is cut off from the machine's own git configuration."""

import pytest


@pytest.fixture(autouse=True)
def _isolated(isolated: None) -> None:
    """As `isolated`."""
