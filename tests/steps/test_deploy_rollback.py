"""Going back: by the configured command, by a revert, by a flag; believed when production says so."""

import pytest

from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy import by_hand
from hotfix_tui.steps.deploy.live import LiveStep
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.deploy.staging import Staging
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import PYTHON, Shop

pytestmark = pytest.mark.usefixtures("quick")


def reversible(shop: Shop, *, live: str = "", **deploy):
    """A rollback command that writes its target into the file that says what is live."""
    file = shop.folder / "live"
    file.write_text(live or shop.base)
    write = f"import sys; open({str(file)!r}, 'w').write(sys.argv[1]); print('back to', sys.argv[1])"
    shop.configure(
        deploy={
            "rollback": [PYTHON, "-c", write, "{previous}"],
            "current": [PYTHON, "-c", f"print(open({str(file)!r}).read())"],
            **deploy,
        },
        policy={"P1": {"order": "deploy-first"}},
    )
    return file


def test_previous_goes_back_to_what_was_live_before_the_deployment(shop):
    commit = shop.fix()
    live = reversible(shop, live=commit)
    shop.see("deploy.production", commit=commit, previous=shop.base)
    plan = Rollback().plan(shop.ctx, "previous")
    assert plan.locks == ["production"]
    assert plan.tty and not plan.trusted
    found = shop.do(Rollback(), "previous")
    assert found.state == "done", found
    assert live.read_text() == shop.base
    kept = shop.record.stored("deploy.rollback")
    assert (kept["kind"], kept["target"], kept["taken_off"]) == ("previous", shop.base, commit)
    assert Rollback().probe(shop.ctx).state == "done"


def test_before_any_deployment_of_ours_the_version_before_is_the_target(shop):
    bad = shop.here.commit("Bad release", bad__txt="x\n")
    shop.here("tag", "-a", "-m", "v1.1.0", "v1.1.0")
    live = reversible(shop, live=bad)
    for step in ("branch.base", "branch.preflight"):
        shop.record.steps.pop(step)
    found = shop.do(Rollback())
    assert found.state == "done", found
    assert live.read_text() == shop.base
    assert shop.record.stored("deploy.rollback").get("taken_off") == bad


def test_rollback_that_changes_nothing_is_not_believed(shop):
    commit = shop.fix()
    reversible(shop, live=commit, rollback=[PYTHON, "-c", "print('nothing to roll back')"])
    shop.see("deploy.production", commit=commit, previous=shop.base)
    found = shop.do(Rollback())
    assert found.state == "failed"
    assert f"production runs {commit[:7]}" in found.why


def test_without_command_or_target_it_is_told_by_hand_never_refused(tmp_path):
    shop = Shop(tmp_path)
    shop.here("tag", "-d", "v1.0.0")
    plan = Rollback().plan(shop.ctx)
    assert not plan.commands
    assert "last deployment before the one that is taken off." in plan.by_hand
    known = by_hand.generic(shop.ctx, "rollback", {"previous": shop.base}, "")
    assert f"last deployment that ran {shop.base}." in known and "before the fault" not in known
    reversible(shop)
    plan = Rollback().plan(shop.ctx)
    assert not plan.commands
    assert "no version tag" in plan.warnings[0]


def test_a_platform_that_wants_its_own_id_gets_no_commit(shop):
    commit = shop.fix()
    shop.configure(deploy={"platform": "vercel"})
    shop.see("deploy.production", commit=commit, previous=shop.base, platform="vercel")
    shop.here.write(".vercel/project.json", '{"projectId": "prj_1", "orgId": "team_1"}')
    plan = Rollback().plan(shop.ctx)
    assert not plan.commands
    assert "which release was live before" in plan.by_hand
    assert "vercel rollback {release} --yes" in plan.by_hand
    assert "vercel ls --environment production" in plan.by_hand, "how the releases are listed"


def test_a_platform_that_is_not_known_is_named(shop):
    shop.fix()
    shop.configure(deploy={"platform": "vercell"}, policy={"P1": {"order": "deploy-first"}})
    with pytest.raises(Refused, match="did you mean vercel"):
        ProductionStep().plan(shop.ctx)


def test_named_ways_are_offered_and_run(shop):
    commit = shop.fix()
    swap = f"open({str(shop.folder / 'live')!r}, 'w').write({shop.base!r})"
    ways = {"blue-green": [PYTHON, "-c", swap], "nothing": [PYTHON, "-c", "pass"]}
    reversible(shop, live=commit, rollbacks=ways)
    shop.see("deploy.production", commit=commit, previous=shop.base)
    assert "blue-green" in [one.name for one in Rollback().choices(shop.ctx)]
    found = shop.do(Rollback(), "nothing")
    assert found.state == "failed"
    assert f"still runs {commit[:7]}" in found.why
    assert shop.do(Rollback(), "blue-green").state == "done"
    with pytest.raises(Refused, match="blue-green"):
        Rollback().plan(shop.ctx, "nonsense")


def test_no_flag_is_made_up_and_a_named_one_runs_its_command(shop):
    plan = Rollback().plan(shop.ctx, "flag")
    assert "FEATURE_FIX" not in plan.by_hand and "none is known" in plan.by_hand
    assert "flag" not in [one.name for one in Rollback().choices(shop.ctx)]
    shop.record.facts["rollback.flag"] = "NEW_SUMS=off"
    reversible(shop, **{"feature-flag": [PYTHON, "-c", "print('off')"]})
    found = shop.do(Rollback(), "flag")
    assert found.state == "done"
    assert "exit status" in found.why
    assert shop.record.stored("deploy.rollback").get("flag") == "NEW_SUMS=off"


def test_revert_of_a_merge_lands_on_the_production_branch_and_waits_for_its_deployment(shop):
    shop.undeployed()
    shop.fix()
    shop.do(Merge())
    shop.do(ConfirmStep())
    tip = shop.remote_main()
    found = shop.do(Rollback(), "revert")
    assert found.state == "unknown", found
    assert "once it is deployed" in found.why
    assert shop.here("rev-parse", f"{shop.remote_main()}^") == tip
    assert shop.here("show", f"{shop.remote_main()}:app.txt") == shop.here("show", f"{shop.base}:app.txt")
    assert shop.record.stored("deploy.rollback").get("target") == shop.remote_main()


def test_revert_with_a_forge_is_pushed_on_its_own_branch(shop):
    shop.fix()
    shop.do(Merge())
    shop.do(ConfirmStep())
    shop.see("branch.preflight", forge="github", remote_url="https://github.com/acme/shop.git")
    tip = shop.remote_main()
    plan = Rollback().plan(shop.ctx, "revert")
    assert plan.url.startswith("https://github.com/acme/shop/compare/main...revert/ENG-7")
    assert "merged and deployed" in shop.do(Rollback(), "revert").why
    assert shop.remote_main() == tip
    assert shop.remote_main("revert/ENG-7") != tip


def test_revert_without_anything_landed_is_refused_with_another_way(shop):
    shop.fix()
    with pytest.raises(Refused, match="rollback previous"):
        Rollback().plan(shop.ctx, "revert")


def test_staging_gets_the_tested_commit(shop):
    commit = shop.fix()
    file = shop.folder / "staging"
    write = f"import sys, os; open({str(file)!r}, 'w').write(sys.argv[1] + ' ' + sys.argv[2])"
    shop.configure(
        deploy={
            "staging": [PYTHON, "-c", write, "{commit}", "{environment}"],
            "staging-url": "https://s.example",
        }
    )
    assert Staging().probe(shop.ctx).state == "not-done"
    found = shop.do(Staging())
    assert found.state == "done"
    assert file.read_text() == f"{commit} staging"
    assert shop.record.stored("verify.staging").get("url") == "https://s.example"
    shop.see("verify.commit", commit="f" * 40)
    assert Staging().probe(shop.ctx).state == "not-done"


def test_after_a_rollback_production_is_not_said_to_run_the_fix(shop):
    """It runs what the rollback led to, as it should: that is no look that the fix is there."""
    commit = shop.fix()
    reversible(shop, live=commit)
    shop.see("deploy.production", commit=commit, previous=shop.base)
    assert shop.do(Rollback(), "previous").state == "done"
    shop.record.steps.pop("deploy.production")
    shop.record.steps["deploy.rollback"]["state"] = "done"
    found = LiveStep().probe(shop.ctx)
    assert found.state == "not-done" and "was taken off production" in found.why
    assert LiveStep().apply(shop.ctx).state == "not-done"
