"""A small repository and its own desk, for single commands."""

import pytest

from tests.cli.shop import make_shop
from tests.walks.support import Desk


@pytest.fixture
def desk(tmp_path):
    """A desk in front of a small repository without a remote and without a configuration."""
    return make_shop(Desk(root=tmp_path / "desk", checkout=tmp_path / "shop"))


@pytest.fixture
def opened(desk):
    """The same with one open incident, ENG-7, a P1."""
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    return desk
