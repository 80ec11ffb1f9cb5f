"""A revert on a forge: pushed on a branch of its own, with its pull request, and said how it goes on."""

import os

import pytest

from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.steps.fake_gh import Forge


@pytest.fixture
def forge(shop, monkeypatch):
    """A merge commit that has landed on GitHub, and a signed-in gh."""
    monkeypatch.setattr(live_check, "PATIENCE", 0.2)
    shop.undeployed()
    commit = shop.fix()
    shop.do(Merge())
    shop.do(ConfirmStep())
    world = Forge(shop.folder, commit)
    monkeypatch.setenv("PATH", world.path_with(os.environ["PATH"]))
    shop.see("branch.preflight", forge="github", remote_url="https://github.com/acme/shop.git")
    return world


def test_a_revert_of_a_merge_opens_its_request_into_the_production_branch(shop, forge):
    tip = shop.remote_main()
    found = shop.do(Rollback(), "revert")
    assert found.state == "unknown", found
    (made,) = forge.world["prs"]
    assert (made["title"], made["headRefName"], made["baseRefName"]) == (
        "Revert: Sums are wrong",
        "revert/ENG-7",
        "main",
    )
    assert made["body"] == f"Takes back {tip[:12]} on main.\n\nTicket: ENG-7\n"
    assert "its request is https://github.com/acme/shop/pull/1; once it is merged and deployed" in found.why
    assert found.evidence["url"] == "https://github.com/acme/shop/pull/1"
    reverted = shop.remote_main("revert/ENG-7")
    assert shop.here("rev-parse", f"{reverted}^") == tip == shop.remote_main()
    assert shop.here("show", f"{reverted}:app.txt") == shop.here("show", f"{shop.base}:app.txt")


def test_where_it_cannot_be_opened_the_revert_is_pushed_all_the_same_and_that_is_said(shop, forge):
    forge.down("HTTP 502")
    found = shop.do(Rollback(), "revert")
    assert found.state == "unknown"
    assert "open its request" in found.why and forge.world["prs"] == []
    assert shop.remote_main("revert/ENG-7") != shop.remote_main()
