"""After a rollback: platforms that make a release of its own for it are not called failed for its new id."""

import pytest

from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.release import ServedRelease
from hotfix_tui.steps.deploy import release as releases

BAD = {"id": "13", "commit": "b" * 40}


@pytest.mark.parametrize(
    ("platform", "now", "back"),
    [
        ("ecs", ServedRelease("12"), True),
        ("ecs", ServedRelease("14"), False),
        ("kubernetes", ServedRelease("12"), True),
        ("kubernetes", ServedRelease("14", commit="a" * 40), True),
        ("kubernetes", ServedRelease("14", commit="c" * 40), False),
        ("heroku", ServedRelease("13"), False),
        ("heroku", ServedRelease("14"), None),
    ],
)
def test_what_is_served_after_a_rollback(shop, platform, now, back):
    shop.see("deploy.production", release=BAD, commit="b" * 40)
    went = RolledBack.from_dict({"target": "a" * 40, "target_release": "12"})
    found = releases.is_back(shop.ctx, loader.load(platform), releases.Served(now), went)
    assert found is back


NEW, OLD = "r.example/shop:2", "r.example/shop:1"


@pytest.mark.parametrize(
    ("now", "before", "bad", "prepared", "back"),
    [
        (OLD, OLD, NEW, "", True),
        (NEW, OLD, NEW, "", False),
        ("r.example/shop:3", OLD, NEW, "", False),
        (OLD, OLD, "", NEW, True),
        (OLD, OLD, "", "", None),
        (OLD, OLD, OLD, "", None),
        ("r.example/shop:latest", "r.example/shop:latest", "r.example/shop:latest", "", None),
        ("", OLD, NEW, "", None),
        (OLD, "", NEW, "", None),
    ],
)
@pytest.mark.parametrize("platform", ["kubernetes", "argo-rollouts", "azure-container-apps"])
def test_what_a_release_of_its_own_is_made_of_tells_where_no_commit_does(
    shop, platform, now, before, bad, prepared, back
):
    seen = {"release_before": {"id": "12", "content": before}}
    seen |= {"release": {"id": "13", "content": bad}} if bad else {}
    seen |= {"prepared": {"id": "13", "content": prepared}} if prepared else {}
    shop.see("deploy.production", commit="b" * 40, **seen)
    went = RolledBack.from_dict({"target_release": "12"})
    served = releases.Served(ServedRelease("14", content=now))
    assert releases.is_back(shop.ctx, loader.load(platform), served, went) is back
