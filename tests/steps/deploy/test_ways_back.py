"""What each way back means and loses, said from real repositories."""

import pytest

from hotfix_tui.incident.edits import runs
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.rules import gates
from hotfix_tui.steps.deploy import ways_back
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import NOW, PYTHON, Shop


def told(shop: Shop, name: str):
    return ways_back.told(shop.ctx, name, Rollback().plan(shop.ctx, name))


def deployed(shop: Shop, commit: str, **deploy):
    live = shop.folder / "live"
    live.write_text(commit)
    shop.configure(
        deploy={
            "rollback": ["./deploy", "{previous}"],
            "current": [PYTHON, "-c", f"print(open({str(live)!r}).read())"],
            **deploy,
        }
    )
    shop.see("deploy.production", commit=commit, previous=shop.base)


def test_the_three_ways_come_in_one_order_and_the_configured_ones_after_them(shop):
    shop.configure(deploy={"rollbacks": {"blue-green": ["./swap"]}})
    assert ways_back.names(shop.ctx) == ["previous", "revert", "flag", "blue-green"]


def test_the_version_before_takes_off_the_fix_alone(shop):
    commit = shop.fix()
    deployed(shop, commit)
    way = told(shop, "previous")
    assert way.to == "v1.0.0"
    assert way.says == (
        f"v1.0.0 {shop.base[:7]} ran before. The fault comes back.",
        "It takes off the fix, and nothing else.",
    )
    assert not way.warns and not way.by_hand


def test_what_rode_along_goes_too_and_a_migration_among_it_is_named(shop):
    along = shop.undeployed("migrations/0007_prices.sql")
    shop.fix()
    shop.do(Merge())
    shop.do(ConfirmStep())
    deployed(shop, shop.remote_main())
    way = told(shop, "previous")
    assert (
        way.says[1] == f"It takes off the fix and 1 more commit: {along[:7]} Add migrations/0007_prices.sql."
    )
    (warning,) = way.warns
    assert "migrations/0007_prices.sql" in warning and "older code" in warning


def test_before_a_deployment_of_ours_nothing_is_said_of_the_fault(shop):
    bad = shop.here.commit("Bad release", bad__txt="x\n")
    shop.here("tag", "-a", "-m", "v1.1.0", "v1.1.0")
    deployed(shop, bad)
    shop.record.steps.pop("deploy.production")
    for step in ("branch.base", "branch.preflight"):
        shop.record.steps.pop(step)
    way = told(shop, "previous")
    assert way.to == "v1.0.0"
    assert "fault" not in " ".join(way.says)
    assert way.says[1] == f"It takes off 1 commit: {bad[:7]} Bad release."


def test_without_a_command_it_is_by_hand_and_says_what_is_not_set_up(shop):
    commit = shop.fix()
    shop.see("deploy.production", commit=commit, previous=shop.base)
    way = told(shop, "previous")
    assert way.by_hand and not way.missing
    assert "[deploy] rollback names no command" in way.says[-1]


def test_a_revert_of_a_merge_is_called_one_and_nothing_landed_cannot_be_reverted(shop):
    shop.undeployed()
    shop.fix()
    nothing = ways_back.told(shop.ctx, "revert", None, "not known")
    assert nothing.missing == "the fix has not landed on main yet"
    shop.do(Merge())
    shop.do(ConfirmStep())
    way = told(shop, "revert")
    assert way.title == "Revert the merge and deploy that"
    assert shop.remote_main()[:7] in way.says[0]
    shop.record.steps.pop("verify.commit")
    shop.record.steps.pop("release.confirm")
    assert ways_back.told(shop.ctx, "revert", None, "x").missing == "nothing has landed on main yet"


def test_a_flag_that_nobody_named_is_not_set_up_and_a_named_one_is(shop):
    plan = Rollback().plan(shop.ctx, "flag")
    assert "names no command" in ways_back.told(shop.ctx, "flag", plan).missing
    shop.record.facts["rollback.flag"] = "NEW_SUMS"
    by_hand = told(shop, "flag")
    assert by_hand.by_hand and not by_hand.missing and "NEW_SUMS" in by_hand.says[0]
    shop.configure(deploy={"feature-flag": ["./flag", "off"]})
    way = told(shop, "flag")
    assert not way.by_hand and "Nothing is deployed" in way.says[0]


@pytest.mark.parametrize("kind", ["revert", "flag", "blue-green"])
def test_a_way_that_brings_back_no_release_of_the_platform_is_not_measured_by_one(shop, kind):
    """A flag that is off, or a revert that is live, would else be a no while the platform serves a newer release."""
    shop.undeployed()
    shop.fix()
    shop.do(Merge())
    shop.do(ConfirmStep())
    shop.configure(deploy={
        "platform": "netlify", "feature-flag": ["./flag", "off"], "rollbacks": {"blue-green": ["./swap"]},
    })  # fmt: skip
    shop.see(
        "deploy.production",
        platform="netlify",
        commit=shop.commit,
        previous_release="65f0c0ffee65f0c0ffee0001",
    )
    known = Rollback().plan(shop.ctx, kind).known
    assert (known.kind, known.target_release) == (kind, "")
    assert Rollback().plan(shop.ctx, "previous").known.target_release == "65f0c0ffee65f0c0ffee0001"


@pytest.mark.parametrize("kind", ["flag", "blue-green", "revert"])
@pytest.mark.parametrize("state", ["done", ""])
def test_a_way_back_that_nothing_here_shows_stays_as_it_was_when_it_is_looked_at(shop, kind, state):
    shop.fix()
    shop.see("deploy.rollback", state, kind=kind, taken_off=shop.commit)
    probe = Rollback().probe(shop.ctx)
    assert probe.state == ("unknown" if state else "not-done")
    runs.apply_probe(shop.record, Actor("ann", NOW), "deploy.rollback", probe)
    assert shop.record.entry("deploy.rollback").get("state", "") == state
    if state:
        assert gates.rolled_back(shop.record), "a look does not bring the fix back"
