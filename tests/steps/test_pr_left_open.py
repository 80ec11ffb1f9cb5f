"""The request of a fix that was taken off stays open on the forge: that is said, and the next one closes it."""

import pytest

from hotfix_tui.incident.rules import left_open
from hotfix_tui.steps.pull_request.step import Create
from tests.steps.test_pr_forge import written


@pytest.fixture
def taken_off(shop, forge):
    """The request of round 1 is open, its fix was deployed first and rolled back."""
    written(shop)
    found = shop.do(Create())
    shop.see("pull-request.create", **found.evidence)
    shop.see("deploy.rollback", taken_off=shop.commit, target=shop.base)
    return shop


def next_round(shop, forge):
    """The next round has its own commit on its own branch."""
    record = shop.record
    kept = {"commit": shop.commit, "pr": record.steps["pull-request.create"]["evidence"]["url"]}
    record.rounds[-1].update(evidence=kept, steps={})
    record.rounds.append({"number": 2, "begun_at": record.rounds[0].get("begun_at"), "base": "same"})
    record.doc["round"] = 2
    record.steps.pop("pull-request.create")
    tree = str(shop.folder / "shop.hotfix" / "ENG-7")
    shop.here("-C", tree, "switch", "-qc", "hotfix/ENG-7-sums-2")
    shop.here("-C", tree, "commit", "-q", "--allow-empty", "-m", "fix: sums, once more")
    shop.commit = shop.here("-C", tree, "rev-parse", "HEAD")
    shop.here("push", "-q", "origin", "hotfix/ENG-7-sums-2")
    shop.see("branch.create", branch="hotfix/ENG-7-sums-2")
    shop.see("verify.commit", commit=shop.commit)
    forge.set(new=forge.world["new"] | {"headRefOid": shop.commit})


def test_it_is_said_while_it_is_off_and_no_longer_once_it_was_merged(taken_off):
    record = taken_off.record
    said = left_open.said(record)
    assert said == "The request of round 1, #1, was left open: opening the next one closes it."
    record.steps["release.merge"] = {"state": "done"}
    assert left_open.said(record) == ""


def test_the_next_request_closes_it(taken_off, forge):
    shop = taken_off
    next_round(shop, forge)
    assert "#1, was left open" in left_open.said(shop.record)
    plan = Create().plan(shop.ctx)
    assert plan.commands[-1].argv[:4] == ["gh", "pr", "close", "1"]
    assert any("#1, was left open: it is closed with this" in one for one in plan.warnings)
    found = shop.do(Create())
    assert found.state == "done" and found.evidence["number"] == 2, found
    assert [one["state"] for one in forge.world["prs"]] == ["CLOSED", "OPEN"]
    shop.see("pull-request.create", **found.evidence)
    assert left_open.said(shop.record) == ""


def test_what_was_closed_by_hand_is_seen(taken_off, forge):
    shop = taken_off
    next_round(shop, forge)
    forge.one(state="CLOSED")
    found = Create().probe(shop.ctx)
    assert found.state == "not-done"
    shop.see("pull-request.create", "", **found.evidence)
    assert left_open.said(shop.record) == ""
