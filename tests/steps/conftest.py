"""Fixtures of the steps' tests; `shop` and `incident`, in which they are carried out, are in tests/conftest.py."""

import os

import pytest

from hotfix_tui.steps.live import compare
from hotfix_tui.steps.pull_request import step as pull_request
from tests.steps.fake_gh import Forge
from tests.steps.one_look import share_one_look
from tests.steps.support_release import Shop


@pytest.fixture(autouse=True)
def one_look(isolated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step's probe, plan and choices share one consistent view."""
    share_one_look(monkeypatch)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only for a moment until what is live is what was deployed."""
    monkeypatch.setattr(compare, "PATIENCE", 0.2)


@pytest.fixture
def forge(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Forge:
    """A signed-in gh, and a fix that is pushed to GitHub."""
    commit = shop.fix()
    world = Forge(shop.folder, commit)
    monkeypatch.setenv("PATH", world.path_with(os.environ["PATH"]))
    monkeypatch.setattr(pull_request, "SETTLING", 0.0)
    shop.see("branch.preflight", forge="github", remote_url="https://github.com/acme/shop.git")
    return world
