"""Where a later round starts: never from a fix that was taken off, unless that is what it fixes."""

from hotfix_tui.steps.branch import base
from tests.steps.support_release import Shop


def second_round(shop: Shop, begun: str, **kept):
    shop.record.rounds[0]["evidence"] = {"commit": shop.commit, "base": shop.base, **kept}
    shop.record.doc["round"] = 2
    shop.record.rounds.append({"number": 2, "begun_at": shop.ctx.now, "by": "ann", "why": "x", "base": begun})
    for step in ("verify.commit", "branch.base", "branch.create", "fix.change"):
        shop.record.steps.pop(step, None)
    return [one.name for one in base.BaseCommit().choices(shop.ctx)]


def test_a_bad_fix_that_was_rolled_back_is_not_offered_as_what_was_live(shop):
    commit = shop.fix()
    shop.see("deploy.rollback", "", taken_off=commit, target=shop.base)
    names = second_round(shop, "same")
    assert names[0] == "same" and "taken-off" not in names
    assert base.default_choice(shop.ctx) == "same"
    shop.record.rounds[0]["evidence"].pop("base")
    assert base.default_choice(shop.ctx) != "taken-off"


def test_a_release_that_was_rolled_back_is_still_where_the_fix_starts(shop):
    bad = shop.here.commit("Bad release", bad__txt="x\n")
    shop.see("deploy.rollback", taken_off=bad, target=shop.base)
    shop.record.steps.pop("branch.base")
    assert base.default_choice(shop.ctx) == "taken-off"
